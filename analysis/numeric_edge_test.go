package analysis_test

import (
	"fmt"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
)

// TestBinomialEdge holds exact and Jeffreys limits at the edge of the numbers, counts of 1e8 and a level of 1 - 1e-9,
// against R 4.2.2, with a = (1-level)/2:
//
//	qbeta(a, x, n-x+1), qbeta(a, x+1, n-x, lower = FALSE), qbeta(a, x+.5, n-x+.5), qbeta(a, x+.5, n-x+.5, lower = FALSE)
//
// log Γ(1e8) is 1.7e9, of which the last bit is 2.4e-7; two of these are in a beta probability, and a limit of x = 1
// has its relative error.
func TestBinomialEdge(t *testing.T) {
	const tol = 2 * 2.4e-7
	for _, r := range []struct{ level, x, n, lower, upper, jeffreysLower, jeffreysUpper float64 }{
		{0.95, 0, 1e8, 0, 3.688879386075e-08, 0, 2.511943055828e-08},
		{0.95, 1, 1e8, 2.531780798108e-10, 5.571643263581e-08, 1.078976415235e-09, 4.674201704693e-08},
		{0.95, 5e7, 1e8, 0.499901996802, 0.500098003198, 0.499902001802, 0.500097998198},
		{0.95, 1e8 - 1, 1e8, 0.9999999442836, 0.9999999997468, 0.999999953258, 0.999999998921},
		{1 - 1e-9, 0, 1e8, 0, 2.141641075247e-07, 0, 1.933862896079e-07},
		{1 - 1e-9, 1, 1e8, 4.99999985984e-18, 2.466139808455e-07, 7.616186927416e-15, 2.312868670609e-07},
		{1 - 1e-9, 5e7, 1e8, 0.4996945245188, 0.5003054754812, 0.4996945295188, 0.5003054704812},
		{1 - 1e-9, 5, 10, 0.004583269993974, 0.995416730006, 0.007553485600154, 0.9924465143998},
	} {
		exact, jeffreys := analysis.ClopperPearson(r.x, r.n, r.level), analysis.Jeffreys(r.x, r.n, r.level)
		for i, pair := range [][2]float64{
			{exact.Lower, r.lower}, {exact.Upper, r.upper},
			{jeffreys.Lower, r.jeffreysLower}, {jeffreys.Upper, r.jeffreysUpper},
		} {
			if !scalar.EqualWithinRel(pair[0], pair[1], tol) {
				t.Errorf("%v of %v, level %v: limit %d = %v, want %v", r.x, r.n, r.level, i, pair[0], pair[1])
			}
		}
	}
}

// TestRateRatioEdge: no event on either side, and counts of 1e8, whose ratio is known to 4 digits and as by the normal
// approximation of its logarithm, z √(1/x1 + 1/x2).
func TestRateRatioEdge(t *testing.T) {
	none := analysis.RateRatioExact(0, 1, 0, 1, 0.95)
	if none.Lower != 0 || fmt.Sprint(none.Upper) != "+Inf" {
		t.Errorf("no events: %v", none)
	}
	for _, i := range []analysis.Interval{
		analysis.RateRatioExact(1e8, 5, 1e8, 5, 0.95), analysis.RateRatio(1e8, 5, 1e8, 5, analysis.PoissonByar, 0.95),
	} {
		const half = 1.959963984540054 * 1.4142135623730951e-4
		if !closeTo(i.Lower, 1-half, 1e-7) || !closeTo(i.Upper, 1+half, 1e-7) {
			t.Errorf("1e8 events each: %v, want 1 ∓ %v", i, half)
		}
	}
}
