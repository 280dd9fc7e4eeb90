package stage

import (
	"context"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
)

// segregationTable is how the persons of every cell are spread over the areas of a level in both sources.
type segregationTable struct {
	c     *comparison
	level float64
	rows  []segregationRow
}

// A segregationRow is a level, pair, dimension, cell and measure.
type segregationRow struct {
	level, pair, dimension, cell, measure string
	areas                                 int
	first, second                         segregationFigure
	difference, corrected                 float64 // register less census
	se, lower, upper, p                   float64 // of the difference
	notes                                 string
}

// A segregationFigure is a measure in one source.
type segregationFigure struct{ value, se, random, corrected float64 }

func newSegregationTable(c *comparison) *segregationTable {
	return &segregationTable{c: c, level: c.details.Plan.Level}
}

func (t *segregationTable) name() string { return "segregation" }

// segregationMeasures are the indices with their names.
var segregationMeasures = []struct {
	name string
	of   func(compare.Indices) float64
}{
	{"dissimilarity", func(i compare.Indices) float64 { return i.Dissimilarity }},
	{"isolation", func(i compare.Indices) float64 { return i.Isolation }},
	{"interaction", func(i compare.Indices) float64 { return i.Interaction }},
	{"eta2", func(i compare.Indices) float64 { return i.Eta2 }},
	{"theil_h", func(i compare.Indices) float64 { return i.TheilH }},
	{"gini", func(i compare.Indices) float64 { return i.Gini }},
}

// displacement is the measure of the two sources against each other.
const displacement = "displacement"

// add measures the families of a level, cells in parallel.
func (t *segregationTable) add(ctx context.Context, l *leveled) error {
	for i := range l.families {
		f := &l.families[i]
		o := overAreas(l, f, t.c.sampledAreas(l, f))
		if len(o.rows) < 2 {
			continue
		}
		cells := make([][]segregationRow, f.knownCells())
		work, ctx := errgroup.WithContext(ctx)
		work.SetLimit(runtime.GOMAXPROCS(0))
		for j := range cells {
			work.Go(func() error {
				cells[j] = t.cell(o, j)
				return ctx.Err()
			})
		}
		if err := work.Wait(); err != nil {
			return err
		}
		for j, rows := range cells {
			for _, r := range rows {
				r.level, r.pair, r.dimension, r.cell, r.areas = l.level, f.definition, f.dimension, f.cells[j], len(o.rows)
				t.rows = append(t.rows, r)
			}
		}
	}
	return nil
}

// over is a family over the areas of which both sources say something, with the sums of its known cells and the
// effective persons behind them; nil where a source is a complete count.
type over struct {
	f       *family
	rows    []int
	all     [2][]float64
	size    [2][]float64
	sampled [2]bool
}

func overAreas(l *leveled, f *family, sampled sampledAreas) *over {
	o := &over{f: f}
	total, p := l.family(f.definition, "total"), newPairOf(f.knownCells())
	borrowed := newBorrowedEffect(l, f, total, sampled)
	for i, area := range l.areas {
		if area == analysis.Missing {
			continue
		}
		p.read(f, total, i)
		borrowed.lend(p, i)
		if !p.first.something || !p.second.something || p.basisText() == "" {
			continue
		}
		o.rows = append(o.rows, i)
		for side, s := range []*stated{p.first, p.second} {
			sum := 0.0
			for _, x := range s.Persons {
				sum += x
			}
			o.all[side] = append(o.all[side], sum)
			o.size[side] = append(o.size[side], s.N)
			o.sampled[side] = o.sampled[side] || s.basis != completeBasis
		}
	}
	return o
}

// figures are those of a cell with their errors, and the rest of the persons of areas.
func (o *over) figures(side, cell int) (x, se, rest []float64) {
	f := o.f.register
	if side == 1 {
		f = o.f.census
	}
	for n, i := range o.rows {
		at := o.f.at(i, cell)
		v, e := f.Value[at], f.SE[at]
		if math.IsNaN(v) {
			v, e = 0, 0 // nobody sampled in the cell
		}
		x, se, rest = append(x, v), append(se, e), append(rest, math.Max(0, o.all[side][n]-v))
	}
	return x, se, rest
}

// sizes are the persons behind the areas, the effective number in a sample; nil where all are counted.
func (o *over) sizes(side int) []float64 {
	if !o.sampled[side] {
		return nil
	}
	out := make([]float64, len(o.rows))
	for n, size := range o.size[side] {
		out[n] = math.Min(size, o.all[side][n])
	}
	return out
}

