package stage

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/sampling"
)

// drawDetails is what the manifest of a draw adds.
type drawDetails struct {
	Method    string         `json:"method"`
	Algorithm string         `json:"algorithm"`
	Seed      uint64         `json:"seed"`
	FrameSum  string         `json:"frame_sha256"` // of the frame as the design sees it
	Frame     int            `json:"frame_units"`
	Drawn     int            `json:"drawn_units"`
	Areas     int            `json:"areas"` // of the lowest level, that the drawn units consist of
	Strata    []draw.Stratum `json:"strata"`
	Stages    []stageDetails `json:"stages,omitempty"`            // further ones
	First     int            `json:"first_phase_units,omitempty"` // drawn, where there are two phases
	Second    string         `json:"second_phase_method,omitempty"`
	Handling  string         `json:"handling,omitempty"`
}

// stageDetails is what a further stage drew.
type stageDetails struct {
	Unit     string   `json:"unit"`
	Method   string   `json:"method"`
	FrameSum string   `json:"frame_sha256"`
	Frame    int      `json:"frame_units"` // within the units drawn at the stage above
	Drawn    int      `json:"drawn_units"`
	Empty    []string `json:"empty,omitempty"` // units of the stage above with nothing within them
}

func (r *Runner) draw(ctx context.Context) (Result, error) {
	if r.Study.Extract != "" {
		return Result{Stage: Draw, NotDue: "the study works on an extract received from elsewhere"}, nil
	}
	list, inputs, err := r.areas()
	if err != nil {
		return Result{}, err
	}
	if inputs, err = r.drawInputs(list, inputs); err != nil {
		return Result{}, err
	}
	var d *drawing
	return r.make(ctx, Draw, inputs, func() (any, error) { return d.details(), nil }, func(dir string) error {
		if d, err = r.drawing(ctx, list); err != nil {
			return err
		}
		return d.save(dir)
	})
}

