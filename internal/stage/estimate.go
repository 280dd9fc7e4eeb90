package stage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/fieldwork"
	"github.com/concord-stat/concord/internal/store"
)

// estimateDetails is what the manifest of estimates adds.
type estimateDetails struct {
	Kind       string   `json:"kind"`
	Records    int      `json:"records"`
	Estimates  int      `json:"estimates"`
	Dimensions []string `json:"dimensions"` // the field results can speak about
	Whole      bool     `json:"whole"`      // areas without a row are empty, rather than not known
	Split      int      `json:"split"`      // estimates that rest on a split that is not known
	Caveats    []string `json:"caveats"`
	Level      float64  `json:"level"`
	Extract    string   `json:"extract"` // seal of the extract whose areas units above are made of; empty: of all their areas

	Measures   int               `json:"measures"`    // figures of demographic measures
	AgeQuality int               `json:"age_quality"` // figures of the quality of data on age
	SmallAreas *smallAreaDetails `json:"small_areas,omitempty"`

	// Snapshot is the moment a database was read at; a file has its digest among the inputs.
	Snapshot *store.Snapshot `json:"field_snapshot,omitempty"`

	Further map[string]estimateDetails `json:"further,omitempty"` // of further field results, by the name of their source
}

// estimatesName is the table of the estimates.
const estimatesName = "estimates"

func (r *Runner) estimate(ctx context.Context) (Result, error) {
	list, inputs, err := r.areas()
	if err != nil {
		return Result{}, err
	}
	for _, name := range fieldFiles(r.Study) {
		in, err := r.digests.input(name, r.Study.Path(name))
		if err != nil {
			return Result{Stage: Estimate, NotDue: "no field results yet: there is no " + name}, nil
		}
		if !slices.Contains(inputs, in) {
			inputs = append(inputs, in)
		}
	}
	inputs = append(inputs, fieldTables(r.Study)...)
	drawn, in, err := r.drawnAreas()
	if err != nil {
		return Result{}, err
	}
	if drawn != nil {
		inputs = append(inputs, in)
	}
	d := estimateDetails{Level: r.Study.Compare.Level, Extract: in.SHA256}
	made, err := r.make(ctx, Estimate, inputs, func() (any, error) { return d, nil }, func(dir string) error {
		r.progress(Estimate, 0, 0)
		results, err := fieldwork.Read(ctx, r.Study, list, r.reading())
		if err != nil {
			return err
		}
		t, err := r.estimateField(ctx, list, drawn, results, &d)
		if err != nil {
			return err
		}
		if err := r.estimateFurther(ctx, dir, list, drawn, &d); err != nil {
			return err
		}
		if d.Measures, err = r.measures(dir, list, results); err != nil {
			return err
		}
		if d.AgeQuality, err = r.ageQuality(dir, list.Above(areaSet(drawn)), results, areaSet(drawn)); err != nil {
			return err
		}
		if err := r.singleAges(dir, list.Above(areaSet(drawn)), results); err != nil {
			return err
		}
		if err := r.shareSpreads(dir, list.Above(areaSet(drawn)), results); err != nil {
			return err
		}
		if d.SmallAreas, err = r.smallAreas(dir, list, results); err != nil {
			return err
		}
		return t.table().Save(dir, estimatesName)
	})
	if errors.Is(err, store.ErrNoTable) {
		return Result{Stage: Estimate, NotDue: "no field results yet: " + err.Error()}, nil
	}
	return made, err
}

// reading tells how far field results have been read.
func (r *Runner) reading() func(done, total int64) {
	return func(done, total int64) { r.progress(Estimate, done, total) }
}

// drawnAreas are the areas of the extract, nil while there is none. Units above communes are estimated over the drawn
// communes alone, which is what the extract can be compared with.
func (r *Runner) drawnAreas() ([]extract.Area, artefact.Input, error) {
	path, _, in, err := r.current(Extract)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, artefact.Input{}, nil
	}
	if err != nil {
		return nil, in, err
	}
	drawn, err := extract.Areas(path)
	return drawn, in, err
}

func (d *estimateDetails) describe(r *Runner, f *fieldwork.Results) {
	d.Snapshot = f.Snapshot
	d.Kind, d.Records, d.Whole = f.Kind, f.Records, r.Study.Field.Whole
	d.Caveats = append([]string{}, f.Caveats...)
	d.Dimensions = []string{}
}

