package explain

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// Names of the parts that are no signature.
const (
	DefinitionPart = "definition"
	TimePart       = "time"
	AreasPart      = "areas"
	AgePart        = "age_misstatement"
	CoveragePart   = "coverage"
	Unexplained    = "unexplained"
)

// A Basis says what the interval of a part allows for.
type Basis string

const (
	OfChoice    Basis = "choice of definition"
	OfBounds    Basis = "bounds" // of what is not determined: no interval of chance
	OfModel     Basis = "model of ages"
	DesignBased Basis = "design-based"
	OfCount     Basis = "superpopulation" // a complete count, taken as one outcome of a process
	AsGiven     Basis = "given"
)

// A Given is a part that comes from outside, of all areas: the register carried to the reference time, units that are
// split in part, errors of coverage found by linked records. Value is what it adds to the difference, register minus
// census, in persons; Variance is its own, 0 where it is known without error. There is one of each by definition, or one
// for all where they are alike; a value that is NaN is not known, and counts as none.
type Given struct {
	Name            string
	Value, Variance [][]float64 // by definition: areas × groups
	Lower, Upper    []float64   // areas: bounds of the total, where it has bounds rather than an error; or nil
	Basis           Basis       // defaults to AsGiven
}

// of is the value of a cell under a definition, with its variance.
func (g *Given) of(definition, cell int) (value, variance float64) {
	if len(g.Value) == 1 {
		definition = 0
	}
	value, variance = g.Value[definition][cell], g.Variance[definition][cell]
	if math.IsNaN(value) {
		return 0, 0
	}
	return value, variance
}

// mustFit panics where a given part has figures of other areas, groups or definitions.
func (g *Given) mustFit(d *Data) {
	if len(g.Value) != len(g.Variance) || len(g.Value) != 1 && len(g.Value) != len(d.Register) {
		panic("explain: a given part has another number of definitions")
	}
	for k, v := range g.Value {
		if len(v) != len(d.Census) || len(g.Variance[k]) != len(d.Census) {
			panic("explain: a given part has another number of areas and groups")
		}
	}
}

// A Part is one part of the differences of all areas.
type Part struct {
	Name    string
	Persons []float64 // areas × groups; whole multiples of 2⁻²⁰ persons
	SE      []float64 // areas × groups; NaN where it is not known
	Total   []float64 // areas: sum over groups, and over persons of unknown age
	TotalSE []float64
	DF      []float64
	Gross   []float64 // persons to be added, taken away or moved
	GrossSE []float64 // of Gross where that is estimated by itself, else nil
	P       []float64 // areas: p-value of there being no such part; NaN where it is not tested
	Z       []float64 // areas: in standard errors
	Own     []float64 // areas: total of the area's own figure, which is tested and not shrunk. Nil where none is shrunk
	OwnSE   []float64 // areas: its error
	ShrunkZ []float64 // areas: in standard errors, after shrinking. Nil where none is shrunk
	Lower   []float64 // areas: bounds, where a part was given with them, else nil
	Upper   []float64
	Basis   []Basis // areas
	Absent  string  // why nothing is known of the part; empty where something is
}

func newPart(name string, n, groups int) Part {
	return Part{
		Name: name, Persons: make([]float64, n*groups), SE: make([]float64, n*groups), Total: make([]float64, n),
		TotalSE: make([]float64, n), DF: infinite(n), Gross: make([]float64, n), P: nans(n), Z: nans(n), Basis: make([]Basis, n),
	}
}

func infinite(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Inf(1)
	}
	return v
}

// Interval is that of the total of an area.
func (p *Part) Interval(i int, level float64) (lower, upper float64) {
	if p.Lower != nil {
		return p.Lower[i], p.Upper[i]
	}
	return p.around(p.Total[i], p.TotalSE[i], i, level)
}

// IntervalOf is that of an age group of an area.
func (p *Part) IntervalOf(i, g int, level float64) (lower, upper float64) {
	at := i*(len(p.Persons)/len(p.Total)) + g
	return p.around(p.Persons[at], p.SE[at], i, level)
}

func (p *Part) around(value, se float64, i int, level float64) (lower, upper float64) {
	if se == 0 {
		return value, value
	}
	return analysis.Estimate{Value: value, SE: se, DF: p.DF[i]}.Interval(level)
}

// unknown takes the error of an area away: what is not tested is not known to be without.
func (p *Part) unknown(i, groups int) {
	p.TotalSE[i] = math.NaN()
	for c := i * groups; c < (i+1)*groups; c++ {
		p.SE[c] = math.NaN()
	}
}

// total adds the age groups of an area up, and finds the gross.
func (p *Part) total(i, groups int) {
	row := p.Persons[i*groups : (i+1)*groups]
	p.Total[i], p.Gross[i] = sumOf(row), grossOf(row)
}
