package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// drawPairs are figures of two sources for the same areas.
func drawPairs(t *rapid.T) (x, y []float64) {
	n := rapid.IntRange(3, 30).Draw(t, "areas")
	for range n {
		size := math.Exp(rapid.Float64Range(3, 11).Draw(t, "log size"))
		x, y = append(x, size*rapid.Float64Range(0.5, 1.5).Draw(t, "ratio")), append(y, size)
	}
	return x, y
}

func shuffled(seed uint64, x, y []float64) (a, b []float64) {
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(x)) {
		a, b = append(a, x[i]), append(b, y[i])
	}
	return a, b
}

// TestConcordanceProperties: concordance is precision times accuracy, no nearer to 1 than the correlation, the same for
// either source first and on any scale, and 1 just for equal figures.
func TestConcordanceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawPairs(t)
		c, turned := compare.ConcordanceOf(x, y), compare.ConcordanceOf(y, x)
		if math.Abs(c.Value) > math.Abs(c.Precision)+1e-12 || c.Accuracy > 1+1e-12 ||
			!near(c.Value, c.Precision*c.Accuracy, 1e-9) {
			t.Fatalf("%v = %v × %v", c.Value, c.Precision, c.Accuracy)
		}
		if !near(c.Value, turned.Value, 1e-12) || !near(c.SE, turned.SE, 1e-7) {
			t.Fatalf("%v (%v), and %v (%v) turned", c.Value, c.SE, turned.Value, turned.SE)
		}
		a, b := make([]float64, len(x)), make([]float64, len(x))
		for i := range x {
			a[i], b[i] = 7*x[i]-3, 7*y[i]-3
		}
		if scaled := compare.ConcordanceOf(a, b); !near(c.Value, scaled.Value, 1e-9) {
			t.Fatalf("%v, and %v on another scale", c.Value, scaled.Value)
		}
		i := c.FisherInterval(0.95)
		if !(-1 <= i.Lower && i.Lower <= c.Value && c.Value <= i.Upper && i.Upper <= 1) && c.Value < 1 {
			t.Fatalf("%v not in %v to %v", c.Value, i.Lower, i.Upper)
		}
		if same := compare.ConcordanceOf(y, y); !near(same.Value, 1, 1e-14) {
			t.Fatalf("%v of equal figures", same.Value)
		}
	})
}

// TestConcordanceOfUnrelated: where the correlation is 0, Lin's variance, which has it below the line, is that of its
// limit; and figures that do not vary have no correlation.
func TestConcordanceOfUnrelated(t *testing.T) {
	at := func(bend float64) compare.Concordance {
		return compare.ConcordanceOf([]float64{-1, 0, 1, 0}, []float64{1 + bend, 2, 1 - bend, 0})
	}
	zero, nearly := at(0), at(1e-6)
	if zero.Value != 0 || !near(zero.SE, nearly.SE, 1e-5) {
		t.Errorf("%v (%v), want 0 (%v)", zero.Value, zero.SE, nearly.SE)
	}
	flat := compare.ConcordanceOf([]float64{5, 5, 5}, []float64{1, 2, 3})
	if !math.IsNaN(flat.Precision) || flat.Value != 0 {
		t.Errorf("%+v", flat)
	}
	for _, n := range []int{0, 1, 2} {
		c := compare.ConcordanceOf(make([]float64, n), make([]float64, n))
		if !math.IsNaN(c.Value) || !math.IsNaN(c.SE) || !math.IsNaN(c.FisherInterval(0.9).Lower) {
			t.Errorf("%d areas: %+v", n, c)
		}
	}
}

// TestBlandAltmanProperties: turning the sources round turns the signs; a proportional bias has the sign of the
// variance of the first less that of the second (Pitman); the order of areas does not matter, to the bit.
func TestBlandAltmanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawPairs(t)
		b, turned := compare.BlandAltmanOf(x, y), compare.BlandAltmanOf(y, x)
		lower, upper := b.Limits(1.96)
		from, to := turned.Limits(1.96)
		if b.Bias.Value != -turned.Bias.Value || lower.Value != -to.Value || upper.Value != -from.Value ||
			lower.SE != from.SE {
			t.Fatalf("%v to %v, turned %v to %v", lower.Value, upper.Value, from.Value, to.Value)
		}
		p := compare.ProportionalBiasOf(x, y)
		if apart := b.SD; apart > 0 && !near(p.Slope.Value/p.Slope.SE, p.Test.Statistic, 1e-6) {
			t.Fatalf("slope %v (%v), t %v", p.Slope.Value, p.Slope.SE, p.Test.Statistic)
		}
		_, sx := moments(x)
		_, sy := moments(y)
		if math.Abs(sx-sy) > 1e-9*sx && (sx > sy) != (p.R > 0) {
			t.Fatalf("standard deviations %v and %v, proportional bias %v", sx, sy, p.R)
		}
		u, v := shuffled(rapid.Uint64().Draw(t, "seed"), x, y)
		if compare.BlandAltmanOf(u, v) != b || compare.ConcordanceOf(u, v) != compare.ConcordanceOf(x, y) ||
			compare.ProportionalBiasOf(u, v) != p || compare.MAPE(u, v) != compare.MAPE(x, y) ||
			compare.RMSE(u, v) != compare.RMSE(x, y) {
			t.Fatal("areas in another order give other figures")
		}
	})
}

