package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestCompleteCoverage lets chance make 4,000 communes of 400 persons, each a complete count, and counts how often the
// 95 % superpopulation interval has the measure of the process. The tolerance is the normal quantile for a false alarm
// in 1e-6 over all measures, times √(0.95·0.05/4000), and 1 point for what is left of skewness and of whole numbers.
func TestCompleteCoverage(t *testing.T) {
	const persons, draws = 400, 4000
	levels := []string{"male 0-4", "female 0-4", "male 5-14", "female 5-14", "male 15-49", "female 15-49", "male 50-64", "female 50-64",
		"male 65+", "female 65+"}
	prob := []float64{0.04, 0.038, 0.085, 0.08, 0.25, 0.255, 0.085, 0.087, 0.03, 0.05}
	tally := &analysis.Tally{Dims: peopleOf(levels...), N: make([]int64, len(levels))}
	women := analysis.ShareOf("women", analysis.Is("sex", "female"))
	standardised := women
	standardised.Name, standardised.Standard = "standardised", &analysis.Standard{Starts: []int{0, 15, 65}, Weights: []float64{2, 6, 2}}
	measures := []analysis.Measure{
		analysis.SexRatio(), analysis.TotalDependency(15, 65), analysis.MeanAge(), analysis.ChildWomanRatio(5, 15, 50), women, standardised,
	}
	estimate := func(m analysis.Measure) analysis.Measured {
		list, err := m.Complete(tally, make([]int32, len(levels)), 1, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		return list[0]
	}
	truth, covered := make([]float64, len(measures)), make([]float64, len(measures))
	for i, p := range prob {
		tally.N[i] = int64(math.Round(1e6 * p))
	}
	for j, m := range measures {
		truth[j] = estimate(m).Value
	}
	rng := rand.New(rand.NewPCG(4, 4))
	for range draws {
		clear(tally.N)
		for range persons {
			u, at := rng.Float64(), 0
			for ; at < len(prob)-1 && u >= prob[at]; at++ {
				u -= prob[at]
			}
			tally.N[at]++
		}
		for j, m := range measures {
			if i := estimate(m).Interval; i.Lower <= truth[j] && truth[j] <= i.Upper {
				covered[j] += 1. / draws
			}
		}
	}
	z := distuv.UnitNormal.Quantile(1 - 1e-6/2/float64(len(measures)))
	for j, m := range measures {
		t.Logf("%-26s %.4f", m.Name, covered[j])
		if math.Abs(covered[j]-0.95) > 0.01+z*math.Sqrt(0.95*0.05/draws) {
			t.Errorf("%s: coverage %.4f", m.Name, covered[j])
		}
	}
}

// TestCompleteCells: cells are counted by themselves, one without anybody says so, and what has no interval has none.
func TestCompleteCells(t *testing.T) {
	tally := &analysis.Tally{
		Dims: append(peopleOf("male 3", "female 30", "male 30", "female 70"), analysis.Dim{
			Name: "relationship", Levels: []string{"child", "head", "spouse"}, Code: []int32{0, 1, 2, 1},
		}),
		N: []int64{30, 40, 60, 20},
	}
	cell := []int32{0, 0, 2, 0}
	list, err := analysis.SexRatio().Complete(tally, cell, 3, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	if list[0].Value != 50 || list[0].N != 90 || list[1].Notes != analysis.Unsampled || list[1].N != 0 || !math.IsInf(list[2].Value, 1) {
		t.Errorf("%+v", list)
	}
	if i := list[2].Interval; !math.IsInf(i.Upper, 1) || !(i.Lower > 0 && i.Lower < math.Inf(1)) {
		t.Errorf("men alone: %+v", i)
	}
	size := analysis.HouseholdSize(analysis.Is("relationship", "head"))
	list, err = size.Complete(tally, make([]int32, 4), 1, 0.9)
	if err != nil || list[0].Value != 150./60 || !math.IsNaN(list[0].Interval.Lower) {
		t.Errorf("household size %+v, %v", list, err)
	}
	above, below, err := size.Totals(tally, make([]int32, 4), 1)
	if err != nil || above[0] != 150 || below[0] != 60 {
		t.Errorf("%v persons, %v households, %v", above, below, err)
	}
	women := analysis.ShareOf("women", analysis.Is("sex", "female"))
	women.Standard = &analysis.Standard{Starts: []int{0, 15, 65}, Weights: []float64{1, 2, 1}}
	list, err = women.Complete(tally, make([]int32, 4), 1, 0.9)
	// Shares 0 of 30, 0.4 of 100 and 1 of 20.
	if want := 0.25*0 + 0.5*0.4 + 0.25*1; err != nil || !scalar.EqualWithinRel(list[0].Value, want, 1e-14) {
		t.Errorf("standardised share %+v, want %v, %v", list, want, err)
	}
	half := distuv.UnitNormal.Quantile(0.95) * math.Sqrt(0.25*0.4*0.6/100)
	if got, want := list[0].Interval.Upper, 0.45*math.Exp(half/0.45); !scalar.EqualWithinRel(got, want, 1e-12) {
		t.Errorf("standardised share up to %v, want %v", got, want)
	}
}