func (t *segregationTable) cell(o *over, cell int) (rows []segregationRow) {
	x, xSE, restX := o.figures(0, cell)
	y, ySE, restY := o.figures(1, cell)
	rows = append(rows, t.displacement(o, x, xSE, y, ySE))
	if o.f.knownCells() < 2 {
		return rows
	}
	first := compare.EstimateSegregation(x, restX, o.sizes(0))
	second := compare.EstimateSegregation(y, restY, o.sizes(1))
	change, se := second.ChangeTo(first)
	for _, m := range segregationMeasures {
		figure := func(e compare.SegregationEstimate) segregationFigure {
			return segregationFigure{m.of(e.Indices), m.of(e.SE), m.of(e.Random), m.of(e.Corrected)}
		}
		r := segregationRow{measure: m.name, first: figure(first), second: figure(second), notes: o.notes()}
		r.difference, r.se, r.corrected = m.of(change), m.of(se), r.first.corrected-r.second.corrected
		e := analysis.Estimate{Value: r.difference, SE: r.se, DF: float64(len(o.rows) - 1)}
		r.lower, r.upper = e.Interval(t.level)
		r.p = 2 * analysis.UpperTail(math.Abs(r.difference)/r.se, e.DF)
		rows = append(rows, r)
	}
	return rows
}

func (o *over) notes() string {
	if o.sampled[0] || o.sampled[1] {
		return "errors are those of another set of areas; a sample makes areas look apart: compare the corrected values"
	}
	return "errors are those of another set of areas"
}

// displacement is the share of the register that is elsewhere than the census has it, in the columns of the difference.
func (t *segregationTable) displacement(o *over, x, xSE, y, ySE []float64) segregationRow {
	xSE, unknownX := o.errors(0, xSE)
	ySE, unknownY := o.errors(1, ySE)
	m, notes := compare.Displacement(x, xSE, y, ySE, t.level), ""
	if unknownX || unknownY {
		m.Corrected, m.Lower, m.Upper = math.NaN(), math.NaN(), math.NaN()
		notes = "the errors of some areas are not known"
	}
	nan := math.NaN()
	none := segregationFigure{nan, nan, nan, nan}
	return segregationRow{
		measure: displacement, first: none, second: none, difference: m.Value, corrected: m.Corrected, se: nan,
		lower: m.Lower, upper: m.Upper, p: nan, notes: notes,
	}
}

// errors are those of a sample, nil of a complete count, and whether some are not known.
func (o *over) errors(side int, se []float64) (known []float64, unknown bool) {
	if !o.sampled[side] {
		return nil, false
	}
	return se, slices.ContainsFunc(se, math.IsNaN)
}

func (t *segregationTable) table() columns.Table {
	text := func(name string, of func(*segregationRow) string) columns.Column {
		return columns.Texts(name, len(t.rows), func(i int) string { return of(&t.rows[i]) })
	}
	number := func(name string, of func(*segregationRow) float64) columns.Column {
		return columns.Floats(name, len(t.rows), func(i int) float64 { return written(of(&t.rows[i])) })
	}
	return columns.Table{
		text("level", func(r *segregationRow) string { return r.level }),
		text("definition", func(r *segregationRow) string { return r.pair }),
		text("dimension", func(r *segregationRow) string { return r.dimension }),
		text("cell", func(r *segregationRow) string { return r.cell }),
		text("measure", func(r *segregationRow) string { return r.measure }),
		columns.Ints("areas", len(t.rows), func(i int) int { return t.rows[i].areas }),
		number("register", func(r *segregationRow) float64 { return r.first.value }),
		number("register_se", func(r *segregationRow) float64 { return r.first.se }),
		number("register_random", func(r *segregationRow) float64 { return r.first.random }),
		number("register_corrected", func(r *segregationRow) float64 { return r.first.corrected }),
		number("census", func(r *segregationRow) float64 { return r.second.value }),
		number("census_se", func(r *segregationRow) float64 { return r.second.se }),
		number("census_random", func(r *segregationRow) float64 { return r.second.random }),
		number("census_corrected", func(r *segregationRow) float64 { return r.second.corrected }),
		number("difference", func(r *segregationRow) float64 { return r.difference }),
		number("difference_corrected", func(r *segregationRow) float64 { return r.corrected }),
		number("difference_se", func(r *segregationRow) float64 { return r.se }),
		number("ci_lower", func(r *segregationRow) float64 { return r.lower }),
		number("ci_upper", func(r *segregationRow) float64 { return r.upper }),
		number("p_value", func(r *segregationRow) float64 { return r.p }),
		text("notes", func(r *segregationRow) string { return r.notes }),
	}
}
