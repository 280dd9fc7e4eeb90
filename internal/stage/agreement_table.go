package stage

import (
	"context"
	"math"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
)

// agreementName is the table of how the two sides agree over areas, cell by cell.
const agreementName = "agreement"

// fewAreas is below how many areas limits of agreement say little: their standard error is a third of the standard
// deviation or more.
const fewAreas = 30

// agreementTable has a row for every level, pair, dimension and cell. Agreement is on logarithms of persons, on which
// large and small areas count the same.
type agreementTable struct {
	level float64 // of the intervals
	rows  []agreementRow
}

// An agreementRow is how the two sides agree about a cell, over the areas of a level.
type agreementRow struct {
	level, definition, dimension, cell string

	left                  int // areas in which a side cannot speak, or has nobody
	bias, lower, upper    bounded
	sd, sampling          float64
	proportional          compare.ProportionalBias
	concordance           compare.Concordance
	fisher                analysis.Interval
	persons               float64 // concordance in persons
	mape, malpe           analysis.Estimate
	marginPct, marginLast float64 // smallest and largest margin of an area
	within                compare.Fraction
	notes                 []string
}

// A bounded figure comes with its interval.
type bounded struct{ value, lower, upper float64 }

func (t *agreementTable) name() string { return agreementName }

// add gives every family of a level its rows, one for a cell.
func (t *agreementTable) add(_ context.Context, l *leveled) error {
	pairs := &agreementPairs{level: t.level}
	for i := range l.families {
		f := &l.families[i]
		for cell, name := range f.cells {
			row := agreementRow{level: l.level, definition: f.definition, dimension: f.dimension, cell: name}
			pairs.gather(f, l.areas, cell)
			pairs.into(&row)
			if row.within.N > 0 {
				t.rows = append(t.rows, row)
			}
		}
	}
	return nil
}

// agreementPairs are the figures of the two sides for a cell, of the areas in which both speak. The slices are used
// again and again.
type agreementPairs struct {
	level         float64
	areas         int
	x, y          []float64
	variance      []float64 // of the log ratio, from sampling alone
	within        int64
	least, widest float64 // margins
}

// gather looks the figures of a cell up.
func (p *agreementPairs) gather(f *family, areas []string, cell int) {
	p.areas, p.within = 0, 0
	p.least, p.widest = math.Inf(1), math.Inf(-1)
	p.x, p.y, p.variance = p.x[:0], p.y[:0], p.variance[:0]
	for i, area := range areas {
		if area == analysis.Missing {
			continue // no area
		}
		p.areas++
		at := f.at(i, cell)
		r, c := f.register.Value[at], f.census.Value[at]
		if silence(&f.register, at) != "" || silence(&f.census, at) != "" || math.IsNaN(r-c) {
			continue
		}
		margin := f.marginOf(i)
		p.least, p.widest = math.Min(p.least, margin), math.Max(p.widest, margin)
		p.x, p.y = append(p.x, r), append(p.y, c)
		if 100*math.Abs(r-c) <= margin*math.Abs(c) {
			p.within++
		}
		if r > 0 && c > 0 {
			a, b := f.register.Error(at)/r, f.census.Error(at)/c
			p.variance = append(p.variance, a*a+b*b)
		}
	}
}

// into fills a row from the pairs.
func (p *agreementPairs) into(row *agreementRow) {
	row.within = compare.Fraction{X: p.within, N: int64(len(p.x))}
	row.marginPct, row.marginLast = p.least, p.widest
	logX, logY, _ := compare.LogRatios(p.x, p.y)
	row.left = p.areas - len(logX)
	b := compare.BlandAltmanOf(logX, logY)
	t := analysis.Quantile((1+p.level)/2, b.Bias.DF)
	lower, upper := b.Limits(analysis.Quantile((1+p.level)/2, math.Inf(1)))
	row.bias, row.lower, row.upper = inPercent(b.Bias, t), inPercent(lower, t), inPercent(upper, t)
	row.sd, row.sampling = b.SD, math.Sqrt(analysis.Sum(p.variance)/float64(len(p.variance)))
	row.proportional = compare.ProportionalBiasOf(logX, logY)
	row.concordance = compare.ConcordanceOf(logX, logY)
	row.fisher = row.concordance.FisherInterval(p.level)
	row.persons = compare.ConcordanceOf(p.x, p.y).Value
	p.percentErrors(row)
	row.notes = p.notes(len(logX), row)
}

