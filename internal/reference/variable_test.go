package reference

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// variable is a column, or what is worked out from some, as a variable of a model matrix, with the columns it needs: a
// text, factor(x) and a comparison are factors.
func (t *table) variable(name string) (v analysis.Variable, needed []string) {
	text := name
	if inner, is := argument(name, "factor"); is && t.columns[inner] == nil {
		v, needed = t.variable(inner)
		v.Name = name
		return asFactor(v), needed
	}
	if inner, is := argument(name, "I"); is {
		text = inner
	}
	if t.columns[text] != nil || strings.HasPrefix(text, "factor(") {
		if t.isNumeric(text) {
			return analysis.Variable{Name: name, Numbers: t.numbers(text)}, []string{text}
		}
		return t.factor(text), []string{text}
	}
	if operator, at := comparisonIn(text); operator != "" {
		return t.comparison(name, text[:at], operator, text[at+len(operator):])
	}
	numbers, needed := t.expression(text)
	return analysis.Variable{Name: name, Numbers: numbers}, needed
}

// evaluate gives a response as numbers: those of a variable, or whether a factor is not at its first level.
func (t *table) evaluate(text string) (values []float64, needed []string) {
	v, needed := t.variable(text)
	if v.Code == nil {
		return v.Numbers, needed
	}
	for _, c := range v.Code {
		values = append(values, math.Min(float64(c), 1))
	}
	for i, c := range v.Code {
		if c < 0 {
			values[i] = math.NaN()
		}
	}
	return values, needed
}

// expression works out numbers from columns.
func (t *table) expression(text string) (values []float64, columns []string) {
	e, err := analysis.ParseExpression(text)
	mustSucceed(err)
	columns = e.Names()
	at := make([][]float64, t.rows)
	for _, c := range columns {
		for i, x := range t.numbers(c) {
			at[i] = append(at[i], x)
		}
	}
	for i := range at {
		v, _ := e.At(at[i])
		values = append(values, v)
	}
	return values, columns
}

// comparisonIn finds the operator of a comparison.
func comparisonIn(text string) (operator string, at int) {
	places := outsideParentheses(text, "=!<>")
	if len(places) == 0 {
		return "", 0
	}
	at = places[0]
	if strings.HasPrefix(text[at+1:], "=") {
		return text[at : at+2], at
	}
	return text[at : at+1], at
}

// comparison is a factor of whether two sides compare: numbers, or a column with a text in quotes.
func (t *table) comparison(name, left, operator, right string) (v analysis.Variable, needed []string) {
	v = analysis.Variable{Name: name, Levels: []string{"FALSE", "TRUE"}, Code: make([]int32, t.rows)}
	var order func(row int) int
	if level, is := strings.CutPrefix(right, `"`); is {
		text := t.text(left)
		needed = []string{left}
		order = func(i int) int { return strings.Compare(text[i], strings.TrimSuffix(level, `"`)) }
	} else {
		a, of := t.expression(left)
		b, more := t.expression(right)
		needed = append(of, more...)
		order = func(i int) int { return cmp.Compare(a[i], b[i]) }
	}
	for i, there := range t.complete(nil, needed) {
		v.Code[i] = -1
		if there {
			v.Code[i] = 0
			if compares(operator, order(i)) {
				v.Code[i] = 1
			}
		}
	}
	return v, needed
}

// compares tells whether an operator holds of two that are in this order.
func compares(operator string, order int) bool {
	switch operator {
	case "==":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	}
	panic("condition with operator " + operator)
}

// asFactor is a variable as a factor: of numbers, every value is a level.
func asFactor(v analysis.Variable) analysis.Variable {
	if v.Code != nil {
		return v
	}
	text := make([]string, len(v.Numbers))
	for i, x := range v.Numbers {
		if !math.IsNaN(x) {
			text[i] = fmt.Sprint(x)
		}
	}
	return factorOfTexts(v.Name, text)
}

// levelsWithin is a factor with the levels that there are in a domain, and none outside.
func levelsWithin(v analysis.Variable, domain []bool) analysis.Variable {
	out := analysis.Variable{Name: v.Name, Code: slices.Repeat([]int32{-1}, len(v.Code))}
	for level, name := range v.Levels {
		some := false
		for i, c := range v.Code {
			if domain[i] && c == int32(level) {
				out.Code[i], some = int32(len(out.Levels)), true
			}
		}
		if some {
			out.Levels = append(out.Levels, name)
		}
	}
	return out
}

// factor is a column with its levels; a missing text has none.
func (t *table) factor(name string) analysis.Variable { return factorOfTexts(name, t.text(name)) }

func factorOfTexts(name string, text []string) analysis.Variable {
	v := analysis.Variable{Name: name, Levels: levelsOf(text), Code: make([]int32, len(text))}
	number := map[string]int32{"": -1, "NA": -1}
	for i, l := range v.Levels {
		number[l] = int32(i)
	}
	for i, s := range text {
		v.Code[i] = number[s]
	}
	return v
}

// levelsOf are the texts there are, without the missing ones, in the order of their numbers where they are numbers,
// else in that of the texts.
func levelsOf(text []string) []string {
	var levels []string
	seen := map[string]bool{"": true, "NA": true}
	for _, s := range text {
		if !seen[s] {
			seen[s], levels = true, append(levels, s)
		}
	}
	slices.Sort(levels)
	if numbers, err := parseNumbers(levels); err == nil {
		value := map[string]float64{}
		for i, l := range levels {
			value[l] = numbers[i]
		}
		slices.SortStableFunc(levels, func(a, b string) int { return cmp.Compare(value[a], value[b]) })
	}
	return levels
}
