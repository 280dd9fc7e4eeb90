package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

func mustReplicate(t rapid.TB, s *analysis.Sample, m analysis.ReplicateMethod) *analysis.Replicates {
	t.Helper()
	r, err := s.Replicates(m)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A clustered sample has rows in PSUs in strata, with two variables and a cell for each.
type clustered struct {
	analysis.SampleColumns
	y, x []float64
	cell []int32
	k    int
}

// drawClustered draws a sample of one to four strata with at least two PSUs each, so many where the number is not 0.
// In some samples rows are the PSUs.
func drawClustered(t *rapid.T, psus int) clustered {
	c := clustered{k: 3}
	stage := analysis.StageColumns{Stratum: []int32{}, Unit: []int32{}}
	unit, counts, rows := int32(0), rapid.Bool().Draw(t, "counts"), rapid.Bool().Draw(t, "rows are PSUs")
	for h := range int32(rapid.IntRange(1, 4).Draw(t, "strata")) {
		n := psus
		if n == 0 {
			n = rapid.IntRange(2, 5).Draw(t, "PSUs")
		}
		of := float64(rapid.IntRange(n, 4*n).Draw(t, "of"))
		for range n {
			members := 1
			if !rows {
				members = rapid.IntRange(1, 3).Draw(t, "rows")
			}
			for range members {
				stage.Stratum, stage.Unit = append(stage.Stratum, h), append(stage.Unit, unit)
				if counts {
					stage.Population = append(stage.Population, of)
				}
				c.Weights = append(c.Weights, rapid.Float64Range(1, 9).Draw(t, "w"))
				c.y = append(c.y, rapid.Float64Range(1, 9).Draw(t, "y"))
				c.x = append(c.x, rapid.Float64Range(1, 9).Draw(t, "x"))
				c.cell = append(c.cell, rapid.Int32Range(-1, 2).Draw(t, "cell"))
			}
			unit++
		}
	}
	if rows {
		stage.Unit = nil
	}
	c.Rows, c.Stages = len(c.y), []analysis.StageColumns{stage}
	return c
}

func (c clustered) in(cell int32) []bool {
	out := make([]bool, c.Rows)
	for i := range out {
		out[i] = c.cell[i] == cell
	}
	return out
}

// replicateMethods are all of them that serve two PSUs a stratum.
func replicateMethods() map[string]analysis.ReplicateMethod {
	rng := rand.New(rand.NewPCG(7, 7))
	return map[string]analysis.ReplicateMethod{
		"JKn": analysis.JKn(), "BRR": analysis.BRR(), "Fay": analysis.Fay(0.3), "Rao-Wu": analysis.RaoWu(60, rng),
		"Canty-Davison": analysis.CantyDavison(60, rng), "Preston": analysis.Preston(60, rng),
		"successive": analysis.SuccessiveDifference(24),
	}
}

// TestReplicatesByCell holds the way that goes by sums of PSUs and cells against that of one estimate after the other,
// and both against the same weights given row by row.
func TestReplicatesByCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawClustered(t, 2)
		s := newSample(t, c.SampleColumns)
		for name, m := range replicateMethods() {
			r := mustReplicate(t, s, m)
			if rapid.Bool().Draw(t, "about the estimate") {
				r = r.AboutEstimate()
			}
			given := givenAgain(t, r)
			totals, ratios := r.Totals(c.y, c.cell, c.k), r.Ratios(c.y, c.x, c.cell, c.k)
			totalsGiven, ratiosGiven := given.Totals(c.y, c.cell, c.k), given.Ratios(c.y, c.x, c.cell, c.k)
			for cell := range int32(c.k) {
				what := fmt.Sprintf("%s, cell %d", name, cell)
				total, ratio := analysis.TotalOf(c.y), analysis.RatioOf(c.y, c.x)
				sameEstimate(t, what, totals[cell], r.Estimate(total, c.in(cell)).At(0))
				sameEstimate(t, what, ratios[cell], r.Estimate(ratio, c.in(cell)).At(0))
				sameEstimate(t, what, totalsGiven[cell], given.Estimate(total, c.in(cell)).At(0))
				sameEstimate(t, what, ratiosGiven[cell], given.Estimate(ratio, c.in(cell)).At(0))
				totalsGiven[cell].DF, ratiosGiven[cell].DF = totals[cell].DF, ratios[cell].DF
				totalsGiven[cell].Notes, ratiosGiven[cell].Notes = totals[cell].Notes, ratios[cell].Notes
				sameEstimate(t, what, totals[cell], totalsGiven[cell])
				sameEstimate(t, what, ratios[cell], ratiosGiven[cell])
			}
		}
	})
}