func moments(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(sd / float64(len(v)-1))
}

func TestFewAreas(t *testing.T) {
	for _, n := range []int{0, 1} {
		b := compare.BlandAltmanOf(make([]float64, n), make([]float64, n))
		lower, _ := b.Limits(2)
		if !math.IsNaN(b.SD) || !math.IsNaN(b.Bias.SE) || !math.IsNaN(lower.Value) ||
			math.IsNaN(b.Bias.Value) == (n == 1) {
			t.Errorf("%d areas: %+v", n, b)
		}
	}
	p := compare.ProportionalBiasOf([]float64{1, 2}, []float64{1, 3})
	if !math.IsNaN(p.Test.P) || !math.IsNaN(p.Slope.SE) {
		t.Errorf("two areas: %+v", p)
	}
}

// TestLogRatios: a source that is 3 % above the other everywhere has a bias of 3 % and limits without width, whatever
// the sizes; areas without anybody on a side are left out.
func TestLogRatios(t *testing.T) {
	x, y, left := compare.LogRatios([]float64{103, 0, 10300, 5, 1.03}, []float64{100, 7, 10000, 0, 1})
	b := compare.BlandAltmanOf(x, y)
	if left != 2 || b.Bias.N != 3 || !near(compare.Percent(b.Bias.Value), 3, 1e-12) || b.SD > 1e-14 {
		t.Errorf("%d left, bias %v %%, standard deviation %v", left, compare.Percent(b.Bias.Value), b.SD)
	}
}

// coverageOfLimit is how often the interval of a limit of agreement holds the true limit, for n normal differences:
// given the standard deviation s, the mean is normal, so that
//
//	∫ P(|d̄ - (1.96 (σ-s))| ≤ t s √(1/n + 1.96²/(2(n-1)))) dF(s)
//
// with (n-1)s²/σ² chi-square, integrated over its quantiles.
func coverageOfLimit(n float64) (sum float64) {
	const steps = 2_000
	chi := distuv.ChiSquared{K: n - 1}
	half := analysis.Quantile(0.975, n-1) * math.Sqrt(1/n+1.96*1.96/(2*(n-1)))
	for i := range steps {
		s := math.Sqrt(chi.Quantile((float64(i)+0.5)/steps) / (n - 1))
		off := 1.96 * (1 - s)
		sum += distuv.UnitNormal.CDF((off+half*s)*math.Sqrt(n)) - distuv.UnitNormal.CDF((off-half*s)*math.Sqrt(n))
	}
	return sum / steps
}

// TestLimitsCover draws normal differences of 30 areas. The interval of the bias covers 95 %, that of a limit what the
// integral says, which is within a point of it; the tolerance is the normal quantile that leaves falseAlarm over the
// three cases, times the binomial standard error.
func TestLimitsCover(t *testing.T) {
	const draws, n, cases = 20_000, 30, 3
	want := coverageOfLimit(n)
	if math.Abs(want-0.95) > 0.01 {
		t.Errorf("the interval of a limit covers %v by its formula", want)
	}
	rng := rand.New(rand.NewPCG(21, 21))
	var bias, low, high int
	t95 := analysis.Quantile(0.975, n-1)
	x, y := make([]float64, n), make([]float64, n)
	holds := func(e analysis.Estimate, v float64) int {
		if math.Abs(e.Value-v) <= t95*e.SE { // as Interval(0.95), which looks the quantile up each time
			return 1
		}
		return 0
	}
	for range draws {
		for i := range x {
			y[i] = 1000 * rng.Float64()
			x[i] = y[i] + 5 + 10*rng.NormFloat64()
		}
		b := compare.BlandAltmanOf(x, y)
		lower, upper := b.Limits(1.96)
		bias += holds(b.Bias, 5)
		low += holds(lower, 5-19.6)
		high += holds(upper, 5+19.6)
	}
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/cases/2)
	for name, tt := range map[string]struct{ got, want float64 }{
		"bias":        {float64(bias) / draws, 0.95},
		"lower limit": {float64(low) / draws, want}, "upper limit": {float64(high) / draws, want},
	} {
		t.Logf("%s: covered %.4f, want %.4f", name, tt.got, tt.want)
		if math.Abs(tt.got-tt.want) > z*math.Sqrt(tt.want*(1-tt.want)/draws) {
			t.Errorf("%s: covered %.4f, want %.4f", name, tt.got, tt.want)
		}
	}
}

