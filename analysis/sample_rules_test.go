package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/google/go-cmp/cmp"
)

// TestNewSampleRefuses: every rule names the row, the column and the stage, and all problems come at once.
func TestNewSampleRefuses(t *testing.T) {
	type problem struct {
		Row    int
		Column analysis.DesignColumn
		Stage  int
	}
	stage := func(stratum, unit []int32, population []float64) analysis.StageColumns {
		return analysis.StageColumns{Stratum: stratum, Unit: unit, Population: population}
	}
	stages := func(s ...analysis.StageColumns) []analysis.StageColumns { return s }
	nan, inf := math.NaN(), math.Inf(1)
	two := []int32{0, 1, 0, 1}
	for name, tt := range map[string]struct {
		columns analysis.SampleColumns
		want    []problem
	}{
		"weights": {
			analysis.SampleColumns{Weights: []float64{nan, 0, -1, inf}},
			[]problem{{0, analysis.WeightColumn, 0}, {1, analysis.WeightColumn, 0}, {2, analysis.WeightColumn, 0}, {3, analysis.WeightColumn, 0}},
		},
		"neither weights nor counts": {
			analysis.SampleColumns{Stages: stages(stage(nil, two, []float64{9, 9, 9, 9}), stage(nil, nil, nil))},
			[]problem{{0, analysis.WeightColumn, 1}},
		},
		"PSU in two strata": {
			analysis.SampleColumns{Weights: ones(4), Stages: stages(stage([]int32{0, 0, 1, 1}, []int32{5, 6, 7, 5}, nil))},
			[]problem{{3, analysis.UnitColumn, 0}},
		},
		"unit of stage 2 in two strata": {
			analysis.SampleColumns{Weights: ones(4), Stages: stages(stage(nil, two, nil), stage([]int32{0, 0, 0, 1}, []int32{3, 3, 3, 3}, nil))},
			[]problem{{3, analysis.UnitColumn, 1}},
		},
		"counts that differ": {
			analysis.SampleColumns{Weights: ones(4), Stages: stages(stage(nil, two, []float64{9, 9, 8, 9}))},
			[]problem{{2, analysis.PopulationColumn, 0}},
		},
		"counts that are none": {
			analysis.SampleColumns{Weights: ones(4), Stages: stages(stage([]int32{0, 0, 1, 1}, nil, []float64{nan, nan, 0, 0}))},
			[]problem{{0, analysis.PopulationColumn, 0}, {2, analysis.PopulationColumn, 0}},
		},
		"counts below the sample": {
			analysis.SampleColumns{Weights: ones(4), Stages: stages(stage(nil, two, []float64{5, 5, 5, 5}), stage(nil, nil, []float64{1, 2, 1, 2}))},
			[]problem{{0, analysis.PopulationColumn, 1}},
		},
		"lonely strata": {
			analysis.SampleColumns{Weights: ones(4), Stages: stages(stage([]int32{0, 0, 1, 2}, nil, []float64{9, 9, 1, 2}))},
			[]problem{{3, analysis.StratumColumn, 0}},
		},
		"everything": {
			analysis.SampleColumns{
				Weights: []float64{1, 1, 0, 1},
				Stages:  stages(stage([]int32{0, 0, 1, 1}, []int32{5, 6, 7, 5}, []float64{1, 1, 4, nan})),
			},
			[]problem{
				{0, analysis.PopulationColumn, 0}, {2, analysis.PopulationColumn, 0}, {2, analysis.WeightColumn, 0},
				{3, analysis.UnitColumn, 0}, {3, analysis.PopulationColumn, 0},
			}, // row 3 comes first by unit: its count is no count, and row 2 has another
		},
	} {
		tt.columns.Rows = 4
		s, err := analysis.NewSample(tt.columns)
		var list *analysis.SampleError
		if s != nil || !errors.As(err, &list) {
			t.Errorf("%s: %v, %v", name, s, err)
			continue
		}
		var got []problem
		for _, p := range list.Problems {
			got = append(got, problem{p.Row, p.Column, p.Stage})
			if p.Rule == "" {
				t.Errorf("%s: no rule", name)
			}
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %v\n%s", name, err, d)
		}
	}
}

