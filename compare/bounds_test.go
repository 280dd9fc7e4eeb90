package compare_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// within gives figures of one cell bounds.
func within(f compare.Figures, below, above float64) compare.Figures {
	f.Below[0], f.Above[0] = below, above
	return f
}

func TestJudgeBounds(t *testing.T) {
	const exact = "complete counts: judged by the margin alone; "
	count := func(v float64) compare.Figures { return figures(v, 0, inf) }
	for name, tt := range map[string]struct {
		register, census compare.Figures
		verdict          compare.Verdict
		difference       float64
		notes            string
	}{
		"agrees for every split":  {count(1000), within(count(1000), 10, 20), compare.Agrees, 0, exact + "the census is from 990 to 1020"},
		"agrees at the very ends": {count(1000), within(count(1000), 1000-1000/1.05, 1000/0.95-1000), compare.Agrees, 0, exact + "the census is from 952 to 1053"},
		"may be too few":          {count(1000), within(count(1000), 60, 0), compare.CannotTell, nan, exact + "the census is from 940 to 1000"},
		"may be too many":         {count(1000), within(count(1000), 0, 60), compare.CannotTell, nan, exact + "the census is from 1000 to 1060"},
		"differs for every split": {count(1000), within(count(500), 500, 400), compare.Differs, 500, exact + "the census is from 0 to 900"},
		"fewer for every split":   {count(100), within(count(500), 300, 0), compare.Differs, -400, exact + "the census is from 200 to 500"},
		"nobody is certain":       {count(100), within(count(500), 500, 0), compare.CannotTell, nan, exact + "the census is from 0 to 500"},
		"differs both ways":       {count(1000), within(count(1000), 500, 500), compare.CannotTell, nan, exact + "the census is from 500 to 1500"},
		"of the register":         {within(count(1000), 10, 0), count(1000), compare.Agrees, 0, exact + "the register is from 990 to 1000"},
		"of both":                 {within(count(1000), 40, 0), within(count(1000), 0, 40), compare.CannotTell, nan, exact + "the register is from 960 to 1000; the census is from 1000 to 1040"},
		"against a sample":        {within(count(2000), 100, 500), figures(1000, 50, 30), compare.Differs, 1000, "the register is from 1900 to 2500"},
		"within a sample's error": {within(count(1000), 5, 5), figures(1000, 8, 30), compare.Agrees, 0, "the register is from 995 to 1005"},
		"too wide for a sample":   {within(count(1000), 500, 500), figures(1000, 8, 30), compare.CannotTell, nan, "the register is from 500 to 1500; neither a difference nor agreement within the margin is shown"},
	} {
		j := judge(tt.register, tt.census, plan)
		if j.Verdict != tt.verdict || j.Notes != tt.notes || !(j.Difference == tt.difference || math.IsNaN(j.Difference) && math.IsNaN(tt.difference)) {
			t.Errorf("%s: %s, difference %v (%s), want %s, %v (%s)", name, j.Verdict, j.Difference, j.Notes, tt.verdict, tt.difference, tt.notes)
		}
	}
}

// TestNothingIsPublishedThatTheBoundsLeaveOpen: a difference of two figures is given only where both sides support it, that
// is where the verdict is the same for all the bounds allow.
func TestNothingIsPublishedThatTheBoundsLeaveOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		register, census := drawBounds(t, "register"), drawBounds(t, "census")
		census.SE[0] = rapid.SampledFrom([]float64{0, 10, nan}).Draw(t, "se")
		j := judge(register, census, plan)
		wide := census.Below[0]+census.Above[0]+register.Below[0]+register.Above[0] > 0
		open := wide && j.Verdict == compare.CannotTell
		if given := !math.IsNaN(j.Difference); given == open {
			t.Fatalf("difference %v, percent %v, though %s: %s", j.Difference, j.Pct, j.Verdict, j.Notes)
		}
		if open && !(math.IsNaN(j.Pct) && math.IsNaN(j.Lower) && math.IsNaN(j.Upper)) {
			t.Fatalf("%+v", j)
		}
	})
}

func drawBounds(t *rapid.T, side string) compare.Figures {
	f := figures(float64(rapid.IntRange(0, 1000).Draw(t, side)), 0, inf)
	return within(f, math.Min(f.Value[0], float64(rapid.IntRange(0, 400).Draw(t, side+" below"))), float64(rapid.IntRange(0, 400).Draw(t, side+" above")))
}

