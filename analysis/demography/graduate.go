package demography

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Method of graduation splits counts of age groups into single years.
type Method string

// The methods. All of them keep the total of every group, and the open group.
const (
	Sprague  Method = "sprague"  // fifth-difference osculatory interpolation; linear; can go below 0
	Beers    Method = "beers"    // Beers ordinary, least fourth differences; linear; can go below 0
	Monotone Method = "monotone" // Hyman-filtered cubic spline of the cumulated counts; never below 0
)

// Methods are the methods there are.
func Methods() []Method { return []Method{Sprague, Beers, Monotone} }

// A Graduator graduates counts of one set of groups.
type Graduator struct {
	method Method
	groups Groups
	matrix *mat.Dense // of a linear method, single years and the open group by groups
	spline *spline    // of the monotone one
}

// NewGraduator prepares a graduation.
//
// Sprague's and Beers' multipliers are for groups of five years: every fifth year from the first must begin a group,
// and there must be four closed spans of five years for Sprague's, five for Beers'. Groups that are finer are added up
// into five years, and what the multipliers then miss of the total of a finer group is spread evenly over its years.
// Beers' with groups 0 and 1-4 holds the infants fixed and blends ages 2 to 8 (Johnson 2016).
//
// The monotone spline takes groups of any width.
func NewGraduator(method Method, g Groups) (*Graduator, error) {
	g.check()
	out := &Graduator{method: method, groups: g}
	switch method {
	case Monotone:
		out.spline = newSpline(g)
		return out, nil
	case Sprague, Beers:
		panels := map[Method]panels{Sprague: spragueMultipliers, Beers: beersMultipliers}[method]
		five, err := fiveYearsOf(g, method, len(panels.first[0]))
		if err != nil {
			return nil, err
		}
		out.matrix = inFives(panels, g, five)
		if infantsApart(g) && method == Beers {
			out.matrix = holdInfants(out.matrix, g)
		}
		if !g.Equal(five) {
			keepTotals(out.matrix, g)
		}
		return out, nil
	}
	return nil, fmt.Errorf("no method of graduation is called %q; the methods are %v", method, Methods())
}

// Graduate splits counts, one a group and none below 0, into the single years of the closed groups, followed by the
// open group as it is. It panics when counts differs in length from the groups.
func (g *Graduator) Graduate(counts []float64) Carried {
	g.groups.checkCounts(counts)
	if g.spline != nil {
		return g.spline.graduate(counts)
	}
	return linear(g.matrix, counts)
}

// A cutter adds to a row the derivatives of the persons of a group from one age to below another.
type cutter func(row []float64, group, first, last int)

// cutter is that of a graduation, at the counts where it depends on them.
func (g *Graduator) cutter(counts []float64) cutter {
	if g.spline == nil {
		return func(row []float64, _, first, last int) {
			for age := first; age < last; age++ {
				for j, d := range g.matrix.RawRowView(age - g.groups.Start[0]) {
					row[j] += d
				}
			}
		}
	}
	slopes := g.spline.cut(counts)
	return func(row []float64, group, first, last int) {
		start, h := g.groups.Start[group], g.spline.width[group]
		g.spline.part(row, slopes, group, float64(first-start)/h, float64(last-start)/h)
	}
}

// Graduate splits counts of age groups into single years; see NewGraduator and its method Graduate.
func Graduate(method Method, groups Groups, counts []float64) (Carried, error) {
	g, err := NewGraduator(method, groups)
	if err != nil {
		return Carried{}, err
	}
	return g.Graduate(counts), nil
}

// fiveYearsOf are the spans of five years that groups add up to, with the open group.
func fiveYearsOf(g Groups, method Method, least int) (Groups, error) {
	five := Groups{End: g.End}
	age := g.Start[0]
	for ; age < g.Top(); age += 5 {
		if !slices.Contains(g.Start, age) {
			return five, fmt.Errorf("%s needs groups of five years or finer, and none begins at age %d; monotone takes any",
				method, age)
		}
		five.Start = append(five.Start, age)
	}
	if age != g.Top() {
		return five, fmt.Errorf("%s needs groups of five years or finer, and these end before age %d; monotone takes any",
			method, g.Top())
	}
	if n := len(five.Start); n < least {
		return five, fmt.Errorf("%s needs %d closed groups of five years, there are %d; monotone takes any", method, least, n)
	}
	if g.IsOpen() {
		five.Start = append(five.Start, g.Top())
	}
	return five, nil
}

// keepTotals spreads what a matrix of graduation misses of the total of every group evenly over its years.
func keepTotals(m *mat.Dense, g Groups) {
	var missed mat.Dense
	missed.Mul(collapse(g.Singles(), g), m)
	for i := range g.Closed() {
		row := missed.RawRowView(i)
		width := float64(g.Above(i) - g.Start[i])
		for age := g.Start[i]; age < g.Above(i); age++ {
			single := m.RawRowView(age - g.Start[0])
			for j := range single {
				own := 0.0
				if j == i {
					own = 1
				}
				single[j] += (own - row[j]) / width
			}
		}
	}
}
