package draw

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/sampling"
)

// whole holds the units of a stratum, for the methods that need all of them at once.
type whole struct {
	plan    Plan
	stratum *stratum
	units   []Unit // in the order of the selection
	rank    []int  // where in that order the unit offered at a position stands
	pi      []float64
}

func (w *whole) offer(u Unit) { w.units = append(w.units, u) }

func (w *whole) drawn(string) ([]Selected, error) {
	rng := sampling.Source(w.plan.Seed, w.plan.streamKeeping()+w.plan.stream(w.stratum.code))
	w.inOrder()
	if err := w.probabilities(); err != nil {
		return nil, err
	}
	positions, weight, err := w.choose(rng)
	if err != nil {
		return nil, err
	}
	var selected []Selected
	for i, at := range positions {
		if i > 0 && at == positions[i-1] {
			last := &selected[len(selected)-1]
			last.Hits++
			last.Weight = float64(last.Hits) / last.Probability
			continue
		}
		s := Selected{Unit: w.units[at], Hits: 1, Probability: w.pi[at], Weight: 1 / w.pi[at]}
		if weight != nil {
			s.Weight, s.Probability = weight[i], 1/weight[i]
		}
		selected = append(selected, s)
	}
	return selected, nil
}

// inOrder puts the units into the serpentine order of the columns the plan names.
func (w *whole) inOrder() {
	keys := make([]sampling.Key, len(w.plan.Order))
	for k := range keys {
		keys[k] = w.key(k)
	}
	ordered := make([]Unit, len(w.units))
	w.rank = make([]int, len(w.units))
	for at, i := range sampling.Serpentine(len(w.units), keys...) {
		ordered[at], w.rank[i] = w.units[i], at
	}
	w.units = ordered
}

// key compares units by a column of the order: as numbers where all its values are numbers, else as text.
func (w *whole) key(column int) sampling.Key {
	texts, numbers := make([]string, len(w.units)), make([]float64, len(w.units))
	numeric := true
	for i, u := range w.units {
		texts[i] = u.Order[column]
		v, err := strconv.ParseFloat(texts[i], 64)
		numbers[i], numeric = v, numeric && err == nil
	}
	if numeric {
		return sampling.By(numbers)
	}
	return sampling.By(texts)
}

// probabilities gives every unit its inclusion probability, or the hits expected.
func (w *whole) probabilities() error {
	size := make([]float64, len(w.units))
	for i, u := range w.units {
		size[i] = u.Size
	}
	var err error
	switch {
	case !w.plan.Sized():
		w.pi = slices.Repeat([]float64{w.plan.share(w.stratum)}, len(w.units))
	case w.plan.Method == "pps_with_replacement":
		w.pi, err = sampling.ExpectedHits(size, w.stratum.take)
	default:
		w.pi, err = sampling.InclusionProbabilities(size, w.stratum.take)
	}
	return err
}

// bySet ends the account of methods of which nothing decides over one unit alone.
const bySet = "the set that follows from the seed has this unit or has it not"

func (w *whole) account(Unit) func() Reason {
	position := len(w.units)
	return func() Reason {
		at := w.rank[position]
		rule := "method " + w.plan.Method + " decides on all units together: " + bySet
		switch {
		case w.plan.Before != nil || w.plan.Method == "pps_random_systematic": // the order of which is random too
		case w.plan.Method == "rao_hartley_cochran":
			rule = "the seed put the units into random groups and drew one of each by size: a unit drawn has the weight of its group, " +
				"and what is given as its probability is near it, for that has no simple form"
		case strings.HasSuffix(w.plan.Method, "systematic"):
			rule = fmt.Sprintf("it is unit %d of %d in the order of the draw, along which one random start and equal steps decide", at+1, len(w.units))
		}
		return Reason{Probability: w.pi[at], Rule: rule}
	}
}
