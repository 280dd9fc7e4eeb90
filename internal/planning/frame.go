package planning

import (
	"fmt"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// A Frame is what the register tells before anybody is interviewed: households and persons of every commune (as the areas
// of the lowest level are called here), or of the enumeration areas in it where the register knows those.
type Frame struct {
	communes   []string // codes, in order; those without households are left out
	first      []int    // the rows of commune c are first[c] up to first[c+1]
	households []float64
	count      [][]float64 // by category and row: persons
	square     [][]float64 // by category and row: Σ of squared persons of households
	known      bool        // rows are enumeration areas of the register

	groups map[string]*grouping // by level, and study.Country
	top    *grouping            // of the highest level
	Aside  Aside
}

// Aside is what the register counts and a plan cannot use.
type Aside struct {
	Persons int64 `json:"persons_without_area"`                        // of the population, in no area planned for or with no area
	Unnamed int64 `json:"households_without_enumeration_area"`         // where the register names enumeration areas
	Empty   int   `json:"areas_without_households"`                    // areas planned for
	PSUs    int   `json:"enumeration_areas_in_the_register,omitempty"` // 0 where the register does not name them
}

// A grouping puts every commune into a unit of some level.
type grouping struct {
	codes []string // of units, in order of first commune
	names []string
	of    []int // unit of every commune
}

// NewFrame arranges the households of a register by the units of the code list. Without a list every area found is a
// commune of its own.
func NewFrame(h *store.Households, list *areas.List, plan study.Plan) (*Frame, error) {
	wanted, err := planned(list, plan.Areas)
	if err != nil {
		return nil, err
	}
	f := &Frame{known: plan.PSU != "", count: make([][]float64, len(h.Persons)), square: make([][]float64, len(h.Persons))}
	for i, area := range h.Area {
		switch {
		case area == analysis.Missing || wanted != nil && !wanted[area]:
			f.Aside.Persons += h.Persons[0][i]
		case f.known && h.PSU[i] == store.Missing:
			f.Aside.Unnamed += h.Households[i]
		default:
			f.add(h, i)
		}
	}
	f.first = append(f.first, len(f.households))
	if len(f.communes) == 0 {
		return nil, problems.Input(fmt.Errorf("plan: the register has no households in the areas planned for"))
	}
	if f.known {
		f.Aside.PSUs = len(f.households)
	}
	f.Aside.Empty = max(0, len(wanted)-len(f.communes))
	f.group(list)
	return f, nil
}

// planned are the communes planned for; nil when every area found is one.
func planned(list *areas.List, codes []string) (map[string]bool, error) {
	lowest := list.Lowest()
	if len(lowest) == 0 {
		return nil, nil
	}
	wanted := make(map[string]bool)
	for _, code := range lowest {
		wanted[code] = len(codes) == 0
	}
	for _, code := range codes {
		above, ok := list.Unit(code)
		if !ok {
			return nil, problems.Input(fmt.Errorf("plan.areas: the code list has no unit %s", code))
		}
		for _, low := range lowest {
			if up, _ := list.Ancestor(low, above.Level); up == code {
				wanted[low] = true
			}
		}
	}
	for code, want := range wanted {
		if !want {
			delete(wanted, code)
		}
	}
	return wanted, nil
}

func (f *Frame) add(h *store.Households, i int) {
	if n := len(f.communes); n == 0 || f.communes[n-1] != h.Area[i] {
		f.communes = append(f.communes, h.Area[i])
		f.first = append(f.first, len(f.households))
	}
	f.households = append(f.households, float64(h.Households[i]))
	for c := range h.Persons {
		f.count[c] = append(f.count[c], float64(h.Persons[c][i]))
		f.square[c] = append(f.square[c], float64(h.Squares[c][i]))
	}
}

// group puts the communes into the units of every level.
func (f *Frame) group(list *areas.List) {
	f.groups = map[string]*grouping{
		study.Country: {codes: []string{study.Country}, names: []string{""}, of: make([]int, len(f.communes))},
	}
	for _, level := range list.Levels {
		g, at := &grouping{}, make(map[string]int)
		for _, code := range f.communes {
			up, ok := list.Ancestor(code, level)
			if !ok {
				up = code
			}
			k, seen := at[up]
			if !seen {
				k = len(g.codes)
				at[up] = k
				u, _ := list.Unit(up)
				g.codes, g.names = append(g.codes, up), append(g.names, u.Name)
			}
			g.of = append(g.of, k)
		}
		f.groups[level], f.top = g, g
	}
	f.groups[study.None] = f.groups[study.Country]
}

// totals sums a category over the units of a grouping.
func (f *Frame) totals(category int, g *grouping) []float64 {
	sums := make([]float64, len(g.codes))
	for c := range f.communes {
		for i := f.first[c]; i < f.first[c+1]; i++ {
			sums[g.of[c]] += f.count[category][i]
		}
	}
	return sums
}

// census is what the census is expected to count in the units of a grouping, but for the ratio: the register's count, its
// differences in persons per household between the communes of a unit of the highest level taken for what the slope says.
func (f *Frame) census(category int, g *grouping, slope float64) []float64 {
	sums := f.totals(category, g)
	mean := f.perHousehold(category)
	for u := range sums {
		sums[u] *= slope
	}
	for c := range f.communes {
		for i := f.first[c]; i < f.first[c+1]; i++ {
			sums[g.of[c]] += (1 - slope) * mean[f.top.of[c]] * f.households[i]
		}
	}
	return sums
}

// perHousehold is the persons per household in the units of the highest level.
func (f *Frame) perHousehold(category int) []float64 {
	mean, homes := f.totals(category, f.top), make([]float64, len(f.top.codes))
	for c := range f.communes {
		for i := f.first[c]; i < f.first[c+1]; i++ {
			homes[f.top.of[c]] += f.households[i]
		}
	}
	for u := range mean {
		mean[u] /= homes[u]
	}
	return mean
}

// lowest is the lowest of some levels; levels come lowest first.
func lowest(levels, of []string) string {
	for _, l := range levels {
		if slices.Contains(of, l) {
			return l
		}
	}
	return study.Country
}
