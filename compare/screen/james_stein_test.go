package screen_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare/screen"
)

// TestJamesSteinDominates: whatever the truth, the squared error over ten areas is below that of the figures, which is 10. Its
// mean over 4,000 draws has a standard error of 0.07; for areas alike it is 3 in the limit, 7 of 9 degrees of freedom less.
func TestJamesSteinDominates(t *testing.T) {
	rng := rand.New(rand.NewPCG(71, 72))
	for spread, most := range map[float64]float64{0: 4, 1: 7.5, 5: 9.9} {
		sum := 0.0
		for range 4000 {
			var theta, y []float64
			for i := range 10 {
				theta = append(theta, spread*(float64(i)-4.5)/3)
				y = append(y, theta[i]+rng.NormFloat64())
			}
			for i, v := range screen.ShrinkJamesStein(y, 1).Value {
				sum += (v - theta[i]) * (v - theta[i]) / 4000
			}
		}
		if sum > most {
			t.Errorf("spread %v: squared error %.2f, want at most %v", spread, sum, most)
		}
	}
	if s := screen.ShrinkJamesStein([]float64{1, 2, 3}, 1); s.Kept != 1 || s.Value[2] != 3 {
		t.Errorf("three areas: %+v", s)
	}
	if s := screen.ShrinkJamesStein([]float64{1, 1.1, 0.9, 1}, 1); s.Kept != 0 {
		t.Errorf("areas that differ by less than chance: %+v", s)
	}
}

// TestDerSimonianLairdAlone: of areas that differ by no more than chance τ² is 0, and the mean is the weighted one.
func TestDerSimonianLairdAlone(t *testing.T) {
	f := screen.FitDerSimonianLaird([]float64{1, nan, 1.5, 0.9}, []float64{1, 0, 4, 2})
	if f.Tau2 != 0 || f.I2 != 0 || f.Mean != f.Fixed || math.Abs(f.Mean-(1+1.5/4+0.45)/1.75) > 1e-15 || math.Abs(f.SE-1/math.Sqrt(1.75)) > 1e-15 {
		t.Errorf("%+v", f)
	}
	if f := screen.FitDerSimonianLaird([]float64{1}, []float64{1}); !math.IsNaN(f.Tau2) || !math.IsNaN(f.Mean) {
		t.Errorf("one area: %+v", f)
	}
}
