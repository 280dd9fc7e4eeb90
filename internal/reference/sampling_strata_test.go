package reference

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats"
)

// strataMoments holds numbers of units, means and standard deviations by stratum against ours.
func strataMoments(e *entry) outcome {
	var in struct {
		Dataset    string
		StratumVar string `json:"stratum_var"`
		Vars       []string
	}
	e.inputs(&in)
	s := stratify(readTable(e.path(in.Dataset)), in.StratumVar)
	codes := make([]float64, len(s.codes))
	mean, sd := make([][]float64, len(s.codes)), make([][]float64, len(s.codes))
	for h, code := range s.codes {
		codes[h] = asNumber(code)
		for _, v := range in.Vars {
			m := s.moments(v)
			mean[h], sd[h] = append(mean[h], m.Mean[h]), append(sd[h], m.SD[h])
		}
	}
	f := newFigures(e, "stratum_var", "vars")
	f.vector("strata", codes)
	f.vector("N", s.units)
	f.matrix("mean", mean)
	f.matrix("sd", sd)
	return f.outcome()
}

// stratifiedSizes holds the sizes of stratified samples for a coefficient of variation against ours. No field says
// which column of the data set has the strata: those of one of them must give all sizes.
func stratifiedSizes(e *entry) outcome {
	var in struct {
		Dataset, Var string
		CV           float64 `json:"target_cv"`
	}
	e.inputs(&in)
	t := readTable(e.path(in.Dataset))
	for _, column := range t.names {
		s := stratify(t, column)
		if len(s.units) > t.rows/2 {
			continue // no strata: most are a single unit
		}
		m := s.moments(in.Var)
		se := in.CV * floats.Sum(m.Total)
		f := newFigures(e, "var", "target_cv")
		f.number("n_neyman", plan.SizeNeyman(m.Units, m.SD, se*se))
		f.number("n_proportional", plan.SizeProportional(m.Units, m.SD, se*se))
		if f.err == nil {
			return f.outcome()
		}
	}
	return disagree("no column of the data set gives the sizes as strata")
}

// A stratification puts the rows of a data set into strata, in order of their codes.
type stratification struct {
	t     *table
	codes []string
	of    []int     // stratum of every row
	units []float64 // in every stratum
}

// stratify takes the values of a column for strata: numbers in their order, then other texts.
func stratify(t *table, column string) *stratification {
	text := t.text(column)
	s := &stratification{t: t, codes: slices.Clone(text), of: make([]int, len(text))}
	slices.SortFunc(s.codes, compareCodes)
	s.codes = slices.Compact(s.codes)
	s.units = make([]float64, len(s.codes))
	for i, code := range text {
		h, _ := slices.BinarySearchFunc(s.codes, code, compareCodes)
		s.of[i] = h
		s.units[h]++
	}
	return s
}

func compareCodes(a, b string) int {
	return cmp.Or(cmp.Compare(asNumber(a), asNumber(b)), cmp.Compare(a, b))
}

// asNumber is +Inf for a text that is no number.
func asNumber(text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.Inf(1)
	}
	return v
}

// positions gives the strata of the codes that a JSON list holds, as numbers or texts, and all strata for the text
// "all".
func (s *stratification) positions(codes json.RawMessage) ([]int, error) {
	if string(codes) == `"all"` {
		return every(len(s.codes)), nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(codes, &list); err != nil {
		return nil, err
	}
	var at []int
	for _, code := range list {
		h := slices.IndexFunc(s.codes, func(c string) bool { return order(c, code) == 0 })
		if h < 0 {
			return nil, fmt.Errorf("no stratum %s", code)
		}
		at = append(at, h)
	}
	return at, nil
}

func every(n int) []int {
	at := make([]int, n)
	for h := range at {
		at[h] = h
	}
	return at
}

// moments are those of a variable by stratum.
func (s *stratification) moments(variable string) plan.Moments {
	return plan.MomentsByStratum(s.t.numbers(variable), s.of, len(s.codes))
}

// whole are the numbers of units, as whole numbers.
func (s *stratification) whole() []int {
	units := make([]int, len(s.units))
	for h, u := range s.units {
		units[h] = int(u)
	}
	return units
}

func pick(v []float64, at []int) []float64 {
	out := make([]float64, len(at))
	for i, k := range at {
		out[i] = v[k]
	}
	return out
}
