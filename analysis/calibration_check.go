package analysis

import (
	"fmt"
	"math"
)

// mustFit panics where a column of the calibration has another length than the sample, or a code stands for nothing.
func (c *Calibration) mustFit(rows int) {
	fits := func(n int, isNil bool, what string) {
		if !isNil && n != rows {
			panic(fmt.Sprintf("analysis: %s of %d values for a sample of %d rows", what, n, rows))
		}
	}
	fits(len(c.Part), c.Part == nil, "parts")
	fits(len(c.Q), c.Q == nil, "a column q")
	fits(len(c.Unit), c.Unit == nil, "units")
	mustBeCodes("part", c.Part, 0, len(c.Parts))
	for i := range c.Terms {
		t := &c.Terms[i]
		fits(len(t.X), t.X == nil, "term "+t.Name)
		fits(len(t.Code), t.Code == nil, "term "+t.Name)
		mustBeCodes("term "+t.Name, t.Code, -1, len(t.Levels))
		if n := c.parts() * t.levels(); len(t.Totals) != n {
			panic(fmt.Sprintf("analysis: term %s has %d totals for %d columns", t.Name, len(t.Totals), n))
		}
	}
}

func mustBeCodes(what string, codes []int32, from, to int) {
	for i, code := range codes {
		if int(code) < from || int(code) >= to {
			panic(fmt.Sprintf("analysis: %s: code %d at %d, want one from %d and below %d", what, code, i, from, to))
		}
	}
}

// check finds what no weights could be fitted to.
func (c *Calibration) check() error {
	switch {
	case len(c.Terms) == 0:
		return fmt.Errorf("analysis: a calibration without terms")
	case c.bounded() && !(c.Lower < 1 && c.Upper > 1):
		return fmt.Errorf("analysis: bounds %v and %v for g: 1 must be between them", c.Lower, c.Upper)
	}
	for i, q := range c.Q {
		if !(q > 0) || math.IsInf(q, 1) {
			return fmt.Errorf("analysis: q is %v on row %d: it must be above 0 and finite", q, i)
		}
	}
	for i := range c.Terms {
		if err := c.checkTerm(&c.Terms[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Calibration) checkTerm(t *Term) error {
	if c.Method == IterativeFitting && t.X != nil {
		return fmt.Errorf("analysis: term %s is no margin: iterative fitting takes margins alone", t.Name)
	}
	for i, x := range t.X {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("analysis: term %s is %v on row %d: calibration needs a value on every row", t.Name, x, i)
		}
	}
	for i, total := range t.Totals {
		if math.IsNaN(total) || math.IsInf(total, 0) {
			part, level := i/t.levels(), i%t.levels()
			return fmt.Errorf("analysis: the total of %s is %v%s", t.column(level), total, inPart(c.partName(part)))
		}
	}
	return nil
}

// inPart says in which part, and nothing where there is one.
func inPart(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" in %q", name)
}
