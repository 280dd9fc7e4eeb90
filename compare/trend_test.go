package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// seriesOf is a series with standard errors and degrees of freedom alike in all rounds.
func seriesOf(se, df float64, log []float64, verdicts ...compare.Verdict) compare.Series {
	s := compare.Series{LogRatio: log, Verdict: verdicts, MarginPct: 5}
	for range log {
		s.SE, s.DF = append(s.SE, se), append(s.DF, df)
	}
	return s
}

func trend(s compare.Series, times ...float64) compare.Trend {
	if times == nil {
		times = []float64{2009, 2014, 2019}[:len(s.LogRatio)]
	}
	return compare.Trends(times, []compare.Series{s}, 0.05)[0]
}

func TestClasses(t *testing.T) {
	const a, d, c = compare.Agrees, compare.Differs, compare.CannotTell
	for name, tt := range map[string]struct {
		s    compare.Series
		want compare.Class
		sign int
	}{
		"persistent":              {seriesOf(0.01, inf, []float64{0.1, 0.11, 0.1}, d, d, d), compare.Persistent, 1},
		"persistent where told":   {seriesOf(0.01, inf, []float64{-0.1, -0.11, -0.1}, d, c, d), compare.Persistent, -1},
		"growing":                 {seriesOf(0.01, inf, []float64{0.1, 0.2, 0.3}, d, d, d), compare.Growing, 1},
		"growing below":           {seriesOf(0.01, inf, []float64{-0.1, -0.2, -0.3}, d, d, d), compare.Growing, -1},
		"shrinking":               {seriesOf(0.01, inf, []float64{0.3, 0.2, 0.1}, d, d, d), compare.Shrinking, 1},
		"new":                     {seriesOf(0.01, inf, []float64{0, 0, 0.2}, a, a, d), compare.New, 1},
		"new by verdicts alone":   {seriesOf(0.01, inf, []float64{0.035, 0.035, 0.05}, a, a, d), compare.Unsteady, 1},
		"resolved":                {seriesOf(0.01, inf, []float64{-0.2, 0, 0}, d, a, a), compare.Resolved, -1},
		"reversed":                {seriesOf(0.01, inf, []float64{-0.2, 0, 0.2}, d, a, d), compare.Reversed, 1},
		"there and back":          {seriesOf(0.01, inf, []float64{0, 0.2, 0}, a, d, a), compare.Unsteady, 1},
		"agreeing":                {seriesOf(0.01, inf, []float64{0, 0, 0}, a, a, a), compare.Agreeing, 0},
		"once":                    {seriesOf(0.01, inf, []float64{0.3, nan, nan}, d, c, c), compare.ToldOnce, 1},
		"never":                   {seriesOf(0.5, inf, []float64{0.3, 0.1, nan}, c, c, c), compare.NeverTold, 0},
		"nobody in the register":  {seriesOf(0.01, inf, []float64{math.Inf(-1), math.Inf(-1)}, d, d), compare.Persistent, -1},
		"nobody in the census":    {seriesOf(0.01, inf, []float64{math.Inf(1), math.Inf(1)}, d, d), compare.Persistent, 1},
		"counts: grown by more":   {seriesOf(0, inf, []float64{math.Log(1.1), math.Log(1.16)}, d, d), compare.Growing, 1},
		"counts: within a margin": {seriesOf(0, inf, []float64{math.Log(1.1), math.Log(1.14)}, d, d), compare.Persistent, 1},
		"counts: new":             {seriesOf(0, inf, []float64{0, math.Log(1.14)}, a, d), compare.New, 1},
		"counts: shrunk":          {seriesOf(0, inf, []float64{math.Log(1.3), math.Log(1.14)}, d, d), compare.Shrinking, 1},
		"error not known":         {seriesOf(nan, inf, []float64{0, 0.2}, a, d), compare.Unsteady, 1},
		"no degrees of freedom":   {seriesOf(0.01, 0, []float64{0, 0.2}, a, d), compare.Unsteady, 1},
	} {
		if got := trend(tt.s); got.Class != tt.want || got.Sign != tt.sign {
			t.Errorf("%s: %s, sign %d, want %s, %d: %+v", name, got.Class, got.Sign, tt.want, tt.sign, got)
		}
	}
}

