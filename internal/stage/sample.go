package stage

import (
	"context"
	"fmt"

	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/study"
)

// eachStage draws the further stages, each within what the one before drew, and shows the frame and the plan of each
// before it is drawn.
func (r *Runner) eachStage(ctx context.Context, d *drawing, show func(frame draw.Register, plan draw.Plan) error) error {
	stages := r.Study.Draw.Stages
	if len(stages) == 0 {
		return nil
	}
	reg, err := r.register(ctx)
	if err != nil {
		return err
	}
	d.chain = draw.Begin(d.sample)
	frame := draw.Register{From: reg, File: r.registerName(), Areas: d.codes(), Definition: r.Study.Draw.Definition}
	for i, stage := range stages {
		frame.Keys, frame.Below, frame.Drawn = append(frame.Keys, r.Study.UnitOf(stage)), "", d.chain.Drawn()
		if i+1 < len(stages) {
			frame.Below = r.Study.UnitOf(stages[i+1])
		}
		if err := r.nextStage(ctx, d, stage, i+2, frame, show); err != nil {
			return fmt.Errorf("stage %s: %w", stage.Unit, err)
		}
	}
	return nil
}

// nextStage draws one further stage.
func (r *Runner) nextStage(ctx context.Context, d *drawing, stage study.Stage, at int, frame draw.Register, show func(draw.Register, draw.Plan) error) error {
	plan := draw.Plan{Selection: &stage.Selection, Seed: r.Study.Seed, Stage: at, Seen: func(done, total int64) { r.progress(Draw, done, total) }}
	if f := r.Study.Draw.SelfWeighting; f > 0 && at == len(r.Study.Draw.Stages)+1 {
		plan.Rate = d.chain.Rate(f)
	}
	if err := show(frame, plan); err != nil {
		return err
	}
	sample, err := draw.Select(ctx, frame, plan)
	if err != nil {
		return err
	}
	if d.chain = d.chain.Next(sample); plan.Rate != nil {
		d.chain = d.chain.Even(r.Study.Draw.SelfWeighting)
	}
	d.stages = append(d.stages, stageDetails{stage.Unit, stage.Method, sample.Frame, sample.Units, len(sample.Drawn), d.chain.Empty})
	return nil
}

// codes are the codes of the drawn areas.
func (d *drawing) codes() (codes []string) {
	for _, u := range d.sample.Drawn {
		codes = append(codes, u.Code)
	}
	return codes
}

// stageNames are the columns of the units of all stages, outermost first.
func (d *drawing) stageNames() []string {
	names := []string{draw.StageName(d.study.Areas.Level, nil)}
	for _, s := range d.stages {
		names = append(names, draw.StageName(s.Unit, names))
	}
	return names
}
