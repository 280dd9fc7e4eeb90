package stage

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/register"
	"github.com/concord-stat/concord/sampling"
)

// drawDetails is what the manifest of a draw adds.
type drawDetails struct {
	Method    string `json:"method"`
	Algorithm string `json:"algorithm"`
	Seed      uint64 `json:"seed"`
	Frame     int    `json:"frame_units"`
	Drawn     int    `json:"drawn_units"`
	Areas     int    `json:"areas"` // of the lowest level, that the drawn units consist of
}

// A unit is an area of the frame with its part in the draw.
type unit struct {
	code, name, stratum string
	within              string  // unit that was drawn, of an area
	size                float64 // NaN where the design has none
	pi                  float64
	drawn               bool
}

func (r *Runner) draw(ctx context.Context) (Result, error) {
	if r.Study.Extract != "" {
		return Result{Stage: Draw, NotDue: "the study works on an extract received from elsewhere"}, nil
	}
	list, inputs, err := r.areas()
	if err != nil {
		return Result{}, err
	}
	if r.drawNeedsRegister(list) {
		in, err := r.digests.input(r.Study.Register.File, r.Study.Path(r.Study.Register.File))
		if err != nil {
			return Result{}, err
		}
		inputs = append(inputs, in)
	}
	var frame, drawn []unit
	details := func() (any, error) {
		d := drawDetails{Method: r.Study.Draw.Method, Algorithm: sampling.Algorithm, Seed: r.Study.Seed, Frame: len(frame), Areas: len(drawn)}
		for _, u := range frame {
			if u.drawn {
				d.Drawn++
			}
		}
		return d, nil
	}
	return r.make(ctx, Draw, inputs, details, func(dir string) error {
		if frame, err = r.frame(ctx, list); err != nil {
			return err
		}
		if err := r.selectUnits(list, frame); err != nil {
			return problems.Input(err)
		}
		drawn = expand(list, r.Study.Draw.Level, frame)
		return drawTable(drawn).Save(dir, "draw")
	})
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

// drawNeedsRegister tells whether frame or sizes come from the register.
func (r *Runner) drawNeedsRegister(list *areas.List) bool {
	return len(list.Lowest()) == 0 || r.sizeDefinition() != ""
}

// sizeDefinition is the population definition whose counts are the sizes, "" where they are something else or nothing.
func (r *Runner) sizeDefinition() string {
	for _, d := range r.Study.Definitions {
		if d.Name == r.Study.Draw.Size {
			return d.Name
		}
	}
	return ""
}

// frame is the units that can be drawn, in order of code: those of a level of the code list, or the areas the register
// holds.
func (r *Runner) frame(ctx context.Context, list *areas.List) ([]unit, error) {
	if len(list.Lowest()) == 0 {
		return r.registerFrame(ctx)
	}
	level := r.Study.Draw.Level
	among, err := named(list, level, r.Study.Draw.Areas)
	if err != nil {
		return nil, err
	}
	var frame []unit
	for _, code := range list.Codes(level) {
		if u, _ := list.Unit(code); among == nil || among[code] {
			frame = append(frame, unit{code: code, name: u.Name, size: math.NaN()})
		}
	}
	return frame, r.addSizes(ctx, list, frame)
}

// named are the units of a level that codes of this or a higher level name; nil when no code is given.
func named(list *areas.List, level string, codes []string) (map[string]bool, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	among := make(map[string]bool)
	for _, code := range codes {
		above, ok := list.Unit(code)
		if !ok {
			return nil, problems.Input(fmt.Errorf("draw.areas: the code list has no unit %s", code))
		}
		if slices.Index(list.Levels, above.Level) < slices.Index(list.Levels, level) {
			return nil, problems.Input(fmt.Errorf("draw.areas: unit %s is a %s, below the %s that is drawn", code, above.Level, level))
		}
		for _, unit := range list.Codes(level) {
			if up, _ := list.Ancestor(unit, above.Level); up == code {
				among[unit] = true
			}
		}
	}
	return among, nil
}

func (r *Runner) registerFrame(ctx context.Context) ([]unit, error) {
	reg, err := register.Open(ctx, r.Study)
	if err != nil {
		return nil, err
	}
	defer reg.Close()
	codes := make(map[string]bool)
	for _, d := range r.Study.Definitions {
		sizes, err := reg.Sizes(ctx, nil, d.Name)
		if err != nil {
			return nil, err
		}
		for code := range sizes {
			codes[code] = true
		}
	}
	delete(codes, analysis.Missing)
	var frame []unit
	for code := range codes {
		frame = append(frame, unit{code: code, name: code, size: math.NaN()})
	}
	sort.Slice(frame, func(i, j int) bool { return frame[i].code < frame[j].code })
	return frame, nil
}

// addSizes gives every unit the size the study asks for, summed over its areas.
func (r *Runner) addSizes(ctx context.Context, list *areas.List, frame []unit) error {
	size, err := r.sizes(ctx, list)
	if size == nil || err != nil {
		return err
	}
	at := make(map[string]int, len(frame))
	for i, u := range frame {
		at[u.code], frame[i].size = i, 0
	}
	for _, code := range list.Lowest() {
		up, _ := list.Ancestor(code, r.Study.Draw.Level)
		i, inFrame := at[up]
		if !inFrame {
			continue
		}
		v, err := size(code)
		if err != nil {
			return err
		}
		frame[i].size += v
	}
	return nil
}

// sizes is the size of an area: its count in the register, or a column of the code list; nil when none is asked for.
func (r *Runner) sizes(ctx context.Context, list *areas.List) (func(code string) (float64, error), error) {
	column, definition := r.Study.Draw.Size, r.sizeDefinition()
	switch {
	case column == "":
		return nil, nil
	case definition == "":
		return func(code string) (float64, error) {
			u, _ := list.Unit(code)
			text, ok := u.Columns[column]
			if !ok {
				return 0, problems.Input(fmt.Errorf("draw.size: %q is neither a population definition nor a column of the code list", column))
			}
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return 0, problems.Input(fmt.Errorf("draw.size: unit %s: column %q of the code list is no number", code, column))
			}
			return v, nil
		}, nil
	}
	reg, err := register.Open(ctx, r.Study)
	if err != nil {
		return nil, err
	}
	defer reg.Close()
	counts, err := reg.Sizes(ctx, list.Lowest(), definition)
	return func(code string) (float64, error) { return float64(counts[code]), nil }, err
}

