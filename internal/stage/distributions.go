package stage

import (
	"context"
	"math"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
)

// distributionTable is the distances between the two distributions of every area over the cells of a dimension.
type distributionTable struct {
	c     *comparison
	level float64
	rows  []distributionRow
}

// A distributionRow is an area, pair and dimension.
type distributionRow struct {
	level, area, pair, dimension, basis, notes string
	deff                                       float64
	compare.Distances
}

func newDistributionTable(c *comparison) *distributionTable {
	return &distributionTable{c: c, level: c.details.Plan.Level}
}

func (t *distributionTable) name() string { return "distributions" }

// add measures the families of a level, areas in parallel.
func (t *distributionTable) add(ctx context.Context, l *leveled) error {
	for i := range l.families {
		f := &l.families[i]
		k := f.knownCells()
		if f.dimension == "total" || k < 2 {
			continue
		}
		first := len(t.rows)
		t.rows = append(t.rows, make([]distributionRow, len(l.areas))...)
		if err := t.measure(ctx, l, f, k, t.rows[first:]); err != nil {
			return err
		}
	}
	return nil
}

func (t *distributionTable) measure(ctx context.Context, l *leveled, f *family, k int, rows []distributionRow) error {
	total := l.family(f.definition, "total")
	borrowed := newBorrowedEffect(l, f, total, t.c.sampledAreas(l, f))
	work, ctx := errgroup.WithContext(ctx)
	parts := min(runtime.GOMAXPROCS(0), 1+len(rows)/200)
	for part := range parts {
		work.Go(func() error {
			e, p := compare.NewDistanceEstimator(t.level), newPairOf(k)
			for i := len(rows) * part / parts; i < len(rows)*(part+1)/parts; i++ {
				if i%1000 == 0 && ctx.Err() != nil {
					return ctx.Err()
				}
				p.read(f, total, i)
				borrowed.lend(p, i)
				r := &rows[i]
				r.level, r.area, r.pair, r.dimension, r.basis = l.level, l.areas[i], f.definition, f.dimension, p.basisText()
				r.measure(e, p, ordered(f.dimension))
				r.deff = borrowed.effect(i, r.N)
			}
			return nil
		})
	}
	return work.Wait()
}

// ordered tells whether the cells of a dimension are groups in order.
func ordered(dimension string) bool { return dimension == "age5" || dimension == "age" }

func (r *distributionRow) measure(e *compare.DistanceEstimator, p pairOf, ordered bool) {
	var notes []string
	if s := p.silence(); p.second.basis == borrowedBasis {
		notes = append(notes, "the units here do not tell the design effect: it is that of the other areas of the level")
	} else if s != "" {
		notes = append(notes, s)
	}
	switch {
	case !p.first.something || !p.second.something:
		r.Distances, r.basis = compare.NoDistances(), ""
	default:
		r.Distances = e.Between(p.first.Composition, p.second.Composition, ordered)
		notes = append(notes, r.Notes.Texts()...)
		if p.first.absent || p.second.absent {
			notes = append(notes, "categories without a figure count as empty")
		}
	}
	r.notes = strings.Join(notes, "; ")
}

// measuredColumns are the distances with the names of their columns.
var measuredColumns = []struct {
	name string
	of   func(*distributionRow) *compare.Measured
}{
	{"dissimilarity", func(r *distributionRow) *compare.Measured { return &r.Dissimilarity }},
	{"hellinger", func(r *distributionRow) *compare.Measured { return &r.Hellinger }},
	{"js", func(r *distributionRow) *compare.Measured { return &r.JensenShannon }},
	{"kl", func(r *distributionRow) *compare.Measured { return &r.Kullback }},
	{"psi", func(r *distributionRow) *compare.Measured { return &r.Stability }},
	{"cramers_v", func(r *distributionRow) *compare.Measured { return &r.CramersV }},
	{"ks", func(r *distributionRow) *compare.Measured { return &r.Kolmogorov }},
	{"cvm", func(r *distributionRow) *compare.Measured { return &r.VonMises }},
	{"emd", func(r *distributionRow) *compare.Measured { return &r.EarthMover }},
}

func (t *distributionTable) table() columns.Table {
	text := func(name string, of func(*distributionRow) string) columns.Column {
		return columns.Texts(name, len(t.rows), func(i int) string { return of(&t.rows[i]) })
	}
	number := func(name string, of func(*distributionRow) float64) columns.Column {
		return columns.Floats(name, len(t.rows), func(i int) float64 { return written(of(&t.rows[i])) })
	}
	table := columns.Table{
		text("level", func(r *distributionRow) string { return r.level }),
		text("area", func(r *distributionRow) string { return r.area }),
		text("definition", func(r *distributionRow) string { return r.pair }),
		text("dimension", func(r *distributionRow) string { return r.dimension }),
	}
	for _, m := range measuredColumns {
		table = append(table,
			number(m.name, func(r *distributionRow) float64 { return m.of(r).Value }),
			number(m.name+"_corrected", func(r *distributionRow) float64 { return m.of(r).Corrected }),
			number(m.name+"_lower", func(r *distributionRow) float64 { return m.of(r).Lower }),
			number(m.name+"_upper", func(r *distributionRow) float64 { return m.of(r).Upper }))
	}
	return append(table,
		number("chi2", func(r *distributionRow) float64 { return r.X2 }),
		number("g", func(r *distributionRow) float64 { return r.G }),
		number("ndf", func(r *distributionRow) float64 { return r.NDF }),
		number("ddf", func(r *distributionRow) float64 { return r.DDF }),
		number("p_value", func(r *distributionRow) float64 { return r.P }),
		number("n_eff", func(r *distributionRow) float64 { return r.N }),
		number("deff", func(r *distributionRow) float64 { return r.deff }),
		text("basis", func(r *distributionRow) string { return r.basis }),
		text("notes", func(r *distributionRow) string { return r.notes }))
}

// written is a number as tables have it: what is not finite is not written down.
func written(x float64) float64 {
	if math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}
