package stage

import (
	"fmt"
	"slices"
	"sort"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/sampling"
)

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
		return fmt.Errorf("draw.n: want %d units, the frame has %d", n, len(at))
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
