package stage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
)

// ageComparison is the quality of data on age of both sides, beside each other: the table age_quality of a comparison.
type ageComparison struct {
	c      *comparison
	census map[ageKey]censusAges
	read   bool
	jobs   []*ageJob
}

type ageKey struct{ level, sex, index string }

// censusAges is an index of the census at a level.
type censusAges struct {
	at      map[string]int
	quality []demography.Quality
	notes   []string
}

// An ageJob is one index of the areas of a level under a definition.
type ageJob struct {
	ageKey
	definition       string
	reads            demography.Index
	find             func() // fills in what follows
	codes            []string
	register, census []demography.Quality
	judged           []compare.HeapingJudgement
	notes            [][]string
}

func (t *ageComparison) name() string { return ageQualityName }

// add judges the indices of a level, and with the first level those of the country.
func (t *ageComparison) add(ctx context.Context, l *leveled) error {
	if !t.read {
		t.read = true
		if err := t.load(); err != nil {
			return err
		}
		if err := t.level(ctx, &leveled{level: country, areas: []string{country}}); err != nil {
			return err
		}
	}
	return t.level(ctx, l)
}

// load reads what the estimates have; without single ages, or groups by sex, they have nothing.
func (t *ageComparison) load() error {
	table, err := columns.Load(filepath.Join(t.c.estimated, ageQualityName+".parquet"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	t.census = make(map[ageKey]censusAges)
	col := func(name string) (c columns.Column) {
		found, missing := table.Column(name)
		err = errors.Join(err, missing)
		return found
	}
	level, area, sex, index := col("level"), col("area"), col("sex"), col("index")
	value, corrected, se, df, expected := col("value"), col("corrected"), col("se"), col("df"), col("expected_by_chance")
	fair, basis, notes := col("p_tolerable"), col("basis"), col("notes")
	if err != nil {
		return err
	}
	for i := range table.Rows() {
		key := ageKey{level.Text[i], sex.Text[i], index.Text[i]}
		c, ok := t.census[key]
		if !ok {
			c.at = make(map[string]int)
		}
		q := demography.Quality{
			Value: value.Float[i], Corrected: corrected.Float[i], SE: se.Float[i], DF: df.Float[i],
			Expected: expected.Float[i], Fair: fair.Float[i],
		}
		if math.IsNaN(q.DF) && !math.IsNaN(q.SE) {
			q.DF = math.Inf(1)
		}
		q.Interval.Basis = analysis.Superpopulation
		if basis.Text[i] == analysis.DesignBased.String() {
			q.Interval.Basis = analysis.DesignBased
		}
		c.at[area.Text[i]] = len(c.quality)
		c.quality, c.notes = append(c.quality, q), append(c.notes, notes.Text[i])
		t.census[key] = c
	}
	return nil
}

// level judges the indices that the census has at a level, under every definition.
func (t *ageComparison) level(ctx context.Context, l *leveled) error {
	var jobs []*ageJob
	var work errgroup.Group
	work.SetLimit(runtime.NumCPU())
	for _, p := range t.c.pairs {
		register, ok := p.first.(*registerSide)
		if _, census := p.second.(*censusSide); !ok || !census || len(t.census) == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		jobs = append(jobs, t.jobsOf(p.name, register, l)...)
	}
	plan := t.c.details.Plan
	judging := compare.Plan{Level: plan.Level, FDR: plan.FDR, Alpha: plan.Alpha}
	for _, j := range jobs {
		work.Go(func() error {
			j.find()
			j.judged = compare.JudgeHeaping(j.reads, j.register, j.census, judging)
			return nil
		})
	}
	err := work.Wait()
	t.jobs = append(t.jobs, jobs...)
	return err
}

// jobsOf are the indices under a definition, with both sides.
func (t *ageComparison) jobsOf(definition string, side *registerSide, l *leveled) (jobs []*ageJob) {
	tally := side.agedTally()
	if tally == nil {
		return nil
	}
	codes, area := side.agedAreas(tally, l.level)
	silent := l.silent(definition)
	for _, by := range agedBy(t.c.runner.Study.Reference.Year(), true, tally.Dim("sex") != nil) {
		asked := by.asked(false, nil)
		if !slices.ContainsFunc(asked, func(x demography.Standard) bool {
			_, ok := t.census[ageKey{l.level, by.sex, x.Name}]
			return ok
		}) {
			continue
		}
		counts := by.counts(tally, area, by.rows(tally), len(codes))
		for _, x := range asked {
			census, ok := t.census[ageKey{l.level, by.sex, x.Name}]
			if !ok {
				continue
			}
			j := &ageJob{ageKey: ageKey{l.level, by.sex, x.Name}, definition: definition, reads: x.Index}
			j.find = func() {
				j.beside(l, silent, codes, x.ScreenAll(counts, by.cells, demography.Counted(t.c.details.Plan.Level)), census)
			}
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// beside puts both sides beside each other, area by area. found is of the register, for codes.
func (j *ageJob) beside(l *leveled, silent, codes []string, found []demography.Quality, census censusAges) {
	nan := math.NaN()
	none := demography.Quality{Value: nan, Corrected: nan, SE: nan, DF: nan, Expected: nan, Fair: nan}
	for i, code := range l.areas {
		if code == analysis.Missing {
			continue
		}
		r, c, notes := none, none, []string(nil)
		at, ok := slices.BinarySearch(codes, code)
		switch {
		case silent[i] != "":
			notes = append(notes, "register: "+silent[i])
		case ok:
			if r = found[at]; r.Few {
				notes = append(notes, fmt.Sprintf("register: fewer than %v persons at these ages", j.reads.Minimum))
			}
		}
		if at, ok := census.at[code]; ok {
			c = census.quality[at]
			if census.notes[at] != "" {
				notes = append(notes, "census: "+census.notes[at])
			}
		} else {
			notes = append(notes, "census: no ages here")
		}
		j.codes, j.notes = append(j.codes, code), append(j.notes, notes)
		j.register, j.census = append(j.register, r), append(j.census, c)
	}
}

// silent says, area by area, why the register has no figure there.
func (l *leveled) silent(definition string) []string {
	out := make([]string, len(l.areas))
	for _, f := range l.families {
		if f.definition != definition {
			continue
		}
		for i := range l.areas {
			out[i] = f.register.Silent[f.at(i, 0)]
		}
		break
	}
	return out
}

// agedTally is the tally of ages, with the sexes where it has them.
func (s *registerSide) agedTally() *analysis.Tally {
	if t := s.tally("sex*age5"); t != nil {
		return t
	}
	return s.tally("age5")
}

// agedAreas numbers the areas of a level for the rows of the definition.
func (s *registerSide) agedAreas(t *analysis.Tally, level string) (codes []string, area []int32) {
	drawn := make(map[string]bool, len(s.known))
	for code := range s.known {
		drawn[code] = code != analysis.Missing
	}
	codes, area = agedAreas(t, s.list, level, s.details.Plan.Levels[0], drawn)
	d := t.Dim("definition")
	for i, code := range d.Code {
		if d.Levels[code] != s.definition {
			area[i] = -1
		}
	}
	return codes, area
}

func (t *ageComparison) table() columns.Table {
	type row struct {
		*ageJob
		at int
	}
	var rows []row
	for i := range t.jobs {
		for at := range t.jobs[i].codes {
			rows = append(rows, row{t.jobs[i], at})
		}
	}
	text := func(name string, of func(row) string) columns.Column {
		return columns.Texts(name, len(rows), func(i int) string { return of(rows[i]) })
	}
	number := func(name string, of func(row) float64) columns.Column {
		return columns.Floats(name, len(rows), func(i int) float64 { return finite(of(rows[i])) })
	}
	judged := func(name string, of func(compare.HeapingJudgement) float64) columns.Column {
		return number(name, func(r row) float64 { return of(r.judged[r.at]) })
	}
	return columns.Table{
		text("level", func(r row) string { return r.level }),
		text("area", func(r row) string { return r.codes[r.at] }),
		text("definition", func(r row) string { return r.definition }),
		text("sex", func(r row) string { return r.sex }),
		text("index", func(r row) string { return r.index }),
		number("register", func(r row) float64 { return r.register[r.at].Value }),
		number("register_corrected", func(r row) float64 { return r.register[r.at].Corrected }),
		number("census", func(r row) float64 { return r.census[r.at].Value }),
		number("census_corrected", func(r row) float64 { return r.census[r.at].Corrected }),
		judged("difference", func(j compare.HeapingJudgement) float64 { return j.Value }),
		judged("se", func(j compare.HeapingJudgement) float64 { return j.SE }),
		judged("df", func(j compare.HeapingJudgement) float64 { return j.DF }),
		judged("ci_lower", func(j compare.HeapingJudgement) float64 { return j.Interval.Lower }),
		judged("ci_upper", func(j compare.HeapingJudgement) float64 { return j.Interval.Upper }),
		judged("p_value", func(j compare.HeapingJudgement) float64 { return j.PValue }),
		judged("q_value", func(j compare.HeapingJudgement) float64 { return j.QValue }),
		number("tolerable", func(r row) float64 { return r.reads.Tolerable }),
		judged("register_q", func(j compare.HeapingJudgement) float64 { return j.RegisterQ }),
		judged("census_q", func(j compare.HeapingJudgement) float64 { return j.CensusQ }),
		text("verdict", func(r row) string { return string(r.judged[r.at].Verdict) }),
		text("basis", func(r row) string { return basisOf(r.judged[r.at]) }),
		text("notes", func(r row) string { return strings.Join(r.notes[r.at], "; ") }),
	}
}

// basisOf is the basis of the interval, empty where there is none.
func basisOf(j compare.HeapingJudgement) string {
	if math.IsNaN(j.Interval.Lower) {
		return ""
	}
	return j.Interval.Basis.String()
}