// TestTrendFigures: R 4.2.
//
//	oneway.test has data and not their means; the statistic is from its formula for means y = (0.10, 0.05, 0.20), standard
//	errors (0.02, 0.03, 0.05) and ν = (8, 5, 12), which oneway.test reproduces for data with n = ν+1 and these moments:
//	y <- c(.10,.05,.20); se <- c(.02,.03,.05); nu <- c(8,5,12)
//	g <- function(m, s, n) { z <- scale(seq_len(n)); m + c(z)*s*sqrt(n) }
//	x <- unlist(Map(g, y, se, nu+1)); f <- factor(rep(1:3, nu+1)); oneway.test(x ~ f)
func TestTrendFigures(t *testing.T) {
	s := compare.Series{LogRatio: []float64{0.10, 0.05, 0.20}, SE: []float64{0.02, 0.03, 0.05}, DF: []float64{8, 5, 12},
		Verdict: make([]compare.Verdict, 3)}
	got := trend(s, 0, 5, 15)
	const tol = 1e-10
	for name, pair := range map[string][2]float64{
		"F":     {got.Constancy, 3.206554115908029},
		"p":     {got.ConstancyP, 0.07126532584344457},
		"slope": {got.Slope, 0.007857142857142858},
		"se":    {got.SlopeSE, 0.003774241375320831},
		"df":    {got.SlopeDF, 14.7279270582628},
		"trend": {got.TrendP, 0.05523627903338621},
	} {
		if !scalar.EqualWithinRel(pair[0], pair[1], tol) {
			t.Errorf("%s = %v, want %v", name, pair[0], pair[1])
		}
	}
	// With normal theory the statistic is Cochran's Q over k-1; with one round without error, deviations are from it.
	for i := range s.DF {
		s.DF[i] = inf
	}
	w := []float64{1 / 0.0004, 1 / 0.0009, 1 / 0.0025}
	mean := (w[0]*0.10 + w[1]*0.05 + w[2]*0.20) / (w[0] + w[1] + w[2])
	q := w[0]*(0.10-mean)*(0.10-mean) + w[1]*(0.05-mean)*(0.05-mean) + w[2]*(0.20-mean)*(0.20-mean)
	if got := trend(s, 0, 5, 15); !scalar.EqualWithinRel(got.Constancy, q/2, tol) || !scalar.EqualWithinRel(got.ConstancyP, math.Exp(-q/2), tol) {
		t.Errorf("%+v, want Q/2 = %v", got, q/2)
	}
	s.SE[0] = 0
	q = w[1]*0.05*0.05 + w[2]*0.1*0.1
	if got := trend(s, 0, 5, 15); !scalar.EqualWithinRel(got.Constancy, q/2, tol) {
		t.Errorf("a round without error: %+v, want Q/2 = %v", got, q/2)
	}
}

// TestTrendOfTwoRounds: both tests are then the t test of the difference of two figures with errors of their own, which is
// Welch's.
func TestTrendOfTwoRounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := compare.Series{Verdict: make([]compare.Verdict, 2)}
		for range 2 {
			s.LogRatio = append(s.LogRatio, rapid.Float64Range(-0.2, 0.2).Draw(t, "y"))
			s.SE, s.DF = append(s.SE, rapid.Float64Range(0.01, 0.1).Draw(t, "se")), append(s.DF, rapid.Float64Range(2, 50).Draw(t, "df"))
		}
		got := trend(s, 2000, 2000+rapid.Float64Range(0.5, 20).Draw(t, "years"))
		if math.Abs(got.TrendP-got.ConstancyP) > 1e-8 {
			t.Fatalf("%+v", got)
		}
	})
}

