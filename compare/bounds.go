package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Bounds are what a figure may be where the source does not determine it: the lowest and the highest value that nothing
// contradicts. They are no confidence interval: they do not shrink with the sample, and no chance is attached to them.
//
// Manski (2003), Partial Identification of Probability Distributions, Springer, chapter 1.
type Bounds struct{ Lower, Upper float64 }

// bounds of a cell; both the value itself where it is determined.
func (f Figures) bounds(cell int) Bounds {
	b := Bounds{f.Value[cell], f.Value[cell]}
	if f.Below != nil {
		b.Lower -= f.Below[cell]
	}
	if f.Above != nil {
		b.Upper += f.Above[cell]
	}
	return b
}

// Bounds of a cell, NaN where its value is determined.
func (f Figures) Bounds(cell int) Bounds {
	if b := f.bounds(cell); b.Lower != b.Upper {
		return b
	}
	return Bounds{math.NaN(), math.NaN()}
}

// Determined tells whether the source determines the value of a cell. Where it does not, nothing may be made of the value
// but what holds of every value within the bounds.
func (f *Figures) Determined(cell int) bool {
	b := f.bounds(cell)
	return !(b.Lower < b.Upper)
}

// undetermined tells whether a figure of a cell has bounds.
func (t *tester) undetermined(cell int) bool {
	return !t.register.Determined(cell) || !t.census.Determined(cell)
}

// bounded judges a cell of which a figure has bounds, by the worst case within them:
//
//   - it agrees when it would for every pair of values within the bounds;
//   - it differs when it would for every such pair;
//   - else it cannot be told, and the difference of the two values, which rests on where persons were placed in want of
//     better knowledge, is not given: neither side supports it.
//
// With R in [R⁻, R⁺], C in [C⁻, C⁺] and the margin m, the one-sided statistics of Test are least at (R⁻, C⁺) and at
// (R⁺, C⁻). The p-value is the largest over the bounds, that of the difference nearest to nothing, and so is one of the
// hypothesis that some pair of values within the bounds is alike; it is 1 where the bounds overlap. The interval, if there
// is one, is of sampling and noise alone, around the difference of the two values.
func (t *tester) bounded(cell int, x *bothSides, j *Judgement) (how, said string) {
	r, c := t.register.bounds(cell), t.census.bounds(cell)
	j.bounded = true
	if complete := t.register.SE[cell] == 0 && t.census.SE[cell] == 0; !(x.vr > 0) && !(x.vc > 0) && x.noiseR+x.noiseC == 0 {
		how, _ = byMargin(x, complete, t.plan.margin(cell), j)
		j.Verdict = marginOfBounds(r, c, t.plan.margin(cell))
	} else {
		how = t.errorsOf(cell, complete)
		t.testBounds(cell, x, r, c, j)
	}
	all := nonEmpty(saidOf(t.register.named("the register"), r), saidOf(t.census.named("the census"), c))
	return how, strings.Join(all, "; ")
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// marginOfBounds judges figures without sampling error by the margin alone. The pairs of values that agree lie between two
// lines through the origin, so all do when the two farthest corners do, and none does when all corners lie to one side.
func marginOfBounds(r, c Bounds, m float64) Verdict {
	low, high := ends(1-m, c), ends(1+m, c)
	switch {
	case r.Lower >= low.Upper && r.Upper <= high.Lower:
		return Agrees
	case r.Upper < low.Lower || r.Lower > high.Upper:
		return Differs
	}
	return CannotTell
}

// ends of a multiple of what lies within bounds; the factor may be negative where the margin is above the census.
func ends(factor float64, b Bounds) Bounds {
	return Bounds{math.Min(factor*b.Lower, factor*b.Upper), math.Max(factor*b.Lower, factor*b.Upper)}
}

// testBounds tests at the corners. Under a superpopulation the variance is that of the largest figure within the bounds.
func (t *tester) testBounds(cell int, x *bothSides, r, c Bounds, j *Judgement) {
	vr := t.varianceWithin(t.register, cell, x.vr, r) + x.noiseR
	vc := t.varianceWithin(t.census, cell, x.vc, c) + x.noiseC
	if math.IsNaN(vr + vc) {
		return
	}
	s := t.students.of(satterthwaite(vr-x.noiseR, t.register.degrees(cell), vc-x.noiseC, t.census.degrees(cell), x.noiseR+x.noiseC))
	se, m := math.Sqrt(vr+vc), t.plan.margin(cell)
	j.Lower, j.Upper = j.Difference-s.critical*se, j.Difference+s.critical*se
	nearest := math.Max(0, math.Max(r.Lower-c.Upper, c.Lower-r.Upper))
	j.PValue = math.Min(1, 2*s.Tail(nearest/se))
	above := (r.Lower - ends(1-m, c).Upper) / math.Sqrt(vr+(1-m)*(1-m)*vc)
	below := (ends(1+m, c).Lower - r.Upper) / math.Sqrt(vr+(1+m)*(1+m)*vc)
	j.EquivalenceP = s.Tail(math.Min(above, below))
	j.equivalent = j.EquivalenceP < t.plan.Alpha
}

func (t *tester) varianceWithin(f *Figures, cell int, v float64, b Bounds) float64 {
	if t.plan.Superpopulation && f.SE[cell] == 0 {
		return b.Upper
	}
	return v
}

// withhold takes the difference out of a judgement that the bounds left open.
func (j *Judgement) withhold() {
	if j.bounded && j.Verdict == CannotTell {
		nan := math.NaN()
		j.Difference, j.Pct, j.Lower, j.Upper = nan, nan, nan, nan
		j.Ratio, j.RatioLow, j.RatioHigh, j.LogRatioSE = nan, nan, nan, nan
	}
}

func (f Figures) named(otherwise string) string {
	if f.Name != "" {
		return f.Name
	}
	return otherwise
}

// saidOf says in words what a side may be; "" where it is determined.
func saidOf(side string, b Bounds) string {
	if !(b.Lower < b.Upper) {
		return ""
	}
	return fmt.Sprintf("%s is from %s to %s", side, whole(b.Lower), whole(b.Upper))
}

func whole(persons float64) string { return strconv.FormatFloat(persons, 'f', 0, 64) }
