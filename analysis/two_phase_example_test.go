package analysis_test

import (
	"fmt"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/sampling"
)

// The columns of a two-phase sample drawn by the package sampling make a TwoPhase: 60 of 200 households are listed, and
// half of those with children and a fifth of the others interviewed.
func ExampleTwoPhase() {
	frame := sampling.StageFrame{}
	for i := range 200 {
		frame.Code = append(frame.Code, fmt.Sprintf("%03d", i))
	}
	simple := sampling.EqualProbability(sampling.SRS)
	listing := sampling.Stage{Name: "listing", Draw: simple, Take: sampling.TakeEqual(sampling.Exactly(60))}
	listed, err := listing.Sample(1, frame, nil)
	if err != nil {
		panic(err)
	}
	var kind []string
	for _, u := range listed.Units {
		kind = append(kind, []string{"children", "none", "none"}[u.Unit%3])
	}
	interview := sampling.Stage{Name: "interview", Draw: simple, Take: sampling.TakeEqual(func(c sampling.Cell) int {
		if c.Stratum == "children" {
			return len(c.Units) / 2
		}
		return len(c.Units) / 5
	})}
	drawn, err := interview.SecondPhase(1, listed, kind, nil)
	if err != nil {
		panic(err)
	}
	c := drawn.Columns()
	first, err := analysis.NewSample(analysis.SampleColumns{
		Rows:    len(c.Second),
		Weights: c.First.Weight,
		Stages:  []analysis.StageColumns{{Population: floats(c.First.Stages[0].Population)}},
	})
	if err != nil {
		panic(err)
	}
	s, err := analysis.NewTwoPhase(first, analysis.SecondPhase{Taken: c.Second, Stratum: codesOf(c.Stratum)})
	if err != nil {
		panic(err)
	}
	persons := make([]float64, len(c.Second)) // of those interviewed
	for i := range persons {
		if c.Second[i] {
			persons[i] = map[string]float64{"children": 4, "none": 2}[c.Stratum[i]] + float64(i%3)
		}
	}
	total := s.Estimate(analysis.TotalOf(persons), nil).At(0)
	fmt.Printf("%d households, %.0f persons, standard error %.0f\n", total.N, total.Value, total.SE)
	// Output: 17 households, 824 persons, standard error 46
}

func codesOf(text []string) []int32 {
	coder := analysis.NewCoder()
	codes := make([]int32, len(text))
	for i, s := range text {
		codes[i] = coder.Code(s)
	}
	return coder.Dim("", codes).Code
}

func floats(v []int) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = float64(x)
	}
	return out
}
