package compare_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/compare"
)

// anySides are figures of all kinds.
func anySides(t *rapid.T, k int) (register, census compare.Figures) {
	register, census = compare.NewFigures(k), compare.NewFigures(k)
	for i := range k {
		for _, f := range []compare.Figures{register, census} {
			f.Set(i, compare.Figure{
				Value: rapid.SampledFrom([]float64{0, 1, 12, 450.5, 80_000, nan}).Draw(t, "value"),
				SE:    rapid.SampledFrom([]float64{0, 0, 1, 40, nan}).Draw(t, "se"),
				DF:    rapid.SampledFrom([]float64{0, 2.5, 40, inf}).Draw(t, "df"),
				Noise: rapid.SampledFrom([]float64{0, 0, 3, nan}).Draw(t, "noise"),
				Note:  rapid.SampledFrom([]string{"", "", "a note"}).Draw(t, "note"),
			})
			if rapid.IntRange(0, 9).Draw(t, "silent") == 0 {
				f.Silent[i] = "silent"
			}
		}
	}
	return register, census
}

func figuresOf(j compare.Judgement) []float64 {
	return []float64{
		j.Difference, j.Pct, j.Lower, j.Upper, j.Ratio, j.RatioLow, j.RatioHigh, j.LogRatioSE, j.Noise, j.PValue, j.QValue,
		j.EquivalenceP,
	}
}

// TestJudgementsAreWhole: a figure is a number or NaN, never infinite; probabilities are some; an interval holds its
// estimate; what cannot be told says why; and the order of cells changes nothing.
func TestJudgementsAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const k = 7
		register, census := anySides(t, k)
		plan := compare.Plan{
			Level: 0.9, FDR: 0.05, Alpha: 0.05, MarginPct: rapid.SampledFrom([]float64{0.5, 5, 150}).Draw(t, "margin"),
			Superpopulation: rapid.Bool().Draw(t, "superpopulation"), Adjust: rapid.SampledFrom(families).Draw(t, "adjustment"),
		}
		all := compare.Judge(register, census, plan)
		for i, j := range all {
			for _, v := range figuresOf(j) {
				if math.IsInf(v, 0) {
					t.Fatalf("cell %d: %+v", i, j)
				}
			}
			for _, p := range []float64{j.PValue, j.QValue, j.EquivalenceP} {
				if p < 0 || p > 1 {
					t.Fatalf("cell %d: %+v", i, j)
				}
			}
			if j.Lower > j.Difference || j.Upper < j.Difference || j.RatioLow > j.Ratio || j.RatioHigh < j.Ratio {
				t.Fatalf("cell %d: %+v", i, j)
			}
			if j.Verdict == compare.CannotTell && j.Notes == "" || math.IsNaN(j.PValue) != math.IsNaN(j.QValue) {
				t.Fatalf("cell %d: %+v", i, j)
			}
		}
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(k)
		r, c := compare.NewFigures(k), compare.NewFigures(k)
		for to, from := range order {
			r.Set(to, at(register, from))
			c.Set(to, at(census, from))
		}
		for to, j := range compare.Judge(r, c, plan) {
			for n, v := range figuresOf(j) {
				if !scalar.Same(v, figuresOf(all[order[to]])[n]) || j.Notes != all[order[to]].Notes {
					t.Fatalf("%+v, in another order %+v", all[order[to]], j)
				}
			}
		}
	})
}

// at is the figure of a cell.
func at(f compare.Figures, i int) compare.Figure {
	return compare.Figure{Value: f.Value[i], SE: f.SE[i], DF: f.DF[i], Noise: f.Noise[i], Silent: f.Silent[i], Note: f.Notes[i]}
}

// TestNoiseIsAnErrorLikeOthers: noise of known variance is as a standard error on infinitely many degrees of freedom,
// and only widens what is said.
func TestNoiseIsAnErrorLikeOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, c := rapid.Float64Range(500, 1500).Draw(t, "register"), rapid.Float64Range(500, 1500).Draw(t, "census")
		noise, se := rapid.Float64Range(1, 60).Draw(t, "noise"), rapid.Float64Range(1, 60).Draw(t, "se")
		noisy := figures(r, 0, inf)
		noisy.Noise[0] = noise
		a, b := judge(noisy, figures(c, se, 12), plan), judge(figures(r, noise, inf), figures(c, se, 12), plan)
		for n, v := range figuresOf(a) {
			if w := figuresOf(b)[n]; n != 8 && !scalar.EqualWithinAbsOrRel(v, w, 1e-12, 1e-9) { // 8 is the noise itself
				t.Fatalf("%+v and %+v", a, b)
			}
		}
		without := judge(figures(r, 0, inf), figures(c, se, inf), plan)
		with := judge(noisy, figures(c, se, inf), plan)
		if with.Upper-with.Lower <= without.Upper-without.Lower || with.PValue < without.PValue || with.Noise != noise {
			t.Fatalf("%+v, with noise %+v", without, with)
		}
	})
}

func TestNoiseOfUnknownSize(t *testing.T) {
	f := figures(1000, 0, inf)
	f.Noise[0] = nan
	if j := judge(f, figures(1000, 0, inf), plan); j.Verdict != compare.CannotTell || !strings.Contains(j.Notes, "no interval") {
		t.Errorf("%+v", j)
	}
	f.Noise = nil
	if j := judge(f, figures(1000, 0, inf), plan); j.Verdict != compare.Agrees {
		t.Errorf("no noise: %+v", j)
	}
}

// TestMarginsOfCells: a cell with its own margin is judged as under a plan with that margin for all.
func TestMarginsOfCells(t *testing.T) {
	register, census := compare.Complete([]int64{107, 107, 93}), compare.Complete([]int64{100, 100, 100})
	own := plan
	own.Margins = []float64{5, 8, 8}
	var said []compare.Verdict
	for _, j := range compare.Judge(register, census, own) {
		said = append(said, j.Verdict)
	}
	if said[0] != compare.Differs || said[1] != compare.Agrees || said[2] != compare.Agrees {
		t.Errorf("verdicts %v", said)
	}
	defer func() {
		if recover() == nil {
			t.Error("two margins of three cells: no panic")
		}
	}()
	own.Margins = own.Margins[:2]
	compare.Judge(register, census, own)
}

// TestNotesAreJoinedAlike: a cell's notes do not depend on the cells before it.
func TestNotesAreJoinedAlike(t *testing.T) {
	const k = 40
	register, census := compare.Complete(make([]int64, k)), compare.Complete(make([]int64, k))
	for i := range k {
		register.Notes[i] = strings.Repeat("r", i%13)
		census.Notes[i] = strings.Repeat("c", i%11)
	}
	for i, j := range compare.Judge(register, census, plan) {
		alone := judge(cut(register, i), cut(census, i), plan)
		if j.Notes != alone.Notes {
			t.Fatalf("%q, alone %q", j.Notes, alone.Notes)
		}
	}
}

func cut(f compare.Figures, i int) compare.Figures {
	one := compare.NewFigures(1)
	one.Set(0, at(f, i))
	return one
}
