package fieldwork

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// tallyDims are the dimensions of the tally: area, and what else the study maps.
func (r *reader) tallyDims() []analysis.Dim {
	dims := []analysis.Dim{r.area.coder.Dim("area", r.area.codes)}
	if r.has("sex") {
		dims = append(dims, r.sex.coder.Dim("sex", r.sex.codes))
	}
	if r.has("age") || r.has("birth_date") {
		dims = append(dims, analysis.Dim{Name: "age", Levels: analysis.AgeLevels(), Code: r.age})
	}
	for i, d := range r.study.Field.Dimensions {
		dims = append(dims, r.dims[i].coder.Dim(d.Name, r.dims[i].codes))
	}
	return dims
}

func (r *reader) sample() (*analysis.Tally, *analysis.Design, error) {
	if r.checkFrame(); r.found.Count() > 0 {
		return nil, nil, &r.found
	}
	d, unit, err := r.units.design()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", r.file, err)
	}
	if d.Lonely, err = analysis.ParseLonelyPSU(r.study.Estimation.LonelyPSU); err != nil {
		return nil, nil, err // the study was checked
	}
	return r.exact(unit), d, nil
}

// exact is the tally in order, each cell and unit once. Whatever order records came in and wherever they were added up, the
// sums are the same, since they are made of whole units.
func (r *reader) exact(unit []int32) *analysis.Tally {
	t := &analysis.Tally{Dims: r.tallyDims(), N: r.n, Unit: unit}
	w, noise := inUnits(*t, r.weight, store.WeightUnit), inUnits(*t, r.noise, store.NoiseUnit)
	t.Sort()
	t.W, t.Noise = w, noise
	return t
}

// inUnits adds a column of whole units up as a tally in order has it; nil stays nil.
func inUnits(t analysis.Tally, column []int64, unit float64) []float64 {
	if column == nil {
		return nil
	}
	t.N = column
	t.Sort()
	sums := make([]float64, len(t.N))
	for i, n := range t.N {
		sums[i] = float64(n) / math.Round(1/unit)
	}
	return sums
}

func (r *reader) counts(out *Results) (*analysis.Tally, error) {
	t := r.exact(nil)
	chain, err := areas.ReadChain(r.study, r.study.Field.Crosswalks)
	if err != nil || len(chain) == 0 {
		return t, err
	}
	carried, caveats := chain.Carry(t)
	r.confine(carried)
	out.Splits, out.Caveats = chain.Splits(t), append(out.Caveats, caveats...)
	return carried, nil
}

// confine makes sure that what crosswalks lead to is in the code list; what is not is a problem of the crosswalk.
func (r *reader) confine(t *analysis.Tally) {
	if r.study.Areas.File == "" {
		return
	}
	for _, code := range t.Dim("area").Levels {
		u, ok := r.list.Unit(code)
		switch {
		case code == analysis.Missing:
		case !ok:
			r.found.Add(r.file, 0, code, "the crosswalk leads to a unit that is not in the code list")
		case u.Level != r.list.Levels[0]:
			r.found.Add(r.file, 0, code, "the crosswalk leads to a %s, want a %s", u.Level, r.list.Levels[0])
		}
	}
}

// figure takes in one published figure.
func (w *row) figure(area string) {
	if area == "" {
		area = analysis.Missing
	}
	f := Figure{Area: area, Dimension: w.get("dimension"), Cell: w.get("cell"), SE: math.NaN()}
	if f.Dimension == "" {
		f.Dimension = "total"
	}
	if f.Cell == "" {
		if f.Dimension != "total" {
			w.fault("cell", "empty: only the total needs no cell")
		}
		f.Cell = "total"
	}
	w.checkCell(f)
	f.Value = w.notNegative("value", w.get("value"))
	if text := w.get("se"); text != "" {
		f.SE = w.notNegative("se", text)
	}
	f.Noise = w.noiseSD()
	if !w.bad {
		w.keep(f)
	}
}

// checkCell makes sure that a figure names a cell there can be: what nothing is compared with would be lost in silence.
func (w *row) checkCell(f Figure) {
	if w.bad {
		return
	}
	if known := w.study.DimensionNames(); !slices.Contains(known, f.Dimension) {
		w.fault("dimension", "not one of "+strings.Join(known, ", "))
		return
	}
	known := w.cellsOf(f.Dimension)
	switch {
	case known == nil || slices.Contains(known, f.Cell):
	case !otherGroup(f, known):
		w.fault("cell", "not a cell of "+f.Dimension+", like "+known[0])
	case w.study.Field.Graduate == "":
		w.fault("cell", "not a cell of "+f.Dimension+", like "+known[0]+
			": age groups other than those of compare.age_groups are matched where field_results.graduate says how (sprague, beers or monotone)")
	}
}

// otherGroup tells whether a cell is one of ages, but in a group that is not compared.
func otherGroup(f Figure, known []string) bool {
	before, label, ofAge := agePart(f)
	_, _, err := demography.ParseGroup(label)
	return ofAge && err == nil && (before == "" || slices.Contains(known, before+analysis.Missing))
}

// cellsOf are the cells a dimension can have; nil where it can have any.
func (w *row) cellsOf(dimension string) []string {
	sexes := []string{study.Male, study.Female, analysis.Missing}
	groups := append(analysis.AgeLabels(w.study.Compare.AgeGroups), analysis.Missing)
	switch dimension {
	case "total":
		return []string{"total"}
	case "sex":
		return sexes
	case "age5":
		return groups
	case "age":
		return analysis.AgeLevels()
	case "sex*age5":
		var cells []string
		for _, s := range sexes {
			for _, g := range groups {
				cells = append(cells, s+"*"+g)
			}
		}
		return cells
	}
	return nil
}

func (w *row) keep(f Figure) {
	w.reader.line = append(w.reader.line, int32(w.line))
	w.figures = append(w.figures, f)
}

func (w *row) notNegative(name, text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 1) {
		w.fault(name, belowNone)
	}
	return v
}

// aggregates makes sure that no figure is given twice, and brings ages into the groups compared where the study says how.
func (r *reader) aggregates(out *Results) ([]Figure, error) {
	seen := make(map[Figure]int32)
	for i, f := range r.figures {
		key := Figure{Area: f.Area, Dimension: f.Dimension, Cell: f.Cell}
		if at, twice := seen[key]; twice {
			r.found.Add(r.file, int(r.line[i]), "area", "the figure stands on line %d already", at)
		}
		seen[key] = r.line[i]
	}
	if len(r.study.Field.Crosswalks) > 0 {
		r.found.Add(r.file, 0, "crosswalks", "published aggregates cannot be carried over a crosswalk: give them as kind counts")
	}
	if r.study.Field.Graduate != "" && r.found.Count() == 0 {
		r.regroup(out)
	}
	return r.figures, r.found.Err()
}
