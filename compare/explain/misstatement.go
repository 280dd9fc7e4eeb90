package explain

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// most a share may be for its persons to be told apart.
const mostHeaping = 0.6

// A misstatement is what heaping in both sources does to the difference of areas.
type misstatement struct {
	persons, variance    []float64 // areas × groups: persons by whom the difference is too large
	gross, grossVariance []float64 // areas: persons who are moved
	p                    []float64 // areas: of no heaping in either source
	shrunkZ              []float64 // areas: of the share shrunk
	z, own, ownSE        []float64 // areas: the area's own share in standard errors, and its persons with their error
	known                bool
}

// misstatementOf fits heaping to the single ages of both sources: the register's against smoothness, the census's
// against the register under the definition chosen, its own heaping taken back, or against smoothness too.
func misstatementOf(d *Data, chosen []int, noises []noise) misstatement {
	n := d.Areas()
	m := misstatement{
		persons: make([]float64, n*d.Groups()), variance: make([]float64, n*d.Groups()),
		gross: make([]float64, n), grossVariance: make([]float64, n), p: nans(n), shrunkZ: nans(n), z: nans(n), own: nans(n), ownSE: nans(n),
	}
	if d.CensusAge == nil {
		return m
	}
	m.known = true
	register := func(i int) []float64 { return d.registerAges(chosen[i], i) }
	var registered sourceHeaping
	if d.RegisterAge != nil {
		registered = fitHeaping(n, register, smoothly, func(int) float64 { return 1 })
		registered.dropUnlessShown()
		m.add(d, register, &registered, 1)
	}
	counted := fitHeaping(n, d.censusAges, likeRegister(register, &registered), func(i int) float64 { return noises[i].kappa })
	m.add(d, d.censusAges, &counted, -1)
	for i := range m.p {
		m.p[i], m.z[i], m.shrunkZ[i] = counted.p[i], counted.z[i], counted.shrunkZ[i]
		m.ownSE[i] = counted.ownSE[i] * offMultiples(d.censusAges(i))
		m.own[i] = m.z[i] * m.ownSE[i]
		if registered.shown {
			m.either(i, &registered, offMultiples(register(i)))
		}
	}
	return m
}

// either takes the register's heaping into the test of an area, whose p-value is then the less of two, doubled.
func (m *misstatement) either(i int, registered *sourceHeaping, persons float64) {
	if registered.p[i] < m.p[i] {
		m.p[i], m.z[i], m.shrunkZ[i] = registered.p[i], registered.z[i], registered.shrunkZ[i]
	}
	m.p[i] = math.Min(1, 2*m.p[i])
	m.own[i] += registered.z[i] * registered.ownSE[i] * persons
	m.ownSE[i] = math.Hypot(m.ownSE[i], registered.ownSE[i]*persons)
}

// offMultiples is the number of persons whose age does not end in 0 or 5.
func offMultiples(ages []float64) (sum float64) {
	for a, v := range ages {
		if a%5 != 0 {
			sum += v
		}
	}
	return sum
}

// smoothly takes the part of the middle age from the ages themselves.
func smoothly(_ int, ages []float64) func(m int) float64 {
	return func(m int) float64 { return smoothShare(ages, m) }
}

// likeRegister takes it from the register, where it has anybody in the window, its heaping taken back.
func likeRegister(register func(int) []float64, h *sourceHeaping) func(i int, ages []float64) func(m int) float64 {
	clean := make([]float64, Ages)
	return func(i int, ages []float64) func(m int) float64 {
		own := register(i)
		if own == nil {
			return smoothly(i, ages)
		}
		unheaped(own, h.young[i], h.old[i], clean)
		return func(m int) float64 {
			if n := windowSum(clean, m); n > 0 {
				return clean[m] / n
			}
			return smoothShare(ages, m)
		}
	}
}

