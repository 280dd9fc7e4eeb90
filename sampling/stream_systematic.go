package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// StreamSystematic draws n units from a stream by systematic sampling with probability proportional to a whole size,
// in memory that does not grow. total is the sum of the sizes, known beforehand. The argument of Take is the size of
// the unit. With sizes x, X their sum, and a random start r, one of 0 … X-1, the unit before which the sizes add up
// to C is drawn where for some j
//
//	n·C ≤ r + j·X < n·(C + x)
//
// so that π = n·x/X exactly, and the sample has exactly n units: all is whole numbers. With every size 1 and total the
// number of units it is FractionalSystematic, and gives the same sample. With other sizes it draws another sample than
// Systematic, which works with fractions; the design is the same.
//
// A size may not exceed X/n: such a unit is certain. Take it, and those that then exceed what is left, out of the
// stream first. End gives an error that names a unit that was too large or whose size was not a whole number, 0 or
// more, and one where the sizes did not add up to total. StreamSystematic panics unless 0 ≤ n ≤ total.
//
// Madow (1949), Annals of Mathematical Statistics 20:333-354.
func StreamSystematic(rng *rand.Rand, n, total int) Selector {
	mustDraw(n, total)
	s := &systematicStream{n: n, total: total, limit: total}
	if n > 0 {
		s.due, s.limit = rng.IntN(total), total/n
	} else {
		s.due = unreachable
	}
	return s
}

type systematicStream struct {
	n, total int
	limit    int // the largest size whose n-fold does not exceed total
	due      int // n-fold of the sizes that may pass before the next unit drawn
	at       int
	sum      int
	err      error // of the first unit that was wrong
}

func (s *systematicStream) Take(size float64) bool {
	if !(size >= 0 && size <= float64(s.limit)) || size != math.Trunc(size) {
		s.refuse(size)
		return false
	}
	x := int(size)
	width := s.n * x
	taken := s.due < width
	if taken {
		s.due += s.total
	}
	s.due -= width
	s.sum += x
	s.at++
	return taken
}

func (s *systematicStream) refuse(size float64) {
	if s.err == nil {
		s.err = fmt.Errorf("sampling: size of unit %d is %v, want a whole number from 0 to %d", s.at, size, s.limit)
	}
	s.at++
}

func (s *systematicStream) End() error {
	if s.err != nil {
		return s.err
	}
	return wantTotal("sizes", float64(s.sum), float64(s.total))
}

// StreamPi draws as Systematic does from a stream, in memory that does not grow. The argument of Take is π of the unit;
// Take panics where it is outside [0, 1] or NaN. total is Σπ, added up in the order of the stream: where it is whole,
// rounding may leave the last point beyond the last unit, and the sum tells which unit is last. So the sample is that
// of Systematic where no π after the first is so small that adding it changes nothing (1e-16 of the sum). End gives an
// error where the π did not add up to total to the last bit.
func StreamPi(rng *rand.Rand, total float64) Selector {
	s := &piStream{next: rng.Float64(), total: total}
	if isWhole(total) {
		s.missing = int(math.Round(total))
	}
	return s
}

type piStream struct {
	next, sum, total float64
	missing          int // units still to come where their number is fixed, 0 or less where it is not
	at               int
}

func (s *piStream) Take(pi float64) bool {
	mustBeProbability(s.at, pi)
	s.at++
	s.sum += pi
	last := pi > 0 && s.sum == s.total
	if s.next >= s.sum && pi != 1 && !(last && s.missing > 0) {
		return false
	}
	s.next++
	s.missing--
	return true
}

func (s *piStream) End() error { return wantTotal("inclusion probabilities", s.sum, s.total) }

// StreamInterval draws as IntervalSystematic does, every k-th unit of a stream of any length, which need not be known.
// Take does not look at its argument. It panics unless k ≥ 1.
func StreamInterval(rng *rand.Rand, k int) Selector {
	mustBeInterval(k)
	return &intervalStream{k: k, left: rng.IntN(k)}
}

type intervalStream struct{ k, left int }

func (s *intervalStream) Take(float64) bool {
	if s.left > 0 {
		s.left--
		return false
	}
	s.left = s.k - 1
	return true
}

func (s *intervalStream) End() error { return nil }