// TestTrendUnits: other units of time scale the slope and leave the tests; register and census exchanged turn the sign.
func TestTrendUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 6).Draw(t, "rounds")
		s, turned := compare.Series{MarginPct: 5}, compare.Series{MarginPct: 5}
		var years, days []float64
		for r := range k {
			years = append(years, float64(r)+rapid.Float64Range(0, 0.9).Draw(t, "time"))
			days = append(days, 365.25*years[r])
			y, v := rapid.OneOf(rapid.Float64Range(-0.3, -0.001), rapid.Float64Range(0.001, 0.3)).Draw(t, "y"), rapid.SampledFrom([]compare.Verdict{compare.Agrees, compare.Differs, compare.CannotTell}).Draw(t, "verdict")
			se, df := rapid.Float64Range(0.01, 0.1).Draw(t, "se"), rapid.SampledFrom([]float64{3, 20, inf}).Draw(t, "df")
			s.LogRatio, s.SE, s.DF, s.Verdict = append(s.LogRatio, y), append(s.SE, se), append(s.DF, df), append(s.Verdict, v)
			turned.LogRatio, turned.SE, turned.DF, turned.Verdict = append(turned.LogRatio, -y), append(turned.SE, se), append(turned.DF, df), append(turned.Verdict, v)
		}
		a, b, c := trend(s, years...), trend(s, days...), trend(turned, years...)
		if !scalar.EqualWithinAbsOrRel(a.Slope, 365.25*b.Slope, 1e-9, 1e-9) || !scalar.EqualWithinRel(a.TrendP, b.TrendP, 1e-6) || a.Class != b.Class {
			t.Fatalf("%+v in years, %+v in days", a, b)
		}
		if !scalar.EqualWithinAbsOrRel(a.Slope, -c.Slope, 1e-12, 1e-9) || a.Class != c.Class || a.Sign != -c.Sign || !scalar.EqualWithinRel(a.ConstancyP, c.ConstancyP, 1e-6) {
			t.Fatalf("%+v, exchanged %+v", a, c)
		}
	})
}

// judged makes rounds of a series whose truth is given: the register exact, the census a sample.
func judged(rng *rand.Rand, truth []float64, cv, df float64) compare.Series {
	s := compare.Series{MarginPct: 5}
	for _, y := range truth {
		census := 1000 * (1 + cv*rng.NormFloat64())
		se := 1000 * cv
		if df < inf {
			se *= math.Sqrt(distuv.ChiSquared{K: df, Src: rng}.Rand() / df)
		}
		register := 1000 * math.Exp(y)
		v := judge(figures(register, 0, inf), figures(census, se, df), plan).Verdict
		s.LogRatio, s.SE = append(s.LogRatio, math.Log(register/census)), append(s.SE, se/census)
		s.DF, s.Verdict = append(s.DF, df), append(s.Verdict, v)
	}
	return s
}

// TestNothingNewWhereNothingChanged: where the discrepancy is the same in all rounds, and so near the margin that verdicts
// differ from round to round, new, resolved and reversed together come in no more than 5 % of the series; and where it is
// far beyond it, growing and shrinking. The tolerance leaves falseAlarm over all the cases.
func TestNothingNewWhereNothingChanged(t *testing.T) {
	const draws, cases = 2500, 6
	rng := rand.New(rand.NewPCG(5, 9))
	limit := distuv.UnitNormal.Quantile(1-falseAlarm/(2*cases)) * math.Sqrt(0.05*0.95/draws)
	for _, df := range []float64{inf, 30, 6} {
		for _, truth := range []float64{0.038, 0.15} {
			count := make(map[compare.Class]int)
			for range draws {
				count[trend(judged(rng, []float64{truth, truth, truth}, 0.005, df)).Class]++
			}
			changed := float64(count[compare.New]+count[compare.Resolved]+count[compare.Reversed]) / draws
			moved := float64(count[compare.Growing]+count[compare.Shrinking]) / draws
			t.Logf("df %v, log ratio %v: %v", df, truth, count)
			if changed > 0.05+limit || moved > 0.05+limit {
				t.Errorf("df %v, log ratio %v: change shown in %.4f, slope in %.4f of the series", df, truth, changed, moved)
			}
			if truth == 0.038 && count[compare.Unsteady] < draws/20 {
				t.Errorf("df %v: only %d unsteady: the case does not try what it is for", df, count[compare.Unsteady])
			}
		}
	}
}