// expand gives the areas of the lowest level that the drawn units consist of, each with the unit's part in the draw, in
// order of code.
func expand(list *areas.List, level string, frame []unit) []unit {
	if len(list.Lowest()) == 0 || level == list.Levels[0] {
		drawn := slices.DeleteFunc(slices.Clone(frame), func(u unit) bool { return !u.drawn })
		for i := range drawn {
			drawn[i].within = drawn[i].code
		}
		return drawn
	}
	drawn := make(map[string]unit)
	for _, u := range frame {
		if u.drawn {
			drawn[u.code] = u
		}
	}
	var all []unit
	for _, code := range list.Lowest() {
		up, _ := list.Ancestor(code, level)
		if u, ok := drawn[up]; ok {
			area, _ := list.Unit(code)
			u.within, u.code, u.name = u.code, code, area.Name
			all = append(all, u)
		}
	}
	return all
}

// drawTable is the drawn areas.
func drawTable(drawn []unit) columns.Table {
	t := columns.Table{{Name: "area", Text: []string{}}, {Name: "name", Text: []string{}}, {Name: "unit", Text: []string{}},
		{Name: "stratum", Text: []string{}}, {Name: "size", Float: []float64{}}, {Name: "probability", Float: []float64{}}, {Name: "weight", Float: []float64{}}}
	for _, u := range drawn {
		for i, text := range []string{u.code, u.name, u.within, u.stratum} {
			t[i].Text = append(t[i].Text, text)
		}
		for i, v := range []float64{u.size, u.pi, 1 / u.pi} {
			t[i+4].Float = append(t[i+4].Float, v)
		}
	}
	return t
}
