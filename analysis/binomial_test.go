package analysis_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// binomialMethods are the intervals for x of n.
var binomialMethods = map[string]func(x, n, level float64) analysis.Interval{
	"Wald":            analysis.Wald,
	"Wilson":          analysis.Wilson,
	"WilsonCorrected": analysis.WilsonCorrected,
	"AgrestiCoull":    analysis.AgrestiCoull,
	"Arcsine":         analysis.Arcsine,
	"LogOdds":         analysis.LogOdds,
	"ClopperPearson":  analysis.ClopperPearson,
	"Jeffreys":        analysis.Jeffreys,
	"MidP":            analysis.MidP,
}

// within reports whether an interval has these limits.
func within(i analysis.Interval, lower, upper, tol float64) bool {
	return scalar.EqualWithinAbs(i.Lower, lower, tol) && scalar.EqualWithinAbs(i.Upper, upper, tol)
}

// TestBinomialPublished holds the intervals against Newcombe (1998), Statistics in Medicine 17:857-872, Table I,
// printed to four decimals, hence tol. A limit of Wald's below 0 is not printed there; it is 1/29 - 1.96·√(28/29³).
func TestBinomialPublished(t *testing.T) {
	const tol = 0.5e-4 + 1e-9
	for _, tt := range []struct {
		method             string
		x, n, lower, upper float64
	}{
		{"Wald", 81, 263, 0.2522, 0.3638}, {"Wald", 15, 148, 0.0527, 0.1500},
		{"Wald", 0, 20, 0, 0}, {"Wald", 1, 29, -0.0319, 0.1009},
		{"Wilson", 81, 263, 0.2553, 0.3662}, {"Wilson", 15, 148, 0.0624, 0.1605},
		{"Wilson", 0, 20, 0, 0.1611}, {"Wilson", 1, 29, 0.0061, 0.1718},
		{"WilsonCorrected", 81, 263, 0.2535, 0.3682}, {"WilsonCorrected", 15, 148, 0.0598, 0.1644},
		{"WilsonCorrected", 0, 20, 0, 0.2005}, {"WilsonCorrected", 1, 29, 0.0018, 0.1963},
		{"ClopperPearson", 81, 263, 0.2527, 0.3676}, {"ClopperPearson", 15, 148, 0.0578, 0.1617},
		{"ClopperPearson", 0, 20, 0, 0.1684}, {"ClopperPearson", 1, 29, 0.0009, 0.1776},
		{"MidP", 81, 263, 0.2544, 0.3658}, {"MidP", 15, 148, 0.0601, 0.1581},
		{"MidP", 0, 20, 0, 0.1391}, {"MidP", 1, 29, 0.0017, 0.1585},
	} {
		got := binomialMethods[tt.method](tt.x, tt.n, 0.95)
		if !within(got, tt.lower, tt.upper, tol) {
			t.Errorf("%s(%v, %v) = %v, want [%v, %v]", tt.method, tt.x, tt.n, got, tt.lower, tt.upper)
		}
	}
}

// TestBinomialR holds the intervals on beta distributions against R 4.2.2, at more digits:
//
//	binom.test(12345, 67890)$conf.int; qbeta(c(.025, .975), 12345.5, 55545.5)
//	1 - .05^(1/1e6): x = 0 of a million, at 90 %
func TestBinomialR(t *testing.T) {
	for name, tt := range map[string]struct {
		got          analysis.Interval
		lower, upper float64
	}{
		"Clopper–Pearson": {analysis.ClopperPearson(12345, 67890, 0.95), 0.1789431467177491, 0.1847606074729400},
		"Jeffreys":        {analysis.Jeffreys(12345, 67890, 0.95), 0.1789504655620081, 0.1847531972370928},
		"nobody":          {analysis.ClopperPearson(0, 1e6, 0.9), 0, -math.Expm1(math.Log(0.05) / 1e6)},
	} {
		if !within(tt.got, tt.lower, tt.upper, 1e-12) {
			t.Errorf("%s: %v, want [%v, %v]", name, tt.got, tt.lower, tt.upper)
		}
	}
}

