package stage

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/fieldwork"
)

// ageQualityName is the table of the quality of data on age, of the estimates and of a comparison.
const ageQualityName = "age_quality"

// ageQuality assesses the ages of the field results, for the country and at every level that is compared, and saves
// the table. It gives how many rows there are. Units above the lowest level are those of the areas drawn, as in the
// estimates.
func (r *Runner) ageQuality(dir string, list *areas.List, f *fieldwork.Results, drawn map[string]bool) (int, error) {
	q := &ageAssessment{runner: r, list: list, drawn: drawn}
	for _, level := range append([]string{country}, r.Study.Compare.Levels...) {
		if f.Kind == fieldwork.Aggregates {
			q.published(f, level)
		} else if f.Tally.Dim("age") != nil {
			q.assess(f, level)
		}
	}
	t := q.table()
	if t.Rows() == 0 {
		return 0, nil
	}
	return t.Rows(), t.Save(dir, ageQualityName)
}

// An ageAssessment gathers what was assessed.
type ageAssessment struct {
	runner *Runner
	list   *areas.List
	drawn  map[string]bool
	found  []assessed
}

// An assessed is one index of the areas of a level.
type assessed struct {
	level, sex string
	index      demography.Standard
	codes      []string
	quality    []demography.Quality
	persons    []int64           // in the cells
	unknown    []int64           // persons of unknown age; nil where that is not told
	short      map[string]string // areas that were counted in part
}

func (q *ageAssessment) lowest(level string) bool { return level == q.list.Levels[0] }

// assess assesses a sample or a count.
func (q *ageAssessment) assess(f *fieldwork.Results, level string) {
	codes, area := agedAreas(f.Tally, q.list, level, q.runner.Study.Compare.Levels[0], q.drawn)
	unknown := unknownAges(f.Tally, area, len(codes))
	for _, by := range agedBy(q.runner.Study.Reference.Year(), true, f.Tally.Dim("sex") != nil) {
		asked := by.asked(q.lowest(level), q.runner.Study.Estimation.AgeQuality)
		if len(asked) == 0 {
			continue
		}
		assess, persons := q.assessor(by, f, area, len(codes))
		first := len(q.found)
		for _, x := range asked {
			q.found = append(q.found, assessed{
				level: level, sex: by.sex, index: x, codes: codes, persons: persons, unknown: unknown,
				short: q.runner.short(f, q.list, level),
			})
		}
		var work errgroup.Group
		work.SetLimit(runtime.NumCPU())
		for i := first; i < len(q.found); i++ {
			work.Go(func() error {
				q.found[i].quality = assess(q.found[i].index.Index)
				return nil
			})
		}
		work.Wait()
	}
}

// assessor gives the way to assess an index, and the persons of every area.
func (q *ageAssessment) assessor(
	by aged, f *fieldwork.Results, area []int32, k int,
) (assess func(demography.Index) []demography.Quality, persons []int64) {
	level, cell := q.runner.Study.Compare.Level, by.rows(f.Tally)
	persons = make([]int64, k)
	for i, a := range area {
		if a >= 0 && cell[i] >= 0 {
			persons[a] += f.Tally.N[i]
		}
	}
	if f.Kind == fieldwork.Sample {
		s := demography.NewSample(f.Design.Cells(f.Tally), area, k, cell, by.cells)
		return func(x demography.Index) []demography.Quality { return s.Assess(x, level) }, persons
	}
	counts := by.counts(f.Tally, area, cell, k)
	return func(x demography.Index) []demography.Quality {
		return x.AssessAll(counts, by.cells, demography.Counted(level))
	}, persons
}

// unknownAges are the persons of every area whose age is missing.
func unknownAges(t *analysis.Tally, area []int32, k int) []int64 {
	age := t.Dim("age")
	out := make([]int64, k)
	for i, a := range area {
		if a >= 0 && age.Levels[age.Code[i]] == analysis.Missing {
			out[a] += t.N[i]
		}
	}
	return out
}

// published assesses published figures.
func (q *ageAssessment) published(f *fieldwork.Results, level string) {
	levelOf := func(area string) string {
		if u, ok := q.list.Unit(area); ok {
			return u.Level
		}
		return q.list.Levels[0]
	}
	for _, by := range agedBy(q.runner.Study.Reference.Year(), true, true) {
		if by.cells == analysis.OpenAge && by.sex != bothSexes {
			continue // single ages are published for both sexes together, if at all
		}
		codes, counts, scale := by.publishedAges(f.Figures, levelOf, level)
		if len(codes) == 0 {
			continue
		}
		chance := make([]demography.Chance, len(codes))
		for i, s := range scale {
			chance[i] = demography.Counted(q.runner.Study.Compare.Level)
			if s > 0 {
				chance[i].Scale, chance[i].Basis = s, analysis.DesignBased
			}
		}
		for _, x := range by.asked(q.lowest(level), q.runner.Study.Estimation.AgeQuality) {
			q.found = append(q.found, assessed{
				level: level, sex: by.sex, index: x, codes: codes, quality: x.AssessAll(counts, by.cells, chance...),
			})
		}
	}
}

// A pooled is the index of the area above that is large enough.
type pooled struct {
	value float64
	over  string
}

// pool gives the index of the smallest unit above an area that has enough persons.
func (q *ageAssessment) pool(of assessed, area string) pooled {
	var above []assessed
	for _, a := range q.found {
		if a.index.Name == of.index.Name && a.sex == of.sex && q.rank(a.level) > q.rank(of.level) {
			above = append(above, a)
		}
	}
	slices.SortStableFunc(above, func(a, b assessed) int { return cmp.Compare(q.rank(a.level), q.rank(b.level)) })
	for _, a := range above {
		up := country
		if a.level != country {
			up, _ = q.list.Ancestor(area, a.level)
		}
		at, ok := slices.BinarySearch(a.codes, up)
		if ok && !a.quality[at].Few && !math.IsNaN(a.quality[at].Value) {
			return pooled{a.quality[at].Value, up}
		}
	}
	return pooled{math.NaN(), ""}
}

