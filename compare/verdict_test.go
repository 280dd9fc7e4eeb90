package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

var (
	nan  = math.NaN()
	inf  = math.Inf(1)
	plan = compare.Plan{Level: 0.95, FDR: 0.05, Alpha: 0.05, MarginPct: 5}
)

// figures of one cell.
func figures(value, se, df float64) compare.Figures {
	f := compare.NewFigures(1)
	f.Value[0], f.SE[0], f.DF[0] = value, se, df
	return f
}

func judge(register, census compare.Figures, plan compare.Plan) compare.Judgement {
	return compare.Judge(register, census, plan)[0]
}

func TestJudgeBranches(t *testing.T) {
	silent := func(f compare.Figures, why string) compare.Figures { f.Silent[0] = why; return f }
	noted := func(f compare.Figures, note string) compare.Figures { f.Notes[0] = note; return f }
	count, sample := figures, figures
	const tooLarge = "the error is too large to show agreement within the margin"
	for name, tt := range map[string]struct {
		register, census compare.Figures
		verdict          compare.Verdict
		pct              float64
		tested           bool
		notes            string
	}{
		"agrees":                    {count(1010, 0, inf), sample(1000, 10, 30), compare.Agrees, 1, true, ""},
		"different but by little":   {count(1010, 0, inf), sample(1000, 2, 30), compare.Agrees, 1, true, "different, but by less than the margin"},
		"differs":                   {count(1100, 0, inf), sample(1000, 10, 30), compare.Differs, 10, true, ""},
		"differs, within the noise": {count(1100, 0, inf), sample(1000, 100, 30), compare.CannotTell, 10, true, tooLarge},
		"neither":                   {count(1045, 0, inf), sample(1000, 25, 30), compare.CannotTell, 4.5, true, "neither a difference nor agreement within the margin is shown"},
		"few degrees of freedom":    {count(1100, 0, inf), sample(1000, 10, 3), compare.Differs, 10, true, "fewer than 4 degrees of freedom: the standard error is itself uncertain"},
		"few persons":               {count(100, 0, inf), sample(10, 4, 30), compare.Differs, 900, true, "a standard error above a third of its figure: normal theory is rough"},
		"agrees, but not shown":     {count(1000, 0, inf), sample(1000, 100, 30), compare.CannotTell, 0, true, tooLarge},
		"both estimated":            {sample(1000, 10, 20), sample(1000, 10, 30), compare.Agrees, 0, true, ""},
		"register silent":           {silent(count(nan, 0, inf), "no figure in the register"), sample(1000, 10, 30), compare.CannotTell, nan, false, "no figure in the register"},
		"census silent":             {count(1000, 0, inf), silent(sample(900, nan, 0), "too few PSUs"), compare.CannotTell, 100. / 9, false, "too few PSUs"},
		"both silent":               {silent(count(1, 0, inf), "a"), silent(count(1, 0, inf), "b"), compare.CannotTell, 0, false, "a; b"},
		"complete, within margin":   {count(1050, 0, inf), count(1000, 0, inf), compare.Agrees, 5, false, "complete counts: judged by the margin alone"},
		"complete, beyond margin":   {count(1051, 0, inf), count(1000, 0, inf), compare.Differs, 5.1, false, "complete counts: judged by the margin alone"},
		"complete, fewer":           {count(949, 0, inf), count(1000, 0, inf), compare.Differs, -5.1, false, "complete counts: judged by the margin alone"},
		"census of zero":            {count(3, 0, inf), count(0, 0, inf), compare.Differs, nan, false, "complete counts: judged by the margin alone"},
		"less than a person":        {count(12, 0, inf), count(11, 0, inf), compare.Differs, 100. / 11, false, "complete counts: judged by the margin alone; a difference of one person: the margin is less"},
		"both zero":                 {count(0, 0, inf), count(0, 0, inf), compare.Agrees, nan, false, "complete counts: judged by the margin alone"},
		"error not stated":          {count(1000, 0, inf), sample(1010, nan, inf), compare.Agrees, -1000. / 1010, false, "standard error not stated: judged by the margin alone"},
		"one error not stated":      {sample(1000, 10, 20), sample(1010, nan, inf), compare.CannotTell, -1000. / 1010, false, "no interval"},
		"no degrees of freedom":     {count(1000, 0, inf), sample(1010, 10, 0), compare.CannotTell, -1000. / 1010, false, "no interval"},
		"no figure":                 {count(nan, 0, inf), count(1000, 0, inf), compare.CannotTell, nan, false, "no figure"},
		"no census figure":          {count(1000, 0, inf), sample(nan, 10, 5), compare.CannotTell, nan, false, "no figure"},
		"notes of both sides":       {noted(count(1100, 0, inf), "r"), noted(sample(1000, 10, 30), "c"), compare.Differs, 10, true, "r; c"},
	} {
		j := judge(tt.register, tt.census, plan)
		if j.Verdict != tt.verdict || j.Notes != tt.notes {
			t.Errorf("%s: %s (%s), want %s (%s)", name, j.Verdict, j.Notes, tt.verdict, tt.notes)
		}
		if !scalar.Same(j.Pct, tt.pct) && !scalar.EqualWithinRel(j.Pct, tt.pct, 1e-12) {
			t.Errorf("%s: %v %%, want %v", name, j.Pct, tt.pct)
		}
		for _, v := range []float64{j.PValue, j.QValue, j.Lower, j.Upper} {
			if math.IsNaN(v) == tt.tested {
				t.Errorf("%s: p %v, q %v, interval %v to %v", name, j.PValue, j.QValue, j.Lower, j.Upper)
				break
			}
		}
	}
}

