package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A CalibrationFailure is why weights could not be fitted.
type CalibrationFailure uint8

const (
	// EmptyCell: the population has something of a column, and the sample nothing.
	EmptyCell CalibrationFailure = iota + 1
	// AbsentCell: the sample has something of a column of which the population is said to have nothing.
	AbsentCell
	// ConflictingTotals: a column is told by others in the sample, and its total is not what theirs imply.
	ConflictingTotals
	// OutOfReach: no weights within the bounds have the totals, which is proved.
	OutOfReach
	// NotReached: the iteration ended before the totals were reached.
	NotReached
)

// A TermFit is a total before and after a calibration.
type TermFit struct {
	Part, Term string
	Target     float64 // of the population
	Start      float64 // by the weights before
	Fitted     float64 // by the weights after
}

// Miss is how far the total is from its target, relative to the target, or by itself where the target is 0.
func (t TermFit) Miss() float64 {
	miss := t.Fitted - t.Target
	if t.Target != 0 {
		miss /= math.Abs(t.Target)
	}
	return miss
}

// A CalibrationProblem is why a part of the population could not be fitted.
type CalibrationProblem struct {
	Failure CalibrationFailure
	Part    string

	// Terms are the totals concerned, the one furthest off first. Of totals out of reach, Fitted are those of a
	// compromise that misses as little as can be, in squares of shares.
	Terms []TermFit

	// Lower and Upper are bounds for g that can be met, to three figures the narrowest that are as far from 1 in
	// proportion as those asked for; NaN where none were looked for or found.
	Lower, Upper float64
}

// A CalibrationError gathers the problems of all parts.
type CalibrationError struct {
	Method       CalibrationMethod
	Lower, Upper float64 // bounds that were asked for
	Problems     []CalibrationProblem
}

// told is how many problems, and how many totals of each, an error spells out.
const told = 5

func (e *CalibrationError) Error() string {
	var lines []string
	for _, p := range e.Problems[:min(told, len(e.Problems))] {
		lines = append(lines, e.line(&p))
	}
	if rest := len(e.Problems) - told; rest > 0 {
		lines = append(lines, fmt.Sprintf("and %d problems more", rest))
	}
	return "analysis: calibration: " + strings.Join(lines, "; ")
}

// line is a problem in words, with what to do.
func (e *CalibrationError) line(p *CalibrationProblem) string {
	t := p.Terms[0]
	where := inPart(p.Part)
	switch p.Failure {
	case EmptyCell:
		return fmt.Sprintf("the population has %v of %q%s and the sample nothing: join it to another or leave it out",
			t.Target, t.Term, where)
	case AbsentCell:
		return fmt.Sprintf("the sample has %q%s, of which the population has nothing: correct the total or the rows",
			t.Term, where)
	case ConflictingTotals:
		return fmt.Sprintf("the total of %q%s is %v where the totals before it imply %v: they tell it in the sample, so must agree",
			t.Term, where, t.Target, t.Fitted)
	case NotReached:
		return fmt.Sprintf("no convergence%s; furthest off: %s", where, p.furthest(e))
	}
	return fmt.Sprintf("no weights have the totals%s%s; furthest off: %s%s", where, e.limits(), p.furthest(e), p.hint())
}

// limits says what g had to keep to.
func (e *CalibrationError) limits() string {
	switch e.Method {
	case LogitCalibration, TruncatedCalibration:
		return fmt.Sprintf(" with g between %v and %v", e.Lower, e.Upper)
	}
	return " with g above 0"
}

// furthest names the totals that are furthest off, without those that are as good as hit.
func (p *CalibrationProblem) furthest(e *CalibrationError) string {
	var names []string
	for _, t := range p.Terms[:min(told, len(p.Terms))] {
		if math.Abs(t.Miss()) < math.Abs(p.Terms[0].Miss())/100 {
			break
		}
		name := fmt.Sprintf("%q by %.2g %%", t.Term, 100*t.Miss())
		if need := t.Target / t.Start; t.Start > 0 && e.Upper > 0 && (need < e.Lower || need > e.Upper) {
			name += fmt.Sprintf(" (its rows need a mean g of %.3g)", need)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func (p *CalibrationProblem) hint() string {
	if math.IsNaN(p.Lower) {
		return ""
	}
	return fmt.Sprintf("; bounds of %.3g and %.3g can be met", p.Lower, p.Upper)
}

// byMiss puts the totals that are furthest off first.
func byMiss(terms []TermFit) []TermFit {
	slices.SortStableFunc(terms, func(a, b TermFit) int {
		switch x, y := math.Abs(a.Miss()), math.Abs(b.Miss()); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return terms
}
