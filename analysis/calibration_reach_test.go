package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// TestCalibrationReach: by linear programming, totals that bounds a little narrower can reach are reached, and those
// that bounds a little wider cannot reach are refused as out of reach.
func TestCalibrationReach(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 4))
	outcomes := map[bool]int{}
	for range 40 {
		s := drawSurveyed(rng.Uint64(), 1)
		c := analysis.Calibration{Terms: s.terms()}
		c.Lower, c.Upper = 0.99-0.4*math.Pow(rng.Float64(), 2), 1.01+0.4*math.Pow(rng.Float64(), 2)
		within := s.feasible(t, c.Terms, 1-0.99*(1-c.Lower), 1+0.99*(c.Upper-1))
		beyond := s.feasible(t, c.Terms, 1-1.01*(1-c.Lower), 1+1.01*(c.Upper-1))
		for _, c.Method = range calibrationMethods[2:] {
			_, fit, err := s.sample().Calibrate(c)
			var failed *analysis.CalibrationError
			switch {
			case within && err != nil:
				t.Fatalf("%v: in reach, but %v", c.Method, err)
			case !beyond && (!errors.As(err, &failed) || failed.Problems[0].Failure != analysis.OutOfReach):
				t.Fatalf("%v: out of reach, but %v, %+v", c.Method, err, fit)
			}
		}
		outcomes[within]++
	}
	if outcomes[true] < 5 || outcomes[false] < 5 {
		t.Errorf("totals in reach or not: %v", outcomes)
	}
}

// feasible tells by the simplex method whether some g within bounds have the totals of the terms.
func (s *surveyed) feasible(t *testing.T, terms []analysis.Term, lower, upper float64) bool {
	n := len(s.y)
	rows := [][]float64{} // of a, one of b, and x: the rest is told by them
	var targets []float64
	add := func(value func(i int) float64, target float64) {
		row := make([]float64, 2*n)
		for i, w := range s.columns.Weights {
			row[i] = w * value(i)
			target -= lower * row[i]
		}
		rows, targets = append(rows, row), append(targets, target)
	}
	for l, total := range terms[0].Totals {
		add(func(i int) float64 { return indicatorOf(s.a[i], int32(l)) }, total)
	}
	add(func(i int) float64 { return indicatorOf(s.b[i], 0) }, terms[1].Totals[0])
	add(func(i int) float64 { return s.x[i] }, terms[2].Totals[0])
	a := mat.NewDense(len(rows)+n, 2*n, nil)
	for r, row := range rows {
		a.SetRow(r, row)
	}
	for i := range n { // what is above the lower bound, and what is left to the upper one
		a.Set(len(rows)+i, i, 1)
		a.Set(len(rows)+i, n+i, 1)
		targets = append(targets, upper-lower)
	}
	_, _, err := lp.Simplex(make([]float64, 2*n), a, targets, 1e-9, nil)
	if err != nil && !errors.Is(err, lp.ErrInfeasible) {
		t.Fatal(err)
	}
	return err == nil
}

func indicatorOf(code, level int32) float64 {
	if code == level {
		return 1
	}
	return 0
}
