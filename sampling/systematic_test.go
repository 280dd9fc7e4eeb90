package sampling_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
)

// largest is a source of the largest random numbers, 1 - 2^-53 as a fraction.
type largest struct{}

func (largest) Uint64() uint64 { return math.MaxUint64 }

// TestSystematicTakesCertain: u + 1 rounds to 2 for the largest u there is, which must not cost the second unit its
// place.
func TestSystematicTakesCertain(t *testing.T) {
	pi := []float64{1, 1, 0.5, 0.5}
	if got, want := sampling.Systematic(rand.New(largest{}), pi), []int{0, 1, 3}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestSystematicRefuses: a π above 1 would take places of the units after it, and NaN the rest of the sample.
func TestSystematicRefuses(t *testing.T) {
	for _, p := range []float64{1.5, -0.1, math.NaN()} {
		mustPanic(t, "π out of range", func() { sampling.Systematic(sampling.Source(1, ""), []float64{0.5, p, 0.5}) })
	}
}
