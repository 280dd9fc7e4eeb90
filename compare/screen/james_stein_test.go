package screen_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare/screen"
)

// TestJamesSteinDominates: whatever the truth, the squared error over ten areas is below that of the figures, for
// areas alike by 7 of 10. The gain of 4,000 draws is many times its standard error.
func TestJamesSteinDominates(t *testing.T) {
	rng := rand.New(rand.NewPCG(71, 72))
	for _, tt := range []struct{ spread, least float64 }{{0, 5.5}, {1, 2}, {5, 0.1}} {
		gain, square := 0.0, 0.0
		for range 4000 {
			theta, y, one := make([]float64, 10), make([]float64, 10), 0.0
			for i := range y {
				theta[i] = tt.spread * (float64(i) - 4.5) / 3
				y[i] = theta[i] + rng.NormFloat64()
			}
			for i, v := range screen.ShrinkJamesStein(y, 1).Value {
				one += (y[i]-theta[i])*(y[i]-theta[i]) - (v-theta[i])*(v-theta[i])
			}
			gain, square = gain+one/4000, square+one*one/4000
		}
		if se := math.Sqrt((square - gain*gain) / 4000); gain < tt.least || gain < 4*se {
			t.Errorf("spread %v: squared error %.2f less, standard error %.2f", tt.spread, gain, se)
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
	if f.Tau2 != 0 || f.I2 != 0 || f.Mean != f.Fixed || math.Abs(f.Mean-(1+1.5/4+0.45)/1.75) > 1e-15 ||
		math.Abs(f.SE-1/math.Sqrt(1.75)) > 1e-15 {
		t.Errorf("%+v", f)
	}
	if f := screen.FitDerSimonianLaird([]float64{1}, []float64{1}); !math.IsNaN(f.Tau2) || !math.IsNaN(f.Mean) {
		t.Errorf("one area: %+v", f)
	}
}
