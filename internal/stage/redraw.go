package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/problems"
)

// Redraw carries out the draw in force again and compares it with what is there, byte for byte.
func (r *Runner) Redraw(ctx context.Context) (draw.Redrawn, error) {
	defer r.closeRegister()
	path, m, _, err := r.current(Draw)
	if err != nil {
		return draw.Redrawn{}, err
	}
	list, err := areas.Read(r.Study)
	if err != nil {
		return draw.Redrawn{}, err
	}
	again, err := os.MkdirTemp("", "concord-redraw-")
	if err != nil {
		return draw.Redrawn{}, err
	}
	defer os.RemoveAll(again)
	d, err := r.drawing(ctx, list)
	if err != nil {
		return draw.Redrawn{}, err
	}
	if err := d.save(again); err != nil {
		return draw.Redrawn{}, err
	}
	return draw.Compare(path, m, again, d.details())
}

// ExplainDraw says why a unit was drawn or was not: once for every phase or stage that decided over it or over the units
// it lies in. The unit is an area, or, of a further stage, named by the codes of the units it lies in, parted by "/".
func (r *Runner) ExplainDraw(ctx context.Context, unit string) ([]draw.Account, error) {
	defer r.closeRegister()
	_, m, _, err := r.current(Draw)
	if err != nil {
		return nil, err
	}
	var drawn drawDetails
	if err := json.Unmarshal(m.Details, &drawn); err != nil {
		return nil, err
	}
	list, err := areas.Read(r.Study)
	if err != nil {
		return nil, err
	}
	codes := strings.Split(unit, "/")
	first, err := r.drawnUnit(list, codes[0])
	if err != nil {
		return nil, err
	}
	frame, err := r.frame(ctx, list)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(frame.codes, first) {
		return nil, problems.Input(fmt.Errorf("unit %s is not among draw.areas, which the draw is confined to", first))
	}
	plan, err := r.drawPlan()
	if err != nil {
		return nil, err
	}
	account, err := draw.Explain(ctx, frame, plan, nil, first)
	if err == nil {
		err = account.Same(drawn.FrameSum)
	}
	if err != nil {
		return nil, err
	}
	if first != codes[0] {
		account.Asked = codes[0]
	}
	all := []draw.Account{account}
	if account.Drawn && r.Study.Draw.SecondPhase != nil {
		second, err := r.explainSecond(ctx, frame, plan, first)
		if err != nil {
			return all, err
		}
		all = append(all, second.After(account))
	}
	if len(codes) == 1 || !all[len(all)-1].Drawn {
		return all, nil
	}
	return r.explainStages(ctx, list, codes, all)
}

// drawnUnit is the unit of the level that is drawn which a code names or lies in.
func (r *Runner) drawnUnit(list *areas.List, code string) (string, error) {
	if len(list.Lowest()) == 0 {
		return code, nil
	}
	u, ok := list.Unit(code)
	if !ok {
		return "", problems.Input(fmt.Errorf("%s has no unit %s that exists on %s", r.Study.Areas.File, code, r.Study.Reference))
	}
	up, ok := list.Ancestor(code, r.Study.Draw.Level)
	if !ok {
		return "", problems.Input(fmt.Errorf("unit %s is a %s: the draw is of units of level %s", code, u.Level, r.Study.Draw.Level))
	}
	return up, nil
}

func (r *Runner) explainSecond(ctx context.Context, frame *areaFrame, plan draw.Plan, code string) (draw.Account, error) {
	first, err := draw.Select(ctx, frame, plan)
	if err != nil {
		return draw.Account{}, err
	}
	among, second := r.secondPlan(frame, first)
	return draw.Explain(ctx, among, second, nil, code)
}

// explainStages goes on to the further stages, as long as the unit above was drawn.
func (r *Runner) explainStages(ctx context.Context, list *areas.List, codes []string, all []draw.Account) ([]draw.Account, error) {
	if len(codes) > len(r.Study.Draw.Stages)+1 {
		return all, problems.Input(fmt.Errorf("%s names %d units one within the other: the draw has %d stages", strings.Join(codes, "/"), len(codes), len(r.Study.Draw.Stages)+1))
	}
	d, err := r.areasDrawn(ctx, list)
	if err != nil {
		return all, err
	}
	err = r.eachStage(ctx, d, func(frame draw.Register, plan draw.Plan) error {
		at := len(frame.Keys)
		if at >= len(codes) || !all[len(all)-1].Drawn {
			return errEnough
		}
		account, err := draw.Explain(ctx, frame, plan, codes[:at], codes[at])
		all = append(all, account.After(all[len(all)-1]))
		return err
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return all, err
}

// errEnough ends a walk through the stages.
var errEnough = errors.New("enough")