// sourceHeaping is the heaping in one source by area: shares shrunk towards what is usual, with their variance.
type sourceHeaping struct {
	young, old       []float64
	youngVar, oldVar []float64
	p                []float64
	z, ownSE         []float64
	shrunkZ          []float64 // the share shrunk, in standard errors
	usual            spread
	shown            bool // the usual share is surely above 0
}

// fitHeaping estimates shares by area, finds the scale of chance from all areas, and shrinks. unit is the scale of
// chance an area is expected to have, NaN where it is not known.
func fitHeaping(
	n int, ages func(int) []float64, like func(int, []float64) func(m int) float64, unit func(int) float64,
) sourceHeaping {
	found := make([]heaped, n)
	ratios := make([]float64, n)
	for i := range found {
		found[i] = heapingOf(ages(i), like(i, ages(i)))
		ratios[i] = found[i].dispersion / unit(i)
	}
	scale := moderate(ratios, windowDF)
	s := sourceHeaping{p: make([]float64, n), z: make([]float64, n), ownSE: make([]float64, n)}
	variances := [3][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	values := [3][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	for i, f := range found {
		dispersion, df := scale.of(ratios[i], windowDF)
		dispersion *= unit(i)
		for b, x := range []share{f.all, f.young, f.old} {
			values[b][i], variances[b][i] = x.value, x.variance*dispersion
		}
		s.ownSE[i] = math.Sqrt(variances[0][i])
		s.z[i] = f.all.value / s.ownSE[i]
		s.p[i] = analysis.UpperTail(s.z[i], df)
	}
	s.usual = spreadOf(values[0], variances[0])
	_, _, s.shrunkZ = shrunkShares(values[0], variances[0])
	s.young, s.youngVar, _ = shrunkShares(values[1], variances[1])
	s.old, s.oldVar, _ = shrunkShares(values[2], variances[2])
	return s
}

// shrunkShares shrinks shares and keeps them where shares can be.
func shrunkShares(values, variances []float64) (shares, posterior, z []float64) {
	usual := spreadOf(values, variances)
	shares, posterior, z = make([]float64, len(values)), make([]float64, len(values)), make([]float64, len(values))
	for i, v := range values {
		if math.IsNaN(v) || math.IsNaN(variances[i]) {
			continue
		}
		x := usual.shrunk(v, variances[i])
		shares[i], posterior[i], z[i] = within(x.value, 0, mostHeaping), x.variance, x.z
	}
	return shares, posterior, z
}

// surelyHeaped is how many standard errors the usual share of a register must be above 0 for its heaping to be taken
// back: births are not smooth, and a year of many births that ends in 0 or 5 is no heaping.
const surelyHeaped = 4

// leastHeaping is the least usual share for that.
const leastHeaping = 0.01

func (s *sourceHeaping) dropUnlessShown() {
	s.shown = s.usual.mean > leastHeaping && s.usual.mean > surelyHeaped*math.Sqrt(s.usual.meanVariance)
	if s.shown {
		return
	}
	for _, v := range [][]float64{s.young, s.old, s.youngVar, s.oldVar} {
		clear(v)
	}
}

// add adds what heaping in a source does to the difference: its persons, with the sign of the source in it.
func (m *misstatement) add(d *Data, ages func(int) []float64, s *sourceHeaping, sign float64) {
	group := d.groupOf()
	k := d.Groups()
	f := flow{flowOf{net: make([]float64, k)}, flowOf{net: make([]float64, k)}}
	for i := range m.gross {
		flowOfAges(ages(i), &group, &f)
		for _, band := range []struct {
			of              *flowOf
			share, variance float64
		}{{&f.young, s.young[i], s.youngVar[i]}, {&f.old, s.old[i], s.oldVar[i]}} {
			moved, slope := odds(band.share)
			for g, v := range band.of.net {
				m.persons[i*k+g] += sign * moved * v
				m.variance[i*k+g] += slope * slope * v * v * band.variance
			}
			m.gross[i] += moved * band.of.gross
			m.grossVariance[i] += slope * slope * band.of.gross * band.of.gross * band.variance
		}
	}
}
