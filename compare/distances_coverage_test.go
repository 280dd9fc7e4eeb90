package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare"
)

// A households is a population whose persons come in households of one to six, alike in age, and areas of them.
type households struct {
	shares []float64 // of the register
	alike  float64   // spread of households on a scale of logarithms
}

// sample draws units of some households each, and gives totals with their standard errors, with replacement.
func (h households) sample(r *rand.Rand, truth []float64, units, size int) compare.Composition {
	k := len(truth)
	totals, squares, unit := make([]float64, k), make([]float64, k), make([]float64, k)
	all, allSquares := 0.0, 0.0
	for range units {
		clear(unit)
		persons := 0.0
		for range size {
			persons += h.household(r, truth, unit)
		}
		for i, x := range unit {
			totals[i] += x
			squares[i] += x * x
		}
		all, allSquares = all+persons, allSquares+persons*persons
	}
	m := float64(units)
	se := func(square, total float64) float64 { return math.Sqrt(m / (m - 1) * (square - total*total/m)) }
	for i := range squares {
		squares[i] = se(squares[i], totals[i])
	}
	return compare.Estimated(totals, squares, se(allSquares, all), m-1)
}

// household draws one with a tilt of its own, whose mean over households leaves shares as they are.
func (h households) household(r *rand.Rand, truth, into []float64) (persons float64) {
	tilt := h.alike * (2*r.Float64() - 1)
	n := 1 + r.IntN(6)
	for range n {
		u := r.Float64()
		for i, p := range truth {
			side := 1.0
			if i%2 == 1 {
				side = -1
			}
			if u -= p * (1 + side*tilt*h.evenness(truth, i)); u <= 0 || i == len(truth)-1 {
				into[i]++
				break
			}
		}
	}
	return float64(n)
}

// evenness brings the tilts of even and odd categories to the same sum.
func (h households) evenness(truth []float64, i int) float64 {
	sums := [2]float64{}
	for j, p := range truth {
		sums[j%2] += p
	}
	return math.Min(sums[0], sums[1]) / sums[i%2]
}

// shifted are shares of ages, moved by an amount on the scale of logarithms.
func shifted(k int, by float64) []float64 {
	out, all := make([]float64, k), 0.0
	for i := range out {
		out[i] = math.Exp(-1.5*float64(i)/float64(k) + by*math.Sin(2.3*float64(i)+1))
		all += out[i]
	}
	for i := range out {
		out[i] /= all
	}
	return out
}

// A trial is what came of many samples of one truth.
type trial struct {
	misses, values, corrected map[string]float64 // shares and means over samples
	rejected                  float64
}

// tried draws samples of a commune or district and measures its distance from a register of the shares p.
func (h households) tried(r *rand.Rand, truth []float64, units, size, samples int) trial {
	e := compare.NewDistanceEstimator(0.95)
	one := 1 / float64(samples)
	out := trial{misses: map[string]float64{}, values: map[string]float64{}, corrected: map[string]float64{}}
	want := named(e.Between(compare.CompleteCount(h.shares), compare.CompleteCount(truth), true))
	for range samples {
		c := h.sample(r, truth, units, size)
		d := e.Between(compare.CompleteCount(asMany(h.shares, c.Persons)), c, true)
		if d.P < 0.05 {
			out.rejected += one
		}
		for name, m := range named(d) {
			if is := want[name].Value; m.Lower > is+1e-12 || m.Upper < is-1e-12 {
				out.misses[name] += one
			}
			out.values[name] += m.Value * one
			out.corrected[name] += m.Corrected * one
		}
	}
	return out
}

// asMany are shares of as many persons as others are, which Cramér's V goes by.
func asMany(shares, persons []float64) []float64 {
	all, out := 0.0, make([]float64, len(shares))
	for _, x := range persons {
		all += x
	}
	for i, p := range shares {
		out[i] = p * all
	}
	return out
}

// TestCoverage draws samples of known truth: thirty households of a commune, as they are or in five areas, and three
// hundred of a district; no distance, a small and a large one. With 4,000 samples each, intervals of 95 % were found to
// miss in 6.1 % at most, and in 7.8 % in 17 categories of thirty households. With 500 the standard errors of these are
// 1.1 and 1.2 %: that one is above 10 and 12 % has a probability of 2e-4. Where nothing differs the corrected value
// loses half of the distance or more, and the test rejects in 5 % (above 9 %: 2e-5).
func TestCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(20240401, 1))
	for _, k := range []int{2, 17} {
		for _, design := range [][2]int{{30, 1}, {5, 6}, {60, 5}} {
			for _, by := range []float64{0, 0.3, 1} {
				h := households{shares: shifted(k, 0), alike: 0.5}
				got := h.tried(r, shifted(k, by), design[0], design[1], 500)
				allowed := 0.10
				if k > 2 && design[0]*design[1] == 30 {
					allowed = 0.12
				}
				where := fmt.Sprintf("%d categories, units %v, shift %v", k, design, by)
				for name, share := range got.misses {
					if share > allowed {
						t.Errorf("%s: the interval of %s misses %.1f %%", where, name, 100*share)
					}
				}
				if by == 0 {
					got.holdNothing(t, where)
				}
			}
		}
	}
}

