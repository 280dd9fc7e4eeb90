package estimation

import (
	"context"
	"math"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/microdata"
	"github.com/concord-stat/concord/internal/problems"
)

// Run estimates what the options ask for. The program is the maker's name for the record; progress, which may be nil,
// is told of what is read. An error of the options is a *UsageError, one of the file a *problems.List that has all
// that is wrong with it.
func Run(ctx context.Context, o Options, program string, progress func(done, total int64)) (*Result, error) {
	if err := o.Check(); err != nil {
		return nil, &UsageError{err}
	}
	file, err := microdata.Open(o.File)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	file.Missing, file.Progress = o.Missing, progress
	r, err := newRequest(ctx, o, file)
	if err != nil {
		return nil, err
	}
	var digest string
	var table *microdata.Table
	var found *problems.List
	work, ctx := errgroup.WithContext(ctx)
	if r.Calibrate != "" {
		work.Go(func() (err error) { r.totalsDigest, err = digestOf(ctx, r.Calibrate); return err })
	}
	if r.register != nil {
		work.Go(func() (err error) { r.register.digest, err = digestOf(ctx, r.Assist); return err })
	}
	work.Go(func() (err error) { digest, err = digestOf(ctx, o.File); return err })
	work.Go(func() (err error) { table, found, err = file.Read(ctx, r.wants); return err })
	if err := work.Wait(); err != nil {
		return nil, err
	}
	result := &Result{Program: program, File: FileRecord{o.File, digest, file.Format, 0}, Options: o, By: o.By}
	return result, r.estimate(table, found, result)
}

// estimate puts the estimates into the result.
func (r *request) estimate(t *microdata.Table, found *problems.List, result *Result) error {
	if t == nil {
		return found.Err()
	}
	if t.Rows == 0 {
		found.Add(t.Path, 0, "", "no rows")
		return found.Err()
	}
	engine, err := r.engine(t, found, &result.Design)
	if err != nil {
		return err
	}
	if engine != nil && r.Calibrate != "" {
		if engine, result.Calibration, err = r.calibrated(engine, t, found); err != nil {
			return err
		}
	}
	by := make([]microdata.Codes, len(r.By))
	for j, name := range r.By {
		by[j] = r.categories(t, name)
	}
	cells, err := crossed(t.Rows, by)
	if err != nil {
		return problems.Input(err)
	}
	e := &estimator{request: r, table: t, engine: engine, cells: cells, domain: r.inDomain(t, cells)}
	if r.register != nil {
		found.Join(r.register.found)
		e.help = r.assistance(t, cells, e.domain, found)
	}
	found.Sort()
	if err := found.Err(); err != nil {
		return err
	}
	result.File.Rows = t.Rows
	result.Design.DF = Number(r.df(engine.DF(nil)))
	result.Design.SumWeights = Number(analysis.WeightsSum(engine.Weights()))
	result.Notes = r.designNotes()
	if err := e.all(); err != nil {
		return err
	}
	result.Estimates = e.rows
	if r.register != nil {
		result.Assistance = r.register.record()
		result.Assistance.Gains = e.gains
		result.Notes = append(result.Notes, r.assistNotes(cells)...)
	}
	return nil
}

// categories is a column of categories, cut into groups where that is asked for.
func (r *request) categories(t *microdata.Table, name string) microdata.Codes {
	if c, ok := r.cuts[name]; ok {
		return c.codes(t.Numbers(name))
	}
	return t.Codes(name)
}

// inDomain is the cell of every row, -1 for those of which --where is not known to be true.
func (r *request) inDomain(t *microdata.Table, c *cells) []int32 {
	if r.where == nil {
		return c.of
	}
	out := make([]int32, t.Rows)
	for i, v := range r.where.on(t) {
		out[i] = -1
		if v == yes {
			out[i] = c.of[i]
		}
	}
	return out
}

// An estimator makes the rows of a result.
type estimator struct {
	*request
	table  *microdata.Table
	engine engine
	cells  *cells
	domain []int32     // cell of every row, -1 outside the domain
	help   *assistance // nil without --assist
	rows   []Row
	gains  []Gain
}

func (e *estimator) all() error {
	for _, v := range e.totals {
		if e.help == nil {
			e.total(v)
		} else if err := e.assistedTotal(v); err != nil {
			return err
		}
	}
	for _, v := range e.means {
		e.mean(v)
	}
	for _, r := range e.ratios {
		e.ratioOf(r)
	}
	for _, column := range e.proportions {
		e.proportion(column)
	}
	for _, q := range e.quantiles {
		e.quantile(q)
	}
	return nil
}

func (e *estimator) total(v variable) {
	y := v.values(e.table)
	cell, missing := e.knownRows(y)
	var simple []analysis.SimpleSample
	if e.Deff != "" {
		simple = analysis.SimpleTotals(e.engine.Weights(), y, cell, e.cells.len())
	}
	e.add("total", v.name, e.engine.Totals(y, cell, e.cells.len()), e.skew(y), simple, missing)
}

