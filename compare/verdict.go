package compare

import (
	"math"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// A Plan is how cells are judged. It is fixed, and sealed with the extract, before the field results are seen.
type Plan struct {
	Level     float64 // of the intervals of the difference, 0.95 for 95 %
	FDR       float64 // false-discovery rate at which a difference is called one
	Alpha     float64 // size of each of the two one-sided equivalence tests
	MarginPct float64 // margin of equivalence, percent of the census
}

// A Judgement is what the plan makes of one cell; figures that do not exist are NaN.
type Judgement struct {
	Difference, Pct   float64 // register minus census, persons; and percent of the census
	Lower, Upper      float64 // interval of the difference
	PValue, QValue    float64
	Verdict           Verdict
	Notes             string
	equivalent, exact bool
	bounded           bool // a figure has bounds: the verdict is by the worst case within them
}

// Judge compares the cells of one family, register against census, and adjusts their p-values together.
//
// The difference is tested by t = (R-C)/√(v(R)+v(C)). Equivalence within a margin of m of the census is tested by two
// one-sided tests at size Alpha, on the contrasts whose sign says on which side of the margin the register lies:
//
//	t₁ = (R-(1-m)C) / √(v(R)+(1-m)²v(C)),  t₂ = ((1+m)C-R) / √(v(R)+(1+m)²v(C))
//
// so that the error of the census in the margin itself is carried. A cell agrees when both exceed the quantile 1-Alpha;
// else it differs when its q-value is at most FDR; else it cannot be told. Where neither side has a sampling error the
// margin alone decides, and where a side is silent nothing is decided; either is said in the notes. A figure with bounds is
// judged by the worst case within them, as judgeBounds has it. It panics when the two sides differ in length.
//
// Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15:657-680; for a margin relative to an
// estimated mean Hauschke, Kieser and Hothorn (1999), Statistics in Medicine 18:93-105.
func Judge(register, census Figures, plan Plan) []Judgement {
	if len(register.Value) != len(census.Value) {
		panic("compare: the two sides have different numbers of cells")
	}
	cells := make([]Judgement, len(register.Value))
	p := make([]float64, len(cells))
	for i := range cells {
		cells[i] = judgeCell(register, census, plan, i)
		p[i] = cells[i].PValue
	}
	for i, q := range BenjaminiHochberg(p) {
		cells[i].QValue = q
		if !cells[i].exact {
			cells[i].decide(q, plan.FDR)
		}
		cells[i].withhold()
	}
	return cells
}

// judgeCell does what needs no other cell of the family.
func judgeCell(register, census Figures, plan Plan, i int) Judgement {
	nan := math.NaN()
	r, c := register.Value[i], census.Value[i]
	j := Judgement{Difference: r - c, Pct: nan, Lower: nan, Upper: nan, PValue: nan, QValue: nan, Verdict: CannotTell}
	if c != 0 {
		j.Pct = 100 * (r - c) / c
	}
	notes := []string{register.Silent[i], census.Silent[i], register.Notes[i], census.Notes[i]}
	vr, vc := register.SE[i]*register.SE[i], census.SE[i]*census.SE[i]
	switch {
	case register.Silent[i] != "" || census.Silent[i] != "":
	case math.IsNaN(r - c):
		notes = append(notes, "no figure")
	case undetermined(register, census, i):
		notes = append(notes, judgeBounds(&j, register, census, plan, i))
	case !(vr > 0) && !(vc > 0):
		j.exact, j.Verdict = true, marginAlone(r, c, plan.MarginPct)
		notes = append(notes, withoutSampling(register.SE[i], census.SE[i]))
	default:
		df := degrees(register, census, i)
		j.test(r, c, vr, vc, df, plan)
		if math.IsNaN(j.PValue) {
			notes = append(notes, "no interval")
		}
	}
	j.Notes = joinNotes(notes)
	return j
}

func (j *Judgement) test(r, c, vr, vc, df float64, plan Plan) {
	if math.IsNaN(vr) || math.IsNaN(vc) {
		return
	}
	d := analysis.Estimate{Value: r - c, SE: math.Sqrt(vr + vc), DF: df}
	j.Lower, j.Upper = d.Interval(plan.Level)
	j.PValue = 2 * analysis.UpperTail(math.Abs(d.Value)/d.SE, df)
	m, critical := plan.MarginPct/100, analysis.Quantile(1-plan.Alpha, df)
	above := (r - (1-m)*c) / math.Sqrt(vr+(1-m)*(1-m)*vc)
	below := ((1+m)*c - r) / math.Sqrt(vr+(1+m)*(1+m)*vc)
	j.equivalent = above > critical && below > critical
}

func (j *Judgement) decide(q, fdr float64) {
	switch {
	case j.equivalent:
		j.Verdict = Agrees
		if q <= fdr {
			j.Notes = joinNotes([]string{j.Notes, "different, but by less than the margin"})
		}
	case q <= fdr:
		j.Verdict = Differs
	}
}

// marginAlone judges two figures without sampling error. Nothing is percent of zero: a census of zero agrees with
// nobody registered and with nothing else.
func marginAlone(r, c, marginPct float64) Verdict {
	if 100*math.Abs(r-c) <= marginPct*math.Abs(c) {
		return Agrees
	}
	return Differs
}

func withoutSampling(registerSE, censusSE float64) string {
	if math.IsNaN(registerSE) || math.IsNaN(censusSE) {
		return "standard error not stated: judged by the margin alone"
	}
	return "complete counts: judged by the margin alone"
}

// degrees of freedom of the difference: those of the side that has a sampling error; of both, by Satterthwaite.
func degrees(register, census Figures, i int) float64 {
	vr, vc := register.SE[i]*register.SE[i], census.SE[i]*census.SE[i]
	switch {
	case !(vr > 0):
		return census.DF[i]
	case !(vc > 0):
		return register.DF[i]
	}
	return (vr + vc) * (vr + vc) / (vr*vr/register.DF[i] + vc*vc/census.DF[i])
}

func joinNotes(notes []string) string {
	var said []string
	for _, n := range notes {
		if n != "" {
			said = append(said, n)
		}
	}
	return strings.Join(said, "; ")
}