func TestJudgeLengths(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("sides of different length: no panic")
		}
	}()
	compare.Judge(compare.NewFigures(1), compare.NewFigures(2), plan)
}

func TestComplete(t *testing.T) {
	f := compare.Complete([]int64{3, 1 << 53})
	if f.Value[0] != 3 || f.Value[1] != 1<<53 || f.SE[0] != 0 || f.Silent[1] != "" {
		t.Errorf("figures %+v", f)
	}
}

// TestJudgeAgainstTOST holds verdict, interval and p-value against two one-sided tests computed elsewhere (R 4.2, pt and
// pnorm; the last two by an independent program, with the survey in the register's place). The margin there is fixed, as
// ours is when the side it is relative to has no error. A size just below the larger one-sided p-value must not show
// equivalence, and one just above must.
func TestJudgeAgainstTOST(t *testing.T) {
	const tol = 1e-8
	for _, tt := range []struct{ estimate, se, df, of, margin, tost, lower, upper, p float64 }{
		{-0.8, 0.55, 29, 100, 2, 0.01868619357227404, -1.7345198645934237, 0.13451986459342358, 0.1565341191771605},
		{0.012, 0.004, inf, 1, 0.02, 0.022750131948179212, 0.005420585492194114, 0.018579414507805887, 0.002699796063260189},
		{0.007, 0.01034748416628064, inf, 0.506, 0.02, 0.10449563164824505, -0.010020096860729636, 0.02402009686072965, 0.49872772606314253},
		{0.037, 0.022117022102142656, inf, 0.205, 0.03, 0.6241878441226789, 0.000620735977924787, 0.07337926402207523, 0.09434312268894753},
	} {
		at := func(alpha float64) compare.Judgement {
			return judge(figures(tt.of+tt.estimate, tt.se, tt.df), figures(tt.of, 0, inf),
				compare.Plan{Level: 0.9, Alpha: alpha, MarginPct: 100 * tt.margin / tt.of})
		}
		j := at(0.05)
		if !scalar.EqualWithinRel(j.PValue, tt.p, tol) || !scalar.EqualWithinRel(j.Lower, tt.lower, tol) || !scalar.EqualWithinRel(j.Upper, tt.upper, tol) {
			t.Errorf("%+v: p %v, interval %v to %v", tt, j.PValue, j.Lower, j.Upper)
		}
		if at(tt.tost*(1-tol)).Verdict == compare.Agrees || at(tt.tost*(1+tol)).Verdict != compare.Agrees {
			t.Errorf("%+v: equivalence does not turn at size %v", tt, tt.tost)
		}
	}
}

