package analysis

import (
	"fmt"
	"math"
)

// A Trimming cuts weights at bounds and gives what is cut off, in equal amounts, to the rows that were within them, so
// that the weights add up to what they did.
type Trimming struct {
	Lower, Upper float64 // ±Inf where there is none

	// Strict trims again while the amounts given push weights over a bound.
	Strict bool
}

// Trim gives the sample with trimmed weights, and how many rows were cut. Trimming is taken as fixed in variances: it
// lowers a variance for a bias that no variance shows. Totals that weights were fitted to are hit no more: calibrate
// after it, or within bounds instead.
//
// The error says that nobody is within the bounds to take what was cut off, or that strict trimming cannot end since
// the mean weight is not within them.
//
// Potter (1990), Proceedings of the Survey Research Methods Section, ASA, 225-230.
func (s *Sample) Trim(t Trimming) (*Sample, int, error) {
	w, cut, err := t.Apply(s.weights)
	if err != nil {
		return nil, 0, err
	}
	return s.adjusted(w, nil), cut, nil
}

// Apply trims weights, which are left as they are; those of 0 are passed over. It counts the rows that were cut.
func (t Trimming) Apply(w []float64) (trimmed []float64, cut int, err error) {
	mean := sum(w) / float64(counted(w))
	if !(t.Lower < t.Upper) || t.Strict && !(mean > t.Lower && mean < t.Upper) {
		return nil, 0, fmt.Errorf("analysis: trimming weights to between %v and %v: their mean, %v, must be between them",
			t.Lower, t.Upper, mean)
	}
	was := make([]bool, len(w))
	for rounds := 0; ; rounds++ {
		next, n, err := t.once(w, was)
		if err != nil {
			return nil, 0, err
		}
		w = next
		if n == 0 || !t.Strict {
			break
		}
	}
	for _, x := range was {
		cut += oneIf(x)
	}
	return w, cut, nil
}

// once trims, and gives what was cut off to the rows within the bounds.
func (t Trimming) once(w []float64, was []bool) (out []float64, cut int, err error) {
	out, off := make([]float64, len(w)), make([]float64, len(w))
	within := 0
	for i, v := range w {
		out[i] = v
		switch {
		case v == 0:
		case v < t.Lower || v > t.Upper:
			out[i] = math.Max(t.Lower, math.Min(v, t.Upper))
			off[i] = v - out[i]
			was[i] = true
			cut++
		default:
			within++
		}
	}
	if cut > 0 && within == 0 {
		return nil, 0, fmt.Errorf("analysis: trimming: no weight is within %v and %v to take what is cut off",
			t.Lower, t.Upper)
	}
	give := sum(off) / float64(within)
	for i, v := range w {
		if cut > 0 && v != 0 && v >= t.Lower && v <= t.Upper {
			out[i] = v + give
		}
	}
	return out, cut, nil
}