// givenAgain are replicates whose weights went through a file.
func givenAgain(t rapid.TB, r *analysis.Replicates) *analysis.Replicates {
	c := analysis.ReplicateColumns{
		Weights: r.Weights(), Scale: r.Scale(), RScales: r.RScales(), AboutEstimate: r.IsAboutEstimate(),
	}
	for n := range r.Len() {
		c.Combined = append(c.Combined, r.ReplicateWeights(n))
	}
	given, err := analysis.GivenReplicates(c)
	if err != nil {
		t.Fatal(err)
	}
	return given
}

// sameEstimate wants two estimates to be the same but for the last digits of the value, of which standard errors are
// differences.
func sameEstimate(t rapid.TB, what string, got, want analysis.Estimate) {
	t.Helper()
	const tol = 1e-12
	if want.N == 0 {
		got.SE, want.SE = 0, 0 // a total over nobody is 0 without error; by cell, nothing is said of it
	}
	size := math.Abs(want.Value)
	if !scalar.EqualWithinAbs(got.Value, want.Value, tol*size) && !(math.IsNaN(got.Value) && math.IsNaN(want.Value)) ||
		!scalar.EqualWithinAbs(got.SE, want.SE, tol*(size+want.SE)) && !(math.IsNaN(got.SE) && math.IsNaN(want.SE)) ||
		got.DF != want.DF || got.N != want.N || got.Notes != want.Notes {
		t.Fatalf("%s: %+v, want %+v", what, got, want)
	}
}

// TestReplicatesRank holds the rank that weights made here are said to have against that of their matrix. Bootstraps
// have it but for chance; with 60 replicates of at most 8 PSUs in pairs a relation by chance has a probability below
// 1e-12.
func TestReplicatesRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawClustered(t, 2)
		if c.Stages[0].Population != nil {
			c.Stages[0].Population = nil // strata that were counted whole have no rank but 1
		}
		s := newSample(t, c.SampleColumns)
		for name, m := range replicateMethods() {
			r := mustReplicate(t, s, m)
			given := givenAgain(t, r)
			for cell := int32(-1); cell < 3; cell++ {
				if got, want := r.DF(c.in(cell)), given.DF(c.in(cell)); got != want {
					t.Fatalf("%s: %v degrees of freedom, the matrix of weights has %v", name, got, want)
				}
			}
		}
	})
}

// TestReplicatesSeed: one seed, one set of weights, on every machine.
func TestReplicatesSeed(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 6, Stages: []analysis.StageColumns{
		{Population: slices.Repeat([]float64{15}, 6)},
	}})
	for name, want := range map[string]struct {
		method func(int, *rand.Rand) analysis.ReplicateMethod
		first  string
	}{
		"Rao-Wu":        {analysis.RaoWu, "[0.564 5.211 2.887 2.887 0.564 2.887]"},
		"Canty-Davison": {analysis.CantyDavison, "[2.500 0.161 4.839 2.500 2.500 2.500]"},
		"Preston":       {analysis.Preston, "[4.436 0.564 4.436 0.564 0.564 4.436]"},
	} {
		r := mustReplicate(t, s, want.method(2, rand.New(rand.NewPCG(20240401, 0))))
		if got := fmt.Sprintf("%.3f", r.ReplicateWeights(0)); got != want.first {
			t.Errorf("%s: %s, want %s", name, got, want.first)
		}
	}
}

