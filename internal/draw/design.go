package draw

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/sampling"
)

// A Design is a draw from a file, by itself or within an earlier one, with all that is needed to do it again.
type Design struct {
	Frame  string   `json:"frame"` // path of the file
	Format string   `json:"format,omitempty"`
	Table  string   `json:"table,omitempty"`
	Code   string   `json:"code"`
	Name   string   `json:"name,omitempty"`
	Where  string   `json:"where,omitempty"`
	Above  []string `json:"above,omitempty"`  // columns of the units above, which Within drew
	Within string   `json:"within,omitempty"` // folder of the earlier draw; without Above, its units are drawn from in a second phase
	Rate   float64  `json:"self_weighting,omitempty"`
	Seed   uint64   `json:"seed"`
	study.Selection
	Seen Progress `json:"-"`
}

// Details are what the manifest of such a draw adds.
type Details struct {
	Method    string    `json:"method"`
	Algorithm string    `json:"algorithm"`
	Seed      uint64    `json:"seed"`
	FrameSum  string    `json:"frame_sha256"` // of the frame as the design sees it
	Frame     int       `json:"frame_units"`
	Drawn     int       `json:"drawn_units"`
	Strata    []Stratum `json:"strata"`
	Empty     []string  `json:"empty,omitempty"` // units of the earlier draw that the frame has nothing within
}

// Check tells what is wrong with a design before its frame is read.
func (d *Design) Check() error {
	var all []error
	add := func(format string, args ...any) { all = append(all, problems.Input(fmt.Errorf(format, args...))) }
	if d.Code == "" {
		add("code is missing: name the column with the code of the unit")
	}
	if d.Within == "" && (len(d.Above) > 0 || d.Rate > 0) {
		add("above and self-weighting need an earlier draw to go on within")
	}
	if len(d.Above) > 0 && (d.Stratum != "" || d.Repeats()) {
		add("a draw within the units of an earlier one has no stratum and draws without replacement")
	}
	if d.Keep != "" {
		add("keep is for the draw of a study")
	}
	if d.Method == "list" {
		add("method list is for the draw of a study, which has a list: name the units with where, and take method all")
	}
	d.ranges(add)
	if d.Rate > 0 {
		if d.N > 0 || len(d.Above) == 0 || d.Method != "systematic" && d.Method != "bernoulli" {
			add("self-weighting needs above, no n, and method systematic or bernoulli")
		}
		return errors.Join(all...)
	}
	for _, f := range d.Faults() {
		add("%s", f[1])
	}
	return errors.Join(all...)
}

// mostDraws is how often units can be drawn with replacement: more than any survey asks for, and less than memory holds.
const mostDraws = 100_000_000

// ranges refuses numbers that no design has; those of a study are checked by its schema.
func (d *Design) ranges(add func(format string, args ...any)) {
	for _, v := range []struct {
		name        string
		value, from int
	}{{"n", d.N, 0}, {"least", d.Least, 0}, {"most", d.Most, 0}, {"rotation-groups", d.Rotation, 2}} {
		if v.value < v.from && v.value != 0 {
			add("%s is %d, want at least %d", v.name, v.value, max(v.from, 1))
		}
	}
	if d.Repeats() && d.N > mostDraws {
		add("n is %d: with replacement, want at most %d", d.N, mostDraws)
	}
	if !(d.Rate >= 0 && d.Rate <= 1) {
		add("self-weighting is %v, want a probability above 0 and at most 1", d.Rate)
	}
	if d.Coordination == nil {
		return
	}
	if start := d.Coordination.Start; !(start >= 0 && start < 1) {
		add("start is %v, want at least 0 and less than 1", start)
	}
	if d.Coordination.Seed != 0 && d.Coordination.Column != "" {
		add("permanent-seed and permanent-column are two sources of permanent random numbers: name one")
	}
	if d.Rate > 0 && d.Method == "systematic" {
		add("method systematic cannot be coordinated: of the methods of self-weighting, bernoulli can")
	}
}

// A Drawing is what a design gave.
type Drawing struct {
	Sample *Sample
	Chain  Chain
	names  []string // of the stages
}

// Run carries out the design.
func (d *Design) Run(ctx context.Context) (*Drawing, error) {
	frame, plan, before, err := d.prepare()
	if err != nil {
		return nil, err
	}
	if err := d.orphans(ctx); err != nil {
		return nil, err
	}
	sample, err := Select(ctx, frame, plan)
	if err != nil {
		return nil, err
	}
	if missing := len(d.firstPhase(before)) - sample.Units; missing > 0 {
		return nil, problems.Input(fmt.Errorf("%s lacks %d of the units of the first phase, %s", d.Frame, missing, d.Within))
	}
	out := &Drawing{Sample: sample}
	switch {
	case before == nil:
		out.Chain, out.names = Begin(sample), []string{StageName(d.Code, nil)}
	case len(d.Above) == 0:
		out.Chain, out.names = before.chain.secondPhase(sample), before.names
	default:
		out.Chain, out.names = before.chain.Next(sample), append(slices.Clone(before.names), StageName(d.Code, before.names))
	}
	if d.Rate > 0 {
		out.Chain = out.Chain.Even(d.Rate)
	}
	return out, nil
}

