package estimation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/microdata"
	"github.com/concord-stat/concord/internal/problems"
)

// sample is the sample under the design of the columns. What is wrong with them is added to found, by line.
func (r *request) sample(t *microdata.Table, found *problems.List) *analysis.Sample {
	lonely, _ := analysis.ParseLonelyPSU(r.Lonely)
	columns := analysis.SampleColumns{Rows: t.Rows, Lonely: lonely, LonelyInDomain: r.LonelyInDomain}
	columns.Weights = r.weights(t)
	for s := range r.stages() {
		columns.Stages = append(columns.Stages, r.stage(s, t, found))
	}
	sample, err := analysis.NewSample(columns)
	var bad *analysis.SampleError
	if errors.As(err, &bad) {
		r.translate(bad, t, found)
	}
	return sample
}

// weights are those of the rows, nil where they come from the counts of the stages.
func (r *request) weights(t *microdata.Table) []float64 {
	switch r.Weight {
	case "":
		return nil
	case "1":
		return slices.Repeat([]float64{1}, t.Rows)
	}
	return t.Numbers(r.Weight)
}

// stage are the columns of a stage.
func (r *request) stage(s int, t *microdata.Table, found *problems.List) (c analysis.StageColumns) {
	c.Nested = r.Nest
	if s < len(r.strata) {
		var by []microdata.Codes
		for _, name := range r.strata[s] {
			by = append(by, r.everyRow(name, "the stratum", t, found))
		}
		strata, err := crossed(t.Rows, by)
		if err != nil {
			found.Add(t.Path, 0, "", "%v", err)
			return c
		}
		c.Stratum = strata.of
	}
	if s < len(r.PSU) {
		c.Unit = r.everyRow(r.PSU[s], "the unit", t, found).Code
	}
	if s < len(r.FPC) {
		c.Population = t.Numbers(r.FPC[s])
	}
	return c
}

// everyRow is a column of the design, which must have a value on every row.
func (r *request) everyRow(name, what string, t *microdata.Table, found *problems.List) microdata.Codes {
	c := t.Codes(name)
	var faults problems.Faults
	if missing := c.MissingLevel(); missing >= 0 {
		for i, l := range c.Code {
			if l == missing {
				faults.Add(t.Line(i), what+" is missing: a row that was sampled has one")
			}
		}
	}
	faults.Tell(found, t.Path, name)
	return c
}

// translate says what is wrong with rows by lines and names of columns. A value that could not be read is not told
// again as missing.
func (r *request) translate(bad *analysis.SampleError, t *microdata.Table, found *problems.List) {
	faults := map[string]*problems.Faults{}
	var columns []string
	for _, p := range bad.Problems {
		column, text := r.column(p), p.Rule+hint(p)
		if t.Unread(column, p.Row) {
			continue
		}
		if p.Other >= 0 {
			text = strings.Replace(text, "another row", fmt.Sprintf("line %d", t.Line(p.Other)), 1)
		}
		if faults[column] == nil {
			faults[column] = &problems.Faults{}
			columns = append(columns, column)
		}
		faults[column].Add(t.Line(p.Row), text)
	}
	for _, column := range columns {
		faults[column].Tell(found, t.Path, column)
	}
}

// hint is the flag that can mend a problem.
func hint(p analysis.RowProblem) string {
	switch {
	case p.Column == analysis.UnitColumn:
		return " (--nest)"
	case p.Column == analysis.StratumColumn && strings.Contains(p.Rule, "policy"):
		return " (--lonely-psu)"
	}
	return ""
}

// column names the column of a problem.
func (r *request) column(p analysis.RowProblem) string {
	switch p.Column {
	case analysis.WeightColumn:
		return r.Weight
	case analysis.PopulationColumn:
		return r.FPC[p.Stage]
	case analysis.UnitColumn:
		return r.PSU[p.Stage]
	}
	if p.Stage < len(r.Strata) {
		return r.Strata[p.Stage]
	}
	return ""
}

// designNotes say what was taken for granted.
func (r *request) designNotes() (notes []string) {
	if len(r.PSU) == 0 && len(r.Strata) == 0 && !r.givenReplicates() {
		how := "with replacement"
		if len(r.FPC) > 0 {
			how = "without replacement"
		}
		notes = append(notes, "no --psu and no --strata: rows are taken as drawn one by one, independently and "+how+
			"; if they were drawn in clusters, the errors are too small")
	}
	if r.Weight == "1" {
		notes = append(notes, "--weight 1: every row stands for itself alone")
	}
	return notes
}