// TestJudgeBoundary: with errors on both sides the tests say that Fieller's interval of the ratio R/C at 1-2·Alpha,
//
//	(RC ± √(R²C² - (C²-t²v(C))·(R²-t²v(R)))) / (C²-t²v(C)),
//
// lies between 1-m and 1+m, so the verdict turns where m reaches its farther end (Fieller 1954, Journal of the Royal
// Statistical Society B 16:175-185).
func TestJudgeBoundary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.Float64Range(100, 1e6).Draw(t, "census")
		r := c * rapid.Float64Range(0.7, 1.3).Draw(t, "ratio")
		sr, sc := r*rapid.Float64Range(0, 0.05).Draw(t, "cv of the register"), c*rapid.Float64Range(0.001, 0.05).Draw(t, "cv of the census")
		df := rapid.SampledFrom([]float64{5, 30, inf}).Draw(t, "df")
		joint := df // of the difference: Satterthwaite's where both sides have an error
		if sr > 0 {
			joint = (sr*sr + sc*sc) * (sr*sr + sc*sc) / ((sr*sr*sr*sr + sc*sc*sc*sc) / df)
		}
		q := analysis.Quantile(0.95, joint)
		a := c*c - q*q*sc*sc
		root := math.Sqrt(r*r*c*c - a*(r*r-q*q*sr*sr))
		m := max((r*c+root)/a-1, 1-(r*c-root)/a)
		at := func(margin float64) compare.Verdict {
			return judge(figures(r, sr, df), figures(c, sc, df), compare.Plan{Level: 0.95, Alpha: 0.05, MarginPct: 100 * margin}).Verdict
		}
		if at(m*(1-1e-7)) == compare.Agrees || at(m*(1+1e-7)) != compare.Agrees {
			t.Fatalf("verdict does not turn at a margin of %v", m)
		}
	})
}

// TestJudgeMonotone: a wider margin never takes agreement away, and moves neither p-value nor interval.
func TestJudgeMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const k = 6
		register, census := compare.NewFigures(k), compare.NewFigures(k)
		for i := range k {
			census.Value[i] = rapid.Float64Range(0, 1000).Draw(t, "census")
			register.Value[i] = census.Value[i] * rapid.Float64Range(0.8, 1.2).Draw(t, "ratio")
			census.SE[i] = rapid.SampledFrom([]float64{0, 1, 20, nan}).Draw(t, "se")
			census.DF[i], register.DF[i] = rapid.SampledFrom([]float64{0, 3, inf}).Draw(t, "df"), inf
		}
		narrow, wide := plan, plan
		narrow.MarginPct = rapid.Float64Range(0, 20).Draw(t, "margin")
		wide.MarginPct = narrow.MarginPct + rapid.Float64Range(0, 20).Draw(t, "wider by")
		before, after := compare.Judge(register, census, narrow), compare.Judge(register, census, wide)
		for i := range k {
			b, a := before[i], after[i]
			if b.Verdict == compare.Agrees && a.Verdict != compare.Agrees {
				t.Fatalf("agrees within %v %%, %s within %v %%", narrow.MarginPct, a.Verdict, wide.MarginPct)
			}
			if !scalar.Same(a.PValue, b.PValue) || !scalar.Same(a.QValue, b.QValue) || !scalar.Same(a.Lower, b.Lower) {
				t.Fatalf("the margin moved %+v to %+v", b, a)
			}
		}
	})
}

// falseAlarm is the chance that a simulation test fails though the method is right, were its seed not fixed.
const falseAlarm = 1e-6