// firstPhase are the units a second phase draws from; none of a draw of another kind.
func (d *Design) firstPhase(before *sampled) []Chained {
	if before == nil || len(d.Above) > 0 {
		return nil
	}
	return before.chain.Units
}

// StageName is the column of a unit in a sample: that of the frame, unless it is an expression or taken.
func StageName(code string, taken []string) string {
	same := func(name string) bool { return strings.EqualFold(name, code) } // as databases read names
	if isColumn.MatchString(code) && !isStageColumn.MatchString(code) && !slices.ContainsFunc(slices.Concat(taken, designColumns), same) {
		return code
	}
	return fmt.Sprintf("unit_%d", len(taken)+1)
}

// file is the frame of the design.
func (d *Design) file() File {
	return File{At: store.Location{File: d.Frame, Format: d.Format, Table: d.Table}, Code: d.Code, Label: d.Name, Above: d.Above, Where: d.Where}
}

// prepare makes the frame and the plan, and reads the earlier draw, if there is one.
func (d *Design) prepare() (File, Plan, *sampled, error) {
	f := d.file()
	p := Plan{Selection: &d.Selection, Seed: d.Seed, Seen: d.Seen}
	if d.Within == "" {
		return f, p, nil, nil
	}
	before, err := readSampled(d.Within)
	if err != nil {
		return f, p, nil, err
	}
	drawn := before.chain.Drawn()
	if len(d.Above) == 0 {
		if len(before.names) > 1 {
			return f, p, nil, problems.Input(fmt.Errorf("%s: a second phase goes on from a draw of one stage, this one has %d", d.Within, len(before.names)))
		}
		if before.phases > 1 {
			return f, p, nil, problems.Input(fmt.Errorf("%s is a second phase already: there is no third", d.Within))
		}
		p.Phase = 2
		f.Counts = func(_ []string, code string) bool { return drawn[code] }
		return f, p, before, nil
	}
	if len(d.Above) != len(before.names) {
		return f, p, nil, problems.Input(fmt.Errorf("%s was drawn in %d stages: name the columns of the units of every one, %v", d.Within, len(before.names), before.names))
	}
	p.Stage = len(before.names) + 1
	f.Counts = func(above []string, _ string) bool { return drawn[groupOf(Unit{Above: above})] }
	if d.Rate > 0 {
		p.Rate = before.chain.Rate(d.Rate)
	}
	return f, p, before, nil
}

// Make draws and keeps the sample as an artefact below a folder.
func (d *Design) Make(ctx context.Context, out, program string) (path string, details Details, err error) {
	if err := d.settleWithin(); err != nil {
		return "", details, err
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return "", details, err
	}
	m := artefact.Manifest{Stage: "draw", Study: filepath.Base(d.Frame), Text: string(text), Seed: d.Seed, Program: program}
	if m.Inputs, err = d.inputs(); err != nil {
		return "", details, err
	}
	key := artefact.Key(m, program)
	if store := (artefact.Store{Root: out}); store.Has(m.Stage, key) {
		store.Whole(m.Stage, key) // one that was changed is removed, and made again
	}
	path, err = artefact.Store{Root: out}.Make(ctx, key, &m, func(dir string) error {
		drawing, err := d.Run(ctx)
		if err != nil {
			return err
		}
		details = drawing.details(d)
		if m.Details, err = json.Marshal(details); err != nil {
			return err
		}
		return SaveSample(drawing.Table(d), dir)
	})
	return path, details, err
}

// settleWithin names the folder of the earlier draw itself: a link to the draw in force names another one after the next draw.
func (d *Design) settleWithin() (err error) {
	if d.Within == "" {
		return nil
	}
	if d.Within, err = filepath.EvalSymlinks(d.Within); err != nil {
		return problems.Input(fmt.Errorf("within: %w", err))
	}
	return nil
}

// inputs are the frame by its bytes and the earlier draws by their seals.
func (d *Design) inputs() ([]artefact.Input, error) {
	sum, _, err := artefact.Digest(d.Frame)
	if err != nil {
		return nil, err
	}
	inputs := []artefact.Input{{Name: filepath.Base(d.Frame), SHA256: sum}}
	if d.Within == "" {
		return inputs, nil
	}
	_, seal, err := artefact.Verify(d.Within)
	return append(inputs, artefact.Input{Name: "draw", SHA256: seal}), err
}

func (r *Drawing) details(d *Design) Details {
	return Details{
		Method: d.Method, Algorithm: sampling.Algorithm, Seed: d.Seed, FrameSum: r.Sample.Frame, Frame: r.Sample.Units,
		Drawn: len(r.Sample.Drawn), Strata: r.Sample.Strata, Empty: r.Chain.Empty,
	}
}
