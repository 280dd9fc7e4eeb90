package reference

import (
	"fmt"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// A formula is one of a model as entries write it: response ~ terms.
type formula struct {
	response string
	terms    []string
	offset   string
}

func parseFormula(text string) formula {
	left, right, _ := strings.Cut(text, "~")
	f := formula{response: strings.TrimSpace(left)}
	for _, t := range outsideParentheses(right, '+') {
		if inner, is := argument(t, "offset"); is {
			f.offset = inner
			continue
		}
		f.terms = append(f.terms, t)
	}
	return f
}

// outsideParentheses are the parts of a text between separators that stand in no parentheses.
func outsideParentheses(text string, separator rune) (parts []string) {
	depth, from := 0, 0
	for at, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == separator && depth == 0:
			parts = append(parts, strings.TrimSpace(text[from:at]))
			from = at + 1
		}
	}
	return append(parts, strings.TrimSpace(text[from:]))
}

// argument is what stands in the parentheses of a call of a function.
func argument(text, function string) (string, bool) {
	if !strings.HasPrefix(text, function+"(") || !strings.HasSuffix(text, ")") {
		return "", false
	}
	return text[len(function)+1 : len(text)-1], true
}

// evaluate gives a term as numbers: a column, an expression, a comparison with a level, or whether a factor is not at
// its first level. It gives the columns that it needs, too.
func (t *table) evaluate(text string) (values []float64, columns []string) {
	if inner, is := argument(text, "I"); is {
		text = inner
	}
	if column, level, is := strings.Cut(text, "=="); is {
		return matches(t.text(strings.TrimSpace(column)), strings.Trim(strings.TrimSpace(level), `"`)), []string{column}
	}
	if t.columns[text] != nil && !t.isNumeric(text) {
		first := t.factor(text).Levels[0]
		values = matches(t.text(text), first)
		for i := range values {
			values[i] = 1 - values[i]
		}
		return values, []string{text}
	}
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

func matches(text []string, level string) []float64 {
	out := make([]float64, len(text))
	for i, s := range text {
		if s == level {
			out[i] = 1
		}
	}
	return out
}

// variable is a column, or what is worked out from some, as a variable of a model matrix, with the columns it needs.
func (t *table) variable(name string) (v analysis.Variable, needed []string) {
	if t.columns[name] != nil && !t.isNumeric(name) {
		return t.factor(name), []string{name}
	}
	numbers, needed := t.evaluate(name)
	return analysis.Variable{Name: name, Numbers: numbers}, needed
}

// factor is a column with its levels in the order of their names; a missing text has none.
func (t *table) factor(name string) analysis.Variable {
	coder := analysis.NewCoder()
	text := t.text(name)
	for _, s := range text {
		if s != "" && s != "NA" {
			coder.Code(s)
		}
	}
	levels, _ := coder.Order()
	number := map[string]int32{}
	for i, l := range levels {
		number[l] = int32(i)
	}
	v := analysis.Variable{Name: name, Levels: levels, Code: make([]int32, len(text))}
	for i, s := range text {
		v.Code[i] = -1
		if n, ok := number[s]; ok {
			v.Code[i] = n
		}
	}
	return v
}

// variables are those of the terms, with the columns they need: a*b is a, b and a:b, main effects first.
func (f formula) variables(t *table) (terms [][]analysis.Variable, needed []string) {
	var crossed [][]analysis.Variable
	for _, term := range f.terms {
		main := outsideParentheses(term, '*')
		var parts []analysis.Variable
		for _, name := range outsideParentheses(strings.Join(main, ":"), ':') {
			v, more := t.variable(name)
			parts, needed = append(parts, v), append(needed, more...)
		}
		if len(main) > 1 {
			for _, v := range parts {
				terms = append(terms, []analysis.Variable{v})
			}
		}
		if len(parts) == 1 {
			terms = append(terms, parts)
		} else {
			crossed = append(crossed, parts)
		}
	}
	return append(terms, crossed...), needed
}

// model is the model of a formula, with the rows on which all of it is there.
func (f formula) model(t *table, family string, domain []bool) (analysis.Model, []bool) {
	parsed, err := analysis.ParseFamily(strings.TrimSuffix(family, "()"))
	mustSucceed(err)
	m := analysis.Model{Family: parsed}
	var needed []string
	m.Response, needed = t.evaluate(f.response)
	terms, more := f.variables(t)
	needed = append(needed, more...)
	if f.offset != "" {
		m.Offset, more = t.evaluate(f.offset)
		needed = append(needed, more...)
	}
	m.Columns = analysis.ModelColumns(t.rows, true, terms...)
	return m, t.complete(domain, needed)
}

// columnsOf are the places of the columns of terms, written ~a+b.
func (f formula) columnsOf(text string, t *table, m analysis.Model) (which []int) {
	terms, _ := f.variables(t)
	for _, name := range parseFormula(text).terms {
		found := false
		for n, term := range terms {
			if termName(term) == name {
				which, found = append(which, m.TermColumns(n)...), true
			}
		}
		if !found {
			panic(fmt.Sprintf("no term %s", name))
		}
	}
	return which
}

// termName is the name of a term: its variables, joined by colons.
func termName(term []analysis.Variable) string {
	var names []string
	for _, v := range term {
		names = append(names, v.Name)
	}
	return strings.Join(names, ":")
}
