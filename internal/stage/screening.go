package stage

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/screen"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/study"
)

// leastAreas is how many areas of a level with a discrepancy are screened at the least.
const leastAreas = 10

// A screening reads the areas of a level together, and keeps the rows of its two tables.
type screening struct {
	c       *comparison
	asked   *study.Screening
	places  *places
	rows    screeningRows
	figures figureRows
}

// screeningTables are the table of areas and that of what holds of a level, none where screening is not asked for.
func (c *comparison) screeningTables() []furtherTable {
	asked := c.runner.Study.Screening
	if asked == nil {
		return nil
	}
	s := &screening{c: c, asked: asked}
	return []furtherTable{s, (*screeningSummary)(s)}
}

// screeningSummary is the small table of a screening, which the large one fills.
type screeningSummary screening

func (s *screeningSummary) add(context.Context, *leveled) error { return nil }
func (s *screeningSummary) name() string                        { return "screening_summary" }
func (s *screeningSummary) table() columns.Table                { return s.figures.table() }

func (s *screening) name() string         { return "screening" }
func (s *screening) table() columns.Table { return s.rows.table() }

// screeningInputs adds the file of boundaries to what a comparison is made from.
func (r *Runner) screeningInputs(inputs []artefact.Input) ([]artefact.Input, error) {
	b := r.Study.Areas.Boundaries
	if r.Study.Screening == nil || b == nil {
		return inputs, nil
	}
	in, err := r.digests.input(b.File, r.Study.Path(b.File))
	return append(inputs, in), err
}

// add screens every cell of a level.
func (s *screening) add(ctx context.Context, l *leveled) error {
	f := l.family(s.asked.Definition, s.asked.Dimension)
	if f == nil || !slices.Contains(s.asked.Levels, l.level) {
		return nil
	}
	if s.places == nil {
		var err error
		if s.places, err = s.c.readPlaces(); err != nil {
			return err
		}
	}
	x, err := s.levelOf(l)
	if err != nil {
		return err
	}
	for j := range f.cells {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.cell(x, f, j); err != nil {
			return fmt.Errorf("screening of level %s, %s: %w", l.level, f.cells[j], err)
		}
	}
	return nil
}

// A screenedLevel is what all cells of a level have in common.
type screenedLevel struct {
	level      string
	areas      []string // without Missing
	at         []int    // their positions in the families
	groups     [][]int32
	groupNames []string
	covariates *covariates
	neighbours *screen.Neighbours // nil where none are known
	cost       []float64
}

func (s *screening) levelOf(l *leveled) (*screenedLevel, error) {
	x := &screenedLevel{level: l.level}
	for i, area := range l.areas {
		if area != analysis.Missing {
			x.areas, x.at = append(x.areas, area), append(x.at, i)
		}
	}
	x.group(s.c.list, s.asked.Within)
	x.neighbours = s.places.at(s.c.list, l.level, x.areas)
	var costs, effects error
	x.cost, costs = s.costs(x)
	x.covariates, effects = s.covariatesOf(x)
	return x, errors.Join(costs, effects)
}

// A screenedCell is one cell of a level, area by area.
type screenedCell struct {
	name                string
	register, census    []float64
	raw, se             []float64 // log ratio and its standard error; NaN where it cannot be told
	known               []bool    // the difference is known: two complete counts
	why                 []string  // what is remarkable about the figures
	fit                 *screen.Fit
	dispersion          screen.Dispersion
	score               []float64
	rank, joint         []screen.Rank
	scores              []float64 // of the discrepancies, for clustering
	local               []screen.LocalMoran
	hot                 []float64
	expected            []screen.Expectation
	stops               []screen.Stop
	moran               screen.MoranI
	permuted, unmuddied float64 // p-value of permutations; Moran's I without errors
}

// cell screens one cell.
func (s *screening) cell(x *screenedLevel, f *family, j int) error {
	d := s.figuresOf(x, f, j)
	told := 0
	for _, v := range d.raw {
		if !math.IsNaN(v) {
			told++
		}
	}
	if told < leastAreas {
		s.figures.add(x.level, f, d.name, "areas_used", float64(told), nan,
			fmt.Sprintf("not screened: fewer than %d areas have a discrepancy", leastAreas))
		return nil
	}
	err := d.shrink(x, s.asked, s.logSize(d))
	if err != nil && x.level != s.c.lowest() { // of few units covariates may be alike that are not in their areas
		s.figures.add(x.level, f, d.name, "areas_used", float64(told), nan, "not screened: "+err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	d.funnel()
	d.order()
	d.cluster(x, s.asked)
	d.visits(x, f.margin/100)
	s.rows.add(s.c, x, f, d)
	s.figures.addAll(x, f, d, s.asked)
	return nil
}
