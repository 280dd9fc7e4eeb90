package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/results"
)

func (r *Runner) compare(ctx context.Context) (Result, error) {
	if reason := r.Embargo(); reason != "" {
		return Result{}, fmt.Errorf("%w: %s (--override-embargo \"reason\" is recorded in the comparison)", ErrRefused, reason)
	}
	extracted, em, ein, err := r.current(Extract)
	if err != nil {
		return Result{}, err
	}
	estimated, cm, cin, err := r.current(Estimate)
	if err != nil {
		return Result{}, err
	}
	ed, err := r.sealedPlan(em)
	if err != nil {
		return Result{}, err
	}
	list, listed, err := r.areas()
	if err != nil {
		return Result{}, err
	}
	if digestOf(listed) != ed.CodeList {
		return Result{}, fmt.Errorf("%w: the code list %s is not the one the extract was made with", ErrRefused, r.Study.Areas.File)
	}
	others, err := r.otherExtracts(ed.CodeList)
	if err != nil {
		return Result{}, err
	}
	inputs := []artefact.Input{ein, cin}
	for _, o := range others {
		inputs = append(inputs, o.inputs...)
	}
	for _, in := range cm.Inputs {
		if !slices.Contains(inputs, in) { // the extract, or a file that is code list and field results at once
			inputs = append(inputs, in)
		}
	}
	timed, err := r.timeInputs()
	if err != nil {
		return Result{}, err
	}
	inputs = append(inputs, timed...)
	if inputs, err = r.screeningInputs(inputs); err != nil {
		return Result{}, err
	}
	if r.Override != "" {
		inputs = append(inputs, artefact.Input{Name: "embargo overridden: " + r.Override})
	}
	var cd estimateDetails
	if err := json.Unmarshal(cm.Details, &cd); err != nil {
		return Result{}, fmt.Errorf("the manifest of the estimates: %w", err)
	}
	if cd.Extract != ein.SHA256 {
		return Result{}, errors.New("the estimates were made for another extract: run concord estimate again")
	}
	var summary results.Summary
	return r.make(ctx, Compare, inputs, func() (any, error) { return summary, nil }, func(dir string) error {
		e, err := extract.Read(extracted, ed.Plan.Definitions, ed.Dimensions)
		if err != nil {
			return err
		}
		if ed.Plan.RegisterEvents != "" {
			if e.Events, err = extract.Events(extracted, ed.Plan.Definitions); err != nil {
				return err
			}
		}
		cover := coverageOf(list, e.Areas)
		census, err := loadCensus(filepath.Join(estimated, estimatesName+".parquet"), cd, cover)
		if err != nil {
			return err
		}
		c := &comparison{runner: r, list: list.Above(areaSet(e.Areas)), cover: cover, extract: e, details: ed, census: census, estimated: estimated}
		if c.spreads, err = loadSpreads(estimated); err != nil {
			return err
		}
		if c.pairs, err = c.pairsOf(others, list, estimated); err != nil {
			return err
		}
		c.further = c.furtherTables()
		if err := c.run(ctx); err != nil {
			return err
		}
		finished := results.New(c.summary(inputs), c.shown, c.rows)
		c.addFurther(finished)
		summary = finished.Summary
		return finished.Save(dir)
	})
}

// Embargo says why nothing may be compared yet; it is empty once the last day of collection is over, or overridden.
func (r *Runner) Embargo() string {
	end := r.Study.Collection.End
	over := time.Date(end.Year(), end.Month(), end.Day()+1, 0, 0, 0, 0, r.Study.Collection.Zone())
	if r.Override != "" || !r.Now().Before(over) {
		return ""
	}
	return fmt.Sprintf("collection ends on %s; nothing is compared before %s", end, over.Format(time.RFC3339))
}

// A comparison compares an extract with estimates, family by family.
type comparison struct {
	runner    *Runner
	list      *areas.List
	cover     coverage
	extract   *extract.Extract
	details   extractDetails
	census    *censusSide
	pairs     []pair
	caveats   []string // of pairs
	further   []furtherTable
	time      timing
	estimated string // folder of the estimates
	spreads   map[areaOf]float64
	shown     []results.Area
	rows      []compare.Discrepancy
}

// A family is the cells that are judged together: one level of areas, definition and dimension. Figures and judgements
// run over areas, and within them over cells.
type family struct {
	definition, dimension string
	cells                 []string
	register, census      compare.Figures
	judged                []compare.Judgement
	margin                float64   // of areas that have none of their own
	margins               []float64 // of every area, where they differ by size
	group                 []string  // named family of the cells of every area; nil for none
	std, stdSE            []float64 // standardised differences; nil where cells are no parts of a whole
}

// at is the position of a cell in the figures of a family.
func (f *family) at(area, cell int) int { return area*len(f.cells) + cell }

func (c *comparison) run(ctx context.Context) error {
	levels, err := c.test(ctx)
	if err != nil {
		return err
	}
	if err := c.adjust(levels); err != nil {
		return err
	}
	c.rows = make([]compare.Discrepancy, 0, rowsOf(levels)) // grown, rows of millions of cells would be there twice
	for i, l := range levels {
		c.emit(l)
		for _, t := range c.further {
			if err := t.add(ctx, l); err != nil {
				return err
			}
		}
		levels[i] = nil // the rows are all that is needed of it
	}
	return nil
}

