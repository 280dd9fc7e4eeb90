package stage

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/study"
)

// readEarlierCensus gives the persons of an earlier census by area of the lowest level and age group compared.
func readEarlierCensus(s *study.Study, list *areas.List) (map[string][]float64, error) {
	e := s.Earlier
	f, err := openTimeFile(s, list, e.File, nil)
	if err != nil {
		return nil, err
	}
	defer f.file.Close()
	f.column("area", e.Columns.Area, true)
	f.column("age", e.Columns.Age, true)
	f.column("persons", e.Columns.Persons, true)
	f.column("sex", "", false)
	if f.found.Count() > 0 {
		return nil, &f.found
	}
	persons := make(map[string][]float64)
	err = f.file.Each(context.Background(), &f.found, func(line int, fields []string) error {
		f.line, f.fields = line, fields
		area, group, n := f.area(false), f.ageGroup(), f.number("persons", false)
		f.once(area + "\x00" + f.get("age") + "\x00" + f.get("sex"))
		if persons[area] == nil {
			persons[area] = make([]float64, len(s.Compare.AgeGroups))
		}
		if group > 0 {
			persons[area][group-1] += n
		}
		return nil
	})
	if err == nil && len(persons) == 0 && f.found.Count() == 0 {
		f.found.Add(f.file.Path, 1, "", "no records")
	}
	if err == nil {
		err = f.found.Err()
	}
	if err != nil {
		return nil, err
	}
	return persons, nil
}

// survivalTable is the table of intercensal survival: the cohorts of an earlier census that the census still has.
type survivalTable struct {
	c       *comparison
	earlier map[string][]float64

	level, area, cohort, now, flag []string
	before, after, ratio, ratioSE  []float64
}

func (t *survivalTable) name() string { return "survival" }

// add follows the cohorts of a level's areas, where the census is compared by age.
func (t *survivalTable) add(_ context.Context, l *leveled) (err error) {
	s := t.c.runner.Study
	f := l.family(t.c.details.Plan.Compared[0], "age5")
	if s.Earlier == nil || f == nil {
		return nil
	}
	if t.earlier == nil {
		if t.earlier, err = readEarlierCensus(s, t.c.list); err != nil {
			return err
		}
	}
	sums := t.sums(l.level)
	groups := demography.Groups{Start: t.c.details.Plan.AgeGroups, End: demography.Open}
	cells := make([]int, groups.Len())
	for i := range cells {
		cells[i] = slices.Index(f.cells, groups.Label(i))
	}
	for i, code := range l.areas {
		if first := sums[code]; first != nil && code != analysis.Missing {
			t.follow(l.level, code, groups, first, f, i, cells)
		}
	}
	return nil
}

// sums are the persons of the earlier census by area of a level; an area that has none of an area of its own lacks.
func (t *survivalTable) sums(level string) map[string][]float64 {
	sums, lacking := make(map[string][]float64), make(map[string]bool)
	for _, a := range t.c.extract.Areas {
		up, ok := a.Code, level == t.c.lowest()
		if !ok {
			up, ok = t.c.list.Ancestor(a.Code, level)
		}
		persons, known := t.earlier[a.Code]
		if !ok || !known {
			lacking[up] = true
			continue
		}
		if sums[up] == nil {
			sums[up] = make([]float64, len(persons))
		}
		for i, n := range persons {
			sums[up][i] += n
		}
	}
	for up := range lacking {
		delete(sums, up)
	}
	return sums
}

// follow adds the rows of an area: every closed group of the earlier census, and where it is now if that is closed too.
func (t *survivalTable) follow(
	level, code string, groups demography.Groups, first []float64, f *family, area int, cells []int,
) {
	steps, closed := t.c.runner.Study.StepsSinceEarlier(), groups.Closed()
	second, se := make([]float64, closed), make([]float64, 2*closed)
	for i := range second {
		second[i], se[closed+i] = math.NaN(), math.NaN()
		if cells[i] >= 0 {
			second[i], se[closed+i] = f.census.Value[f.at(area, cells[i])], errorOf(f.census, f.at(area, cells[i]))
		}
	}
	ratio := demography.IntercensalSurvival(first[:closed], second, steps)
	errors := ratio.SE(se)
	for i, r := range ratio.Value {
		t.level, t.area = append(t.level, level), append(t.area, code)
		t.cohort, t.now = append(t.cohort, groups.Label(i)), append(t.now, groups.Label(i+steps))
		t.before, t.after = append(t.before, first[i]), append(t.after, second[i+steps])
		t.ratio, t.ratioSE = append(t.ratio, r), append(t.ratioSE, errors[i])
		t.flag = append(t.flag, t.judge(r, errors[i], groups.Above(i+steps)))
	}
}

// judge says what is remarkable of a cohort that is below an age now: a ratio that is outside what survival can be by
// more than the error of the census, at the level of the intervals.
func (t *survivalTable) judge(ratio, se float64, below int) string {
	s := t.c.runner.Study
	reach := analysis.Quantile(0.5+t.c.details.Plan.Level/2, math.Inf(1)) * se
	if math.IsNaN(se) {
		reach = 0
	}
	switch {
	case ratio-reach > 1:
		return "above 1: arrivals, or persons the earlier census missed or put at another age"
	case below <= 60 && ratio+reach < s.Earlier.Least:
		return fmt.Sprintf("below %v: departures, or persons the census missed or put at another age", s.Earlier.Least)
	}
	return ""
}

func (t *survivalTable) table() columns.Table {
	return columns.Table{
		{Name: "level", Text: t.level}, {Name: "area", Text: t.area}, {Name: "cohort", Text: t.cohort},
		{Name: "now", Text: t.now}, {Name: "before", Float: t.before}, {Name: "after", Float: t.after},
		{Name: "ratio", Float: t.ratio}, {Name: "ratio_se", Float: t.ratioSE},
		{Name: "flag", Text: t.flag},
	}
}