// holdNothing looks at a trial in which nothing differs. A divergence with an empty category has no corrected value.
func (got trial) holdNothing(t *testing.T, where string) {
	for name, mean := range got.corrected {
		if !math.IsNaN(mean) && math.Abs(mean) > 0.55*got.values[name] {
			t.Errorf("%s: %s is %v on average, corrected %v", where, name, got.values[name], mean)
		}
	}
	if got.rejected > 0.09 {
		t.Errorf("%s: the test rejects in %.1f %%", where, 100*got.rejected)
	}
}

// TestSuperpopulation: two complete counts that are outcomes of one process.
func TestSuperpopulation(t *testing.T) {
	const trials = 500
	r := rand.New(rand.NewPCG(20240401, 2))
	e := compare.NewDistanceEstimator(0.95)
	truth := shifted(17, 0)
	persons := func(n int) []float64 { return drawn(r, truth, n) }
	misses, sum := map[string]int{}, map[string]float64{}
	for range trials {
		for name, m := range named(e.Between(compare.Outcome(persons(420)), compare.Outcome(persons(380)), true)) {
			if m.Lower > 0 {
				misses[name]++
			}
			sum[name] += m.Corrected / m.Value / trials
		}
	}
	for name := range sum {
		// The standard error of 5 % of 500 is 1 %.
		if share := float64(misses[name]) / trials; share > 0.09 {
			t.Errorf("%s is above 0 in %.1f %% of counts of a commune that does not differ", name, 100*share)
		}
		if sum[name] > 0.4 {
			t.Errorf("%s keeps %.0f %% of its value when corrected", name, 100*sum[name])
		}
	}
}

// TestCoverageOfFewPersons: independent persons against a complete count. With two categories the interval of a share
// keeps its 5 % however few there are; with more, and fewer than twenty persons a category, up to 11 % are missed, as the note
// says. The standard errors of 2,000 samples are 0.5 and 0.7 %: above 7 and 14 % has a probability of 2e-5.
func TestCoverageOfFewPersons(t *testing.T) {
	r := rand.New(rand.NewPCG(20240401, 3))
	for _, tt := range []struct {
		categories, persons int
		allowed             float64
	}{{2, 4, 0.07}, {2, 8, 0.07}, {2, 12, 0.07}, {2, 30, 0.07}, {2, 80, 0.07}, {5, 30, 0.14}, {5, 50, 0.14}, {5, 100, 0.14}} {
		for _, by := range []float64{0, 0.3, 0.6, 1} {
			for name, share := range missesOf(r, tt.categories, tt.persons, by, 2000) {
				if share > tt.allowed {
					t.Errorf("%d persons in %d categories, shift %v: %s misses %.1f %%", tt.persons, tt.categories, by, name, 100*share)
				}
			}
		}
	}
}

// missesOf are the shares of intervals that miss in samples of independent persons.
func missesOf(r *rand.Rand, k, n int, by float64, samples int) map[string]float64 {
	e, p, q := compare.NewDistanceEstimator(0.95), shifted(k, 0), shifted(k, by)
	want := named(e.Between(compare.CompleteCount(p), compare.CompleteCount(q), true))
	misses := map[string]float64{}
	for range samples {
		c := drawn(r, q, n)
		d := e.Between(compare.CompleteCount(asMany(p, c)), compare.Composition{Persons: c, N: float64(n), DF: math.Inf(1)}, true)
		for name, m := range named(d) {
			if is := want[name].Value; m.Lower > is+1e-12 || m.Upper < is-1e-12 {
				misses[name] += 1 / float64(samples)
			}
		}
	}
	return misses
}

// drawn are independent persons by category.
func drawn(r *rand.Rand, shares []float64, n int) []float64 {
	out := make([]float64, len(shares))
	for range n {
		u := r.Float64()
		for i, p := range shares {
			if u -= p; u <= 0 || i == len(shares)-1 {
				out[i]++
				break
			}
		}
	}
	return out
}
