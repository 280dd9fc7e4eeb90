package draw_test

import (
	"context"
	"fmt"
	"iter"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/study"
)

// falseAlarm is the chance that a simulation here fails though the draws are right, were its seeds not fixed.
const falseAlarm = 1e-6

// nested is a frame of households within drawn communes.
type nested struct {
	all   []draw.Unit
	drawn map[string]bool
}

func (n nested) Name() string { return "households" }

func (n nested) Units(context.Context, *study.Selection) iter.Seq2[draw.Unit, error] {
	return func(yield func(draw.Unit, error) bool) {
		for _, u := range n.all {
			if n.drawn[u.Above[0]] && !yield(u, nil) {
				return
			}
		}
	}
}

// country is 6 communes with 3 to 8 households each.
func country() (communes draw.List, households []draw.Unit) {
	for c := range 6 {
		code := fmt.Sprint("c", c)
		for h := range c + 3 {
			households = append(households, draw.Unit{Code: fmt.Sprint("h", h), Above: []string{code}, Size: float64(h%3 + 1)})
		}
		communes.All = append(communes.All, draw.Unit{Code: code, Size: float64(c + 3)})
	}
	return communes, households
}

// twoStages draws 3 communes by size, and households within them.
func twoStages(t *testing.T, seed uint64, second study.Selection, f float64) draw.Chain {
	t.Helper()
	communes, households := country()
	first := study.Selection{Method: "pps_systematic", N: 3, Size: "size"}
	first.SetDefaults()
	second.SetDefaults()
	s, err := draw.Select(context.Background(), communes, draw.Plan{Selection: &first, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	chain := draw.Begin(s)
	plan := draw.Plan{Selection: &second, Seed: seed, Stage: 2}
	if f > 0 {
		plan.Rate = chain.Rate(f)
	}
	below, err := draw.Select(context.Background(), nested{households, chain.Drawn()}, plan)
	if err != nil {
		t.Fatal(err)
	}
	if f > 0 {
		return chain.Next(below).Even(f)
	}
	return chain.Next(below)
}

// TestStagesReproduceProbabilities: over 5,000 draws every household comes as often as the product of its probabilities
// says. The tolerance is the normal quantile that leaves falseAlarm over all households, times the standard error.
func TestStagesReproduceProbabilities(t *testing.T) {
	const draws = 5000
	_, households := country()
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/2/float64(len(households)))
	for name, tt := range map[string]struct {
		second study.Selection
		f      float64
	}{
		"two households of each": {second: study.Selection{Method: "srs", N: 2}},
		"by size":                {second: study.Selection{Method: "tille", N: 2, Size: "persons"}},
		"self-weighting":         {second: study.Selection{Method: "systematic"}, f: 0.2},
	} {
		came, pi := map[string]int{}, map[string]float64{}
		for seed := range uint64(draws) {
			for _, u := range twoStages(t, seed, tt.second, tt.f).Units {
				code := u.Codes[0] + u.Codes[1]
				came[code]++
				overall := u.Links[0].Probability * u.Links[1].Probability
				if before, seen := pi[code]; seen && before != overall {
					t.Fatalf("%s: household %s has probabilities %v and %v", name, code, before, overall)
				}
				pi[code] = overall
				if !scalar.EqualWithinRel(u.Weight, 1/overall, 1e-12) || tt.f > 0 && u.Weight != 1/tt.f {
					t.Fatalf("%s: probability %v, weight %v", name, overall, u.Weight)
				}
			}
		}
		for _, u := range households {
			code := u.Above[0] + u.Code
			want := pi[code]
			got := float64(came[code]) / draws
			if math.Abs(got-want) > z*math.Sqrt(want*(1-want)/draws)+1./draws || want == 0 {
				t.Errorf("%s: household %s came in %.4f of the draws, want %.4f", name, code, got, want)
			}
		}
	}
}

func TestTooSmallForSelfWeighting(t *testing.T) {
	communes, _ := country()
	s := study.Selection{Method: "srs", N: 2}
	s.SetDefaults()
	first, err := draw.Select(context.Background(), communes, draw.Plan{Selection: &s, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	rate := draw.Begin(first).Rate(0.5)
	if _, err := rate([]string{first.Drawn[0].Code}); err == nil {
		t.Error("probability 1/3 at the first stage, 1/2 overall: no error")
	}
}

// TestEmptyUnits: a drawn unit with nothing within it is named, one from which nothing happened to be drawn is not.
func TestEmptyUnits(t *testing.T) {
	communes, households := country()
	s := study.Selection{Method: "all"}
	s.SetDefaults()
	first, err := draw.Select(context.Background(), communes, draw.Plan{Selection: &s, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	chain := draw.Begin(first)
	few := study.Selection{Method: "bernoulli", N: 1}
	few.SetDefaults()
	second, err := draw.Select(context.Background(), nested{households[3:], chain.Drawn()}, draw.Plan{Selection: &few, Seed: 1, Stage: 2})
	if err != nil {
		t.Fatal(err)
	}
	if empty := chain.Next(second).Empty; len(empty) != 1 || empty[0] != "c0" {
		t.Errorf("empty units %v, want c0 alone", empty)
	}
}
