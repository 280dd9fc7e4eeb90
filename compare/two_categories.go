package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// ofTwoCategories gives distances between a complete count and a sample of two categories the interval that the share of
// the sample leads to: every distance is a function of that share which falls to 0 where both sides are alike and rises
// from there, so that the distances of the shares in an interval are those between its ends, from 0 where it holds the
// other side's. The share has Clopper and Pearson's interval at the effective number of persons, made smaller for the
// degrees of freedom, which covers however few persons there are; what holds of chi-squares on one degree of freedom does
// not, where there are fewer than twenty persons a category.
//
// Korn and Graubard (1998), Survey Methodology 24:193-201.
func (e *DistanceEstimator) ofTwoCategories(d *Distances, p, q Composition, ordered bool) {
	sampled, known := q, p
	if q.N > p.N {
		sampled, known = p, q
	}
	a, b, ok := theTwo(p.Persons, q.Persons)
	if !ok || !math.IsInf(known.N, 1) || math.IsInf(sampled.N, 1) {
		return
	}
	t := e.quantile(e.tail, sampled.DF)
	n := sampled.N * (e.z / t) * (e.z / t)
	all := sampled.Persons[a] + sampled.Persons[b]
	share := sampled.Persons[a] / all
	i := analysis.ClopperPearson(share*n, n, 1-2*e.tail)
	at := func(share float64) Distances {
		c := CompleteCount(make([]float64, len(sampled.Persons)))
		c.Persons[a], c.Persons[b] = share*all, (1-share)*all
		if q.N > p.N {
			return e.Between(c, known, ordered)
		}
		return e.Between(known, c, ordered)
	}
	alike := known.Persons[a] / (known.Persons[a] + known.Persons[b])
	d.between(at(i.Lower), at(i.Upper), i.Lower <= alike && alike <= i.Upper)
}

// theTwo are the categories that have anybody, where these are two.
func theTwo(p, q []float64) (a, b int, ok bool) {
	var have []int
	for i := range p {
		if p[i] > 0 || q[i] > 0 {
			have = append(have, i)
		}
	}
	if len(have) != 2 {
		return 0, 0, false
	}
	return have[0], have[1], true
}

// between takes the intervals that there are from the distances at both ends of that of a share.
func (d *Distances) between(low, high Distances, alike bool) {
	ends := [2][]*Measured{low.measured(), high.measured()}
	for i, m := range d.measured() {
		if math.IsNaN(m.Lower) {
			continue
		}
		a, b := ends[0][i].Value, ends[1][i].Value
		m.Lower, m.Upper = math.Min(a, b), math.Max(a, b)
		if alike {
			m.Lower = 0
		}
	}
}

// measured are all distances.
func (d *Distances) measured() []*Measured {
	return []*Measured{&d.Dissimilarity, &d.Hellinger, &d.JensenShannon, &d.Kullback, &d.Stability, &d.CramersV,
		&d.Kolmogorov, &d.VonMises, &d.EarthMover}
}