// TestNewSampleTakes what is unusual and no mistake.
func TestNewSampleTakes(t *testing.T) {
	for name, c := range map[string]analysis.SampleColumns{
		"nobody": {},
		"the only unit of its stratum": {
			Rows: 3, Weights: ones(3), Stages: []analysis.StageColumns{{Stratum: []int32{0, 1, 1}, Population: []float64{1, 2, 2}}},
		},
		"names nested in strata": {
			Rows: 4, Weights: ones(4),
			Stages: []analysis.StageColumns{{Stratum: []int32{0, 0, 1, 1}, Unit: []int32{1, 2, 1, 2}, Nested: true}},
		},
		"a lonely stratum by policy": {Rows: 1, Weights: ones(1), Lonely: analysis.LonelyRemove},
	} {
		s, err := analysis.NewSample(c)
		if err != nil || s.Rows() != c.Rows {
			t.Errorf("%s: %v", name, err)
			continue
		}
		e := s.Estimate(analysis.TotalOf(ones(c.Rows)), nil)
		if e.Values[0] != float64(c.Rows) || e.N != int64(c.Rows) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// TestSampleShapes: columns that differ in length are a mistake of the caller.
func TestSampleShapes(t *testing.T) {
	s, err := analysis.NewSample(analysis.SampleColumns{Rows: 2, Weights: ones(2)})
	if err != nil {
		t.Fatal(err)
	}
	for name, mistake := range map[string]func(){
		"weights":       func() { analysis.NewSample(analysis.SampleColumns{Rows: 2, Weights: ones(3)}) },
		"variable":      func() { s.Estimate(analysis.TotalOf(ones(3)), nil) },
		"denominator":   func() { s.Estimate(analysis.RatioOf(ones(2), ones(3)), nil) },
		"domain":        func() { s.Estimate(analysis.TotalOf(ones(2)), []bool{true}) },
		"cells":         func() { s.Totals(nil, []int32{0}, 1) },
		"cells above k": func() { s.Totals(nil, []int32{0, 1}, 1) },
		"pairs":         func() { analysis.RatiosOf([][]float64{ones(2)}, nil) },
		"a stage": func() {
			analysis.NewSample(analysis.SampleColumns{Rows: 2, Weights: ones(2), Stages: []analysis.StageColumns{{Unit: []int32{0}}}})
		},
	} {
		if !panics(mistake) {
			t.Errorf("%s of another length: no panic", name)
		}
	}
}

// TestWeightsFromCounts: without weights every row stands for units in the frame by units sampled, over all stages.
func TestWeightsFromCounts(t *testing.T) {
	s, err := analysis.NewSample(analysis.SampleColumns{Rows: 4, Stages: []analysis.StageColumns{
		{Unit: []int32{7, 3, 7, 3}, Population: []float64{10, 10, 10, 10}},
		{Stratum: []int32{0, 0, 1, 0}, Unit: []int32{0, 0, 1, 1}, Population: []float64{4, 6, 5, 6}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{20, 15, 25, 15}, s.Weights()); d != "" {
		t.Error(d)
	}
	if s.PSUs() != 2 || s.Strata() != 1 || s.DF(nil) != 1 || s.DF([]bool{true, false, true, false}) != 0 {
		t.Errorf("%d PSUs in %d strata, %v degrees of freedom", s.PSUs(), s.Strata(), s.DF(nil))
	}
}

func ExampleSample() {
	// Two of six enumeration areas in each of two strata, and the households of each that were interviewed.
	s, err := analysis.NewSample(analysis.SampleColumns{
		Rows:    6,
		Weights: []float64{30, 30, 30, 45, 45, 45},
		Stages: []analysis.StageColumns{{
			Stratum: []int32{0, 0, 0, 1, 1, 1}, Unit: []int32{0, 0, 1, 2, 3, 3}, Population: []float64{6, 6, 6, 6, 6, 6},
		}},
	})
	if err != nil {
		panic(err)
	}
	persons := []float64{3, 4, 5, 2, 6, 4}
	size := s.Estimate(analysis.MeanOf(persons), nil).At(0)
	fmt.Printf("%.2f persons a household, standard error %.2f\n", size.Value, size.SE)
	// Output: 4.00 persons a household, standard error 0.69
}
