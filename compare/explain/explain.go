package explain

import (
	"fmt"
	"math"
	"slices"
)

// A Plan says how differences are explained.
type Plan struct {
	Profiles []Profile // defaults to Profiles()
	Given    []Given   // parts from outside; what is not given is absent, and said to be
	FDR      float64   // false-discovery rate of named causes. Required.
}

// An Explanation is the parts of the differences of all areas. The parts are those of every definition alike, but for
// the part of the definition itself, which Definition gives.
type Explanation struct {
	Definitions *Definitions
	Parts       []Part // given parts, age misstatement, signatures, coverage, and the rest last
	Fitted      []bool // areas that have signatures
	data        *Data
	noises      []noise
	scale       []float64 // areas: σ², the variance of a group by person expected
	common      []float64
	df          []float64
	expected    []float64
	fdr         float64
}

// Explain splits the difference of every area into its parts. The error is about the profiles. It panics where lengths
// differ.
//
// The signatures are fitted to what the parts before them leave, by generalised least squares (see fit), with the scale
// of chance σ² of the area moderated by that of the others (see moderation) and never below the area's own. They are
// then shrunk, each by itself, towards their mean over areas by empirical Bayes, so that in an area whose figures are
// poor little is ascribed to it of its own; tests are of the area's own figures, not shrunk. What the level takes here
// is the part of all ages alike, estimated from the ages of no other profile; LevelStructure splits the difference into
// total and composition, whatever the reason, and its level is the whole difference in total.
func Explain(d *Data, plan Plan) (*Explanation, error) {
	d.mustFit()
	if plan.Profiles == nil {
		plan.Profiles = Profiles()
	}
	s, err := newSignatures(plan.Profiles, d.Starts)
	if err != nil {
		return nil, err
	}
	n, k := d.Areas(), d.Groups()
	x := &Explanation{
		data: d, noises: d.noises(), fdr: plan.FDR, Fitted: make([]bool, n),
		scale: nans(n), common: make([]float64, n), df: make([]float64, n), expected: make([]float64, n*k),
	}
	for k := range plan.Given {
		plan.Given[k].mustFit(d)
	}
	x.Definitions = fitDefinitions(d.without(plan.Given), x.noises, s)
	m := misstatementOf(d, x.Definitions.Chosen, x.noises)
	left, variance := x.differences(), make([]float64, n*k)
	for _, g := range []string{TimePart, AreasPart} {
		x.give(g, plan.Given, left, variance)
	}
	x.misstate(&m, left, variance)
	x.give(CoveragePart, plan.Given, left, variance)
	for _, g := range plan.Given {
		if g.Name != TimePart && g.Name != AreasPart && g.Name != CoveragePart {
			return nil, fmt.Errorf("explain: no part is called %q: want %s, %s or %s", g.Name, TimePart, AreasPart, CoveragePart)
		}
	}
	x.sign(s, left, variance)
	x.testMaterial()
	return x, nil
}

// without is the data with given parts taken out of the register: definitions are told apart by what is left.
func (d *Data) without(given []Given) *Data {
	if len(given) == 0 {
		return d
	}
	out := *d
	out.Register, out.RegisterTotal = nil, nil
	for k := range d.Register {
		register, total := slices.Clone(d.Register[k]), slices.Clone(d.RegisterTotal[k])
		for i := range given {
			for c := range register {
				v, _ := given[i].of(k, c)
				register[c] -= v
				total[c/d.Groups()] -= v
			}
		}
		out.Register, out.RegisterTotal = append(out.Register, register), append(out.RegisterTotal, total)
	}
	return &out
}

// differences are those of the definition that fits, as exact numbers; 0 where an area is not explained.
func (x *Explanation) differences() []float64 {
	d, left := x.data, make([]float64, len(x.data.Census))
	for i := range d.Areas() {
		if !d.speaks(i) {
			continue
		}
		register, census, out := d.row(d.Register[x.Definitions.Chosen[i]], i), d.row(d.Census, i), d.row(left, i)
		for g, r := range register {
			out[g] = exact(r - census[g])
		}
	}
	return left
}