// TestConcordanceCovers draws normal pairs of 100 areas with a shift and another scale. The interval is for large n:
// its coverage is held to a point and a half of 95 %, beside the binomial error.
func TestConcordanceCovers(t *testing.T) {
	const draws, n = 6000, 100
	rng := rand.New(rand.NewPCG(22, 22))
	const rho, shift, scale = 0.8, 0.3, 1.3
	truth := 2 * rho * scale / (1 + scale*scale + shift*shift)
	covered := 0
	x, y := make([]float64, n), make([]float64, n)
	for range draws {
		for i := range x {
			a, b := rng.NormFloat64(), rng.NormFloat64()
			x[i], y[i] = a, shift+scale*(rho*a+math.Sqrt(1-rho*rho)*b)
		}
		if i := compare.ConcordanceOf(x, y).FisherInterval(0.95); i.Lower <= truth && truth <= i.Upper {
			covered++
		}
	}
	got := float64(covered) / draws
	t.Logf("covered %.4f", got)
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/2)
	if math.Abs(got-0.95) > 0.015+z*math.Sqrt(0.95*0.05/draws) {
		t.Errorf("covered %.4f", got)
	}
}

// TestAreaErrors: the errors of hand-made figures, and RMSE ≥ MAE ≥ |bias|.
func TestAreaErrors(t *testing.T) {
	x, y := []float64{110, 190, 60}, []float64{100, 200, 50}
	rmse, mae, mape := compare.RMSE(x, y), compare.MAE(x, y), compare.MAPE(x, y)
	for name, tt := range map[string]struct{ got, want float64 }{
		"RMSE": {rmse.Value, 10}, "MAE": {mae.Value, 10}, "MAPE": {mape.Value, 35. / 3},
		"MALPE":   {compare.MALPE(x, y).Value, 25. / 3},
		"MAE, SE": {mae.SE, 0}, "RMSE, SE": {rmse.SE, 0},
		"MAPE, SE": {mape.SE, math.Sqrt((5./3*5/3 + 20./3*20/3 + 25./3*25/3) / 6)},
	} {
		if !near(tt.got, tt.want, 1e-12) {
			t.Errorf("%s: %v, want %v", name, tt.got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawPairs(t)
		rmse, mae, bias := compare.RMSE(x, y).Value, compare.MAE(x, y).Value, compare.BlandAltmanOf(x, y).Bias.Value
		mape, malpe := compare.MAPE(x, y).Value, compare.MALPE(x, y).Value
		if rmse < mae*(1-1e-12) || mae < math.Abs(bias)*(1-1e-12) || mape < math.Abs(malpe)*(1-1e-12) {
			t.Fatalf("RMSE %v, MAE %v, bias %v, MAPE %v, MALPE %v", rmse, mae, bias, mape, malpe)
		}
	})
}

func TestPairsOfDifferentLength(t *testing.T) {
	for name, of := range map[string]func(x, y []float64){
		"Bland-Altman": func(x, y []float64) { compare.BlandAltmanOf(x, y) },
		"proportional": func(x, y []float64) { compare.ProportionalBiasOf(x, y) },
		"concordance":  func(x, y []float64) { compare.ConcordanceOf(x, y) },
		"log ratios":   func(x, y []float64) { compare.LogRatios(x, y) },
		"errors":       func(x, y []float64) { compare.MAPE(x, y) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			of(make([]float64, 3), make([]float64, 4))
		}()
	}
}

func ExampleBlandAltman() {
	register := []float64{412, 8_240, 1_030, 15_600, 3_050}
	census := []float64{400, 8_000, 1_040, 15_000, 3_100}
	x, y, _ := compare.LogRatios(register, census)
	b := compare.BlandAltmanOf(x, y)
	lower, upper := b.Limits(1.96)
	fmt.Printf("bias %.1f %%, limits %.1f %% to %.1f %%\n",
		compare.Percent(b.Bias.Value), compare.Percent(lower.Value), compare.Percent(upper.Value))
	// Output: bias 1.5 %, limits -3.5 % to 6.7 %
}
