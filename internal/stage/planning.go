package stage

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/planning"
	"github.com/concord-stat/concord/internal/problems"
)

// Planning is the stage before the others. It is no part of a run: a plan is made before there is a census to compare.
const Planning = "plan"

// planDetails is what the manifest of a plan adds.
type planDetails struct {
	Candidates int                 `json:"candidates"`
	Feasible   int                 `json:"feasible"`
	Best       *planning.Candidate `json:"best,omitempty"`
	Cost       float64             `json:"cost,omitempty"`
}

var errNoPlan = errors.New(`the study has no plan: add a section "plan" with targets and costs; ` +
	"concord study init writes a template that shows one, and docs/planning.md explains it")

// Plan compares the candidates of the study's plan from the register, and makes an artefact of what it finds.
func (r *Runner) Plan(ctx context.Context) (result Result, err error) {
	if !r.Study.Planned() {
		return Result{}, problems.Input(errNoPlan)
	}
	unlock, err := r.lock()
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	r.digests = openDigests(r.store().Root)
	defer func() { err = errors.Join(err, r.digests.save()) }()
	list, inputs, err := r.areas()
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, r.closeRegister()) }()
	in, err := r.registerInput()
	if err != nil {
		return Result{}, err
	}
	var d planDetails
	return r.make(ctx, Planning, append(inputs, in), func() (any, error) { return d, nil }, func(dir string) error {
		outcome, err := r.planFrom(ctx, list)
		if err != nil {
			return err
		}
		d.describe(outcome)
		if err := outcome.Write(dir); err != nil {
			return err
		}
		return drawCurve(dir, outcome.Report(), r.Study.Languages[0])
	})
}

// planFrom reads the register and plans.
func (r *Runner) planFrom(ctx context.Context, list *areas.List) (*planning.Outcome, error) {
	reg, err := r.register(ctx)
	if err != nil {
		return nil, err
	}
	r.progress(Planning, 0, 0)
	p := r.Study.Plan
	homes, err := reg.Households(ctx, list.Lowest(), p.Categories())
	if err != nil {
		return nil, err
	}
	frame, err := planning.NewFrame(homes, list, p)
	if err != nil {
		return nil, err
	}
	return planning.Run(ctx, frame, p, list.Levels, func(done, total int64) { r.progress(Planning, done, total) })
}

func (d *planDetails) describe(o *planning.Outcome) {
	d.Candidates = len(o.Solutions)
	for _, s := range o.Solutions {
		if s.Feasible {
			d.Feasible++
		}
	}
	if best := o.Best(); best != nil {
		d.Best, d.Cost = &best.Candidate, best.Cost
	}
}

// drawCurve draws cost against precision in every format; there is nothing to draw where no candidate meets the targets.
func drawCurve(dir string, report *planning.Report, language string) error {
	figure := chart.CostCurveOf(report, language)
	if figure == nil {
		return nil
	}
	for _, format := range []chart.Format{chart.SVG, chart.PNG, chart.PDF} {
		path := filepath.Join(dir, planning.CurveName+"."+string(format))
		if err := columns.Create(path, func(w io.Writer) error { return figure.Write(w, format) }); err != nil {
			return err
		}
	}
	return nil
}
