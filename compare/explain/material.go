package explain

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// Definition is the part of a definition: what the one that fits would have in the register less than it, R - R'. Its
// error is of the choice alone: the spread of the definitions about the one chosen by their weights.
func (x *Explanation) Definition(compared int) Part {
	d := x.data
	p := newPart(DefinitionPart, d.Areas(), d.Groups())
	for i := range d.Areas() {
		chosen := x.Definitions.Chosen[i]
		p.Basis[i] = OfChoice
		if !d.speaks(i) {
			continue
		}
		for g := range d.Groups() {
			c := i*d.Groups() + g
			p.Persons[c] = exact(d.Register[compared][c] - d.Register[chosen][c])
			p.SE[c] = x.choiceError(d.Register, c, chosen, i)
		}
		p.Gross[i] = grossOf(d.row(p.Persons, i))
		p.Total[i] = exact(d.RegisterTotal[compared][i] - d.RegisterTotal[chosen][i])
		p.TotalSE[i] = x.choiceError(d.RegisterTotal, i, chosen, i)
		if compared != chosen {
			p.P[i], p.Z[i] = x.definitionTest(&p, compared, i)
		}
	}
	return p
}

// choiceError is √Σ wk (Rk - R')², not known where there are no weights.
func (x *Explanation) choiceError(register [][]float64, at, chosen, i int) float64 {
	sum := 0.0
	if math.IsNaN(x.Definitions.Weight[chosen][i]) {
		return math.NaN()
	}
	for k := range register {
		if w := x.Definitions.Weight[k][i]; k != chosen && w > 0 {
			sum += w * (register[k][at] - register[chosen][at]) * (register[k][at] - register[chosen][at])
		}
	}
	return math.Sqrt(sum)
}

// definitionTest: R - R' is known, and is a cause where the choice is sure and its size is beyond what chance in the
// census would make of differences: p is the larger of the weight of the definition compared against the one chosen and
// of the tail beyond √(u'V⁻¹u), u = R - R'.
func (x *Explanation) definitionTest(p *Part, compared, i int) (pValue, z float64) {
	w, best := x.Definitions.Weight[compared][i], x.Definitions.Weight[x.Definitions.Chosen[i]][i]
	if math.IsNaN(w) || !x.Fitted[i] {
		return math.NaN(), math.NaN()
	}
	z = x.size(x.data.row(p.Persons, i), i)
	return math.Max(w/(w+best), 2*analysis.UpperTail(z, x.df[i])), z
}

// size is √(u'V⁻¹u): how many standard errors long a known difference is.
func (x *Explanation) size(u []float64, i int) float64 {
	expected := x.data.row(x.expected, i)
	total, level, shape := sumOf(expected), 0.0, 0.0
	level = sumOf(u) / total
	for g, e := range expected {
		if e > 0 {
			shape += (u[g] - level*e) * (u[g] - level*e) / e
		}
	}
	return math.Sqrt(shape/x.scale[i] + level*level/(x.scale[i]/total+x.common[i]))
}

// testMaterial tests given parts: they must be beyond their own error, and beyond what chance in the census makes.
func (x *Explanation) testMaterial() {
	for k := range x.Parts {
		p := &x.Parts[k]
		if p.Absent != "" || (p.Name != TimePart && p.Name != AreasPart && p.Name != CoveragePart) {
			continue
		}
		for i := range p.P {
			if !x.Fitted[i] || p.Gross[i] == 0 {
				continue
			}
			z := x.size(x.data.row(p.Persons, i), i)
			if p.TotalSE[i] > 0 {
				z = math.Min(z, math.Abs(p.Total[i])/p.TotalSE[i])
			}
			p.Z[i], p.P[i] = z, 2*analysis.UpperTail(z, x.df[i])
			if p.Lower != nil && p.Lower[i] <= 0 && p.Upper[i] >= 0 {
				p.P[i] = 1
			}
		}
	}
}
