// Package planning compares sample designs by what they would cost and how precise they would be, from the register,
// before anybody is interviewed.
package planning

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/internal/study"
)

// problem is everything the candidates share.
type problem struct {
	frame   *Frame
	study   study.Plan
	targets []target
	lowest  string // level of the targets, lowest
	sizes   []int  // of enumeration areas, each once
	layouts map[int]*layout
}

// An Outcome is what planning finds.
type Outcome struct {
	Solutions []*Solution `json:"candidates"` // cheapest first, those that miss a target last
	Baseline  *Solution   `json:"baseline,omitempty"`
	Curve     []Point     `json:"curve"`
	Aside     Aside       `json:"aside"`

	problem *problem
}

// Run compares the candidates of a plan. levels are those of the areas, lowest first. progress may be nil.
func Run(ctx context.Context, f *Frame, p study.Plan, levels []string, progress func(done, total int64)) (*Outcome, error) {
	pr := newProblem(f, p, levels)
	all := candidates(p.Candidates)
	o := &Outcome{Aside: f.Aside, Solutions: make([]*Solution, len(all)), problem: pr}
	var done atomic.Int64
	total := int64(len(all) + len(scales)*len(Estimators))
	step := func() {
		if n := done.Add(1); progress != nil {
			progress(n, total)
		}
	}
	err := each(ctx, len(all), func(ctx context.Context, i int) (err error) {
		o.Solutions[i], err = pr.solve(ctx, all[i], 1)
		step()
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(o.Solutions, byCost)
	if p.Baseline.Fraction > 0 {
		o.Baseline = pr.baseline(p.Baseline)
	}
	o.Curve, err = pr.curve(ctx, o.Solutions, step)
	return o, err
}

func newProblem(f *Frame, p study.Plan, levels []string) *problem {
	pr := &problem{frame: f, study: p, targets: f.targets(p), layouts: make(map[int]*layout)}
	var of []string
	for _, t := range p.Targets {
		of = append(of, t.Level)
	}
	pr.lowest = lowest(levels, of)
	sizes := slices.Clone(p.Candidates.PSUSize)
	if len(sizes) == 0 {
		sizes = []int{0}
	}
	if p.Baseline.Fraction > 0 {
		sizes = append(sizes, p.Baseline.PSUSize)
	}
	for _, size := range sizes {
		if pr.layouts[size] == nil {
			pr.sizes = append(pr.sizes, size)
			pr.layouts[size] = f.layout(size, p.Model)
		}
	}
	return pr
}

// each does n things, as many at once as there are processors.
func each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(ctx, i)
		})
	}
	return g.Wait()
}

// byCost puts the cheapest first and those that miss a target last, the one that misses it least first.
func byCost(a, b *Solution) int {
	if a.Feasible != b.Feasible {
		if a.Feasible {
			return -1
		}
		return 1
	}
	if a.Feasible {
		return cmp.Compare(a.Cost, b.Cost)
	}
	return cmp.Compare(a.Tightest.Share, b.Tightest.Share)
}

// baseline evaluates the design in use.
func (p *problem) baseline(b study.Baseline) *Solution {
	e := p.evaluator(baselineCandidate(b))
	m := make([]int, len(e.members))
	for h, members := range e.members {
		m[h] = min(len(members), max(fewest, int(math.Round(b.Fraction*float64(len(members))))))
	}
	s := &Solution{Candidate: e.Candidate, shape: e.shape, allocation: m, evaluation: e.at(m)}
	s.describe(1)
	s.Feasible = s.Tightest.Share <= 1
	return s
}

// Best is the cheapest candidate that meets all targets, nil if there is none.
func (o *Outcome) Best() *Solution { return o.first(func(*Solution) bool { return true }) }

// Unassisted is the cheapest that uses no count of the register, neither in its estimator nor to balance on.
func (o *Outcome) Unassisted() *Solution {
	return o.first(func(s *Solution) bool { return !s.Assisted() })
}

func (o *Outcome) first(is func(*Solution) bool) *Solution {
	for _, s := range o.Solutions {
		if s.Feasible && is(s) {
			return s
		}
	}
	return nil
}

// A Saving is what one design saves against another, in percent of the other.
type Saving struct {
	Cost       float64 `json:"cost_pct"`
	PSUs       float64 `json:"psus_pct"`
	Interviews float64 `json:"interviews_pct"`
}

// SavingOf is what s saves against another.
func SavingOf(s, other *Solution) Saving {
	pct := func(a, b float64) float64 { return 100 * (1 - a/b) }
	return Saving{pct(s.Cost, other.Cost), pct(float64(s.PSUs), float64(other.PSUs)), pct(s.Interviews, other.Interviews)}
}
