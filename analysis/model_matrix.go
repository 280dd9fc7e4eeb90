package analysis

import (
	"fmt"
	"slices"
	"strings"
)

// A Variable of a model matrix is a column of numbers, or a factor: a code a row with the names of its levels, of which
// the first is the one that others are compared with.
type Variable struct {
	Name    string
	Numbers []float64 // nil for a factor
	Code    []int32   // level of every row, -1 where it is missing
	Levels  []string
}

// ModelColumns are the columns of a model matrix: the intercept, where it is asked for, then those of every term, a
// variable or the interaction of several. A factor gives an indicator for every level but the first, with the name of
// the variable before that of the level; where the model lacks the term without the factor it gives one for every
// level. An earlier term of which that is a part, with other factors besides, serves as well; for the intercept it is the
// first factor by itself. Names of an interaction are joined by colons, the first variable varying fastest. A missing level is NaN. It
// panics where a variable has not rows values.
//
// Chambers and Hastie (1992), Statistical Models in S, section 2.4.1: treatment contrasts.
func ModelColumns(rows int, intercept bool, terms ...[]Variable) (columns []ModelColumn) {
	if intercept {
		columns = append(columns, ModelColumn{Name: "(Intercept)", Values: ones(rows), Term: -1})
	}
	for n, term := range terms {
		product := []ModelColumn{{Values: ones(rows), Term: n}}
		for at, v := range term {
			v.mustHaveRows(rows)
			margin := slices.Delete(slices.Clone(term), at, at+1)
			product = crossedColumns(product, v.columns(!spans(terms[:n], intercept, margin)))
		}
		columns = append(columns, product...)
	}
	return columns
}

// spans tells whether the columns of some terms span those of the product of some variables; that of none is the
// intercept.
func spans(terms [][]Variable, intercept bool, product []Variable) bool {
	if intercept && len(product) == 0 {
		return true
	}
	return slices.ContainsFunc(terms, func(term []Variable) bool {
		return isPart(product, term) && !slices.ContainsFunc(term, func(v Variable) bool {
			return v.Code == nil && !isPart([]Variable{v}, product)
		})
	})
}

// isPart tells whether a term has all of some variables.
func isPart(of []Variable, term []Variable) bool {
	return !slices.ContainsFunc(of, func(v Variable) bool {
		return !slices.ContainsFunc(term, func(w Variable) bool { return w.Name == v.Name })
	})
}

// crossedColumns are the products of all columns of a with all of b, those of a varying fastest.
func crossedColumns(a, b []ModelColumn) (out []ModelColumn) {
	for _, y := range b {
		for _, x := range a {
			values := make([]float64, len(x.Values))
			for i := range values {
				values[i] = x.Values[i] * y.Values[i]
			}
			name := strings.TrimPrefix(x.Name+":"+y.Name, ":")
			out = append(out, ModelColumn{Name: name, Values: values, Term: x.Term})
		}
	}
	return out
}

// columns are those of one variable; all says whether the first level has one, too.
func (v Variable) columns(all bool) (out []ModelColumn) {
	if v.Code == nil {
		return []ModelColumn{{Name: v.Name, Values: v.Numbers}}
	}
	for level := range v.Levels {
		if level > 0 || all {
			out = append(out, ModelColumn{Name: v.Name + v.Levels[level], Values: codeIndicator(v.Code, int32(level))})
		}
	}
	return out
}

func (v Variable) mustHaveRows(n int) {
	if (v.Code == nil) == (v.Numbers == nil) || len(v.Code)+len(v.Numbers) != n {
		panic(fmt.Sprintf("analysis: variable %s is to have %d numbers or codes", v.Name, n))
	}
}