// percentErrors leaves out areas without anybody in the census, of which nothing is a percentage.
func (p *agreementPairs) percentErrors(row *agreementRow) {
	kept := 0
	for i, y := range p.y {
		if y > 0 {
			p.x[kept], p.y[kept] = p.x[i], y
			kept++
		}
	}
	row.mape, row.malpe = compare.MAPE(p.x[:kept], p.y[:kept]), compare.MALPE(p.x[:kept], p.y[:kept])
}

func (p *agreementPairs) notes(compared int, row *agreementRow) (notes []string) {
	if compared < fewAreas {
		notes = append(notes, "few areas: limits of agreement are uncertain")
	}
	if row.sampling*row.sampling > row.sd*row.sd/2 {
		notes = append(notes, "more than half of the variance between areas is sampling error")
	}
	return notes
}

// inPercent is an estimate on logarithms as a percentage, with its interval by the quantile t.
func inPercent(e analysis.Estimate, t float64) bounded {
	half := t * e.SE
	return bounded{compare.Percent(e.Value), compare.Percent(e.Value - half), compare.Percent(e.Value + half)}
}

func (t *agreementTable) table() columns.Table {
	n := len(t.rows)
	text := func(name string, of func(r *agreementRow) string) columns.Column {
		return columns.Texts(name, n, func(i int) string { return of(&t.rows[i]) })
	}
	float := func(name string, of func(r *agreementRow) float64) columns.Column {
		return columns.Floats(name, n, func(i int) float64 { return of(&t.rows[i]) })
	}
	whole := func(name string, of func(r *agreementRow) int) columns.Column {
		return columns.Ints(name, n, func(i int) int { return of(&t.rows[i]) })
	}
	share := func(r *agreementRow) analysis.Interval { return r.within.Interval(t.level) }
	return columns.Table{
		text("level", func(r *agreementRow) string { return r.level }),
		text("definition", func(r *agreementRow) string { return r.definition }),
		text("dimension", func(r *agreementRow) string { return r.dimension }),
		text("cell", func(r *agreementRow) string { return r.cell }),
		whole("areas", func(r *agreementRow) int { return int(r.concordance.N) }),
		whole("left_out", func(r *agreementRow) int { return r.left }),
		float("bias_pct", func(r *agreementRow) float64 { return r.bias.value }),
		float("bias_lower", func(r *agreementRow) float64 { return r.bias.lower }),
		float("bias_upper", func(r *agreementRow) float64 { return r.bias.upper }),
		float("limit_low_pct", func(r *agreementRow) float64 { return r.lower.value }),
		float("limit_low_lower", func(r *agreementRow) float64 { return r.lower.lower }),
		float("limit_low_upper", func(r *agreementRow) float64 { return r.lower.upper }),
		float("limit_high_pct", func(r *agreementRow) float64 { return r.upper.value }),
		float("limit_high_lower", func(r *agreementRow) float64 { return r.upper.lower }),
		float("limit_high_upper", func(r *agreementRow) float64 { return r.upper.upper }),
		float("sd_log", func(r *agreementRow) float64 { return r.sd }),
		float("sampling_sd_log", func(r *agreementRow) float64 { return r.sampling }),
		float("proportional_slope", func(r *agreementRow) float64 { return r.proportional.Slope.Value }),
		float("proportional_slope_se", func(r *agreementRow) float64 { return r.proportional.Slope.SE }),
		float("proportional_p", func(r *agreementRow) float64 { return r.proportional.Test.P }),
		float("concordance", func(r *agreementRow) float64 { return r.concordance.Value }),
		float("concordance_lower", func(r *agreementRow) float64 { return r.fisher.Lower }),
		float("concordance_upper", func(r *agreementRow) float64 { return r.fisher.Upper }),
		float("precision", func(r *agreementRow) float64 { return r.concordance.Precision }),
		float("accuracy", func(r *agreementRow) float64 { return r.concordance.Accuracy }),
		float("concordance_persons", func(r *agreementRow) float64 { return r.persons }),
		float("mape", func(r *agreementRow) float64 { return r.mape.Value }),
		float("mape_se", func(r *agreementRow) float64 { return r.mape.SE }),
		float("malpe", func(r *agreementRow) float64 { return r.malpe.Value }),
		float("malpe_se", func(r *agreementRow) float64 { return r.malpe.SE }),
		float("margin_pct", func(r *agreementRow) float64 { return r.marginPct }),
		float("margin_pct_largest", func(r *agreementRow) float64 { return r.marginLast }),
		float("within_margin", func(r *agreementRow) float64 { return r.within.Value() }),
		float("within_margin_lower", func(r *agreementRow) float64 { return share(r).Lower }),
		float("within_margin_upper", func(r *agreementRow) float64 { return share(r).Upper }),
		text("notes", func(r *agreementRow) string { return strings.Join(r.notes, "; ") }),
	}
}