// TestBinomialSolves puts the limits back into what defines them.
func TestBinomialSolves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := float64(rapid.IntRange(2, 300).Draw(t, "n"))
		x := float64(rapid.IntRange(1, int(n)-1).Draw(t, "x"))
		level := rapid.Float64Range(0.5, 0.999).Draw(t, "level")
		z, a := analysis.Quantile((1+level)/2, math.Inf(1)), (1-level)/2
		score, exact, mid := analysis.Wilson(x, n, level), analysis.ClopperPearson(x, n, level), analysis.MidP(x, n, level)
		low, high := distuv.Binomial{N: n, P: exact.Lower}, distuv.Binomial{N: n, P: exact.Upper}
		midLow, midHigh := distuv.Binomial{N: n, P: mid.Lower}, distuv.Binomial{N: n, P: mid.Upper}
		for what, pair := range map[string][2]float64{
			"score below": {x/n - score.Lower, z * math.Sqrt(score.Lower*(1-score.Lower)/n)},
			"score above": {score.Upper - x/n, z * math.Sqrt(score.Upper*(1-score.Upper)/n)},
			"exact below": {below(low, n) - below(low, x-1), a},
			"exact above": {below(high, x), a},
			"mid-p below": {below(midLow, n) - below(midLow, x) + midLow.Prob(x)/2, a},
			"mid-p above": {below(midHigh, x-1) + midHigh.Prob(x)/2, a},
		} {
			if !scalar.EqualWithinAbsOrRel(pair[0], pair[1], 1e-11, 1e-9) {
				t.Errorf("%s, %v of %v at %v: %v, want %v", what, x, n, level, pair[0], pair[1])
			}
		}
	})
}

// below is P(X ≤ x), term by term.
func below(d distuv.Binomial, x float64) (sum float64) {
	for k := 0.0; k <= x; k++ {
		sum += d.Prob(k)
	}
	return sum
}

// TestBinomialShape: those without the trait have the mirrored interval, limits are in order about x/n, and a higher
// level is wider (but not always Agresti and Coull's, whose middle moves with the level).
func TestBinomialShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := float64(rapid.IntRange(1, 5000).Draw(t, "n"))
		x := float64(rapid.IntRange(0, int(n)-1).Draw(t, "x"))
		level := rapid.Float64Range(0.5, 0.99).Draw(t, "level")
		for name, method := range binomialMethods {
			i, mirrored := method(x, n, level), method(n-x, n, level)
			if name == "LogOdds" && x == 0 {
				continue
			}
			if !within(mirrored, 1-i.Upper, 1-i.Lower, 1e-12) {
				t.Errorf("%s: %v of %v: %v, mirrored %v", name, x, n, i, mirrored)
			}
			if !(i.Lower <= x/n+1e-15 && x/n <= i.Upper+1e-15) {
				t.Errorf("%s: %v of %v: %v does not hold the proportion", name, x, n, i)
			}
			wider := method(x, n, level+0.009)
			if name != "AgrestiCoull" && (wider.Lower > i.Lower || wider.Upper < i.Upper) {
				t.Errorf("%s: %v of %v: %v, at a higher level %v", name, x, n, i, wider)
			}
			if i.Basis != analysis.Superpopulation || i.Level != level {
				t.Errorf("%s is labelled %v at %v", name, i.Basis, i.Level)
			}
		}
	})
}

// TestBinomialRises: with one more with the trait either limit of an interval that comes of a test is no lower.
func TestBinomialRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := float64(rapid.IntRange(1, 2000).Draw(t, "n"))
		x := float64(rapid.IntRange(0, int(n)-1).Draw(t, "x"))
		level := rapid.Float64Range(0.5, 0.99).Draw(t, "level")
		for _, name := range []string{"Wilson", "WilsonCorrected", "ClopperPearson", "Jeffreys", "MidP"} {
			i, next := binomialMethods[name](x, n, level), binomialMethods[name](x+1, n, level)
			if next.Lower < i.Lower || next.Upper < i.Upper {
				t.Errorf("%s: %v of %v: %v, one more %v", name, x, n, i, next)
			}
		}
	})
}