// rank is the height of a level.
func (q *ageAssessment) rank(level string) int {
	if level == country {
		return len(q.list.Levels)
	}
	return slices.Index(q.list.Levels, level)
}

// fewestShrunken is how many areas there must be for a mean to draw them to.
const fewestShrunken = 10

// shrunken are the areas of an index drawn to their mean, nil where they are not.
func (a assessed) shrunken() []analysis.AreaEstimate {
	if a.index.Kind != demography.Ratio || len(a.codes) < fewestShrunken {
		return nil
	}
	drawn, err := demography.Shrink(a.index.Index, a.quality)
	if err != nil {
		return nil // too few areas have the index
	}
	return drawn
}

func (q *ageAssessment) table() columns.Table {
	var t ageQualityRows
	for _, a := range q.found {
		drawn := a.shrunken()
		for i, code := range a.codes {
			row := ageQualityRow{
				assessed: a, Quality: a.quality[i], area: code,
				pooled: pooled{math.NaN(), ""}, shrunken: math.NaN(), rmse: math.NaN(),
			}
			row.notes = nonEmpty(a.short[code])
			if row.Few {
				row.pooled = q.pool(a, code)
				row.notes = append(row.notes, fmt.Sprintf("fewer than %v independent persons at these ages: "+
					"chance is as large as what is tolerable", a.index.Minimum))
			}
			if drawn != nil && drawn[i].Kind != analysis.Refused {
				row.shrunken, row.rmse = drawn[i].Value, math.Sqrt(drawn[i].MSE)
			}
			if a.persons != nil {
				row.n, row.unknown = a.persons[i], a.unknown[i]
			}
			row.notes = append(row.notes, a.remarks(row.Quality)...)
			t = append(t, row)
		}
	}
	return t.table()
}

// remarks say why a figure is missing.
func (a assessed) remarks(q demography.Quality) []string {
	switch {
	case math.IsNaN(q.Value):
		return []string{"not defined: nobody at some of these ages"}
	case q.Few && a.index.Kind == demography.Distance && math.IsNaN(q.Fair):
		return []string{"too few for a test: take that of whipple, which is exact"}
	case math.IsNaN(q.SE):
		return []string{"too few PSUs for an error"}
	case a.index.Kind == demography.Composite:
		return []string{"not corrected for chance"}
	case a.index.Kind == demography.Distance && q.Interval.Basis == analysis.DesignBased:
		return []string{"one design effect is taken for all parts: where households round ages together the interval is too short"}
	}
	return nil
}

// ageQualityRows are rows of the table.
type ageQualityRows []ageQualityRow

type ageQualityRow struct {
	assessed
	demography.Quality
	area           string
	n, unknown     int64
	pooled         pooled
	shrunken, rmse float64
	notes          []string
}

func (rows ageQualityRows) table() columns.Table {
	n := len(rows)
	text := func(name string, of func(*ageQualityRow) string) columns.Column {
		return columns.Texts(name, n, func(i int) string { return of(&rows[i]) })
	}
	number := func(name string, of func(*ageQualityRow) float64) columns.Column {
		return columns.Floats(name, n, func(i int) float64 { return finite(of(&rows[i])) })
	}
	persons := func(name string, of func(*ageQualityRow) int64) columns.Column {
		return columns.Ints(name, n, func(i int) int { return int(of(&rows[i])) })
	}
	return columns.Table{
		text("level", func(r *ageQualityRow) string { return r.level }),
		text("area", func(r *ageQualityRow) string { return r.area }),
		text("sex", func(r *ageQualityRow) string { return r.sex }),
		text("index", func(r *ageQualityRow) string { return r.index.Name }),
		number("value", func(r *ageQualityRow) float64 { return r.Value }),
		number("corrected", func(r *ageQualityRow) float64 { return r.Corrected }),
		number("se", func(r *ageQualityRow) float64 { return r.SE }),
		number("df", func(r *ageQualityRow) float64 { return r.DF }),
		number("ci_lower", func(r *ageQualityRow) float64 { return r.Interval.Lower }),
		number("ci_upper", func(r *ageQualityRow) float64 { return r.Interval.Upper }),
		number("expected_by_chance", func(r *ageQualityRow) float64 { return r.Expected }),
		number("p_none", func(r *ageQualityRow) float64 { return r.None }),
		number("tolerable", func(r *ageQualityRow) float64 { return r.index.Tolerable }),
		number("p_tolerable", func(r *ageQualityRow) float64 { return r.Fair }),
		persons("n", func(r *ageQualityRow) int64 { return r.n }),
		number("effective_n", func(r *ageQualityRow) float64 { return r.Effective }),
		number("minimum_n", func(r *ageQualityRow) float64 { return r.index.Minimum }),
		persons("unknown", func(r *ageQualityRow) int64 { return r.unknown }),
		number("pooled", func(r *ageQualityRow) float64 { return r.pooled.value }),
		text("pooled_over", func(r *ageQualityRow) string { return r.pooled.over }),
		number("shrunken", func(r *ageQualityRow) float64 { return r.shrunken }),
		number("shrunken_rmse", func(r *ageQualityRow) float64 { return r.rmse }),
		text("basis", func(r *ageQualityRow) string { return r.Interval.Basis.String() }),
		text("notes", func(r *ageQualityRow) string { return strings.Join(r.notes, "; ") }),
	}
}

// finite has NaN for degrees of freedom of normal theory, and whatever else is not to be written down.
func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}
