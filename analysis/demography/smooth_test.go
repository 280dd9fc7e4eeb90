package demography_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis/demography"
)

// TestSmoothersKeepSpans: those that share ten years out anew keep them; Strong's keeps the total.
func TestSmoothersKeepSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawFives(t)
		counts := drawCounts(t, g.Len())
		for i := range counts {
			counts[i]++ // a span of nobody has no quotient
		}
		closed := g.Closed() / 2 * 2
		all := floats.Sum(counts)
		for _, s := range []demography.Smoother{demography.CarrierFarrag, demography.KarupKingNewton, demography.Arriaga} {
			c, _ := demography.Smooth(s, g, counts)
			for i := 0; i < closed; i += 2 {
				if pair := c.Value[i] + c.Value[i+1]; !math.IsNaN(pair) && !near(pair, counts[i]+counts[i+1], all) {
					t.Fatalf("%s: %s and the next come to %v, want %v", s, g.Label(i), pair, counts[i]+counts[i+1])
				}
			}
		}
		if closed < 6 {
			return
		}
		c, _ := demography.Smooth(demography.Strong, g, counts)
		if got, want := floats.Sum(c.Value[:closed]), floats.Sum(counts[:closed]); !near(got, want, all) {
			t.Fatalf("strong: the total comes to %v, want %v", got, want)
		}
	})
}

// TestSmoothersLeaveLines: counts on a straight line are as smooth as can be, and stay as they are, but for Carrier and
// Farrag's, which is for a quotient that is even.
func TestSmoothersLeaveLines(t *testing.T) {
	g := demography.FiveYears(60)
	counts, geometric := make([]float64, g.Len()), make([]float64, g.Len())
	for i := range counts {
		counts[i], geometric[i] = 1000-50*float64(i), 1000*math.Pow(0.9, float64(i))
	}
	for _, s := range demography.Smoothers() {
		line := counts
		if s == demography.CarrierFarrag {
			line = geometric
		}
		c, err := demography.Smooth(s, g, line)
		if err != nil {
			t.Fatal(err)
		}
		known := 0
		for i, v := range c.Value {
			if !math.IsNaN(v) {
				known++
				if !near(v, line[i], 1000) {
					t.Errorf("%s: %s is %v, want %v", s, g.Label(i), v, line[i])
				}
			}
		}
		if known < 8 {
			t.Errorf("%s: only %d groups have a value", s, known)
		}
	}
}

// TestSmootherDerivatives holds the derivatives against differences.
func TestSmootherDerivatives(t *testing.T) {
	g := demography.FiveYears(60)
	counts := []float64{900, 940, 700, 820, 610, 720, 500, 480, 300, 330, 200, 180, 150}
	const h = 1e-3
	for _, s := range demography.Smoothers() {
		c, _ := demography.Smooth(s, g, counts)
		for j := range counts {
			up := slices.Clone(counts)
			up[j] += h
			moved, _ := demography.Smooth(s, g, up)
			for i := range c.Value {
				d := (moved.Value[i] - c.Value[i]) / h
				if math.IsNaN(d) != math.IsNaN(c.Jacobian.At(i, j)) || math.Abs(d-c.Jacobian.At(i, j)) > 1e-5 {
					t.Errorf("%s: derivative of group %d by %d is %v, want %v", s, i, j, c.Jacobian.At(i, j), d)
				}
			}
		}
	}
}

// TestSpencerLeavesCubics, which is what its weights are made for.
func TestSpencerLeavesCubics(t *testing.T) {
	counts := make([]float64, 60)
	for i := range counts {
		x := float64(i)
		counts[i] = 5000 - 30*x + 0.4*x*x - 0.01*x*x*x
	}
	c := demography.Spencer21(counts)
	for i, v := range c.Value {
		if inside := i >= 10 && i < 50; inside == math.IsNaN(v) || inside && !near(v, counts[i], 5000) {
			t.Errorf("age %d is %v, want %v", i, v, counts[i])
		}
	}
}

func TestSmoothRefuses(t *testing.T) {
	if _, err := demography.Smooth(demography.Arriaga, demography.Groups{Start: []int{0, 1, 5}, End: demography.Open}, []float64{1, 2, 3}); err == nil {
		t.Error("groups of other widths are smoothed")
	}
	if _, err := demography.Smooth("zelnik", demography.FiveYears(20), make([]float64, 5)); err == nil {
		t.Error("a smoother that is none smooths")
	}
}