// TestBinomialNested: Wilson's interval is in Agresti and Coull's and in the corrected one, mid-p's in the exact one.
func TestBinomialNested(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := float64(rapid.IntRange(1, 2000).Draw(t, "n"))
		x := float64(rapid.IntRange(0, int(n)).Draw(t, "x"))
		level := rapid.Float64Range(0.5, 0.99).Draw(t, "level")
		for _, pair := range [][2]string{
			{"Wilson", "AgrestiCoull"}, {"Wilson", "WilsonCorrected"}, {"MidP", "ClopperPearson"},
			{"Jeffreys", "ClopperPearson"},
		} {
			in, out := binomialMethods[pair[0]](x, n, level), binomialMethods[pair[1]](x, n, level)
			if in.Lower < out.Lower-1e-12 || in.Upper > out.Upper+1e-12 {
				t.Errorf("%v of %v: %s %v is not in %s %v", x, n, pair[0], in, pair[1], out)
			}
		}
	})
}

// TestBinomialCoverage adds up, for every p of a grid, the probabilities of the x whose interval holds p. No draw is
// made: the figures are exact. The exact interval covers its level for every p. Wilson's and Jeffreys's cover it on
// the average over p within a point, mid-p's, Agresti and Coull's and the corrected one a little more, and Wald's
// less, next to nothing for some p.
func TestBinomialCoverage(t *testing.T) {
	bounds := map[string][3]float64{ // least coverage, and mean coverage from and to, less the level
		"ClopperPearson":  {0, 0.005, 0.1},
		"Wilson":          {-0.12, -0.01, 0.01},
		"Jeffreys":        {-0.22, -0.01, 0.01},
		"MidP":            {-0.09, 0, 0.03},
		"AgrestiCoull":    {-0.09, 0, 0.03},
		"WilsonCorrected": {-0.01, 0.005, 0.1},
		"Wald":            {-1, -0.12, -0.01},
	}
	for _, level := range []float64{0.8, 0.95} {
		for _, n := range []float64{20, 50, 100} {
			for name, want := range bounds {
				least, mean := coverage(binomialMethods[name], n, level)
				if least < level+want[0]-1e-12 || mean < level+want[1] || mean > level+want[2] {
					t.Errorf("%s of %v at %v covers %v at least, %v on the average", name, n, level, least, mean)
				}
				if name == "Wald" && least > 0.05 {
					t.Errorf("Wald of %v at %v covers %v at least", n, level, least)
				}
			}
		}
	}
}

// coverage is the least and the mean probability to hold p, over p from 0.0005 to 0.9995.
func coverage(method func(x, n, level float64) analysis.Interval, n, level float64) (least, mean float64) {
	var intervals []analysis.Interval
	for x := 0.0; x <= n; x++ {
		intervals = append(intervals, method(x, n, level))
	}
	const points = 1000
	least = 1
	for k := range points {
		d, covered := distuv.Binomial{N: n, P: (float64(k) + 0.5) / points}, 0.0
		for x, i := range intervals {
			if i.Lower <= d.P && d.P <= i.Upper {
				covered += d.Prob(float64(x))
			}
		}
		least, mean = min(least, covered), mean+covered/points
	}
	return least, mean
}

func TestBinomialEdges(t *testing.T) {
	for name, want := range map[string][2]float64{
		"Wald": {math.NaN(), math.NaN()}, "Wilson": {math.NaN(), math.NaN()}, "Arcsine": {math.NaN(), math.NaN()},
		"LogOdds": {math.NaN(), math.NaN()}, "ClopperPearson": {0, 1}, "Jeffreys": {0, 1}, "MidP": {0, 1},
	} {
		got := binomialMethods[name](0, 0, 0.95)
		if !scalar.Same(got.Lower, want[0]) || !scalar.Same(got.Upper, want[1]) {
			t.Errorf("%s(0, 0) = %v, want %v", name, got, want)
		}
	}
	for name, method := range binomialMethods {
		for _, bad := range [][3]float64{
			{-1, 5, 0.95}, {6, 5, 0.95}, {math.NaN(), 5, 0.95}, {1, math.Inf(1), 0.95}, {1, 5, 0}, {1, 5, 1}, {1, 5, 95},
			{1, 5, math.NaN()},
		} {
			if !panics(func() { method(bad[0], bad[1], bad[2]) }) {
				t.Errorf("%s%v does not panic", name, bad)
			}
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func BenchmarkBinomial(b *testing.B) {
	for _, name := range []string{"Wilson", "ClopperPearson", "MidP"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				binomialMethods[name](123, 4567, 0.95)
			}
		})
	}
}