// drawInputs adds the files that a draw reads beside the code list.
func (r *Runner) drawInputs(list *areas.List, inputs []artefact.Input) ([]artefact.Input, error) {
	d := r.Study.Draw
	if r.drawNeedsRegister(list) {
		in, err := r.registerInput()
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	var files []string
	if d.Keep != "" {
		files = append(files, draw.EarlierFile(d.Keep))
	}
	for _, file := range files {
		in, err := r.digests.input(file, r.Study.Path(file))
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// areas reads the code list, and gives it as an input where there is one.
func (r *Runner) areas() (*areas.List, []artefact.Input, error) {
	list, err := areas.Read(r.Study)
	if err != nil || r.Study.Areas.File == "" {
		return list, nil, err
	}
	in, err := r.digests.input(r.Study.Areas.File, r.Study.Path(r.Study.Areas.File))
	return list, []artefact.Input{in}, err
}

// A drawing is a draw before it is written.
type drawing struct {
	study  *study.Study
	list   *areas.List
	sample *draw.Sample // of the units that the extract consists of
	first  *draw.Sample // first phase, the same as sample where there is one phase
	chain  draw.Chain   // of the last stage, where there are further ones
	stages []stageDetails
}

// drawing carries out the whole draw.
func (r *Runner) drawing(ctx context.Context, list *areas.List) (*drawing, error) {
	d, err := r.areasDrawn(ctx, list)
	if err != nil {
		return nil, err
	}
	return d, r.eachStage(ctx, d, func(draw.Register, draw.Plan) error { return nil })
}

// areasDrawn draws the areas, in one phase or two.
func (r *Runner) areasDrawn(ctx context.Context, list *areas.List) (*drawing, error) {
	d := &drawing{study: r.Study, list: list}
	frame, err := r.frame(ctx, list)
	if err != nil {
		return nil, err
	}
	plan, err := r.drawPlan()
	if err != nil {
		return nil, err
	}
	if d.first, err = draw.SelectAll(ctx, frame, plan); err != nil {
		return nil, err
	}
	d.sample = d.first
	if r.Study.Draw.SecondPhase == nil {
		return d, nil
	}
	among, second := r.secondPlan(frame, d.first)
	if d.sample, err = draw.Select(ctx, among, second); err != nil {
		return nil, fmt.Errorf("second_phase: %w", err)
	}
	d.join()
	return d, nil
}

// drawPlan is the plan of the first stage.
func (r *Runner) drawPlan() (draw.Plan, error) {
	p := draw.Plan{Selection: &r.Study.Draw.Selection, Seed: r.Study.Seed}
	var err error
	if keep := r.Study.Draw.Keep; keep != "" {
		p.Before, err = draw.ReadEarlier(r.Study.Path(keep))
	}
	return p, err
}

// secondPlan is the plan of the second phase and its frame, the units of the first.
func (r *Runner) secondPlan(frame *areaFrame, first *draw.Sample) (*areaFrame, draw.Plan) {
	drawn := make(map[string]bool, len(first.Drawn))
	for _, u := range first.Drawn {
		drawn[u.Code] = true
	}
	return frame.among(func(code string) bool { return drawn[code] }), draw.Plan{Selection: r.Study.Draw.SecondPhase, Seed: r.Study.Seed, Phase: 2}
}

// join gives the units of the second phase the weight of both.
func (d *drawing) join() {
	first := make(map[string]draw.Selected, len(d.first.Drawn))
	for _, u := range d.first.Drawn {
		first[u.Code] = u
	}
	for i, u := range d.sample.Drawn {
		f := first[u.Code]
		d.sample.Drawn[i].First = &draw.Phase{Link: draw.Link{Probability: f.Probability, Population: f.Population, Drawn: f.Drawn}, Stratum: f.Stratum}
		d.sample.Drawn[i].Weight *= f.Weight
		d.sample.Drawn[i].Size = f.Size // the size of the table is that of draw.size
	}
}

func (d *drawing) details() drawDetails {
	out := drawDetails{
		Method: d.study.Draw.Method, Algorithm: sampling.Algorithm, Seed: d.study.Seed, FrameSum: d.first.Frame, Frame: d.first.Units,
		Drawn: len(d.sample.Drawn), Areas: len(d.areas()), Strata: d.first.Strata, Stages: d.stages,
	}
	if phase := d.study.Draw.SecondPhase; phase != nil {
		out.First, out.Second = len(d.first.Drawn), phase.Method
	}
	if len(d.stages) > 0 {
		out.Handling = handling
	}
	if out.Strata == nil {
		out.Strata = []draw.Stratum{}
	}
	return out
}

// save writes the drawn areas as draw, the frame with all its probabilities as frame, and the units of the last stage as
// sample.
func (d *drawing) save(dir string) error {
	if err := d.table().Save(dir, "draw"); err != nil {
		return err
	}
	if err := d.first.FrameTable().Save(dir, draw.FrameTable); err != nil {
		return err
	}
	if len(d.stages) == 0 {
		return nil
	}
	return draw.SaveSample(d.chain.Table(d.stageNames()), dir)
}

// handling is what the manifest of a draw of households or persons says to whoever has it.
const handling = "confidential: sample.csv and sample.parquet name units of the register; they stay with its keeper"

// A drawnArea is an area of the lowest level in a drawn unit.
type drawnArea struct {
	code, name string
	draw.Selected
}

// areas are the areas of the lowest level that the drawn units consist of, in order of code.
func (d *drawing) areas() []drawnArea {
	level, drawn := d.study.Draw.Level, make(map[string]draw.Selected)
	for _, u := range d.sample.Drawn {
		drawn[u.Code] = u
	}
	var all []drawnArea
	if len(d.list.Lowest()) == 0 {
		for _, u := range d.sample.Drawn {
			all = append(all, drawnArea{u.Code, u.Name, u})
		}
		return all
	}
	for _, code := range d.list.Lowest() {
		up, _ := d.list.Ancestor(code, level)
		if u, ok := drawn[up]; ok {
			area, _ := d.list.Unit(code)
			all = append(all, drawnArea{code, area.Name, u})
		}
	}
	return all
}

// table is the drawn areas, each with its unit's part in the draw.
func (d *drawing) table() columns.Table {
	all := d.areas()
	text := func(name string, of func(drawnArea) string) columns.Column {
		return columns.Texts(name, len(all), func(i int) string { return of(all[i]) })
	}
	number := func(name string, of func(drawnArea) float64) columns.Column {
		return columns.Floats(name, len(all), func(i int) float64 { return of(all[i]) })
	}
	count := func(name string, of func(drawnArea) int) columns.Column {
		return columns.Ints(name, len(all), func(i int) int { return of(all[i]) })
	}
	t := columns.Table{
		text("area", func(a drawnArea) string { return a.code }), text("name", func(a drawnArea) string { return a.name }),
		text("unit", func(a drawnArea) string { return a.Code }), text("stratum", func(a drawnArea) string { return a.Stratum }),
		number("size", d.sizeOf), number("probability", drawnArea.overall), number("weight", func(a drawnArea) float64 { return a.Weight }),
		count("hits", func(a drawnArea) int { return a.Hits }),
		count("stratum_units", func(a drawnArea) int { return a.Population }), count("stratum_drawn", func(a drawnArea) int { return a.Drawn }),
	}
	if d.study.Draw.Rotation > 0 {
		t = append(t, count("rotation_group", func(a drawnArea) int { return a.Rotation }))
	}
	if d.study.Draw.SecondPhase != nil {
		t = append(t, text("first_phase_stratum", func(a drawnArea) string { return a.First.Stratum }),
			number("first_phase_probability", func(a drawnArea) float64 { return a.First.Probability }),
			number("second_phase_probability", func(a drawnArea) float64 { return a.Probability }))
	}
	return t
}

// sizeOf is the size of the unit an area lies in, NaN where the draw goes by none.
func (d *drawing) sizeOf(a drawnArea) float64 {
	if d.study.Draw.Size == "" {
		return math.NaN()
	}
	return a.Size
}

// overall is the probability over both phases.
func (a drawnArea) overall() float64 {
	if a.First == nil {
		return a.Probability
	}
	return a.Probability * a.First.Probability
}

// drawNeedsRegister tells whether frame, sizes or units of further stages come from the register.
func (r *Runner) drawNeedsRegister(list *areas.List) bool {
	d := r.Study.Draw
	named := slices.Concat([]string{d.Size, d.Spread}, d.Balance, d.Order)
	if phase := d.SecondPhase; phase != nil {
		named = slices.Concat(named, []string{phase.Size, phase.Spread}, phase.Balance, phase.Order)
	}
	return len(list.Lowest()) == 0 || len(d.Stages) > 0 || slices.ContainsFunc(named, r.isDefinition)
}

func (r *Runner) isDefinition(name string) bool {
	return slices.ContainsFunc(r.Study.Definitions, func(d study.Definition) bool { return d.Name == name })
}
