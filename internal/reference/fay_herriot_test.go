package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

func init() { register("fay_herriot", areaModels) }

// areaModels holds models of areas against ours. Precision and iterations tell how the reference looked for A; ours
// has no stopping rule, and another way.
func areaModels(e *entry) outcome {
	var method string
	e.into("method", &method)
	data := areaData(e)
	m, err := analysis.FitFayHerriot(data, areaMethod(method))
	if err != nil {
		return disagree("%v", err)
	}
	f := newFigures(e, "model", "y", "vardir", "method", "precision", "iterations", "note")
	f.number("refvar", m.A)
	f.vector("beta", m.Beta)
	f.vector("beta_se", m.BetaSE())
	f.areas(m.Areas)
	f.goodness(m)
	return f.outcome()
}

// areaMethod is the method of that name; none is none of ours.
func areaMethod(name string) analysis.AreaMethod {
	for _, m := range []analysis.AreaMethod{analysis.REML, analysis.ML, analysis.FayHerriotMoment} {
		if m.String() == name {
			return m
		}
	}
	panic("method " + name)
}

// areas compares the figures of areas.
func (f *figures) areas(areas []analysis.AreaEstimate) {
	for field, figure := range map[string]func(analysis.AreaEstimate) float64{
		"eblup":       func(a analysis.AreaEstimate) float64 { return a.Value },
		"mse":         func(a analysis.AreaEstimate) float64 { return a.MSE },
		"g1":          func(a analysis.AreaEstimate) float64 { return a.G1 },
		"g2":          func(a analysis.AreaEstimate) float64 { return a.G2 },
		"g3":          func(a analysis.AreaEstimate) float64 { return a.G3 },
		"shrinkage_B": func(a analysis.AreaEstimate) float64 { return a.Shrinkage },
		"synthetic":   func(a analysis.AreaEstimate) float64 { return a.Synthetic },
	} {
		got := make([]float64, len(areas))
		for d, a := range areas {
			got[d] = figure(a)
		}
		f.vector(field, got)
	}
}

// goodness compares the likelihood and the criteria.
func (f *figures) goodness(m *analysis.FayHerriot) {
	var want map[string]json.RawMessage
	f.field("goodness", &want, func() error {
		of := newFigures(&entry{fields: want, tolerance: f.e.tolerance})
		of.number("loglike", m.LogLikelihood)
		of.number("AIC", m.AIC())
		of.number("BIC", m.BIC())
		of.number("KIC", m.KIC())
		if err := of.all(); err != nil {
			return fmt.Errorf("goodness: %w", err)
		}
		return nil
	})
}

// areaData gathers the areas of an entry: from a data set by its model, or from the entry, with an intercept alone.
func areaData(e *entry) analysis.AreaData {
	if !e.has("model") {
		var in struct{ Y, Vardir []float64 }
		e.inputs(&in)
		return analysis.AreaData{Direct: in.Y, Variance: in.Vardir, X: byArea([][]float64{constant(len(in.Y))})}
	}
	var m areaModel
	e.into("model", &m)
	var name string
	e.into("dataset", &name)
	t := readTable(e.path(name))
	x := make([][]float64, len(m.X))
	for j, column := range m.X {
		x[j] = m.column(t, column)
	}
	return analysis.AreaData{Direct: m.column(t, m.Y), Variance: m.column(t, m.Vardir), X: byArea(x)}
}

// An areaModel names the columns of a model. Its note defines some: "v = SD^2; l = log(n)".
type areaModel struct {
	Y, Vardir, Note string
	X               []string `json:"x_columns"`
}

// column is a column of the model: a column of the data set, a defined one, the intercept, the indicator of a level of
// a factor, what is worked out from columns, or the product of such, whose names are joined by colons.
func (m areaModel) column(t *table, name string) []float64 {
	if name == "(Intercept)" {
		return constant(t.rows)
	}
	if at := outsideParentheses(name, ":"); at != nil {
		x, y := m.column(t, name[:at[0]]), m.column(t, name[at[0]+1:])
		for i := range x {
			x[i] *= y[i]
		}
		return x
	}
	for definition := range strings.SplitSeq(m.Note, ";") {
		if left, right, ok := strings.Cut(definition, " = "); ok && strings.TrimSpace(left) == name {
			values, _ := t.expression(right)
			return values
		}
	}
	if slices.Contains(t.names, name) {
		return t.numbers(name)
	}
	if level, ok := indicatorOf(t, name); ok {
		return level
	}
	values, _ := t.evaluate(blankless(name))
	return values
}

// indicator is 1 where a factor has the level that follows its name, which may be factor(x) for x.
func indicator(t *table, name string) []float64 {
	column, ok := indicatorOf(t, name)
	if !ok {
		panic("column " + name)
	}
	return column
}

func indicatorOf(t *table, name string) (column []float64, ok bool) {
	if inner, is := strings.CutPrefix(name, "factor("); is {
		name = strings.Replace(inner, ")", "", 1)
	}
	for _, factor := range t.names {
		level, is := strings.CutPrefix(name, factor)
		if !is || !slices.Contains(t.text(factor), level) {
			continue
		}
		for _, v := range t.text(factor) {
			column = append(column, 0)
			if v == level {
				column[len(column)-1] = 1
			}
		}
		return column, true
	}
	return nil, false
}

func each(v []float64, f func(float64) float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = f(v[i])
	}
	return out
}

func constant(n int) []float64 { return slices.Repeat([]float64{1}, n) }

// byArea turns columns into rows.
func byArea(columns [][]float64) [][]float64 {
	rows := make([][]float64, len(columns[0]))
	for i := range rows {
		for _, c := range columns {
			rows[i] = append(rows[i], c[i])
		}
	}
	return rows
}

// TestAreaModelsHoldEveryFigure changes the figures of every entry, one by one, by more than its tolerance: none may
// agree then. How the reference looked for A is not held.
func TestAreaModelsHoldEveryFigure(t *testing.T) {
	path := filepath.Join(folder(t), "fay_herriot.json")
	f, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, fields := range f.Entries {
		for name, raw := range fields {
			if slices.Contains([]string{"tolerance", "precision", "iterations"}, name) {
				continue
			}
			for where, changed := range changes(raw) {
				e := &entry{topic: f.Topic, dir: filepath.Dir(path), fields: maps.Clone(fields), tolerance: f.Default}
				e.fields[name] = changed
				if o := e.check(); o.disagrees == "" {
					t.Errorf("%s: %s%s is changed, and agrees", e.id(), name, where)
				}
			}
		}
	}
}