// give takes a part from outside out of what is left. Nothing is known of one that is not given.
func (x *Explanation) give(name string, given []Given, left, variance []float64) {
	d := x.data
	p := newPart(name, d.Areas(), d.Groups())
	p.Absent = absence(name)
	for _, g := range given {
		if g.Name != name {
			continue
		}
		p.Absent, p.Lower, p.Upper = "", g.Lower, g.Upper
		for i := range d.Areas() {
			p.Basis[i] = g.Basis
			if g.Basis == "" {
				p.Basis[i] = AsGiven
			}
			sum := 0.0
			for c := i * d.Groups(); c < (i+1)*d.Groups(); c++ {
				v, e := g.of(x.Definitions.Chosen[i], c)
				p.Persons[c], p.SE[c] = exact(v), math.Sqrt(e)
				left[c] -= p.Persons[c]
				variance[c] += e
				sum += e
			}
			p.total(i, d.Groups())
			p.TotalSE[i] = math.Sqrt(sum)
		}
	}
	x.Parts = append(x.Parts, p)
}

func absence(name string) string {
	switch name {
	case CoveragePart:
		return "no linked records"
	case TimePart:
		return "not carried to the reference time"
	}
	return "no units split in part"
}

// misstate takes out what heaping does.
func (x *Explanation) misstate(m *misstatement, left, variance []float64) {
	d := x.data
	p := newPart(AgePart, d.Areas(), d.Groups())
	p.GrossSE = make([]float64, d.Areas())
	p.Own, p.OwnSE, p.ShrunkZ = nans(d.Areas()), nans(d.Areas()), nans(d.Areas())
	if !m.known {
		p.Absent = "no single ages of the census"
	}
	for i := range d.Areas() {
		p.Basis[i] = OfModel
		if !m.known || !d.speaks(i) {
			continue
		}
		sum := 0.0
		for g := range d.Groups() {
			c := i*d.Groups() + g
			p.Persons[c], p.SE[c] = exact(m.persons[c]), math.Sqrt(m.variance[c])
			sum += p.Persons[c]
		}
		p.Persons[i*d.Groups()+d.Groups()-1] -= sum // of rounding: nobody is added or taken away
		for c := i * d.Groups(); c < (i+1)*d.Groups(); c++ {
			left[c] -= p.Persons[c]
			variance[c] += m.variance[c]
		}
		p.Gross[i], p.GrossSE[i] = m.gross[i], math.Sqrt(m.grossVariance[i])
		p.ShrunkZ[i] = m.shrunkZ[i]
		p.P[i] = m.p[i]
		if !x.noises[i].known() {
			p.unknown(i, d.Groups())
			p.GrossSE[i] = math.NaN()
		}
		p.Z[i], p.Own[i], p.OwnSE[i] = m.z[i], m.own[i], m.ownSE[i]
	}
	x.Parts = append(x.Parts, p)
}

// Difference is what the parts of a definition add up to in an area: by age group, and in total, with persons of
// unknown age. At g = Groups it is the total.
func (x *Explanation) Difference(compared, i, g int) float64 {
	d := x.data
	chosen := x.Definitions.Chosen[i]
	if g == d.Groups() {
		sum := exact(d.RegisterTotal[compared][i]-d.RegisterTotal[chosen][i]) + x.unknownAge(i)
		for c := i * d.Groups(); c < (i+1)*d.Groups(); c++ {
			sum += exact(d.Register[chosen][c] - d.Census[c])
		}
		return sum
	}
	c := i*d.Groups() + g
	return exact(d.Register[compared][c]-d.Register[chosen][c]) + exact(d.Register[chosen][c]-d.Census[c])
}
