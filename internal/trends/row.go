package trends

import (
	"math"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

// blank is a cell without a figure in any round.
func (g *gathering) blank(a results.Area, d *compare.Discrepancy) Row {
	k := len(g.rounds)
	row := Row{Level: a.Level, Area: a.Code, AreaName: d.AreaName, Definition: d.Definition, Dimension: d.Dimension, Cell: d.Cell, Pct: nans(k)}
	row.Series = compare.Series{LogRatio: nans(k), SE: nans(k), DF: nans(k), Verdict: make([]compare.Verdict, k), MarginPct: d.MarginPct}
	for r := range row.Series.Verdict {
		row.Series.Verdict[r] = compare.CannotTell
	}
	return row
}

func nans(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.NaN()
	}
	return v
}

// set puts what a round says of the cell. What was judged by the margin alone counts as exact. What another split of old units
// would change has no error that is known. Where nothing could be tested, or a split left the difference open, there is
// no figure at all.
func (row *Row) set(round int, d *compare.Discrepancy, df float64) {
	s := &row.Series
	s.Verdict[round] = d.Verdict
	if math.IsNaN(d.Difference) || d.Verdict == compare.CannotTell && math.IsNaN(d.PValue) {
		return
	}
	row.Pct[round], s.LogRatio[round], s.SE[round], s.DF[round] = d.DifferencePct, math.Log(d.Register/d.Census), d.LogRatioSE, df
	if bounded := !math.IsNaN(d.RegisterBounds.Lower) || !math.IsNaN(d.CensusBounds.Lower); bounded {
		s.SE[round] = math.NaN()
	} else if d.Verdict != compare.CannotTell && math.IsNaN(d.PValue) {
		s.SE[round] = 0
	}
}

func (row *Row) judged(t compare.Trend) {
	row.Trend = t
	if t.Exact {
		row.note("judged by the margin alone")
	} else if t.Rounds >= 2 && math.IsNaN(t.TrendP) {
		row.note("no test: an error is not known")
	}
	if t.Rounds == 1 {
		row.note("a figure in one round only")
	}
}

func (row *Row) note(text string) {
	if row.Notes != "" {
		text = row.Notes + "; " + text
	}
	row.Notes = text
}
