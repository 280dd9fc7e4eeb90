package draw

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/sampling"
)

// A Plan is a selection with all that decides its outcome on a frame.
type Plan struct {
	*study.Selection
	Seed   uint64
	Phase  int                                   // 2 for the second phase of a two-phase sample
	Stage  int                                   // of a multi-stage sample, from 1; 0 for a draw by itself
	Rate   func(above []string) (float64, error) // probability of the units below, of a self-weighting last stage; else nil
	Before *Earlier                              // draw whose units are to be kept; nil for none
	Seen   Progress                              // nil for nobody who watches
}

// Progress is told now and then how many units of the frame have been seen, first to check them (total is then 0: not known
// yet), then to decide on them.
type Progress func(done, total int64)

// seen tells of every 65,536th unit.
func (p Progress) seen(done, total int) {
	if p != nil && done&0xffff == 0 {
		p(int64(done), int64(total))
	}
}

// A Selected unit is one that was drawn.
type Selected struct {
	Unit
	Hits        int     // how often it was drawn; more than 1 only with replacement
	Probability float64 // π, or the number of hits expected
	Weight      float64 // what the unit stands for: 1/π without replacement
	Population  int     // units of its stratum, or of the unit above, in the frame
	Drawn       int     // units drawn of these, repeats counted
	Rotation    int     // its rotation group from 1, 0 without groups
	First       *Phase  // the first phase, of a two-phase sample
}

// A Stratum is how many units of a stratum were drawn.
type Stratum struct {
	Code  string `json:"stratum"`
	Units int    `json:"units"`
	Drawn int    `json:"drawn"`
}

// A Sample is the outcome of a plan on a frame.
type Sample struct {
	Frame  string // SHA-256 of the frame as the plan sees it
	Units  int    // of the frame
	Strata []Stratum
	Drawn  []Selected // in order of Above and Code

	Offered []Offered // every unit of the frame, where SelectAll was asked
}

// An Offered unit is any unit of the frame, with its probability.
type Offered struct {
	Unit
	Probability float64
}

// Select carries out a plan. The frame is gone through twice: what has to be known before a unit can be decided on comes
// first. Only the methods that need all units of a stratum at once hold them in memory.
func Select(ctx context.Context, f Frame, p Plan) (*Sample, error) {
	return p.run(ctx, f, func(Unit, selector) {})
}

// SelectAll selects, and keeps every unit of the frame with its probability beside.
func SelectAll(ctx context.Context, f Frame, p Plan) (*Sample, error) {
	var offered []Unit
	var reasons []func() Reason
	s, err := p.run(ctx, f, func(u Unit, by selector) {
		offered, reasons = append(offered, u), append(reasons, by.account(u))
	})
	if err != nil {
		return nil, err
	}
	for i, u := range offered {
		s.Offered = append(s.Offered, Offered{u, reasons[i]().Probability})
	}
	return s, nil
}

// run selects, and lets a witness see every unit before it is offered.
func (p Plan) run(ctx context.Context, f Frame, witness func(u Unit, by selector)) (*Sample, error) {
	v, err := survey(ctx, f, p.Selection, p.Seen)
	if err != nil {
		return nil, err
	}
	if err := p.settle(v, f); err != nil {
		return nil, err
	}
	selectors, err := p.selectors(v)
	if err != nil {
		return nil, err
	}
	done, sum := 0, sha256.New()
	for u, err := range f.Units(ctx, p.Selection) {
		if err != nil {
			return nil, err
		}
		p.Seen.seen(done, v.units)
		done++
		digestUnit(sum, u)
		by, known := selectors[groupOf(u)]
		if !known {
			break // it was not there before: the digest differs
		}
		witness(u, by)
		by.offer(u)
	}
	if hex.EncodeToString(sum.Sum(nil)) != v.digest {
		return nil, problems.Input(fmt.Errorf("%s: the frame is not the same when it is read again: it was written to, or an expression gives another value each time", f.Name()))
	}
	return p.gather(v, selectors)
}

// gather collects what the selectors drew, in order.
func (p Plan) gather(v *surveyed, selectors map[string]selector) (*Sample, error) {
	s := &Sample{Frame: v.digest, Units: v.units}
	for _, code := range v.order {
		h := v.strata[code]
		drawn, err := selectors[code].drawn(code)
		if err != nil {
			return nil, problems.Input(fmt.Errorf("%s%w", of(shown(code)), err))
		}
		hits := 0
		for i := range drawn {
			hits += drawn[i].Hits
		}
		for i := range drawn {
			drawn[i].Population, drawn[i].Drawn = h.units, hits
		}
		p.rotate(code, drawn)
		s.Strata = append(s.Strata, Stratum{shown(code), h.units, hits})
		s.Drawn = append(s.Drawn, drawn...)
	}
	slices.SortFunc(s.Drawn, func(a, b Selected) int {
		return cmp.Or(slices.Compare(a.Above, b.Above), cmp.Compare(a.Code, b.Code))
	})
	return s, nil
}

// rotate shares the units of a stratum over the rotation groups at random, as evenly as they go.
func (p Plan) rotate(stratum string, drawn []Selected) {
	if p.Rotation == 0 {
		return
	}
	rng := sampling.Source(p.Seed, "rotation "+stratum)
	for at, i := range rng.Perm(len(drawn)) {
		drawn[i].Rotation = at%p.Rotation + 1
	}
}

// stream names the random numbers of a stratum, so that what happens in one stratum does not touch the others.
func (p Plan) stream(group string) string {
	switch {
	case p.Phase > 1:
		return fmt.Sprintf("phase %d %s", p.Phase, group)
	case p.Stage > 1:
		return fmt.Sprintf("stage %d within %s", p.Stage, shown(group))
	case p.Stratum != "":
		return "stratum " + group
	}
	return p.Method
}

// streamKeeping begins the name of the random numbers of a draw that keeps units of an earlier one: with the same seed, and
// a study mostly has the seed of the year before, they must not be those that made the earlier sample.
func (p Plan) streamKeeping() string {
	if p.Before == nil {
		return ""
	}
	return "keeping " + p.Before.seal + " "
}

// streamOfAll names the random numbers of a method that decides on all strata at once. A later phase or stage has its own:
// with those of the first one, the seed that drew a unit would decide over it once more.
func (p Plan) streamOfAll() string {
	if p.Phase > 1 || p.Stage > 1 {
		return p.stream("") + p.Method
	}
	return p.Method
}

// of begins a message about a stratum.
func of(code string) string {
	if code == "" {
		return ""
	}
	return "stratum " + code + ": "
}
