package sampling_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// estimate gives the estimate of the total and of its variance, as the type has them.
func estimate(s *sampling.RaoHartleyCochranSample, y []float64) (total, variance float64) {
	for g, i := range s.Units {
		total += y[i] * s.Weight[g]
	}
	for g, i := range s.Units {
		e := y[i]*s.Weight[g]/s.GroupShare[g] - total
		variance += s.VarianceFactor * s.GroupShare[g] * e * e
	}
	return total, variance
}

// TestRaoHartleyCochran: over 20,000 draws of 3 of 8 units the mean of the estimates is the total, and the mean of the
// estimated variances is the variance of Rao, Hartley and Cochran,
//
//	V = (Σ N_g² - N)/(N(N-1))·(X Σ y²/x - Y²)
//
// both within the normal quantile of falseAlarm times the standard error of the mean.
func TestRaoHartleyCochran(t *testing.T) {
	x := []float64{10, 15, 0, 30, 45, 50, 60, 70, 20}
	y := []float64{21, 28, 0, 70, 80, 120, 110, 150, 30}
	const n, draws = 3, 20_000
	inverse, sizes, all := 0.0, sum(x), sum(y)
	for i := range x {
		if x[i] > 0 {
			inverse += y[i] * y[i] / x[i]
		}
	}
	want := float64(9+9+4-8) / (8 * 7) * (sizes*inverse - all*all)
	totals, variances := make([]float64, draws), make([]float64, draws)
	for seed := range totals {
		s, err := sampling.RaoHartleyCochran(sampling.Source(uint64(seed), "rhc"), x, n)
		if err != nil {
			t.Fatal(err)
		}
		totals[seed], variances[seed] = estimate(s, y)
	}
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/2/2)
	if got := stat.Mean(totals, nil); math.Abs(got-all) > z*math.Sqrt(want/draws) {
		t.Errorf("mean of estimates %v, want %v", got, all)
	}
	if got := stat.Mean(variances, nil); math.Abs(got-want) > z*stat.StdDev(variances, nil)/math.Sqrt(draws) {
		t.Errorf("mean of estimated variances %v, want %v", got, want)
	}
}

// TestRaoHartleyCochranProperties: groups hold all units with a size, in numbers that differ by one at most; a variable
// in proportion to size is estimated without error.
func TestRaoHartleyCochranProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, positive := wholeSizes(t)
		n := rapid.IntRange(1, max(1, positive)).Draw(t, "n")
		if positive == 0 {
			return
		}
		s, err := sampling.RaoHartleyCochran(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), size, n)
		if err != nil {
			t.Fatal(err)
		}
		units, shares := 0, sum(s.GroupShare)
		for _, u := range s.GroupUnits {
			units += u
		}
		if len(s.Units) != n || !strictlyRising(s.Units) || units != positive ||
			slices.Max(s.GroupUnits)-slices.Min(s.GroupUnits) > 1 || !scalar.EqualWithinAbs(shares, 1, 1e-12) {
			t.Fatalf("%+v, want %d of %d units", s, n, positive)
		}
		for g, i := range s.Units {
			if size[i] == 0 || s.Weight[g] < 1 {
				t.Fatalf("unit %d with size %v has weight %v", i, size[i], s.Weight[g])
			}
		}
		if total, v := estimate(s, size); !scalar.EqualWithinRel(total, sum(size), 1e-12) ||
			n > 1 && v > 1e-20*total*total || n == 1 && !math.IsNaN(v) || n == positive && n > 1 && v != 0 {
			t.Fatalf("sizes add up to %v, their estimate is %v with variance %v", sum(size), total, v)
		}
	})
}

func TestRaoHartleyCochranRefuses(t *testing.T) {
	for _, tt := range []struct {
		size []float64
		n    int
		want string
	}{
		{[]float64{1, -1}, 1, "unit 1 is -1"},
		{[]float64{math.NaN(), 1}, 1, "unit 0 is NaN"},
		{[]float64{1, math.Inf(1)}, 1, "unit 1 is +Inf"},
		{[]float64{1, 0, 2}, 3, "want 3 units, have 2"},
		{[]float64{1}, -1, "want -1 units"},
	} {
		s, err := sampling.RaoHartleyCochran(sampling.Source(1, ""), tt.size, tt.n)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, n = %d: %v, error %v, want %q", tt.size, tt.n, s, err, tt.want)
		}
	}
	for _, size := range [][]float64{nil, {0, 3}} {
		if s, err := sampling.RaoHartleyCochran(sampling.Source(1, ""), size, 0); err != nil || len(s.Units) != 0 {
			t.Errorf("no units of %v: %+v, %v", size, s, err)
		}
	}
}
