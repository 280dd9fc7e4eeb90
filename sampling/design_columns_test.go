package sampling_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/sampling"
)

// smallSample has two strata, a commune without any household drawn, and communes out of the order of their strata.
func smallSample() *sampling.StageSample {
	communes := &sampling.StageSample{Stage: "commune", Units: []sampling.StageUnit{
		{Unit: 1, Code: "B", Stratum: "urban", Population: 3, Sampled: 1, Pi: 1. / 3, Overall: 1. / 3},
		{Unit: 2, Code: "C", Stratum: "rural", Population: 4, Sampled: 2, Pi: 0.5, Overall: 0.5},
		{Unit: 5, Code: "F", Stratum: "rural", Population: 4, Sampled: 2, Pi: 0.5, Overall: 0.5},
	}}
	return &sampling.StageSample{Stage: "household", Above: communes, Units: []sampling.StageUnit{
		{Unit: 3, Parent: 0, Code: "x", Population: 8, Sampled: 1, Pi: 0.125, Overall: 0.125 / 3},
		{Unit: 7, Parent: 2, Code: "x", Population: 5, Sampled: 2, Pi: 0.4, Overall: 0.2},
		{Unit: 9, Parent: 2, Code: "z", Population: 5, Sampled: 2, Pi: 0.4, Overall: 0.2},
	}}
}

func TestDesignColumns(t *testing.T) {
	got := fmt.Sprintf("%+v", smallSample().Columns())
	want := "{Stages:[" +
		"{Name:commune ID:[B F F] Stratum:[urban rural rural] Population:[3 4 4] Sampled:[1 2 2] " +
		"Pi:[0.3333333333333333 0.5 0.5]} " +
		"{Name:household ID:[x x z] Stratum:[all all all] Population:[8 5 5] Sampled:[1 2 2] Pi:[0.125 0.4 0.4]}] " +
		"Weight:[24 5 5]}"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestNesting(t *testing.T) {
	s := smallSample()
	n, err := s.Nesting()
	got := fmt.Sprintf("%+v %v", n, err)
	want := "{Strata:[{Name:rural Population:4} {Name:urban Population:3}] " +
		"PSUs:[{Name:C Stratum:0 Population:0} {Name:F Stratum:0 Population:5} {Name:B Stratum:1 Population:8}] " +
		"SSUs:[1 1 2] Unit:[2 0 1]} <nil>"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if _, err := analysisDesign(n); err != nil {
		t.Error(err)
	}
	first, err := s.Above.Nesting()
	if err != nil || first.SSUs != nil || !slices.Equal(first.Unit, []int32{2, 0, 1}) {
		t.Errorf("first stage alone: %+v, %v", first, err)
	}
	s.Above.Units[1].Pi, s.Units[2].Pi = 0.6, 0.3 // unequal probabilities: counts say nothing
	n, _ = s.Nesting()
	counts := []float64{n.Strata[0].Population, n.Strata[1].Population, n.PSUs[1].Population, n.PSUs[2].Population}
	if !slices.Equal(counts, []float64{0, 3, 0, 8}) {
		t.Errorf("unequal probabilities: %+v", n)
	}
	s.Units[0].Stratum = "farm"
	if n, err := s.Nesting(); err == nil {
		t.Errorf("strata of the second stage: %+v, want an error", n)
	}
	empty := &sampling.StageSample{Above: &sampling.StageSample{}}
	if n, err := empty.Nesting(); err != nil || len(n.PSUs)+len(n.SSUs)+len(n.Unit) != 0 {
		t.Errorf("empty sample: %+v, %v", n, err)
	}
}

// TestNestingOfThreeStages: persons are numbered by the second-stage unit they live in.
func TestNestingOfThreeStages(t *testing.T) {
	s := smallSample()
	persons := &sampling.StageSample{Stage: "person", Above: s, Units: []sampling.StageUnit{
		{Parent: 2, Code: "1"}, {Parent: 0, Code: "1"}, {Parent: 2, Code: "2"},
	}}
	n, err := persons.Nesting()
	if err != nil || !slices.Equal(n.Unit, []int32{1, 2, 1}) || !slices.Equal(n.SSUs, []int32{1, 1, 2}) {
		t.Errorf("%+v, %v", n, err)
	}
}

// analysisDesign is the design as the estimators take it.
func analysisDesign(n sampling.Nesting) (*analysis.Design, error) {
	var strata []analysis.Stratum
	for _, s := range n.Strata {
		strata = append(strata, analysis.Stratum{Name: s.Name, Population: s.Population})
	}
	var psus []analysis.PSU
	for _, p := range n.PSUs {
		psus = append(psus, analysis.PSU{Name: p.Name, Stratum: p.Stratum, Population: p.Population})
	}
	return analysis.NewDesign(strata, psus, n.SSUs)
}
