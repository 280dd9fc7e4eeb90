// Package stage carries a study through its stages: draw, extract, estimate, compare, report. Each reads the artefacts
// before it and makes one of its own, unless the one it would make is there already.
package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/register"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// Names of the stages, in their order.
const (
	Draw     = "draw"
	Extract  = "extract"
	Estimate = "estimate"
	Compare  = "compare"
	Report   = "report"
)

// Names are the stages in order.
var Names = []string{Draw, Extract, Estimate, Compare, Report}

// nouns are what the stages make.
var nouns = map[string]string{Draw: "draw", Extract: "extract", Estimate: "estimate", Compare: "comparison", Report: "report"}

// ErrRefused is wrapped by what is refused on principle: a comparison before collection has ended, a broken seal.
var ErrRefused = errors.New("refused")

// A Runner runs the stages of one study.
type Runner struct {
	Study     *study.Study
	Program   string                                // name and version, for the manifests
	Build     string                                // digest of the program: another build does not take over what one made
	Now       func() time.Time                      // the clock the embargo goes by
	Override  string                                // reason for comparing before collection has ended; empty means none
	WaitForIt bool                                  // before collection has ended, comparing is not due, rather than refused
	Progress  func(stage string, done, total int64) // may be nil; total is 0 when not known
	Notice    func(text string)                     // what happened on the way that people should know; may be nil
	digests   *digests
	opened    *register.Register
}

// A Result is what became of a stage.
type Result struct {
	Stage   string  `json:"stage"`
	Path    string  `json:"path,omitempty"` // of the artefact
	Seal    string  `json:"seal,omitempty"` // SHA-256 of its manifest
	Made    bool    `json:"made"`           // by this run; else it was there already
	Summary string  `json:"summary,omitempty"`
	NotDue  string  `json:"not_due,omitempty"`
	Seconds float64 `json:"seconds"`
}

// New makes a runner with the real clock.
func New(s *study.Study, program string) *Runner {
	return &Runner{Study: s, Program: program, Now: time.Now}
}

func (r *Runner) store() artefact.Store { return artefact.Store{Root: r.Study.Path(r.Study.Output)} }

// lock keeps a second run of the same study away until unlock.
func (r *Runner) lock() (unlock func(), err error) {
	root := r.store().Root
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, err
	}
	l := flock.New(filepath.Join(root, ".lock"))
	got, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !got {
		return nil, fmt.Errorf("%s: another run is writing here; wait for it to end", root)
	}
	return func() { l.Unlock() }, r.store().Sweep()
}

// Run runs the stages named, in order, and reports each. It stops at the first that fails. A stage that is not due says
// why in its result, and those after it are not due either.
func (r *Runner) Run(ctx context.Context, stages []string, report func(Result)) (err error) {
	unlock, err := r.lock()
	if err != nil {
		return err
	}
	defer unlock()
	r.digests = openDigests(r.store().Root)
	defer func() { err = errors.Join(err, r.closeRegister(), r.digests.save()) }()
	for _, name := range stages {
		if embargo := r.Embargo(); r.WaitForIt && embargo != "" && (name == Compare || name == Report) {
			report(Result{Stage: name, NotDue: embargo})
			continue
		}
		started := time.Now()
		result, err := r.runAgain(ctx, name)
		if err != nil {
			return err
		}
		result.Seconds = time.Since(started).Seconds()
		report(result)
		if result.NotDue != "" && name != Draw && name != Extract {
			return nil
		}
	}
	return nil
}

// restarts is how often a stage starts again after a database went away.
const restarts = 3

// runAgain runs a stage, and runs it again from its beginning where a database went away in the middle of it, with the
// moment it was read at.
func (r *Runner) runAgain(ctx context.Context, name string) (Result, error) {
	for attempt := 1; ; attempt++ {
		result, err := r.run(ctx, name)
		if !errors.Is(err, store.ErrLost) || attempt > restarts {
			return result, err
		}
		r.notice(fmt.Sprintf("%s starts again, %d of %d: %v", name, attempt, restarts, err))
		_ = r.closeRegister() // it is gone
		select {
		case <-ctx.Done():
			return result, ctx.Err()
		case <-time.After(pause << attempt):
		}
	}
}

// pause is the wait before a stage starts again for the first time, doubled from time to time: a fail-over takes a while.
const pause = time.Second

func (r *Runner) notice(text string) {
	if r.Notice != nil {
		r.Notice(text)
	}
}

func (r *Runner) run(ctx context.Context, name string) (Result, error) {
	switch name {
	case Draw:
		return r.draw(ctx)
	case Extract:
		return r.extract(ctx)
	case Estimate:
		return r.estimate(ctx)
	case Compare:
		return r.compare(ctx)
	case Report:
		return r.report(ctx)
	}
	return Result{}, fmt.Errorf("no stage is called %q; the stages are %v", name, Names)
}

// make makes the artefact of a stage, or finds it made and whole. fill writes its files; details, asked afterwards, are what
// the stage adds to the manifest.
func (r *Runner) make(ctx context.Context, stage string, inputs []artefact.Input, details func() (any, error), fill func(dir string) error) (Result, error) {
	m := artefact.Manifest{
		Stage: stage, Study: r.Study.ID, Text: r.Study.Text, Seed: r.Study.Seed, Program: r.Program, Inputs: inputs,
	}
	depends := m
	depends.Text = relevant(stage, r.Study)
	key := artefact.Key(depends, r.Build)
	store, result := r.store(), Result{Stage: stage}
	if store.Has(stage, key) && store.Whole(stage, key) {
		result.Path = store.Path(stage, key)
		if err := store.Point(stage, key); err != nil {
			return result, err
		}
	} else {
		result.Made = true
		var err error
		result.Path, err = store.Make(ctx, key, &m, func(dir string) error {
			if err := fill(dir); err != nil {
				return err
			}
			d, err := details()
			if err == nil {
				m.Details, err = json.Marshal(d)
			}
			return err
		})
		if err != nil {
			return result, fmt.Errorf("%s: %w", stage, err)
		}
	}
	made, seal, err := artefact.Open(result.Path)
	result.Seal, result.Summary = seal, summarise(made)
	return result, err
}

// current opens the artefact of an earlier stage and verifies its seal; fs.ErrNotExist when there is none.
func (r *Runner) current(stage string) (string, artefact.Manifest, artefact.Input, error) {
	path, err := r.Current(stage)
	if err != nil {
		return "", artefact.Manifest{}, artefact.Input{}, err
	}
	m, seal, err := artefact.Verify(path)
	switch {
	case errors.Is(err, artefact.ErrNotVerified):
		err = fmt.Errorf("%w: %w", ErrRefused, err)
	case err == nil && !r.received(stage) && r.stale(stage, m.Text):
		err = fmt.Errorf("the %s was made from %s as it was before: run concord %s again", nouns[stage], r.Study.File, stage)
	}
	return path, m, artefact.Input{Name: stage, SHA256: seal}, err
}

// received tells whether the artefact of a stage came from elsewhere.
func (r *Runner) received(stage string) bool { return stage == Extract && r.Study.Extract != "" }

func (r *Runner) progress(stage string, done, total int64) {
	if r.Progress != nil {
		r.Progress(stage, done, total)
	}
}
