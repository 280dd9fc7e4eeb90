package sampling_test

import (
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// TestSizesAgree: a frame gone through once gives the probabilities of the frame in memory.
func TestSizesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, positive := wholeSizes(t)
		n := rapid.IntRange(0, positive).Draw(t, "n")
		want, err := sampling.InclusionProbabilities(size, n)
		if err != nil {
			t.Fatal(err)
		}
		s := sampling.NewSizes(n)
		for _, v := range size {
			s.Add(v)
		}
		share, err := s.Share(n)
		if err != nil || s.Units() != len(size) {
			t.Fatalf("%d units, %v", s.Units(), err)
		}
		if !s.Whole() {
			t.Fatalf("whole sizes %v are not whole", size)
		}
		for i, v := range size {
			if got := share.Pi(v); !scalar.EqualWithinAbsOrRel(got, want[i], 0, 1e-14) || (got == 1) != (want[i] == 1) {
				t.Fatalf("%v, n = %d: π of %v is %v, want %v", size, n, v, got, want[i])
			}
		}
	})
}

func TestSizesRefuse(t *testing.T) {
	s := sampling.NewSizes(3)
	for _, v := range []float64{1, 0, 2} {
		s.Add(v)
	}
	if _, err := s.Share(3); err == nil {
		t.Error("3 of 2 units with a size: no error")
	}
	defer func() {
		if recover() == nil {
			t.Error("4 units of sizes gathered for 3: no panic")
		}
	}()
	s.Share(4)
}
