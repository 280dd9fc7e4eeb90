package demography

import (
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/mat"
)

// DecimalYear is a day as a year and part of it, year + (day of the year - 1)/(days of the year): 1 April 2024 is
// 2024 + 91/366. Only the day counts, not the hour.
func DecimalYear(t time.Time) float64 {
	days := time.Date(t.Year(), time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
	return float64(t.Year()) + float64(t.YearDay()-1)/float64(days)
}

// A Path is how a population is thought to go from one date to another.
type Path string

// The paths.
const (
	Linear      Path = "linear"      // by as many persons a year
	Exponential Path = "exponential" // at one rate of growth
	SquareRoot  Path = "sqrt_power"  // its square root by as much a year: between the two
)

// Paths are the paths there are.
func Paths() []Path { return []Path{Linear, Exponential, SquareRoot} }

// Interpolate gives populations at a date between, or beyond, two others, cell by cell. Part is how much of the time
// from the first to the second has gone by, f = (t-t₁)/(t₂-t₁) in decimal years; the derivatives are by first, then
// second.
//
//	linear       P₁ + f(P₂-P₁)
//	exponential  P₁ (P₂/P₁)^f
//	sqrt_power   (√P₁ + f(√P₂-√P₁))²
//
// Age groups are interpolated as groups, no cohort is followed: a cohort that is large passes through unseen, and what
// is beyond either date is only as good as the path. An exponential through a population of 0 is NaN. It panics when
// the two populations differ in length.
func Interpolate(path Path, first, second []float64, part float64) (Carried, error) {
	if len(first) != len(second) {
		panic("demography: the populations of the two dates differ in length")
	}
	n := len(first)
	out := Carried{Value: make([]float64, n), Jacobian: mat.NewDense(max(n, 1), max(2*n, 1), nil)}
	for i := range n {
		v, d1, d2, ok := path.at(first[i], second[i], part)
		if !ok {
			return Carried{}, fmt.Errorf("no path is called %q; the paths are %v", path, Paths())
		}
		out.Value[i] = v
		out.Jacobian.Set(i, i, d1)
		out.Jacobian.Set(i, n+i, d2)
	}
	return out, nil
}

// at is the value of one cell, and its derivatives by the first and the second population.
func (p Path) at(a, b, f float64) (v, d1, d2 float64, ok bool) {
	switch p {
	case Linear:
		return a + f*(b-a), 1 - f, f, true
	case Exponential:
		if !(a > 0 && b > 0) {
			return math.NaN(), math.NaN(), math.NaN(), true
		}
		v = a * math.Pow(b/a, f)
		return v, (1 - f) * v / a, f * v / b, true
	case SquareRoot:
		root := math.Sqrt(a) + f*(math.Sqrt(b)-math.Sqrt(a))
		return root * root, root * (1 - f) / math.Sqrt(a), root * f / math.Sqrt(b), true
	}
	return 0, 0, 0, false
}