func (r *Runner) estimateAll(ctx context.Context, list *areas.List, f *fieldwork.Results, d *estimateDetails, t *estimateTable) error {
	if f.Kind == fieldwork.Aggregates {
		r.aggregates(list, f, d, t)
		return nil
	}
	steps, done := int64(len(r.Study.Compare.Levels)*len(r.Study.Compare.Dimensions)), int64(0)
	notes := analysis.Notes(0)
	for _, level := range r.Study.Compare.Levels {
		for _, dimension := range r.Study.Compare.Dimensions {
			if err := ctx.Err(); err != nil {
				return err
			}
			done++
			r.progress(Estimate, done, steps)
			if !carries(f.Tally, dimension) {
				continue
			}
			if !slices.Contains(d.Dimensions, dimension) {
				d.Dimensions = append(d.Dimensions, dimension)
			}
			g := r.gridOf(f, list, level, dimension)
			notes |= t.add(level, dimension, g)
		}
	}
	for _, text := range (notes & general).Texts() {
		d.Caveats = append(d.Caveats, "census: "+text)
	}
	return nil
}

// general are the notes that hold of a design rather than of a cell: they are told once.
const general = analysis.NoFPC | analysis.FirstStage

// gridOf estimates a dimension for the areas of a level that the field results know.
func (r *Runner) gridOf(f *fieldwork.Results, list *areas.List, level, dimension string) *grid {
	codes, of := areasAt(f.Tally, list, level, r.Study.Compare.Levels[0])
	by := classes(f.Tally, dimension, r.Study.Compare.AgeGroups)
	g := newGrid(codes, cellNames(by))
	cell, k := f.Tally.Cells(append([]analysis.Class{areaClass(f.Tally, codes, of)}, by...)...)
	if f.Kind == fieldwork.Sample {
		g.est = f.Design.Totals(f.Tally, cell, k)
		g.withoutVariance()
		return g
	}
	g.est, g.noise = complete(f.Tally.Counts(cell, k)), f.Tally.NoiseSD(cell, k)
	g.open(f.Splits, f.Tally, by, codes, of)
	if level != list.Levels[0] && !r.Study.Field.Whole {
		g.short = counted(f.Tally, list, level)
	}
	return g
}

// withoutVariance takes the error from estimates of a sample whose units were all alike: it is not known to be nothing.
func (g *grid) withoutVariance() {
	for i := range g.est {
		if g.est[i].N > 0 && g.est[i].SE == 0 {
			g.est[i].SE = math.NaN()
			g.est[i].Notes |= analysis.NoVariance
		}
	}
}

// counted says of which units of a level only some areas were counted.
func counted(t *analysis.Tally, list *areas.List, level string) map[string]string {
	in := make(map[string]bool)
	for _, code := range t.Dim("area").Levels {
		in[code] = true
	}
	of, have := make(map[string]int), make(map[string]int)
	for _, code := range list.Lowest() {
		if up, ok := list.Ancestor(code, level); ok {
			of[up]++
			if in[code] {
				have[up]++
			}
		}
	}
	short := make(map[string]string)
	for up, n := range of {
		if have[up] < n {
			short[up] = fmt.Sprintf("only %d of %d areas here were counted", have[up], n)
		}
	}
	return short
}

// complete makes estimates without error of counts.
func complete(counts []int64) []analysis.Estimate {
	est := make([]analysis.Estimate, len(counts))
	for i, n := range counts {
		est[i] = analysis.Estimate{Value: float64(n), N: n}
	}
	return est
}

// areasAt are the areas of a level that a tally knows, in order of code, and how an area of the tally maps to one of them.
// Persons whose area is missing are told once, at the first level that is compared.
func areasAt(t *analysis.Tally, list *areas.List, level, first string) (codes []string, of func(string) (string, bool)) {
	of = func(code string) (string, bool) {
		if code == analysis.Missing {
			return code, level == first
		}
		if level == list.Levels[0] {
			return code, true
		}
		return list.Ancestor(code, level)
	}
	seen := analysis.NewCoder()
	for _, code := range t.Dim("area").Levels {
		if up, ok := of(code); ok {
			seen.Code(up)
		}
	}
	codes, _ = seen.Order()
	return codes, of
}

// aggregates puts published figures into grids as they are: figures of several areas or cells are never added up, since
// their errors are not independent.
func (r *Runner) aggregates(list *areas.List, f *fieldwork.Results, d *estimateDetails, t *estimateTable) {
	type key struct{ level, dimension string }
	figures := make(map[key][]fieldwork.Figure)
	for _, fig := range f.Figures {
		level := r.Study.Areas.Level
		if u, ok := list.Unit(fig.Area); ok {
			level = u.Level
		}
		k := key{level, fig.Dimension}
		figures[k] = append(figures[k], fig)
	}
	for _, level := range r.Study.Compare.Levels {
		for _, dimension := range r.Study.Compare.Dimensions {
			rows := figures[key{level, dimension}]
			if len(rows) > 0 && !slices.Contains(d.Dimensions, dimension) {
				d.Dimensions = append(d.Dimensions, dimension)
			}
			t.addFigures(level, dimension, rows)
		}
	}
}
