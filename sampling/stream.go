package sampling

import (
	"fmt"
	"iter"
)

// A Selector decides on units as they come, one after the other in the order of the frame, which need not be held in
// memory. It draws the same sample as the function of the same design draws from the frame in memory, given the same
// random numbers.
type Selector interface {
	// Take says whether the next unit is drawn. What x is depends on the design: the size of the unit, or its π;
	// designs with equal probabilities do not look at it.
	Take(x float64) bool

	// End is called after the last unit. An error says that the units that came were not those announced, so that the
	// sample is not the one asked for.
	End() error
}

// Select gives those of the units that the selector takes, in their order. x gives what Take wants of a unit; it may be
// nil where Take does not look at it. The first error of the units, or else one of the selector at the end, is given
// last, with the zero unit: a sample is good when no error came.
func Select[U any](units iter.Seq2[U, error], x func(U) float64, s Selector) iter.Seq2[U, error] {
	if x == nil {
		x = func(U) float64 { return 1 }
	}
	return func(yield func(U, error) bool) {
		var none U
		for u, err := range units {
			if err != nil {
				yield(none, err)
				return
			}
			if s.Take(x(u)) && !yield(u, nil) {
				return
			}
		}
		if err := s.End(); err != nil {
			yield(none, err)
		}
	}
}

// StreamPositions takes the units at the positions given, which are ascending and differ, of a stream of size units. It
// streams every design that needs no more of the frame than the number of its units, in memory of the size of the
// sample:
//
//	sampling.StreamPositions(sampling.SRS(rng, n, size), size)
//
// Take does not look at its argument. End wants the stream to have had size units.
func StreamPositions(units []int, size int) Selector {
	return &positionStream{units: units, size: size}
}

type positionStream struct {
	units    []int // still to come
	at, size int
}

func (s *positionStream) Take(float64) bool {
	taken := len(s.units) > 0 && s.units[0] == s.at
	if taken {
		s.units = s.units[1:]
	}
	s.at++
	return taken
}

func (s *positionStream) End() error { return wantTotal("units", float64(s.at), float64(s.size)) }

// wantTotal is an error unless a stream added up to what was announced.
func wantTotal(what string, got, want float64) error {
	if got != want {
		return fmt.Errorf("sampling: the %s of the stream add up to %.17g, want %.17g as announced", what, got, want)
	}
	return nil
}
