package estimation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// A quantileOf is the quantiles of a variable at some probabilities.
type quantileOf struct {
	variable
	p     []float64
	names []string // of the probabilities, as they were written
}

// quantileIntervals are the intervals of quantiles by the names that those of proportions have.
var quantileIntervals = map[string]analysis.QuantileInterval{
	"wald": analysis.WoodruffWald, "korn-graubard": analysis.WoodruffBeta, "logit": analysis.WoodruffLogit,
	"arcsine": analysis.WoodruffArcsine, "score": analysis.ScoreInterval, "symmetric": analysis.SymmetricInterval,
}

// QuantileIntervals are the intervals of quantiles by name.
func QuantileIntervals() []string {
	return []string{"wald", "korn-graubard", "logit", "arcsine", "score", "symmetric"}
}

// parseQuantile reads variable:p,p,…; without probabilities it is the median.
func (r *request) parseQuantile(text string) error {
	name, ps := text, "0.5"
	if at := strings.LastIndexByte(text, ':'); at >= 0 && !r.file.Has(text) {
		name, ps = text[:at], text[at+1:]
	}
	v, err := parseVariable(name, r.file)
	if err != nil {
		return fmt.Errorf("--quantile: %w", err)
	}
	q := quantileOf{variable: v}
	for _, word := range strings.Split(ps, ",") {
		word = strings.TrimSpace(word)
		p, err := strconv.ParseFloat(word, 64)
		if err != nil || !(p >= 0 && p <= 1) {
			return fmt.Errorf("--quantile %q: %q is not a probability from 0 to 1", text, word)
		}
		q.p, q.names = append(q.p, p), append(q.names, word)
	}
	r.quantiles = append(r.quantiles, q)
	return nil
}

// quantile estimates the quantiles of a variable in every cell.
func (e *estimator) quantile(q quantileOf) {
	y := q.values(e.table)
	if y == nil {
		y = slices.Repeat([]float64{1}, e.table.Rows)
	}
	cell, missing := e.knownRows(y)
	rule, _ := analysis.ParseQuantileRule(e.QuantileRule)
	request := analysis.QuantileRequest{P: q.p, Rule: rule, Interval: quantileIntervals[e.QuantileInterval],
		Level: e.Level}
	if e.DF != nil {
		request.DF = float64(*e.DF)
	}
	byCell := e.quantilesByCell(y, cell, request)
	for j, p := range q.names {
		for c := range e.cells.len() {
			e.rows = append(e.rows, e.quantileRow(q.name, p, byCell[c][j], c, missing[c]))
		}
	}
}

// quantilesByCell takes all cells at once where the interval allows it, and else one after the other.
func (e *estimator) quantilesByCell(
	y []float64, cell []int32, r analysis.QuantileRequest,
) [][]analysis.QuantileEstimate {
	if r.Interval.Woodruff() {
		return e.engine.Quantiles(y, cell, e.cells.len(), r)
	}
	out, domain := make([][]analysis.QuantileEstimate, e.cells.len()), make([]bool, len(y))
	for c := range out {
		for i, of := range cell {
			domain[i] = int(of) == c
		}
		out[c] = analysis.Quantiles(e.engine, y, domain, r)
	}
	return out
}

func (e *estimator) quantileRow(name, p string, q analysis.QuantileEstimate, c int, missing int64) Row {
	row := Row{
		Statistic: "quantile", Variable: name, Category: p, By: e.cells.labels[c], Lower: Number(q.Limits.Lower),
		Upper:   Number(q.Limits.Upper),
		Missing: missing, Interval: e.QuantileInterval,
	}
	if q.Method.Woodruff() {
		row.Interval = "woodruff-" + row.Interval
	}
	q.Estimate.DF = e.df(q.Estimate.DF)
	q.Estimate.Notes |= q.Limits.Notes
	row.fill(q.Estimate)
	if q.N == 0 && missing > 0 {
		row.Notes = []string{allMissing}
	}
	return row
}