func TestReplicatesRefuse(t *testing.T) {
	three := analysis.SampleColumns{Rows: 5, Weights: slices.Repeat([]float64{2}, 5), Stages: []analysis.StageColumns{
		{Stratum: []int32{1, 1, 2, 2, 2}, Unit: []int32{1, 2, 3, 4, 5}},
	}}
	lonely := analysis.SampleColumns{Rows: 3, Weights: []float64{2, 2, 2}, Lonely: analysis.LonelyAdjust,
		Stages: []analysis.StageColumns{{Stratum: []int32{1, 1, 2}, Unit: []int32{1, 2, 3}}}}
	rng := rand.New(rand.NewPCG(1, 1))
	for name, tt := range map[string]struct {
		sample analysis.SampleColumns
		method analysis.ReplicateMethod
		want   string
	}{
		"BRR of three":  {three, analysis.BRR(), "row 2: the stratum has 3 sampled PSUs"},
		"JK1 of strata": {three, analysis.JK1(), "row 2: JK1 is for a sample without strata"},
		"lonely JKn":    {lonely, analysis.JKn(), "row 2: the stratum has a single sampled PSU"},
		"lonely Fay":    {lonely, analysis.Fay(0.5), "row 2: the stratum has a single sampled PSU"},
		"lonely Rao-Wu": {lonely, analysis.RaoWu(9, rng), "row 2: the stratum has a single sampled PSU"},
		"lonely CD":     {lonely, analysis.CantyDavison(9, rng), "row 2: the stratum has a single sampled PSU"},
		"lonely mrb":    {lonely, analysis.Preston(9, rng), "row 2: the stratum has a single sampled PSU"},
		"lonely SDR":    {lonely, analysis.SuccessiveDifference(9), "row 2: the stratum has a single sampled PSU"},
	} {
		_, err := newSample(t, tt.sample).Replicates(tt.method)
		var problems *analysis.SampleError
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	strata, psus := []analysis.Stratum{{Name: "a"}, {Name: "b"}}, []analysis.PSU{{}, {}, {Stratum: 1}}
	d := &analysis.Design{Strata: strata, PSUs: psus}
	if _, err := d.Replicates(analysis.JKn()); err == nil || !strings.Contains(err.Error(), `stratum "b"`) {
		t.Errorf("a design with a lonely PSU: %v", err)
	}
}

func TestGivenReplicatesRefuses(t *testing.T) {
	_, err := analysis.GivenReplicates(analysis.ReplicateColumns{
		Weights: []float64{1, 0, 2}, Scale: 1, Combined: [][]float64{{1, 1, math.NaN()}, {-1, 1, 1}},
	})
	var problems *analysis.ReplicateError
	if !errors.As(err, &problems) || len(problems.Problems) != 3 {
		t.Fatalf("%v, want three problems", err)
	}
	for _, want := range []string{
		"row 1: the weight is 0", "row 2, replicate 0: the weight is missing", "row 0, replicate 1: the weight is -1",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v says nothing of %s", err, want)
		}
	}
	for name, c := range map[string]analysis.ReplicateColumns{
		"one replicate": {Weights: []float64{1}, Scale: 1, Combined: [][]float64{{1}}},
		"short column":  {Weights: []float64{1, 2}, Scale: 1, Combined: [][]float64{{1, 2}, {1}}},
		"both kinds":    {Weights: []float64{1}, Combined: [][]float64{{1}, {2}}, Factors: [][]float64{{1}, {2}}},
		"scales":        {Weights: []float64{1}, Scale: 1, Combined: [][]float64{{1}, {2}}, RScales: []float64{1}},
		"no scale":      {Weights: []float64{1}, Scale: math.NaN(), Combined: [][]float64{{1}, {2}}},
	} {
		if !panics(func() { _, _ = analysis.GivenReplicates(c) }) {
			t.Errorf("%s: no panic", name)
		}
	}
}

// TestLostReplicates: a mean over a domain that lies in one PSU is lost in the replicate without it, which is said.
func TestLostReplicates(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 4, Weights: []float64{1, 1, 1, 1}})
	y, domain := []float64{1, 2, 3, 4}, []bool{true, false, false, false}
	r := mustReplicate(t, s, analysis.JK1())
	for name, e := range map[string]analysis.Estimate{
		"estimate": r.Estimate(analysis.MeanOf(y), domain).At(0),
		"cell":     r.Ratios(y, nil, []int32{0, -1, -1, -1}, 1)[0],
	} {
		if e.Notes&analysis.LostReplicates == 0 || e.SE != 0 || e.DF != 0 {
			t.Errorf("%s: %+v, want a lost replicate and no variance between the others", name, e)
		}
	}
}

// ExampleSample_Replicates estimates a ratio with its error from a bootstrap of a small stratified sample.
func ExampleSample_Replicates() {
	s, err := analysis.NewSample(analysis.SampleColumns{
		Rows: 8, Weights: []float64{5, 5, 5, 5, 8, 8, 8, 8},
		Stages: []analysis.StageColumns{{
			Stratum: []int32{0, 0, 0, 0, 1, 1, 1, 1}, Unit: []int32{0, 0, 1, 2, 3, 4, 4, 5},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := s.Replicates(analysis.RaoWu(200, rand.New(rand.NewPCG(20240401, 0))))
	if err != nil {
		fmt.Println(err)
		return
	}
	rooms, persons := []float64{2, 3, 2, 4, 1, 2, 2, 3}, []float64{4, 5, 3, 5, 2, 4, 3, 4}
	e := r.Estimate(analysis.RatioOf(rooms, persons), nil).At(0)
	fmt.Printf("%.3f rooms a person, standard error %.3f on %v degrees of freedom\n", e.Value, e.SE, e.DF)
	// Output: 0.630 rooms a person, standard error 0.053 on 4 degrees of freedom
}
