package stage

import (
	"math"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/fieldwork"
)

// estimateTable collects estimates as columns.
type estimateTable struct {
	confidence                          float64
	scope                               map[string]string // what units above are estimated over, where it is not all of them
	over                                []string
	level, area, dimension, cell, notes []string
	value, se, df, lower, upper, noise  []float64
	splitLower, splitUpper              []float64 // what the value may be by other splits, NaN where it is determined
	split                               int       // rows with these
	n                                   []int64
}

func newEstimateTable(confidence float64) *estimateTable {
	return &estimateTable{
		confidence: confidence, level: []string{}, area: []string{}, dimension: []string{}, cell: []string{}, notes: []string{}, over: []string{},
		value: []float64{}, se: []float64{}, df: []float64{}, lower: []float64{}, upper: []float64{}, n: []int64{},
		splitLower: []float64{}, splitUpper: []float64{},
		noise: []float64{},
	}
}

// add adds a grid and returns every note in it.
func (t *estimateTable) add(level, dimension string, g *grid) (notes analysis.Notes) {
	for i, area := range g.areas {
		for j, cell := range g.cells {
			e := g.est[i*len(g.cells)+j]
			noise := 0.0
			if g.noise != nil {
				noise = g.noise[i*len(g.cells)+j]
			}
			t.row(level, area, dimension, cell, e, noise, strings.Join(append((e.Notes&^general).Texts(), nonEmpty(g.short[area])...), "; "))
			t.bounds(e.Value, g, i*len(g.cells)+j)
			notes |= e.Notes
		}
	}
	return notes
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func (t *estimateTable) addFigures(level, dimension string, figures []fieldwork.Figure) {
	for _, f := range figures {
		e := analysis.Estimate{Value: f.Value, SE: f.SE, DF: math.Inf(1)}
		t.row(level, f.Area, dimension, f.Cell, e, f.Noise, f.Note)
		t.bounds(f.Value, nil, 0)
	}
}

func (t *estimateTable) row(level, area, dimension, cell string, e analysis.Estimate, noise float64, notes string) {
	lower, upper := math.NaN(), math.NaN()
	if e.SE > 0 {
		lower, upper = e.Interval(t.confidence)
	}
	if math.IsInf(e.DF, 1) {
		e.DF = math.NaN() // normal theory: no degrees of freedom to write down
	}
	t.level, t.area, t.dimension = append(t.level, level), append(t.area, area), append(t.dimension, dimension)
	t.cell, t.notes, t.over = append(t.cell, cell), append(t.notes, notes), append(t.over, t.scope[area])
	t.value, t.se, t.df = append(t.value, e.Value), append(t.se, e.SE), append(t.df, e.DF)
	t.lower, t.upper, t.n = append(t.lower, lower), append(t.upper, upper), append(t.n, e.N)
	t.noise = append(t.noise, noise)
}

// bounds completes a row with what its value may be by other splits.
func (t *estimateTable) bounds(value float64, g *grid, at int) {
	lower, upper := math.NaN(), math.NaN()
	if g != nil && g.below != nil && g.below[at]+g.above[at] > 0 {
		lower, upper = value-g.below[at], value+g.above[at]
		t.split++
	}
	t.splitLower, t.splitUpper = append(t.splitLower, lower), append(t.splitUpper, upper)
}

func (t *estimateTable) table() columns.Table {
	return columns.Table{{Name: "level", Text: t.level}, {Name: "area", Text: t.area}, {Name: "dimension", Text: t.dimension},
		{Name: "cell", Text: t.cell}, {Name: "value", Float: t.value}, {Name: "se", Float: t.se}, {Name: "df", Float: t.df},
		{Name: "n", Int: t.n}, {Name: "ci_lower", Float: t.lower}, {Name: "ci_upper", Float: t.upper}, {Name: "notes", Text: t.notes},
		{Name: "scope", Text: t.over}, {Name: "noise_sd", Float: t.noise},
		{Name: "split_lower", Float: t.splitLower}, {Name: "split_upper", Float: t.splitUpper}}
}