func (e *estimator) mean(v variable) {
	e.ratioRows("mean", v.name, v.values(e.table), nil, e.symmetric)
}

func (e *estimator) ratioOf(r ratio) {
	y, x := r.above.values(e.table), r.below.values(e.table)
	e.ratioRows("ratio", r.name, y, x, e.skew(y, x))
}

func (e *estimator) ratioRows(statistic, name string, y, x []float64, interval intervalRule) {
	cell, missing := e.knownRows(y, x)
	var simple []analysis.SimpleSample
	if e.Deff != "" {
		simple = analysis.SimpleRatios(e.engine.Weights(), y, x, cell, e.cells.len())
	}
	e.add(statistic, name, e.engine.Ratios(y, x, cell, e.cells.len()), interval, simple, missing)
}

// knownRows is the cell of the rows on which all variables are known, and how many others there are by cell. The
// estimate is that of the domain of these rows.
func (e *estimator) knownRows(variables ...[]float64) (cell []int32, missing []int64) {
	cell, missing = e.domain, make([]int64, e.cells.len())
	for _, y := range variables {
		for i, v := range y {
			if c := cell[i]; c >= 0 && v != v {
				if &cell[0] == &e.domain[0] {
					cell = append([]int32(nil), e.domain...)
				}
				missing[c]++
				cell[i] = -1
			}
		}
	}
	return cell, missing
}

// allMissing is the note of an estimate of nothing.
const allMissing = "the variable is missing on all rows here"

// add makes a row of the estimate of every cell. Without missing values none are counted.
func (e *estimator) add(
	statistic, variable string, estimates []analysis.Estimate, interval intervalRule, simple []analysis.SimpleSample,
	missing []int64,
) {
	for c, estimate := range estimates {
		row := e.row(statistic, variable, e.cells.labels[c], estimate, interval, missing[c])
		if simple != nil {
			row.Deff = e.deff(simple[c], estimate.SE)
		}
		e.rows = append(e.rows, row)
	}
}

// row is that of an estimate of a domain.
func (e *estimator) row(
	statistic, variable string, by []string, estimate analysis.Estimate, interval intervalRule, missing int64,
) Row {
	estimate.DF = e.df(estimate.DF)
	row := Row{Statistic: statistic, Variable: variable, By: by, Missing: missing}
	row.fill(estimate)
	row.limits(interval(estimate))
	if estimate.N == 0 && missing > 0 {
		row.Estimate, row.Notes = Number(math.NaN()), []string{allMissing}
	}
	return row
}

// proportion estimates the share of every level of a column, the missing one among them.
func (e *estimator) proportion(column string) {
	levels := e.categories(e.table, column)
	g := len(levels.Levels)
	var simple []analysis.SimpleSample
	if e.Deff != "" {
		simple = analysis.SimpleTotals(e.engine.Weights(), nil, e.domain, e.cells.len())
	}
	for at, estimate := range shares(e.engine, levels.Code, g, e.domain, e.cells.len()) {
		estimate.DF = e.df(estimate.DF)
		interval, method := e.proportionInterval(analysis.Proportion{Estimate: estimate})
		row := Row{
			Statistic: "proportion", Variable: column, Category: levels.Labels[at%g], By: e.cells.labels[at/g],
			Lower: Number(interval.Lower), Upper: Number(interval.Upper), Interval: method,
		}
		estimate.Notes |= interval.Notes
		row.fill(estimate)
		if simple != nil {
			s := simple[at/g]
			// The variance of a 0/1 variable: p(1-p) n/(n-1), over n.
			s.Variance = estimate.Value * (1 - estimate.Value) / float64(s.N-1)
			row.Deff = e.deff(s, estimate.SE)
		}
		e.rows = append(e.rows, row)
	}
}

// fill takes what every estimate has.
func (r *Row) fill(e analysis.Estimate) {
	r.Estimate, r.SE, r.DF, r.N = Number(e.Value), Number(e.SE), Number(e.DF), e.N
	r.CV, r.Deff = Number(e.SE/math.Abs(e.Value)), Number(math.NaN())
	r.Notes = e.Notes.Texts()
}

func (r *Row) limits(lower, upper float64, name string) {
	r.Lower, r.Upper, r.Interval = Number(lower), Number(upper), name
}

// stageRecords are the columns of the stages.
func (r *request) stageRecords() (all []StageRecord) {
	for stage := range r.stages() {
		one := StageRecord{Stage: stage + 1}
		if stage < len(r.strata) {
			one.Strata = r.strata[stage]
		}
		if stage < len(r.PSU) {
			one.Unit = r.PSU[stage]
		}
		if stage < len(r.FPC) {
			one.Population = r.FPC[stage]
		}
		all = append(all, one)
	}
	return all
}
