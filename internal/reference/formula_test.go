package reference

import (
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// A formula is one of a model as entries write it: response ~ terms. A term is the variables that it is the product of,
// each as it is written, without blanks.
//
// Wilkinson and Rogers (1973), Applied Statistics 22:392-399; Chambers and Hastie (1992), section 2.3.
type formula struct {
	response  string
	variables []string // in the order in which they come first
	terms     [][]string
	intercept bool
	offset    string
}

func parseFormula(text string) formula {
	at := outsideParentheses(text, "~")[0]
	f := formula{response: blankless(text[:at]), intercept: true}
	f.terms = f.sum(blankless(text[at+1:]))
	for _, term := range f.terms {
		slices.SortFunc(term, func(a, b string) int {
			return slices.Index(f.variables, a) - slices.Index(f.variables, b)
		})
	}
	slices.SortStableFunc(f.terms, func(a, b []string) int { return len(a) - len(b) })
	return f
}

// blankless is a text without the blanks that stand in no quotes.
func blankless(text string) string {
	parts := strings.Split(text, `"`)
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.ReplaceAll(parts[i], " ", "")
	}
	return strings.Join(parts, `"`)
}

// outsideParentheses are the places in a text where one of the characters stands in no parentheses or quotes.
func outsideParentheses(text, characters string) (places []int) {
	depth, quoted := 0, false
	for at := range len(text) {
		switch c := text[at]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0 && strings.IndexByte(characters, c) >= 0:
			places = append(places, at)
		}
	}
	return places
}

// sum gives the terms of a+b-c. Numbers say whether there is an intercept.
func (f *formula) sum(text string) (terms [][]string) {
	from, sign := 0, byte('+')
	for _, to := range append(outsideParentheses(text, "+-"), len(text)) {
		part := text[from:to]
		if number, err := strconv.Atoi(part); err == nil {
			f.intercept = (number == 1) == (sign == '+')
		} else if inner, is := argument(part, "offset"); is {
			f.offset = inner
		} else if part != "" {
			terms = joined(terms, f.product(part), sign == '-')
		}
		if to < len(text) {
			from, sign = to+1, text[to]
		}
	}
	return terms
}

// joined are terms with others, or without them, each but once.
func joined(terms, others [][]string, without bool) [][]string {
	for _, o := range others {
		same := func(t []string) bool { return sameNames(t, o) }
		if without {
			terms = slices.DeleteFunc(terms, same)
		} else if !slices.ContainsFunc(terms, same) {
			terms = append(terms, o)
		}
	}
	return terms
}

func sameNames(a, b []string) bool {
	return len(a) == len(b) && len(without(a, b)) == 0
}

// product gives the terms of a*b, which is a+b+a:b, of a/b, which is a+a:b, of a:b and of (a+b)^n.
func (f *formula) product(text string) [][]string {
	for _, operators := range []string{"*/", ":", "^"} {
		at := outsideParentheses(text, operators)
		if len(at) == 0 {
			continue
		}
		last := at[len(at)-1]
		left, right := text[:last], text[last+1:]
		if text[last] == '^' {
			return f.power(left, right)
		}
		a, b := f.product(left), f.product(right)
		switch text[last] {
		case '*':
			return joined(joined(slices.Clone(a), b, false), crossed(a, b), false)
		case '/':
			var all []string
			for _, term := range a {
				all = append(all, without(term, all)...)
			}
			return joined(slices.Clone(a), crossed([][]string{all}, b), false)
		}
		return crossed(a, b)
	}
	if strings.HasPrefix(text, "(") {
		return f.sum(text[1 : len(text)-1])
	}
	if !slices.Contains(f.variables, text) {
		f.variables = append(f.variables, text)
	}
	return [][]string{{text}}
}

func (f *formula) power(base, exponent string) [][]string {
	a := f.product(base)
	terms := a
	for range must(strconv.Atoi(exponent)) - 1 {
		terms = joined(slices.Clone(terms), crossed(terms, a), false)
	}
	return terms
}

// crossed are the products of all terms of a with all of b.
func crossed(a, b [][]string) (terms [][]string) {
	for _, x := range a {
		for _, y := range b {
			terms = joined(terms, [][]string{slices.Concat(x, without(y, x))}, false)
		}
	}
	return terms
}

// argument is what stands in the parentheses of a call of a function.
func argument(text, function string) (string, bool) {
	if !strings.HasPrefix(text, function+"(") || !strings.HasSuffix(text, ")") {
		return "", false
	}
	return text[len(function)+1 : len(text)-1], true
}

// needs are the columns of the data set that the terms are worked out from.
func (f formula) needs(t *table) (columns []string) {
	for _, name := range f.variables {
		_, more := t.variable(name)
		columns = append(columns, more...)
	}
	return columns
}

// columns are those of the model matrix. Factors have the levels that there are in the domain.
func (f formula) columns(t *table, domain []bool) []analysis.ModelColumn {
	var terms [][]analysis.Variable
	for _, term := range f.terms {
		var parts []analysis.Variable
		for _, name := range term {
			v, _ := t.variable(name)
			if v.Code != nil {
				v = levelsWithin(v, domain)
			}
			parts = append(parts, v)
		}
		terms = append(terms, parts)
	}
	return analysis.ModelColumns(t.rows, f.intercept, terms...)
}

// model is the model of a formula, with the rows on which all of it is there.
func (f formula) model(t *table, family string, domain []bool) (analysis.Model, []bool) {
	parsed, err := analysis.ParseFamily(strings.TrimSuffix(family, "()"))
	mustSucceed(err)
	m := analysis.Model{Family: parsed}
	needed := f.needs(t)
	var more []string
	m.Response, more = t.evaluate(f.response)
	needed = append(needed, more...)
	if f.offset != "" {
		m.Offset, more = t.evaluate(f.offset)
		needed = append(needed, more...)
	}
	domain = t.complete(domain, needed)
	m.Columns = f.columns(t, domain)
	return m, domain
}

// columnsOf are the places of the columns of terms, written ~a+b.
func (f formula) columnsOf(text string, m analysis.Model) (which []int) {
	for _, wanted := range parseFormula(text).terms {
		n := slices.IndexFunc(f.terms, func(t []string) bool { return sameNames(t, wanted) })
		if n < 0 {
			panic("no term " + strings.Join(wanted, ":"))
		}
		which = append(which, m.TermColumns(n)...)
	}
	return which
}
