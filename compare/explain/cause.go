package explain

import (
	"math"

	"github.com/concord-stat/concord/compare"
)

// NoneFound is the cause of an area in which no part is significant.
const NoneFound = "none found"

// A Cause is what the difference of an area comes from in the main.
type Cause struct {
	Name    string  // of a part, or NoneFound
	Persons float64 // in total; of parts that move persons between ages, those moved
	Z       float64 // in standard errors; NaN for none
	P, Q    float64 // the least p-value of the area after Holm; and adjusted over areas
	Tested  bool    // whether the area could be tested at all
}

// Causes names the cause of every area under a definition: of the parts that are significant, the one with the most
// persons. A part that is shrunk must lie beyond twice its error from 0 after that, too: what is known of other areas
// may leave little of it.
//
// The parts of an area are tested together by Holm's method; the least p-value after it stands for the area, and these
// are adjusted over areas by Benjamini and Hochberg. In the R of m areas selected at rate q, parts are significant at
// qR/m after Holm: so the expected share of false parts, averaged over the areas selected, is at most q.
//
// A part that is given with bounds has no p-value, since no chance is attached to them. Where they are as wide as the part that
// would be named, they may be all there is to it, and the part with the bounds is named instead, with those persons.
//
// Holm (1979), Scandinavian Journal of Statistics 6:65-70; Benjamini and Bogomolov (2014), Journal of the Royal
// Statistical Society B 76:297-318.
func (x *Explanation) Causes(compared int) []Cause {
	definition := x.Definition(compared)
	parts := append([]*Part{&definition}, pointers(x.Parts)...)
	n := x.data.Areas()
	causes, least := make([]Cause, n), make([]float64, n)
	for i := range n {
		_, least[i] = adjustedParts(parts, i)
	}
	q := compare.BenjaminiHochberg(least)
	selected, tested := 0.0, 0.0
	for i := range q {
		if !math.IsNaN(q[i]) {
			tested++
			if q[i] <= x.fdr {
				selected++
			}
		}
	}
	for i := range causes {
		causes[i] = Cause{Name: NoneFound, Persons: math.NaN(), Z: math.NaN(), P: least[i], Q: q[i], Tested: !math.IsNaN(q[i])}
		if !(q[i] <= x.fdr) {
			continue
		}
		adjusted, _ := adjustedParts(parts, i)
		causes[i].largest(parts, adjusted, x.fdr*selected/tested, i)
	}
	return causes
}

// stands tells whether a part is beyond twice its error from 0 after shrinking.
func (p *Part) stands(i int) bool {
	return p.ShrunkZ == nil || math.Abs(p.ShrunkZ[i]) > 2
}

func pointers(parts []Part) []*Part {
	all := make([]*Part, len(parts))
	for i := range parts {
		all[i] = &parts[i]
	}
	return all
}

// largest takes the part with the most persons of those significant.
func (c *Cause) largest(parts []*Part, adjusted []float64, at float64, i int) {
	most := math.Inf(-1)
	for k, p := range parts {
		if !(adjusted[k] <= at) || !(p.Gross[i] > most) || !p.stands(i) {
			continue
		}
		most = p.Gross[i]
		c.Name, c.Persons, c.Z = p.Name, p.Total[i], p.Z[i]
		if p.Name == AgePart {
			c.Persons = p.Gross[i]
		}
	}
	for _, p := range parts {
		if p.Lower != nil && math.Max(-p.Lower[i], p.Upper[i]) >= most {
			c.Name = p.Name
		}
	}
}

// adjustedParts are the p-values of the parts of an area after Holm, and the least of them; NaN where there is none.
func adjustedParts(parts []*Part, i int) (adjusted []float64, least float64) {
	p := make([]float64, len(parts))
	for k := range parts {
		p[k] = parts[k].P[i]
	}
	adjusted, least = compare.Holm(p), math.NaN()
	for _, v := range adjusted {
		if !(v >= least) && !math.IsNaN(v) {
			least = v
		}
	}
	return adjusted, least
}

// Direction says what the cause does to the register beside the census: it has more persons or fewer, or persons are moved
// between ages; empty where no cause is named.
func (c Cause) Direction() string {
	switch {
	case c.Name == NoneFound || math.IsNaN(c.Persons):
		return ""
	case c.Name == AgePart:
		return "moved"
	case c.Persons < 0:
		return "fewer"
	}
	return "more"
}
