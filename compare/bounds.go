package compare

import (
	"fmt"
	"math"
	"strconv"

	"github.com/concord-stat/concord/analysis"
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

// undetermined tells whether a figure of a cell has bounds.
func undetermined(register, census Figures, cell int) bool {
	r, c := register.bounds(cell), census.bounds(cell)
	return r.Lower < r.Upper || c.Lower < c.Upper
}

// judgeBounds judges a cell of which a figure has bounds, by the worst case within them:
//
//   - it agrees when it would for every pair of values within the bounds;
//   - it differs when it would for every such pair;
//   - else it cannot be told, and the difference of the two values, which rests on where persons were placed in want of
//     better knowledge, is not given: neither side supports it.
//
// With R in [R⁻, R⁺], C in [C⁻, C⁺] and the margin m, the one-sided statistics of Judge are least at (R⁻, C⁺) and at
// (R⁺, C⁻). The p-value is the largest over the bounds, that of the difference nearest to nothing, and so is one of the
// hypothesis that some pair of values within the bounds is alike; it is 1 where the bounds overlap. The interval, if there
// is one, is of sampling alone, around the difference of the two values.
func judgeBounds(j *Judgement, register, census Figures, plan Plan, cell int) (note string) {
	r, c := register.bounds(cell), census.bounds(cell)
	vr, vc := register.SE[cell]*register.SE[cell], census.SE[cell]*census.SE[cell]
	if !(vr > 0) && !(vc > 0) {
		j.exact, j.Verdict = true, marginOfBounds(r, c, plan.MarginPct)
		note = withoutSampling(register.SE[cell], census.SE[cell])
	} else {
		j.testBounds(r, c, vr, vc, degrees(register, census, cell), plan)
	}
	j.bounded = true
	return joinNotes([]string{note, saidOf(register.named("the register"), r), saidOf(census.named("the census"), c)})
}

// marginOfBounds judges figures without sampling error by the margin alone. The pairs of values that agree lie between two
// lines through the origin, so all do when the two farthest corners do, and none does when all corners lie to one side.
func marginOfBounds(r, c Bounds, marginPct float64) Verdict {
	m := marginPct / 100
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

func (j *Judgement) testBounds(r, c Bounds, vr, vc, df float64, plan Plan) {
	if math.IsNaN(vr) || math.IsNaN(vc) {
		return
	}
	se := math.Sqrt(vr + vc)
	j.Lower, j.Upper = analysis.Estimate{Value: j.Difference, SE: se, DF: df}.Interval(plan.Level)
	nearest := math.Max(0, math.Max(r.Lower-c.Upper, c.Lower-r.Upper))
	j.PValue = math.Min(1, 2*analysis.UpperTail(nearest/se, df))
	m, critical := plan.MarginPct/100, analysis.Quantile(1-plan.Alpha, df)
	above := (r.Lower - ends(1-m, c).Upper) / math.Sqrt(vr+(1-m)*(1-m)*vc)
	below := (ends(1+m, c).Lower - r.Upper) / math.Sqrt(vr+(1+m)*(1+m)*vc)
	j.equivalent = above > critical && below > critical
}

// withhold takes the difference out of a judgement that the bounds left open.
func (j *Judgement) withhold() {
	if j.bounded && j.Verdict == CannotTell {
		j.Difference, j.Pct, j.Lower, j.Upper = math.NaN(), math.NaN(), math.NaN(), math.NaN()
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
