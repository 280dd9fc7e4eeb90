package compare

import "fmt"

// A Plan is how cells are judged. It is fixed, and sealed with the extract, before the field results are seen.
type Plan struct {
	Level     float64    // of the intervals, 0.95 for 95 %
	Adjust    Adjustment // of the p-values of a family. Defaults to BH
	FDR       float64    // rate at which a difference is called one: of false discoveries, or of any, as Adjust keeps
	Alpha     float64    // size of each of the two one-sided equivalence tests
	MarginPct float64    // margin of equivalence, percent of the census
	Margins   []float64  // the margin of each cell where it is not MarginPct for all, percent of the census; nil if it is

	// Superpopulation takes complete counts for one outcome of a process in which persons are independent, rather than
	// for the truth. Register and census count much the same persons, so that their difference varies less than that
	// allows for: what differs all the same is surer than its p-value, and what agrees is found less often.
	Superpopulation bool
}

// margin is that of a cell, as a share of the census.
func (p *Plan) margin(cell int) float64 {
	if p.Margins == nil {
		return p.MarginPct / 100
	}
	return p.Margins[cell] / 100
}

// A Judgement is what the plan makes of one cell; figures that do not exist are NaN.
type Judgement struct {
	Difference, Pct              float64 // register minus census, persons; and percent of the census
	Lower, Upper                 float64 // interval of the difference
	Ratio                        float64 // register over census
	RatioLow, RatioHigh          float64 // its interval
	LogRatioSE                   float64 // standard error of ln(Ratio), by the delta method
	Noise                        float64 // standard deviation of the disclosure noise of both sides together, persons
	PValue, QValue               float64 // of no difference: alone, and adjusted over the family
	EquivalenceP                 float64 // of a difference beyond the margin: the larger one of two one-sided p-values
	Verdict                      Verdict
	Notes                        string
	equivalent, exact, uncertain bool
	bounded                      bool // a figure has bounds: the verdict is by the worst case within them
}

// Judge compares the cells of one family, register against census, and adjusts their p-values together: Test, Adjust and
// Decide in one. It panics when the two sides differ in length, or the plan adjusts over a tree of areas.
func Judge(register, census Figures, plan Plan) []Judgement {
	cells := Test(register, census, plan)
	p := make([]float64, len(cells))
	for i := range cells {
		p[i] = cells[i].PValue
	}
	for i, q := range plan.Adjust.Adjust(p) {
		cells[i].QValue = q
	}
	Decide(cells, plan.FDR)
	return cells
}

// Test does what needs no other cell: differences and ratios with their intervals, and the tests. Verdicts are there
// for what is judged by the margin alone.
//
// With the variance v of each side, noise added, the difference is tested by t = (R-C)/√(v(R)+v(C)), on Satterthwaite's
// degrees of freedom if more than one variance counts. Equivalence within a margin of m of the census is tested by two
// one-sided tests at size Alpha, on the contrasts whose sign says on which side of the margin the register lies:
//
//	t₁ = (R-(1-m)C) / √(v(R)+(1-m)²v(C)),  t₂ = ((1+m)C-R) / √(v(R)+(1+m)²v(C))
//
// so that the error of the census in the margin itself is carried. The ratio has Fieller's interval (see Ratio).
//
// Where neither side has an error of any kind, the margin alone decides; under a superpopulation two complete counts are
// compared given their sum instead (see counts.go). A figure with bounds is judged by the worst case within them (see
// bounds.go). A percentage and a ratio of a census of 0 do not exist: such a cell
// agrees with nobody registered, and with nothing else. Where a side is silent, or a figure is missing, nothing is
// decided. The notes say each of these, and what makes a result less sure than it looks. It panics when the two sides
// differ in length.
//
// Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15:657-680; for a margin relative to an
// estimated mean Hauschke, Kieser and Hothorn (1999), Statistics in Medicine 18:93-105.
func Test(register, census Figures, plan Plan) []Judgement {
	k := len(register.Value)
	if len(census.Value) != k {
		panic("compare: the two sides have different numbers of cells")
	}
	if plan.Margins != nil && len(plan.Margins) != k {
		panic(fmt.Sprintf("compare: %d margins of %d cells", len(plan.Margins), k))
	}
	cells := make([]Judgement, k)
	t := newTester(&register, &census, &plan)
	for i := range cells {
		t.test(i, &cells[i])
	}
	return cells
}

// Decide gives the verdicts of cells that have their q-values: a cell agrees when equivalence was shown; else it differs
// when its q-value is at most the rate; else it cannot be told. What was judged by the margin alone stays so.
func Decide(cells []Judgement, rate float64) {
	var notes notebook
	for i := range cells {
		j := &cells[i]
		if !j.exact {
			j.decide(rate, &notes)
		}
		j.withhold()
	}
}

func (j *Judgement) decide(rate float64, notes *notebook) {
	remark := ""
	different := j.QValue <= rate
	switch {
	case j.equivalent:
		j.Verdict = Agrees
		if different {
			remark = "different, but by less than the margin"
		}
	case different:
		j.Verdict = Differs
	case j.PValue != j.PValue: // not tested: the notes say why
	case j.uncertain:
		remark = "the error is too large to show agreement within the margin"
	default:
		remark = "neither a difference nor agreement within the margin is shown"
	}
	j.Notes = notes.join([noteParts]string{j.Notes, remark})
}
