package trends

import (
	"strings"

	"github.com/concord-stat/concord/internal/columns"
)

// Table gives the rows as columns: what the cell is, percent, log ratio, its standard error and verdict by round, named
// after the day of the reference time, and the trend.
func (t *Trends) Table() columns.Table {
	n := len(t.Rows)
	text := func(name string, of func(*Row) string) columns.Column {
		return columns.Texts(name, n, func(i int) string { return of(&t.Rows[i]) })
	}
	number := func(name string, of func(*Row) float64) columns.Column {
		return columns.Floats(name, n, func(i int) float64 { return of(&t.Rows[i]) })
	}
	whole := func(name string, of func(*Row) int) columns.Column {
		return columns.Ints(name, n, func(i int) int { return of(&t.Rows[i]) })
	}
	table := columns.Table{
		text("level", func(r *Row) string { return r.Level }), text("area", func(r *Row) string { return r.Area }),
		text("area_name", func(r *Row) string { return r.AreaName }), text("definition", func(r *Row) string { return r.Definition }),
		text("dimension", func(r *Row) string { return r.Dimension }), text("cell", func(r *Row) string { return r.Cell }),
		text("class", func(r *Row) string { return string(r.Trend.Class) }), whole("sign", func(r *Row) int { return r.Trend.Sign }),
		whole("rounds", func(r *Row) int { return r.Trend.Rounds }), whole("told", func(r *Row) int { return r.Trend.Told }),
	}
	for i, date := range t.Dates {
		day := strings.ReplaceAll(date, "-", "_")
		table = append(table,
			number("pct_"+day, func(r *Row) float64 { return r.Pct[i] }),
			number("log_ratio_"+day, func(r *Row) float64 { return r.Series.LogRatio[i] }),
			number("se_"+day, func(r *Row) float64 { return r.Series.SE[i] }),
			text("verdict_"+day, func(r *Row) string { return string(r.Series.Verdict[i]) }))
	}
	return append(table,
		number("slope", func(r *Row) float64 { return r.Trend.Slope }), number("slope_se", func(r *Row) float64 { return r.Trend.SlopeSE }),
		number("slope_df", func(r *Row) float64 { return finite(r.Trend.SlopeDF) }),
		number("trend_p", func(r *Row) float64 { return r.Trend.TrendP }), number("trend_q", func(r *Row) float64 { return r.Trend.TrendQ }),
		number("constancy", func(r *Row) float64 { return r.Trend.Constancy }),
		number("constancy_p", func(r *Row) float64 { return r.Trend.ConstancyP }),
		number("constancy_q", func(r *Row) float64 { return r.Trend.ConstancyQ }),
		number("margin_pct", func(r *Row) float64 { return r.Series.MarginPct }),
		text("notes", func(r *Row) string { return r.Notes }))
}