// TestWhatChangedIsFound: a discrepancy that comes up, and one that grows, are found almost always where they are ten
// standard errors.
func TestWhatChangedIsFound(t *testing.T) {
	const draws = 200
	rng := rand.New(rand.NewPCG(6, 9))
	for want, truth := range map[compare.Class][]float64{
		compare.New: {0, 0, 0.1}, compare.Resolved: {-0.1, 0, 0}, compare.Reversed: {-0.1, 0, 0.1}, compare.Growing: {0.1, 0.2, 0.3}, compare.Shrinking: {-0.3, -0.2, -0.1},
		compare.Persistent: {0.2, 0.2, 0.2}, compare.Agreeing: {0, 0, 0},
	} {
		found := 0
		for range draws {
			if trend(judged(rng, truth, 0.01, 30)).Class == want {
				found++
			}
		}
		if found < draws*9/10 {
			t.Errorf("%s: found in %d of %d", want, found, draws)
		}
	}
}

// TestFalseDiscoveriesOverAreas: of a family of areas of which four fifths did not change, the mean share of wrong ones among
// those called new is at most the rate.
func TestFalseDiscoveriesOverAreas(t *testing.T) {
	const families, areas, same = 150, 100, 80
	rng := rand.New(rand.NewPCG(8, 9))
	var sum, squares float64
	for range families {
		all := make([]compare.Series, areas)
		for i := range all {
			truth := []float64{0.035, 0.035, 0.035}
			if i >= same {
				truth[2] += 0.05
			}
			all[i] = judged(rng, truth, 0.01, inf)
		}
		var wrong, found float64
		for i, got := range compare.Trends([]float64{1, 2, 3}, all, 0.1) {
			if got.Class == compare.New {
				found++
				if i < same {
					wrong++
				}
			}
		}
		share := wrong / max(1, found)
		sum, squares = sum+share, squares+share*share
	}
	mean := sum / families
	se := math.Sqrt((squares/families - mean*mean) / families)
	t.Logf("false discoveries %.4f (standard error %.4f)", mean, se)
	if mean > 0.1+distuv.UnitNormal.Quantile(1-falseAlarm)*se {
		t.Errorf("false discoveries %.4f, want 0.1 at most", mean)
	}
}

func TestTrendsPanics(t *testing.T) {
	for name, call := range map[string]func(){
		"times":  func() { trend(seriesOf(1, 1, []float64{0, 0}, compare.Agrees, compare.Agrees), 2, 2) },
		"shapes": func() { compare.Trends([]float64{1, 2}, []compare.Series{{LogRatio: []float64{1}}}, 0.05) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

func ExampleTrends() {
	over := compare.Series{
		LogRatio: []float64{0.02, 0.09, 0.15}, SE: []float64{0.01, 0.01, 0.01}, DF: []float64{40, 40, 40},
		Verdict: []compare.Verdict{compare.Agrees, compare.Differs, compare.Differs}, MarginPct: 5,
	}
	t := compare.Trends([]float64{2014.25, 2019.25, 2024.25}, []compare.Series{over}, 0.05)[0]
	fmt.Printf("%s, %.3f a year\n", t.Class, t.Slope)
	// Output: new, 0.013 a year
}
