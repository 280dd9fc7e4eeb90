package stage

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/fieldwork"
)

// measuresName is the table of the demographic measures.
const measuresName = "measures"

// country is the level of all areas together.
const country = "country"

// measures estimates the demographic measures of the field results, for the whole and at every level that is compared,
// and saves the table. It gives how many figures there are.
func (r *Runner) measures(dir string, list *areas.List, f *fieldwork.Results) (int, error) {
	if f.Kind == fieldwork.Aggregates {
		return 0, nil
	}
	t := &measureTable{}
	for _, m := range r.measuresOf(f.Tally) {
		for _, level := range append([]string{country}, r.Study.Compare.Levels...) {
			codes, cell := r.areaCells(f.Tally, list, level)
			found, err := measured(m, f, cell, len(codes), r.Study.Compare.Level)
			if err != nil {
				return 0, fmt.Errorf("measure %s: %w", m.Name, err)
			}
			t.add(level, codes, m, found, r.remarks(f, list, level))
		}
	}
	return len(t.value), t.table().Save(dir, measuresName)
}

// measuresOf are the measures that the study asks for, or all that the tally can tell.
func (r *Runner) measuresOf(t *analysis.Tally) []analysis.Measure {
	return slices.DeleteFunc(analysis.Measures(), func(m analysis.Measure) bool {
		if asked := r.Study.Estimation.Measures; asked != nil && !slices.Contains(asked, m.Name) {
			return true
		}
		return slices.ContainsFunc(m.Dims(), func(dim string) bool { return t.Dim(dim) == nil })
	})
}

// areaCells numbers the areas of a level.
func (r *Runner) areaCells(t *analysis.Tally, list *areas.List, level string) (codes []string, cell []int32) {
	if level == country {
		return []string{country}, make([]int32, t.Rows())
	}
	codes, of := areasAt(t, list, level, r.Study.Compare.Levels[0])
	cell, _ = t.Cells(areaClass(t, codes, of))
	return codes, cell
}

// measured estimates a measure in all areas.
func measured(m analysis.Measure, f *fieldwork.Results, cell []int32, k int, level float64) ([]analysis.Measured, error) {
	if f.Kind == fieldwork.Counts {
		return m.Complete(f.Tally, cell, k, level)
	}
	return m.Estimate(f.Design.Cells(f.Tally), f.Tally.Dims, cell, k, level)
}

// measureTable collects measures as columns.
type measureTable struct {
	level, area, measure, unit, basis, notes []string
	value, se, df, lower, upper              []float64
	n, unknown, assumed                      []int64
}

// remarks are what a reader of the units of a level must know: that only some areas were counted, that persons stand there who
// may belong elsewhere.
func (r *Runner) remarks(f *fieldwork.Results, list *areas.List, level string) map[string]string {
	remarks := r.short(f, list, level)
	if f.Splits == nil || level == country {
		return remarks
	}
	_, of := areasAt(f.Tally, list, level, r.Study.Compare.Levels[0])
	all := make(map[string]string)
	for _, code := range openUnits(f.Splits, of) {
		all[code] = splitNote
	}
	for code, text := range remarks {
		all[code] = strings.Join(append(nonEmpty(text), nonEmpty(all[code])...), "; ")
	}
	return all
}

// short says of which units of a level a complete count has only some areas.
func (r *Runner) short(f *fieldwork.Results, list *areas.List, level string) map[string]string {
	if f.Kind != fieldwork.Counts || r.Study.Field.Whole || level == country || level == list.Levels[0] {
		return nil
	}
	return counted(f.Tally, list, level)
}

func (t *measureTable) add(level string, codes []string, m analysis.Measure, found []analysis.Measured, remarks map[string]string) {
	for i, e := range found {
		if math.IsInf(e.DF, 1) {
			e.DF = math.NaN() // normal theory: no degrees of freedom to write down
		}
		notes := append(((e.Notes | e.Interval.Notes) &^ general).Texts(), nonEmpty(remarks[codes[i]])...)
		t.level, t.area, t.measure, t.unit = append(t.level, level), append(t.area, codes[i]), append(t.measure, m.Name), append(t.unit, m.Unit)
		t.value, t.se, t.df = append(t.value, e.Value), append(t.se, e.SE), append(t.df, e.DF)
		t.lower, t.upper = append(t.lower, e.Interval.Lower), append(t.upper, e.Interval.Upper)
		t.n, t.unknown, t.assumed = append(t.n, e.N), append(t.unknown, e.Unknown), append(t.assumed, e.Assumed)
		t.basis, t.notes = append(t.basis, e.Interval.Basis.String()), append(t.notes, strings.Join(notes, "; "))
	}
}

func (t *measureTable) table() columns.Table {
	return columns.Table{{Name: "level", Text: t.level}, {Name: "area", Text: t.area}, {Name: "measure", Text: t.measure},
		{Name: "unit", Text: t.unit}, {Name: "value", Float: t.value}, {Name: "se", Float: t.se}, {Name: "df", Float: t.df},
		{Name: "n", Int: t.n}, {Name: "ci_lower", Float: t.lower}, {Name: "ci_upper", Float: t.upper}, {Name: "basis", Text: t.basis},
		{Name: "unknown", Int: t.unknown}, {Name: "assumed", Int: t.assumed}, {Name: "notes", Text: t.notes}}
}