func (c *comparison) lowest() string { return c.runner.Study.Areas.Level }

// areasOf are the areas compared at a level, in order of code: at the lowest level those of the extract, and without a code
// list also those that only the census has; above, the units that an area of the extract lies in. Missing is there, at the
// first level, where either side has somebody in it.
func (c *comparison) areasOf(level string) []string {
	codes := analysis.NewCoder()
	for _, a := range c.extract.Areas {
		if up, ok := c.list.Ancestor(a.Code, level); ok {
			codes.Code(up)
		} else if level == c.lowest() {
			codes.Code(a.Code)
		}
	}
	listed := len(c.list.Lowest()) > 0
	add := func(g *grid) {
		if g == nil {
			return
		}
		for _, area := range g.areas {
			if area == analysis.Missing || !listed {
				codes.Code(area)
			}
		}
	}
	for _, p := range c.pairs {
		for _, dimension := range c.details.Plan.Dimensions {
			add(p.second.grid(level, dimension))
		}
		add(p.first.grid(level, "total"))
	}
	sorted, _ := codes.Order()
	return sorted
}

func cellsOf(g *grid) []string {
	if g == nil {
		return nil
	}
	return g.cells
}

// rowsOf counts the cells of all areas.
func rowsOf(levels []*leveled) (cells int) {
	for _, l := range levels {
		for _, f := range l.families {
			cells += len(l.areas) * len(f.cells)
		}
	}
	return cells
}

// emit writes the rows of a level, area by area.
func (c *comparison) emit(l *leveled) {
	for i, area := range l.areas {
		a := results.Area{Code: area, Name: c.name(area), Level: l.level}
		if area == analysis.Missing {
			a.Level = analysis.Missing // it is no commune, and must not be counted as one
		}
		if u, ok := c.list.Unit(area); ok {
			a.Type, a.Drawn, a.Of = u.Type, c.cover.units[area][0], c.cover.units[area][1]
			if len(u.Parents) > 0 {
				a.Parent = u.Parents[0]
			}
		}
		c.shown = append(c.shown, a)
		for _, f := range l.families {
			for j, cell := range f.cells {
				c.rows = append(c.rows, f.row(a, cell, i, f.at(i, j)))
			}
		}
	}
}

func (c *comparison) name(area string) string {
	if u, ok := c.list.Unit(area); ok {
		return u.Name
	}
	return area
}

func (f *family) row(a results.Area, cell string, area, at int) compare.Discrepancy {
	j := &f.judged[at]
	d := compare.Discrepancy{
		Area: a.Code, AreaName: a.Name, Definition: f.definition, Dimension: f.dimension, Cell: cell,
		Register: f.register.Value[at], RegisterSE: errorOf(f.register, at), Census: f.census.Value[at], CensusSE: errorOf(f.census, at),
		Difference: j.Difference, DifferencePct: j.Pct, CILower: j.Lower, CIUpper: j.Upper, PValue: j.PValue, QValue: j.QValue,
		MarginPct: f.marginOf(area), Verdict: j.Verdict, Notes: j.Notes,
		Ratio: j.Ratio, RatioLower: j.RatioLow, RatioUpper: j.RatioHigh, LogRatioSE: j.LogRatioSE,
		StdDifference: math.NaN(), StdDifferenceSE: math.NaN(), EquivalenceP: j.EquivalenceP, NoiseSD: j.Noise,
		RegisterBounds: f.register.Bounds(at), CensusBounds: f.census.Bounds(at),
	}
	if f.std != nil && !math.IsNaN(j.Difference) {
		d.StdDifference, d.StdDifferenceSE = f.std[at], f.stdSE[at]
	}
	if f.group != nil {
		d.Family = f.group[area]
	}
	return d
}

// errorOf is the standard error of a figure, NaN where there is no figure.
func errorOf(f compare.Figures, at int) float64 {
	if math.IsNaN(f.Value[at]) {
		return math.NaN()
	}
	return f.SE[at]
}

func (c *comparison) summary(inputs []artefact.Input) results.Summary {
	s, plan := c.runner.Study, c.details.Plan
	out := results.Summary{
		Study: s.ID, Title: s.Title, Languages: s.Languages, ReferenceTime: plan.ReferenceTime, Census: c.census.details.Kind,
		Level: plan.Level, FDR: plan.FDR, Adjust: plan.Adjust, Dimensions: plan.Dimensions, Levels: plan.Levels,
		AgeGroups: analysis.AgeLabels(plan.AgeGroups), Rows: len(c.rows), Override: c.runner.Override,
		Verdicts: make(map[string]int), Caveats: slices.Concat(c.census.details.Caveats, c.caveats),
	}
	for _, p := range c.pairs {
		out.Definitions, out.Pairs = append(out.Definitions, p.name), append(out.Pairs, p.told)
	}
	if c.cover.drawn {
		out.Caveats = append(slices.Clip(out.Caveats), "units above the lowest level are compared over the areas drawn in them alone")
	}
	for _, row := range c.rows {
		out.Verdicts[string(row.Verdict)]++
	}
	for _, in := range inputs {
		out.Inputs = append(out.Inputs, results.Input{Name: in.Name, SHA256: in.SHA256})
	}
	return out
}
