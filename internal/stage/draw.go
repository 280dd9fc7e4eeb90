package stage

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
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
}

// A unit is an area of the frame with its part in the draw.
type unit struct {
	code, name, stratum string
	size, pi            float64
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
	var frame []unit
	details := func() (any, error) {
		d := drawDetails{Method: r.Study.Draw.Method, Algorithm: sampling.Algorithm, Seed: r.Study.Seed, Frame: len(frame)}
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
			return err
		}
		return drawTable(frame).Save(dir, "draw")
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

// frame is the areas that can be drawn, in order of code: the lowest level of the code list, or the areas the register
// holds.
func (r *Runner) frame(ctx context.Context, list *areas.List) ([]unit, error) {
	codes := list.Lowest()
	if len(codes) == 0 {
		return r.registerFrame(ctx)
	}
	among, err := named(list, r.Study.Draw.Areas)
	if err != nil {
		return nil, err
	}
	var frame []unit
	for _, code := range codes {
		if u, _ := list.Unit(code); among == nil || among[code] {
			frame = append(frame, unit{code: code, name: u.Name})
		}
	}
	return frame, r.addSizes(ctx, list, frame)
}

// named are the lowest units that codes of any level name; nil when no code is given.
func named(list *areas.List, codes []string) (map[string]bool, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	among := make(map[string]bool)
	for _, code := range codes {
		under, err := list.Under(code)
		if err != nil {
			return nil, fmt.Errorf("draw.areas: %w", err)
		}
		for _, u := range under {
			among[u] = true
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
		frame = append(frame, unit{code: code, name: code})
	}
	sort.Slice(frame, func(i, j int) bool { return frame[i].code < frame[j].code })
	return frame, nil
}

func (r *Runner) addSizes(ctx context.Context, list *areas.List, frame []unit) error {
	if d := r.sizeDefinition(); d != "" {
		reg, err := register.Open(ctx, r.Study)
		if err != nil {
			return err
		}
		defer reg.Close()
		sizes, err := reg.Sizes(ctx, list.Lowest(), d)
		for i := range frame {
			frame[i].size = float64(sizes[frame[i].code])
		}
		return err
	}
	if r.Study.Draw.Size == "" {
		return nil
	}
	for i := range frame {
		u, _ := list.Unit(frame[i].code)
		size, err := strconv.ParseFloat(u.Columns[r.Study.Draw.Size], 64)
		if err != nil {
			return fmt.Errorf("draw.size: unit %s: column %s of the code list is no number", u.Code, r.Study.Draw.Size)
		}
		frame[i].size = size
	}
	return nil
}

// selectUnits marks the units drawn and gives every unit its inclusion probability.
func (r *Runner) selectUnits(list *areas.List, frame []unit) error {
	n := r.Study.Draw.N
	switch r.Study.Draw.Method {
	case "all", "list":
		for i := range frame {
			frame[i].pi, frame[i].drawn = 1, true
		}
		return nil
	case "srs":
		return r.drawWithin(frame, positions(len(frame)), n, "srs")
	case "stratified":
		return r.drawStratified(list, frame, n)
	}
	return r.drawPPS(frame, n)
}

func positions(n int) []int {
	at := make([]int, n)
	for i := range at {
		at[i] = i
	}
	return at
}

// drawWithin draws n of the units at the given positions by simple random sampling.
func (r *Runner) drawWithin(frame []unit, at []int, n int, stream string) error {
	if n > len(at) {
		return fmt.Errorf("draw.n: want %d areas, the frame has %d", n, len(at))
	}
	for _, i := range at {
		frame[i].pi = float64(n) / float64(len(at))
	}
	for _, i := range sampling.SRS(sampling.Source(r.Study.Seed, stream), n, len(at)) {
		frame[at[i]].drawn = true
	}
	return nil
}

func (r *Runner) drawStratified(list *areas.List, frame []unit, n int) error {
	members := make(map[string][]int)
	for i := range frame {
		s, err := r.stratum(list, frame[i].code)
		if err != nil {
			return err
		}
		frame[i].stratum = s
		members[s] = append(members[s], i)
	}
	strata := make([]string, 0, len(members))
	for s := range members {
		strata = append(strata, s)
	}
	sort.Strings(strata)
	units := make([]int, len(strata))
	for h, s := range strata {
		units[h] = len(members[s])
	}
	share, err := sampling.ProportionalAllocation(units, n, r.Study.Draw.Least)
	if err != nil {
		return fmt.Errorf("draw.n: %w", err)
	}
	for h, s := range strata {
		if err := r.drawWithin(frame, members[s], share[h], "stratum "+s); err != nil {
			return err
		}
	}
	return nil
}

// stratum is the unit above, or the value of the column, that the study takes as stratum.
func (r *Runner) stratum(list *areas.List, code string) (string, error) {
	name := r.Study.Draw.Stratum
	if slices.Contains(list.Levels, name) {
		s, _ := list.Ancestor(code, name)
		return s, nil
	}
	u, _ := list.Unit(code)
	s, ok := u.Columns[name]
	if !ok {
		return "", fmt.Errorf("draw.stratum: %q is neither a level nor a column of the code list", name)
	}
	return s, nil
}

func (r *Runner) drawPPS(frame []unit, n int) error {
	size := make([]float64, len(frame))
	for i, u := range frame {
		size[i] = u.size
	}
	pi, err := sampling.InclusionProbabilities(size, n)
	if err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	for i := range frame {
		frame[i].pi = pi[i]
	}
	for _, i := range sampling.Systematic(sampling.Source(r.Study.Seed, "pps_systematic"), pi) {
		frame[i].drawn = true
	}
	return nil
}

// drawTable is the drawn units, in order of code.
func drawTable(frame []unit) columns.Table {
	t := columns.Table{{Name: "area", Text: []string{}}, {Name: "name", Text: []string{}}, {Name: "stratum", Text: []string{}},
		{Name: "size", Float: []float64{}}, {Name: "probability", Float: []float64{}}, {Name: "weight", Float: []float64{}}}
	for _, u := range frame {
		if !u.drawn {
			continue
		}
		for i, text := range []string{u.code, u.name, u.stratum} {
			t[i].Text = append(t[i].Text, text)
		}
		for i, v := range []float64{u.size, u.pi, 1 / u.pi} {
			t[i+3].Float = append(t[i+3].Float, v)
		}
	}
	return t
}
