package stage

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"sort"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/explain"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/fieldwork"
)

// agesName is the table of the census by single ages; a Parquet file alone, since it is long.
const agesName = "ages"

// singleAges estimates the persons of every level by single age, both sexes together, and saves the table. Ages of which
// nobody was found have no row.
func (r *Runner) singleAges(dir string, list *areas.List, f *fieldwork.Results) error {
	if f.Kind == fieldwork.Aggregates || f.Tally.Dim("age") == nil {
		return nil
	}
	var rows ageEstimates
	for _, level := range r.Study.Compare.Levels {
		g := r.gridOf(f, list, level, "age")
		for i, area := range g.areas {
			for age := range min(explain.Ages, len(g.cells)) {
				if e := g.est[i*len(g.cells)+age]; e.N > 0 {
					rows = append(rows, ageEstimate{level, area, age, e})
				}
			}
		}
	}
	return columns.Create(filepath.Join(dir, agesName+".parquet"), func(w io.Writer) error { return rows.table().WriteParquet(w) })
}

// An ageEstimate is the persons of one age.
type ageEstimate struct {
	level, area string
	age         int
	analysis.Estimate
}

type ageEstimates []ageEstimate

func (a ageEstimates) table() columns.Table {
	n := len(a)
	return columns.Table{
		columns.Texts("level", n, func(i int) string { return a[i].level }),
		columns.Texts("area", n, func(i int) string { return a[i].area }),
		columns.Texts("sex", n, func(int) string { return bothSexes }),
		columns.Ints("age", n, func(i int) int { return a[i].age }),
		columns.Floats("value", n, func(i int) float64 { return a[i].Value }),
		columns.Floats("se", n, func(i int) float64 { return a[i].SE }),
		columns.Floats("df", n, func(i int) float64 {
			if math.IsInf(a[i].DF, 1) {
				return math.NaN()
			}
			return a[i].DF
		}),
		columns.Ints("n", n, func(i int) int { return int(a[i].N) }),
	}
}

// agesByLevel are the single ages of a level, by area; nil where the field results have none.
type agesByLevel map[string]map[string][]float64

// loadAges reads what singleAges wrote.
func loadAges(dir string) (agesByLevel, error) {
	t, err := columns.Load(filepath.Join(dir, agesName+".parquet"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ages := make(agesByLevel)
	level, area, age, value := t[0].Text, t[1].Text, t[3].Int, t[4].Float
	var row []float64
	for i := range level {
		if i == 0 || level[i] != level[i-1] || area[i] != area[i-1] {
			if ages[level[i]] == nil {
				ages[level[i]] = make(map[string][]float64)
			}
			row = make([]float64, explain.Ages)
			ages[level[i]][area[i]] = row
		}
		row[age[i]] = value[i]
	}
	return ages, nil
}

// matrix puts the ages of areas one after the other; nil where the level has none.
func (a agesByLevel) matrix(level string, codes []string) []float64 {
	if a[level] == nil {
		return nil
	}
	out := make([]float64, len(codes)*explain.Ages)
	for i, code := range codes {
		copy(out[i*explain.Ages:], a[level][code])
	}
	return out
}

// registerAges counts the register's single ages of the areas of a level, in order of code, under one definition.
func (s *registerSide) singleAges(level string, codes []string) []float64 {
	t := s.tally("age")
	if t == nil {
		return nil
	}
	known, of := areasAt(t, s.list, level, s.details.Plan.Levels[0])
	only := analysis.Classes(t.Dim("definition"), []string{s.definition}, func(l string) (string, bool) { return l, l == s.definition })
	cell, k := t.Cells(only, areaClass(t, known, of), withoutUnused(t, ages()))
	counts, width := t.Counts(cell, k), 0
	if len(known) > 0 {
		width = k / len(known)
	}
	out := make([]float64, len(codes)*explain.Ages)
	for i, code := range codes {
		if at := sort.SearchStrings(known, code); at < len(known) && known[at] == code {
			for age := range min(width, explain.Ages) {
				out[i*explain.Ages+age] = float64(counts[at*width+age])
			}
		}
	}
	return out
}
