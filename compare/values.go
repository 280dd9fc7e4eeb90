package compare

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// Errors of tests on the values of two samples.
var (
	ErrNoValues     = errors.New("compare: a sample without a value, or without weight")
	ErrNotANumber   = errors.New("compare: a value is not a number: leave rows without one out")
	ErrWeight       = errors.New("compare: a weight is negative or not finite")
	ErrBeyondExact  = errors.New("compare: samples too large for the exact distribution: use the asymptotic one")
	errOtherLengths = "compare: weights and values of a sample differ in number"
)

// A valued is a value with its weight and the sample that it is of.
type valued struct {
	v, w  float64
	first bool
}

// pool puts two samples in order of their values, ties by weight and sample, so that the order of rows tells nothing.
func pool(x, wx, y, wy []float64) ([]valued, error) {
	if wx != nil && len(wx) != len(x) || wy != nil && len(wy) != len(y) {
		panic(errOtherLengths)
	}
	all := make([]valued, 0, len(x)+len(y))
	all = appendSample(all, x, wx, true)
	all = appendSample(all, y, wy, false)
	for _, a := range all {
		switch {
		case math.IsNaN(a.v):
			return nil, ErrNotANumber
		case !(a.w >= 0) || math.IsInf(a.w, 1):
			return nil, ErrWeight
		}
	}
	slices.SortFunc(all, func(a, b valued) int {
		return cmp.Or(cmp.Compare(a.v, b.v), cmp.Compare(a.w, b.w))
	})
	if len(x) == 0 || len(y) == 0 {
		return nil, ErrNoValues
	}
	return all, nil
}

func appendSample(all []valued, v, w []float64, first bool) []valued {
	for i := range v {
		a := valued{v[i], 1, first}
		if w != nil {
			a.w = w[i]
		}
		all = append(all, a)
	}
	return all
}

// A DistributionGap is how the distributions of a variable in two samples differ. Weights are sampling weights:
// multiplying those of a sample by a constant changes nothing.
type DistributionGap struct {
	D           float64 // max |F - G|, F of the first sample
	At          float64 // the value, in its unit, up to which shares differ by D; the lowest of several
	Above       float64 // max (F - G), not below 0: the first sample has more of the small values
	Below       float64 // min (F - G), not above 0
	Wasserstein float64 // ∫ |F - G| in the unit of the values: the earth mover's distance
	NX, NY      float64 // effective numbers by Kish, (Σw)²/Σw²: they tell nothing of clusters
}

// GapOf compares the distributions of two samples of values with their weights, nil for all alike. The error is
// ErrNoValues, ErrNotANumber or ErrWeight. It panics where weights are not one a value.
//
// Kish (1965), Survey Sampling, section 11.7, for the effective numbers.
func GapOf(x, wx, y, wy []float64) (DistributionGap, error) {
	all, err := pool(x, wx, y, wy)
	if err != nil {
		return DistributionGap{}, err
	}
	sx, sy := sumsOf(all)
	if !(sx.w > 0) || !(sy.w > 0) {
		return DistributionGap{}, ErrNoValues
	}
	g := DistributionGap{At: math.NaN(), NX: sx.w * sx.w / sx.w2, NY: sy.w * sy.w / sy.w2}
	g.walk(all, sx.w, sy.w)
	return g, nil
}

type weightSums struct{ w, w2 float64 }

func sumsOf(all []valued) (x, y weightSums) {
	for _, a := range all {
		s := &y
		if a.first {
			s = &x
		}
		s.w, s.w2 = s.w+a.w, s.w2+a.w*a.w
	}
	return x, y
}

// walk goes through the values in order. After the last both distributions are 1 and do not differ.
func (g *DistributionGap) walk(all []valued, allX, allY float64) {
	fx, fy := 0.0, 0.0
	for i, a := range all {
		if a.first {
			fx += a.w
		} else {
			fy += a.w
		}
		if i == len(all)-1 {
			break
		}
		next := all[i+1].v
		if next == a.v {
			continue
		}
		d := fx/allX - fy/allY
		g.Wasserstein += math.Abs(d) * (next - a.v)
		g.Above, g.Below = math.Max(g.Above, d), math.Min(g.Below, d)
		if math.Abs(d) > g.D {
			g.D, g.At = math.Abs(d), a.v
		}
	}
}

// Asymptotic is the probability of a D at least as large where the distributions are alike, by the effective numbers
// given: those of the gap, or less where persons were sampled in clusters.
func (g DistributionGap) Asymptotic(nx, ny float64) float64 {
	return KolmogorovTail(math.Sqrt(nx*ny/(nx+ny)) * g.D)
}
