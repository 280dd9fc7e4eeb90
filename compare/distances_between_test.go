package compare_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/concord-stat/concord/compare"
)

// named are the measures of distances by name.
func named(d compare.Distances) map[string]compare.Measured {
	return map[string]compare.Measured{
		"dissimilarity": d.Dissimilarity, "hellinger": d.Hellinger, "js": d.JensenShannon, "kl": d.Kullback,
		"psi": d.Stability, "cramers_v": d.CramersV, "ks": d.Kolmogorov, "cvm": d.VonMises, "emd": d.EarthMover,
	}
}

// TestBetweenAgreesWithItsParts: values are those of the distances on their own, the test of two complete counts is
// Pearson's, and every interval holds its corrected value.
func TestBetweenAgreesWithItsParts(t *testing.T) {
	e := compare.NewDistanceEstimator(0.95)
	rapid.Check(t, func(t *rapid.T) {
		p, q := twoDistributions(t)
		for i := range p {
			p[i], q[i] = p[i]+1, q[i]+1
		}
		d := e.Between(compare.Outcome(p), compare.Outcome(q), true)
		table, err := compare.NewContingency([][]float64{p, q})
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]float64{
			"dissimilarity": compare.Dissimilarity(p, q), "hellinger": compare.Hellinger(p, q),
			"js": compare.JensenShannon(p, q), "kl": compare.KullbackLeibler(p, q), "psi": compare.Jeffreys(p, q),
			"cramers_v": table.CramersV(), "ks": compare.KolmogorovGroups(p, q), "cvm": compare.CramerVonMisesGroups(p, q),
			"emd": compare.EarthMover(p, q),
		} {
			m := named(d)[name]
			if !closeTo(m.Value, want) {
				t.Errorf("%s is %v, want %v", name, m.Value, want)
			}
			if m.Lower > math.Max(0, m.Corrected)+1e-9 || m.Upper < m.Corrected-1e-9 || m.Lower < 0 {
				t.Errorf("%s: %+v", name, m)
			}
		}
		if !closeTo(d.X2, table.X2) || !closeTo(d.G, table.G) || !closeTo(d.P, table.Pearson().P) {
			t.Errorf("X² %v, G %v, p %v; want %v, %v, %v", d.X2, d.G, d.P, table.X2, table.G, table.Pearson().P)
		}
	})
}

// TestEffectivePersons: of independent persons the effective number is theirs, whatever the shares, and with all
// variances larger by a factor it is smaller by it.
func TestEffectivePersons(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, _ := twoDistributions(t)
		n, all := rapid.Float64Range(5, 1e4).Draw(t, "n"), 0.0
		deff := rapid.Float64Range(0.3, 5).Draw(t, "deff")
		for _, x := range p {
			all += x
		}
		se, filled := make([]float64, len(p)), 0
		for i, x := range p {
			se[i] = math.Sqrt(deff * x * (all - x) / n)
			if x > 0 {
				filled++
			}
		}
		got := compare.EffectivePersons(p, se, 0)
		if filled < 2 {
			if !math.IsNaN(got) {
				t.Errorf("one category: %v", got)
			}
			return
		}
		if math.Abs(got-n/deff) > 1e-9*n {
			t.Errorf("%v effective persons, want %v", got, n/deff)
		}
	})
}

func TestDistancesWithoutAnError(t *testing.T) {
	e := compare.NewDistanceEstimator(0.95)
	unknown := compare.Composition{Persons: []float64{10, 20}, N: math.NaN(), DF: 3}
	d := e.Between(compare.CompleteCount([]float64{15, 15}), unknown, false)
	if m := d.Dissimilarity; !closeTo(m.Value, 1.0/6) || !math.IsNaN(m.Upper) || !math.IsNaN(d.P) ||
		d.Notes&compare.NoPrecision == 0 {
		t.Errorf("no error: %+v", d)
	}
	if d = e.Between(compare.CompleteCount([]float64{0, 0}), unknown, false); d.Notes != compare.NobodyThere {
		t.Errorf("nobody: %+v", d)
	}
	d = e.Between(compare.CompleteCount([]float64{0, 9}), compare.CompleteCount([]float64{0, 1}), false)
	if d.Notes != compare.OneCategory {
		t.Errorf("one category: %+v", d)
	}
	few := compare.Composition{Persons: make([]float64, 34), N: 20, DF: 19}
	for i := range few.Persons {
		few.Persons[i] = float64(i % 3)
	}
	d = e.Between(compare.Outcome(make34(2)), few, false)
	if d.Notes&compare.TooFew == 0 || !math.IsNaN(d.Hellinger.Lower) || math.IsNaN(d.Hellinger.Corrected) {
		t.Errorf("twenty persons in 34 categories: %+v", d)
	}
}

func make34(x float64) []float64 {
	out := make([]float64, 34)
	for i := range out {
		out[i] = x
	}
	return out
}

func ExampleDistanceEstimator_Between() {
	register := compare.CompleteCount([]float64{5200, 4800})
	census := compare.Estimated([]float64{4700, 4900}, []float64{240, 230}, 330, 28)
	d := compare.NewDistanceEstimator(0.95).Between(register, census, false)
	m := d.Dissimilarity
	fmt.Printf("D = %.3f, corrected %.3f, between %.3f and %.3f; p = %.2f on %.0f effective persons\n",
		m.Value, m.Corrected, m.Lower, m.Upper, d.P, d.N)
	// Output: D = 0.030, corrected 0.025, between 0.000 and 0.067; p = 0.09 on 820 effective persons
}