// TestFalseDiscoveryRate has families of 400 cells, four fifths of them without a difference. The mean share of false
// discoveries among the cells that differ is then 0.8·FDR for independent tests (Benjamini and Yekutieli 2001, Annals of
// Statistics 29:1165-1188, theorem 5.1), with a standard error taken from the families.
func TestFalseDiscoveryRate(t *testing.T) {
	const families, cells, null = 1500, 400, 320
	rng := rand.New(rand.NewPCG(11, 11))
	plan := compare.Plan{Level: 0.95, FDR: 0.1, Alpha: 0.05, MarginPct: 0}
	var sum, squares float64
	for range families {
		register, census := compare.NewFigures(cells), compare.NewFigures(cells)
		for i := range cells {
			register.Value[i], register.DF[i] = 10_000, inf
			census.Value[i], census.SE[i], census.DF[i] = 10_000+100*rng.NormFloat64(), 100, inf
			if i >= null {
				census.Value[i] += 300
			}
		}
		var wrong, all float64
		for i, j := range compare.Judge(register, census, plan) {
			if j.Verdict == compare.Differs {
				all++
				if i < null {
					wrong++
				}
			}
		}
		share := wrong / max(1, all)
		sum, squares = sum+share, squares+share*share
	}
	mean := sum / families
	se := math.Sqrt((squares/families - mean*mean) / families)
	want, z := plan.FDR*null/cells, distuv.UnitNormal.Quantile(1-falseAlarm/2)
	t.Logf("false-discovery rate %.4f, want %.4f (standard error %.4f), level %v", mean, want, se, plan.FDR)
	if math.Abs(mean-want) > z*se || mean > plan.FDR {
		t.Errorf("false-discovery rate %.4f, want %.4f within %.4f", mean, want, z*se)
	}
}

// TestEquivalenceSize puts the truth on the margin and counts how often agreement is shown: at most Alpha of the time,
// and almost that often where the error is small against the margin. The tolerance is the normal quantile that leaves
// falseAlarm over all the cases, times the binomial standard error.
func TestEquivalenceSize(t *testing.T) {
	const draws, cases = 100_000, 8
	rng := rand.New(rand.NewPCG(12, 12))
	limit := distuv.UnitNormal.Quantile(1-falseAlarm/cases) * math.Sqrt(plan.Alpha*(1-plan.Alpha)/draws)
	estimate := func(truth, cv, df float64) (value, se float64) {
		value, se = truth*(1+cv*rng.NormFloat64()), truth*cv
		if df < inf {
			se *= math.Sqrt(distuv.ChiSquared{K: df, Src: rng}.Rand() / df)
		}
		return value, se
	}
	for _, ratio := range []float64{0.95, 1.05} {
		for _, tt := range []struct {
			name                     string
			registerCV, censusCV, df float64
		}{
			{"count against sample", 0, 0.005, inf},
			{"few PSUs", 0, 0.005, 6},
			{"large error", 0, 0.04, inf},
			{"both estimated", 0.005, 0.005, inf},
		} {
			register, census := compare.NewFigures(draws), compare.NewFigures(draws)
			for i := range draws {
				census.Value[i], census.SE[i] = estimate(1000, tt.censusCV, tt.df)
				register.Value[i], register.SE[i] = estimate(1000*ratio, tt.registerCV, inf)
				census.DF[i], register.DF[i] = tt.df, inf
			}
			agree := 0
			for _, j := range compare.Judge(register, census, plan) {
				if j.Verdict == compare.Agrees {
					agree++
				}
			}
			size := float64(agree) / draws
			t.Logf("%s, ratio %v: size %.4f", tt.name, ratio, size)
			if size > plan.Alpha+limit || tt.censusCV < 0.01 && size < plan.Alpha-limit {
				t.Errorf("%s, ratio %v: agreement shown in %.4f of the draws, want %v within %.4f", tt.name, ratio, size, plan.Alpha, limit)
			}
		}
	}
}

func ExampleJudge() {
	register := compare.Complete([]int64{1012, 1300})
	census := compare.Figures{
		Value: []float64{1000, 1000}, SE: []float64{15, 40}, DF: []float64{12, 12},
		Silent: make([]string, 2), Notes: make([]string, 2),
	}
	var said []string
	for _, j := range compare.Judge(register, census, compare.Plan{Level: 0.95, FDR: 0.05, Alpha: 0.05, MarginPct: 5}) {
		said = append(said, string(j.Verdict))
	}
	fmt.Println(strings.Join(said, " "))
	// Output: agrees differs
}

func TestErrorOfAFigure(t *testing.T) {
	f := compare.NewFigures(2)
	f.Set(0, compare.Figure{Value: 10, SE: 3, Noise: 4})
	f.Set(1, compare.Figure{Value: 10, SE: 3})
	plain := compare.Figures{Value: f.Value, SE: f.SE}
	if got := []float64{f.Error(0), f.Error(1), plain.Error(0)}; got[0] != 5 || got[1] != 3 || got[2] != 3 {
		t.Errorf("errors %v, want 5, 3 and 3", got)
	}
}
