package demography

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Common are the finest groups that both a and b can be added up to without cutting one: their common bounds. It is
// false where they have none, because one ends open and the other does not, or they do not begin or end together.
func Common(a, b Groups) (Groups, bool) {
	a.check()
	b.check()
	out := Groups{End: a.End}
	for _, start := range a.Start {
		if slices.Contains(b.Start, start) {
			out.Start = append(out.Start, start)
		}
	}
	if a.End != b.End || a.Start[0] != b.Start[0] {
		return Groups{}, false
	}
	return out, true
}

// A Making is how a group of one source came from the groups of another.
type Making int

// The makings.
const (
	Added     Making = iota // whole groups added up, or one as it is: exact
	Graduated               // a group was cut
	Unknown                 // beyond what the source tells: before its first group, or within its open one
)

// Regrouped are counts in other age groups: Value and Jacobian by group, and how each was made.
type Regrouped struct {
	Carried
	Made []Making
	From []string // the groups that a group was taken from: "10-19, 20-29"; empty where it is unknown
}

// A Regrouper matches the age groups of one source to those of another.
type Regrouper struct {
	from, to Groups
	made     []Making
	parts    []string
	graduate *Graduator // nil when no group is cut
	matrix   *mat.Dense // nil where it depends on the counts
}

// NewRegrouper prepares matching groups from to groups to. A group of to that is a union of groups of from is added up,
// which is exact. One whose bounds cut a group is graduated by the method, and the result says so; with no method, "",
// there is an error that names the groups that are cut. A group beyond what from tells is unknown: an open group is
// never split.
func NewRegrouper(method Method, from, to Groups) (*Regrouper, error) {
	from.check()
	to.check()
	r := &Regrouper{from: from, to: to, made: make([]Making, to.Len()), parts: make([]string, to.Len())}
	var cut []string
	for i := range to.Start {
		r.made[i] = from.making(to.Start[i], to.Above(i))
		if r.made[i] != Unknown {
			r.parts[i] = strings.Join(from.covering(to.Start[i], to.Above(i)), ", ")
		}
		if r.made[i] == Graduated {
			cut = append(cut, to.Label(i))
		}
	}
	if len(cut) == 0 {
		r.matrix = r.matrixOf(nil)
		return r, nil
	}
	if method == "" {
		return nil, fmt.Errorf("age groups %s cut those there are (%s), and no method of graduation is given",
			strings.Join(cut, ", "), strings.Join(from.Labels(), ", "))
	}
	var err error
	if r.graduate, err = NewGraduator(method, from); err == nil && r.graduate.spline == nil {
		r.matrix = r.matrixOf(nil)
	}
	return r, err
}

// making is how the ages from lower to below upper come from groups.
func (g Groups) making(lower, upper int) Making {
	switch {
	case lower < g.Start[0], upper == Open && (!g.IsOpen() || lower > g.Top()), upper != Open && upper > g.Top():
		return Unknown
	case g.bound(lower) && g.bound(upper):
		return Added
	}
	return Graduated
}

// bound tells whether an age, or the end of open groups, is a bound between groups.
func (g Groups) bound(age int) bool { return age == g.End || slices.Contains(g.Start, age) }

// covering are the labels of the groups that ages from lower to below upper lie in.
func (g Groups) covering(lower, upper int) (labels []string) {
	for i := range g.Start {
		if above := g.Above(i); (above == Open || above > lower) && (upper == Open || g.Start[i] < upper) {
			labels = append(labels, g.Label(i))
		}
	}
	return labels
}

// Regroup matches counts, one a group of from; a group that is unknown is NaN. Jacobian may be shared between calls.
func (r *Regrouper) Regroup(counts []float64) Regrouped {
	r.from.checkCounts(counts)
	m := r.matrix
	if m == nil {
		m = r.matrixOf(counts)
	}
	out := Regrouped{Carried: Carried{Value: make([]float64, r.to.Len()), Jacobian: m}, Made: r.made, From: r.parts}
	for i := range out.Value {
		for j, d := range m.RawRowView(i) {
			if d != 0 {
				out.Value[i] += d * counts[j]
			}
		}
		if r.graduate != nil && r.graduate.spline != nil {
			out.Value[i] = math.Max(out.Value[i], 0) // what is below is of rounding
		}
	}
	return out
}

// matrixOf is the matrix from the groups of one source to those of the other, at the counts where it depends on them.
func (r *Regrouper) matrixOf(counts []float64) *mat.Dense {
	m := mat.NewDense(r.to.Len(), r.from.Len(), nil)
	var cut cutter
	if r.graduate != nil {
		cut = r.graduate.cutter(counts)
	}
	for i, made := range r.made {
		row := m.RawRowView(i)
		if made == Unknown {
			for j := range row {
				row[j] = math.NaN()
			}
			continue
		}
		r.row(row, r.to.Start[i], r.to.Above(i), cut)
	}
	return m
}

// row adds up the groups within bounds, and the parts of those that the bounds cut.
func (r *Regrouper) row(row []float64, lower, upper int, cut cutter) {
	for i, start := range r.from.Start {
		above := r.from.Above(i)
		before := above != Open && above <= lower
		behind := upper != Open && start >= upper
		if before || behind {
			continue
		}
		if start >= lower && (upper == Open || above != Open && above <= upper) {
			row[i]++
			continue
		}
		last := above
		if upper != Open && (above == Open || above > upper) {
			last = upper
		}
		cut(row, i, max(start, lower), last)
	}
}

// Regroup matches counts of age groups to other groups; see NewRegrouper.
func Regroup(method Method, from, to Groups, counts []float64) (Regrouped, error) {
	r, err := NewRegrouper(method, from, to)
	if err != nil {
		return Regrouped{}, err
	}
	return r.Regroup(counts), nil
}
