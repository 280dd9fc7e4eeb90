package analysis

import (
	"math"
	"sort"
)

// score are the intervals that ScoreInterval states. The first value that passes is looked for by halves, as if the two
// bounds rose with v, which they do but for a value or two.
func (r QuantileRequest) score(
	sv Survey, y []float64, domain []bool, d *distribution, values []float64,
) []QuantileEstimate {
	distinct, _ := d.distinct()
	at := &shareBounds{sv: sv, y: y, domain: domain, values: distinct}
	shares := sv.Estimate(MeanOf(upTo(y, values)...), domain)
	out := make([]QuantileEstimate, len(values))
	for j, q := range values {
		e := r.estimate(j, q, shares.At(j))
		t := twoSided(r.Level, e.DF)
		if math.IsNaN(q) || math.IsNaN(e.SE) || math.IsNaN(t) {
			out[j] = r.between(e, math.NaN(), math.NaN(), t)
			continue
		}
		lower := at.first(func(share, se float64) bool { return share+t*se >= r.P[j] })
		upper := at.first(func(share, se float64) bool { return share-t*se > r.P[j] })
		out[j] = r.between(e, lower, upper, t)
	}
	return out
}

// shareBounds are the shares up to sampled values, with their standard errors.
type shareBounds struct {
	sv     Survey
	y      []float64
	domain []bool
	values []float64 // distinct, in order
}

// first is the first value that passes, the last one where none does.
func (b *shareBounds) first(passes func(share, se float64) bool) float64 {
	k := sort.Search(len(b.values)-1, func(k int) bool {
		e := b.sv.Estimate(MeanOf(upTo(b.y, b.values[k:k+1])...), b.domain)
		return passes(e.Values[0], e.SE(0))
	})
	return b.values[k]
}
