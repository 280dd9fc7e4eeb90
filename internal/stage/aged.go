package stage

import (
	"fmt"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/fieldwork"
)

// bothSexes is the sex of who is not told apart.
const bothSexes = "both"

// An aged is a way to number persons by age, with the indices that read these numbers.
type aged struct {
	sex      string
	cells    int
	standard []demography.Standard
	of       func(sex string, age int) int // cell of a sex and an age in completed years, -1 for none
}

// agedBy are the ways that a source allows. year is that of the reference day. Ages of the open group are no ages.
func agedBy(year int, ages, sexes bool) (all []aged) {
	single := func(sex string) aged {
		return aged{sex, analysis.OpenAge, demography.AgeIndices(year), func(s string, age int) int {
			if age >= analysis.OpenAge || sex != bothSexes && sex != s {
				return -1
			}
			return age
		}}
	}
	if ages {
		all = append(all, single(bothSexes))
	}
	if ages && sexes {
		all = append(all, single("male"), single("female"))
	}
	if sexes {
		all = append(all, aged{bothSexes, 2 * demography.ClosedGroups, demography.AgeSexIndices(), groupOf})
	}
	return all
}

// groupOf is the five-year group of a sex.
func groupOf(sex string, age int) int {
	first := slices.Index([]string{"male", "female"}, sex) * demography.ClosedGroups
	if first < 0 || age >= 5*demography.ClosedGroups {
		return -1
	}
	return first + age/5
}

// asked are the indices for areas of a level: at the lowest those that are worth a row for every commune.
func (a aged) asked(lowest bool, names []string) (all []demography.Standard) {
	for _, x := range a.standard {
		wanted := !lowest || x.Small && (a.sex == bothSexes || x.Sexes)
		if wanted && (names == nil || slices.Contains(names, x.Name)) {
			all = append(all, x)
		}
	}
	return all
}

// rows numbers the rows of a tally; persons of unknown age have no cell.
func (a aged) rows(t *analysis.Tally) []int32 {
	age, sex := t.Dim("age"), t.Dim("sex")
	cell := make([]int32, t.Rows())
	missing := int32(slices.Index(age.Levels, analysis.Missing))
	for i, code := range age.Code {
		s := ""
		if sex != nil {
			s = sex.Levels[sex.Code[i]]
		}
		cell[i] = -1
		if code != missing {
			cell[i] = int32(a.of(s, int(code)))
		}
	}
	return cell
}

// counts are the persons of every area by cell.
func (a aged) counts(t *analysis.Tally, area, cell []int32, areas int) []float64 {
	out := make([]float64, areas*a.cells)
	for i, c := range cell {
		if area[i] >= 0 && c >= 0 {
			out[int(area[i])*a.cells+int(c)] += float64(t.N[i]) // whole numbers: any order gives the same sum
		}
	}
	return out
}

// agedAreas numbers the areas of a level for the rows of a tally. The country is the areas of the extract, where
// there is one, as units above communes are.
func agedAreas(
	t *analysis.Tally, list *areas.List, level, first string, drawn map[string]bool,
) (codes []string, area []int32) {
	of := func(code string) (string, bool) { return country, drawn == nil || drawn[code] }
	if level == country {
		codes = []string{country}
	} else {
		codes, of = areasAt(t, list, level, first)
		codes = slices.DeleteFunc(codes, func(c string) bool { return c == analysis.Missing })
	}
	present := of
	of = func(code string) (string, bool) {
		up, ok := present(code)
		return up, ok && up != analysis.Missing
	}
	area, _ = t.Cells(areaClass(t, codes, of))
	return codes, area
}

// publishedAges are the figures of a level by cell: single ages, or groups by sex. Areas that lack one are left out,
// and so are all where the groups are not of five years. The scale of chance is the mean of squared error over
// figure, where errors are stated.
func (a aged) publishedAges(
	figures []fieldwork.Figure, level func(area string) string, at string,
) (codes []string, counts, scale []float64) {
	dimension, cells := a.published()
	byArea, known := make(map[string][]fieldwork.Figure), make(map[string]int)
	for _, f := range figures {
		if f.Dimension != dimension || level(f.Area) != at {
			continue
		}
		if _, ok := cells[f.Cell]; ok && f.Value == f.Value {
			byArea[f.Area] = append(byArea[f.Area], f)
			known[f.Area]++
		}
	}
	for code, n := range known {
		if n == len(cells) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	for _, code := range codes {
		p, value, square := make([]float64, a.cells), 0.0, 0.0
		for _, f := range byArea[code] {
			p[cells[f.Cell]] = f.Value
			value, square = value+f.Value, square+f.SE*f.SE
		}
		counts, scale = append(counts, p...), append(scale, square/value)
	}
	return codes, counts, scale
}

// published is the dimension of published figures that has the cells, and the cell of every category of it.
func (a aged) published() (dimension string, cells map[string]int) {
	cells = make(map[string]int)
	if a.cells == analysis.OpenAge {
		for age := range analysis.OpenAge {
			cells[fmt.Sprint(age)] = age
		}
		return "age", cells
	}
	for g := range demography.ClosedGroups {
		for _, sex := range []string{"male", "female"} {
			cells[fmt.Sprintf("%s*%d-%d", sex, 5*g, 5*g+4)] = groupOf(sex, 5*g)
		}
	}
	return "sex*age5", cells
}