// TestBoundsAreTheWorstCase: a verdict holds just when it is that of every pair of figures within the bounds; here of all
// the whole numbers in them.
func TestBoundsAreTheWorstCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lower, width := rapid.IntRange(0, 30).Draw(t, "register"), rapid.IntRange(0, 6).Draw(t, "width")
		from, span := rapid.IntRange(0, 30).Draw(t, "census"), rapid.IntRange(0, 6).Draw(t, "span")
		p := plan
		p.MarginPct = rapid.SampledFrom([]float64{0, 5, 20, 100, 130}).Draw(t, "margin")
		told := make(map[compare.Verdict]int)
		above, below := 0, 0
		for r := lower; r <= lower+width; r++ {
			for c := from; c <= from+span; c++ {
				v := judge(figures(float64(r), 0, inf), figures(float64(c), 0, inf), p).Verdict
				told[v]++
				if v == compare.Differs && r > c {
					above++
				} else if v == compare.Differs {
					below++
				}
			}
		}
		want := compare.CannotTell
		switch {
		case told[compare.Differs] == 0:
			want = compare.Agrees
		case told[compare.Agrees] == 0 && (above == 0 || below == 0):
			want = compare.Differs
		}
		at, in := rapid.IntRange(0, width).Draw(t, "register's place"), rapid.IntRange(0, span).Draw(t, "census's place")
		got := judge(within(figures(float64(lower+at), 0, inf), float64(at), float64(width-at)),
			within(figures(float64(from+in), 0, inf), float64(in), float64(span-in)), p).Verdict
		if got != want {
			t.Fatalf("[%d, %d] against [%d, %d] within %v %%: %s, of all pairs %s", lower, lower+width, from, from+span, p.MarginPct, got, want)
		}
	})
}

// TestBoundsHoldTheirLevel: wherever in the bounds the truth lies, alike figures are called different by a sample in at
// most the share of the level, and figures at the margin alike in at most Alpha.
func TestBoundsHoldTheirLevel(t *testing.T) {
	const draws, cases = 20_000, 6
	rng := rand.New(rand.NewPCG(41, 7))
	limit := distuv.UnitNormal.Quantile(1-falseAlarm/cases) * math.Sqrt(plan.Alpha*(1-plan.Alpha)/draws)
	for _, place := range []float64{0, 0.5, 1} { // of the truth between the bounds
		different, alike := 0, 0
		for range draws {
			truth := 1000.0
			// The register's bounds are 20 wide, and hold the truth of the census.
			f := within(figures(truth-20*place+10, 0, inf), 10, 10)
			c := figures(truth+8*rng.NormFloat64(), 8, inf)
			if judge(f, c, compare.Plan{Level: 0.95, FDR: 0.05, Alpha: 0.05, MarginPct: 0.01}).Verdict == compare.Differs {
				different++
			}
			at := figures(truth/1.05+2*rng.NormFloat64(), 2, inf) // the register is on the margin for the truth
			if judge(f, at, plan).Verdict == compare.Agrees {
				alike++
			}
		}
		t.Logf("truth at %v of the bounds: different %.4f, alike %.4f", place, float64(different)/draws, float64(alike)/draws)
		if float64(different)/draws > 0.05+limit || float64(alike)/draws > plan.Alpha+limit {
			t.Errorf("truth at %v of the bounds: called different in %d, alike in %d of %d", place, different, alike, draws)
		}
	}
}

func TestBounds(t *testing.T) {
	f := within(figures(10, 0, inf), 3, 4)
	if b := f.Bounds(0); b != (compare.Bounds{Lower: 7, Upper: 14}) {
		t.Errorf("bounds %v", b)
	}
	if b := figures(10, 0, inf).Bounds(0); !math.IsNaN(b.Lower) || !math.IsNaN(b.Upper) {
		t.Errorf("bounds %v of a figure that is determined", b)
	}
	bare := compare.Figures{Value: []float64{10}}
	if b := bare.Bounds(0); !math.IsNaN(b.Lower) {
		t.Errorf("bounds %v of figures without any", b)
	}
}
