package reference

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/concord-stat/concord/sampling"
)

// inclusionProbabilities holds π in proportion to size against ours: the whole list, or a summary of it.
func inclusionProbabilities(e *entry) outcome {
	var in struct {
		N *int `json:"n"`
		X []float64
	}
	if e.inputs(&in); in.N == nil || in.X == nil && !e.has("dataset") {
		return unsupported("inclusion probabilities without sizes")
	}
	f := newFigures(e, "n", "x")
	var pik json.RawMessage
	f.field("pik", &pik, func() error {
		if in.X != nil {
			return inclusionOf(e, in.X, *in.N)
		}
		return inclusionOfColumn(e, *in.N)
	})
	return f.outcome()
}

// inclusionOfColumn takes for sizes a column of the data set, where no field says which: π of one of them must be
// what the entry states.
func inclusionOfColumn(e *entry, n int) error {
	var dataset string
	e.into("dataset", &dataset)
	t := readTable(e.path(dataset))
	for _, name := range t.names {
		size, err := parseNumbers(t.columns[name])
		if err == nil && inclusionOf(e, size, n) == nil {
			return nil
		}
	}
	return errors.New("pik: no column of the data set gives them as sizes")
}

// inclusionOf compares π in proportion to size with those of the entry.
func inclusionOf(e *entry, size []float64, n int) error {
	pi, err := sampling.InclusionProbabilities(size, n)
	if err != nil {
		return err
	}
	var want []number
	if e.fits("pik", &want) {
		return e.tolerance.vector("pik", pi, want)
	}
	var summary map[string]json.RawMessage
	if !e.fits("pik", &summary) {
		return errors.New("pik: neither a list nor a summary")
	}
	of := &entry{fields: summary, tolerance: e.tolerance}
	return summaryOf(of, pi)
}

// summaryOf compares the summary of π with ours; every figure in it has to be one of these. Rows are counted from 1.
func summaryOf(e *entry, pi []float64) error {
	sum, squares, index, least := 0.0, 0.0, 0.0, math.Inf(1)
	certain := []float64{}
	for k, p := range pi {
		sum, squares, index, least = sum+p, squares+p*p, index+float64(k+1)*p, min(least, p)
		if p == 1 {
			certain = append(certain, float64(k+1))
		}
	}
	f := newFigures(e)
	f.number("sum", sum)
	f.number("sumsq", squares)
	f.number("n_certain", float64(len(certain)))
	f.vector("certain_rows", certain)
	f.vector("first10", pi[:min(10, len(pi))])
	f.number("min", least)
	f.number("index_sum", index)
	if err := f.all(); err != nil {
		return fmt.Errorf("pik: %w", err)
	}
	return nil
}
