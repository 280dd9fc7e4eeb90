package stage

import (
	"context"
	"os"
	"path/filepath"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/extract"
)

func (r *Runner) extract(ctx context.Context) (Result, error) {
	if r.Study.Extract != "" {
		return Result{Stage: Extract, NotDue: "the study works on an extract received from elsewhere"}, nil
	}
	drawn, _, draw, err := r.current(Draw)
	if err != nil {
		return Result{}, err
	}
	list, inputs, err := r.areas()
	if err != nil {
		return Result{}, err
	}
	codeList := digestOf(inputs)
	in, err := r.registerInput()
	if err != nil {
		return Result{}, err
	}
	inputs = append(inputs, in, draw)
	d := extractDetails{
		Plan: planOf(r.Study), CodeList: codeList, Whole: r.Study.Register.Columns.Count == "",
		Handling: "confidential: small counts are in it as they are, without disclosure control",
	}
	return r.make(ctx, Extract, inputs, func() (any, error) { return d, nil }, func(dir string) error {
		e, err := r.tally(ctx, filepath.Join(drawn, "draw.parquet"), list.Lowest())
		if err != nil {
			return err
		}
		d.describe(e)
		d.Snapshot = r.opened.Snapshot()
		if err := os.WriteFile(filepath.Join(dir, "study.yaml"), []byte(r.Study.Text), 0o644); err != nil {
			return err
		}
		return e.Write(dir)
	})
}

// digestOf is the digest of the code list, "" where there is none.
func digestOf(areas []artefact.Input) string {
	if len(areas) == 0 {
		return ""
	}
	return areas[0].SHA256
}

// tally draws the extract of the areas in the table of a draw.
func (r *Runner) tally(ctx context.Context, draw string, listed []string) (*extract.Extract, error) {
	table, err := columns.Load(draw)
	if err != nil {
		return nil, err
	}
	reg, err := r.register(ctx)
	if err != nil {
		return nil, err
	}
	codes := table[0].Text
	r.progress(Extract, 0, 0)
	tallies, err := reg.Tally(ctx, listed, codes, func(done, total int64) { r.progress(Extract, done, total) })
	if err != nil {
		return nil, err
	}
	e := &extract.Extract{Tallies: tallies}
	found := make(map[string]bool)
	for _, code := range tallies[0].Dim("area").Levels {
		found[code] = true
	}
	if r.Study.Time.OwnEvents() {
		if e.Events, err = reg.Events(ctx, listed, codes); err != nil {
			return nil, err
		}
		if err := closes(e.Events, tallies[0], eventAt(r.Study)); err != nil {
			return nil, err
		}
	}
	for i, code := range codes {
		e.Areas = append(e.Areas, extract.Area{
			Code: code, Name: table[1].Text[i], Probability: table[5].Float[i], Weight: table[6].Float[i],
			Known: r.Study.Register.Columns.Count == "" || found[code],
		})
	}
	return e, nil
}

func (d *extractDetails) describe(e *extract.Extract) {
	d.Sex, d.Age = e.Tallies[0].Dim("sex") != nil, e.Tallies[0].Dim("age") != nil
	d.Dimensions = []string{}
	for _, t := range e.Tallies[1:] {
		d.Dimensions = append(d.Dimensions, t.Dims[len(t.Dims)-1].Name)
	}
	d.Areas = len(e.Areas)
	for _, t := range e.Tallies {
		d.Cells += t.Rows()
	}
	if e.Events != nil {
		d.Cells += e.Events.Rows()
	}
}

// areaClass classes the areas of a tally into the codes given, each alone.
func areaClass(t *analysis.Tally, codes []string, of func(code string) (string, bool)) analysis.Class {
	known := make(map[string]bool, len(codes))
	for _, c := range codes {
		known[c] = true
	}
	return analysis.Classes(t.Dim("area"), codes, func(level string) (string, bool) {
		code, ok := of(level)
		return code, ok && known[code]
	})
}
