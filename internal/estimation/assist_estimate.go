package estimation

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/problems"
)

// An Assisted is what an assisted total has beside its estimate.
type Assisted struct {
	Plain     Number `json:"plain"` // the estimate without assistance
	PlainSE   Number `json:"plain_se"`
	Gain      Number `json:"gain"` // share of the plain variance that is saved; below 0: a loss
	Assistant string `json:"assistant"`
}

// An AssistanceRecord is what assisted estimates rest on, and what they gain.
type AssistanceRecord struct {
	File      string   `json:"file"`
	SHA256    string   `json:"sha256"`
	Method    string   `json:"method"`
	Variables []string `json:"variables"` // variable:column, or the name of both
	Group     string   `json:"group,omitempty"`
	Over      []string `json:"added_up_over,omitempty"`
	Cells     int      `json:"cells"` // with a total
	Gains     []Gain   `json:"gains"`
}

// A Gain is that of the cells of a variable.
type Gain struct {
	Variable   string `json:"variable"`
	Cells      int    `json:"cells"` // whose gain is known
	Median     Number `json:"median"`
	Lowest     Number `json:"lowest"`
	Highest    Number `json:"highest"`
	Unassisted int    `json:"unassisted"`
	Synthetic  int    `json:"synthetic"`
}

func (a *registerTotals) record() *AssistanceRecord {
	out := &AssistanceRecord{File: a.path, SHA256: a.digest, Method: a.method, Group: a.group, Over: a.over,
		Cells: len(a.cells)}
	for j, v := range a.x {
		name := v.name
		if name != a.columns[j] {
			name += ":" + a.columns[j]
		}
		out.Variables = append(out.Variables, name)
	}
	return out
}

// Notes of assisted estimates.
const (
	predictedMissing = "the register's total is of the rows with a missing value, too: they count as it predicts them"
	tooFewRows       = "too few rows for the register to help"
)

// assistedTotal estimates the total of a variable in every cell with the register's help.
func (e *estimator) assistedTotal(v variable) error {
	y := v.values(e.table)
	cell, missing := e.knownRows(y)
	k := len(e.help.labels)
	missing = append(missing, make([]int64, k-len(missing))...)
	sample := e.engine.(*analysis.Sample) // --replicates is refused
	estimates, err := sample.Assisted(y, e.help.Assistance, cell, k)
	if err != nil {
		return problems.Input(fmt.Errorf("%s: %s", e.Assist, strings.TrimPrefix(err.Error(), "analysis: ")))
	}
	var simple []analysis.SimpleSample
	if e.Deff != "" {
		simple = analysis.SimpleTotals(e.engine.Weights(), y, cell, k)
	}
	interval, from := e.skew(y), len(e.rows)
	for c := range estimates {
		row := e.assistedRow(v.name, c, &estimates[c], interval, missing[c])
		if simple != nil && row.N > 0 {
			row.Deff = e.deff(simple[c], float64(row.SE))
		}
		e.rows = append(e.rows, row)
	}
	e.gains = append(e.gains, gainOf(v.name, e.rows[from:]))
	return nil
}

func (e *estimator) assistedRow(
	name string, c int, a *analysis.AssistedEstimate, interval intervalRule, missing int64,
) Row {
	if !e.help.known[c] {
		a.Estimate, a.Assistant, a.Pooled = a.Plain, analysis.Unassisted, false
	}
	row := e.row("total", name, e.help.labels[c], a.Estimate, interval, missing)
	row.Assisted = &Assisted{Number(a.Plain.Value), Number(a.Plain.SE), Number(a.Gain()), assistantName(a)}
	switch unassisted := a.Assistant == analysis.Unassisted; {
	case unassisted && a.N == 0 && e.help.known[c]:
		row.Estimate = Number(math.NaN()) // the register has somebody here
	case unassisted && a.N > 0:
		row.Notes = append(row.Notes, tooFewRows)
	case !unassisted && missing > 0:
		row.Estimate = Number(a.Value)
		row.Notes = append(slices.Clone(a.Estimate.Notes.Texts()), predictedMissing)
	}
	if a.Plain.N == 0 {
		row.Plain, row.Gain = Number(math.NaN()), Number(math.NaN())
	}
	return row
}

// assistantName is what an estimate is: pooled where its coefficients are those of the group.
func assistantName(a *analysis.AssistedEstimate) string {
	switch {
	case a.Assistant == analysis.Unassisted:
		return "unassisted"
	case a.Pooled && a.Assistant != analysis.SyntheticAssisted:
		return "pooled " + a.Assistant.String()
	}
	return a.Assistant.String()
}

// gainOf sums up the gains of cells.
func gainOf(name string, rows []Row) Gain {
	g := Gain{Variable: name}
	var known []float64
	for _, r := range rows {
		switch r.Assistant {
		case "unassisted":
			g.Unassisted++
		case "synthetic":
			g.Synthetic++
		}
		if v := float64(r.Gain); !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	slices.Sort(known)
	g.Cells = len(known)
	g.Median, g.Lowest, g.Highest = Number(math.NaN()), Number(math.NaN()), Number(math.NaN())
	if n := len(known); n > 0 {
		g.Median, g.Lowest, g.Highest = Number((known[(n-1)/2]+known[n/2])/2), Number(known[0]), Number(known[n-1])
	}
	return g
}
