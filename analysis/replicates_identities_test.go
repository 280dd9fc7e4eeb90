package analysis_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// TestReplicatesOfTotals: for totals, jackknife and balanced variances are the linearised one, whatever the centre;
// those of successive differences are half the sum of squared differences in a ring.
func TestReplicatesOfTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawClustered(t, 2)
		s := newSample(t, c.SampleColumns)
		total := analysis.TotalOf(c.y, c.x)
		want := s.Estimate(total, nil)
		for _, m := range []analysis.ReplicateMethod{
			analysis.JKn(), analysis.BRR(), analysis.Fay(0.4), analysis.SuccessiveDifference(24),
		} {
			r := mustReplicate(t, s, m)
			for _, r := range []*analysis.Replicates{r, r.AboutEstimate()} {
				got := r.Estimate(total, nil)
				for i := range 2 {
					for j := range 2 {
						size := math.Abs(want.Values[i] * want.Values[j])
						if math.Abs(got.Cov.At(i, j)-want.Cov.At(i, j)) > 1e-13*size {
							t.Fatalf("covariance %v, linearised %v", got.Cov.At(i, j), want.Cov.At(i, j))
						}
					}
				}
			}
		}
	})
}

// TestJackknifeOfTotals is the same for any number of PSUs, by cell.
func TestJackknifeOfTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawClustered(t, 0)
		s := newSample(t, c.SampleColumns)
		want := s.Totals(c.y, c.cell, c.k)
		for cell, e := range mustReplicate(t, s, analysis.JKn()).Totals(c.y, c.cell, c.k) {
			if !near(e.SE*e.SE, want[cell].SE*want[cell].SE) {
				t.Fatalf("cell %d: standard error %v, linearised %v", cell, e.SE, want[cell].SE)
			}
		}
	})
}

// TestSuccessiveDifferences holds the variance of a total against half the sum of squared differences of neighbours,
// the last PSU of a stratum being the neighbour of the first.
func TestSuccessiveDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawClustered(t, 0)
		stage := c.Stages[0]
		want, first := 0.0, 0
		psu := make([]float64, 0, c.Rows)
		for i, y := range c.y {
			if i == 0 || stage.Unit == nil || stage.Unit[i] != stage.Unit[i-1] {
				psu = append(psu, 0)
			}
			psu[len(psu)-1] += c.Weights[i] * y
			if i+1 < c.Rows && stage.Stratum[i+1] == stage.Stratum[i] {
				continue
			}
			z, f := psu[first:], 0.0
			if stage.Population != nil {
				f = float64(len(z)) / stage.Population[i]
			}
			for j := range z {
				d := z[j] - z[(j+1)%len(z)]
				want += (1 - f) * d * d / 2
			}
			first = len(psu)
		}
		r := mustReplicate(t, newSample(t, c.SampleColumns), analysis.SuccessiveDifference(24))
		e := r.Estimate(analysis.TotalOf(c.y), nil)
		if got := e.Cov.At(0, 0); math.Abs(got-want) > 1e-13*e.Values[0]*e.Values[0] {
			t.Fatalf("variance %v, want %v", got, want)
		}
	})
}

// TestSuccessiveDifferencesOfOnePSU: the variance of a total that one PSU has alone is (1-f) z², also where there are
// more PSUs than rows of signs.
func TestSuccessiveDifferencesOfOnePSU(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata := rapid.SliceOfN(rapid.IntRange(2, 30), 1, 4).Draw(t, "PSUs of strata")
		var c analysis.SampleColumns
		stage := analysis.StageColumns{}
		for h, n := range strata {
			for range n {
				stage.Stratum, stage.Population = append(stage.Stratum, int32(h)), append(stage.Population, float64(2*n))
			}
		}
		c.Rows, c.Stages = len(stage.Stratum), []analysis.StageColumns{stage}
		c.Weights = slices.Repeat([]float64{3}, c.Rows)
		replicates := rapid.IntRange(2, 20).Draw(t, "replicates")
		r := mustReplicate(t, newSample(t, c), analysis.SuccessiveDifference(replicates))
		each := make([]int32, c.Rows)
		for i := range each {
			each[i] = int32(i)
		}
		for i, e := range r.Totals(nil, each, c.Rows) {
			if math.Abs(e.SE-3*math.Sqrt(0.5)) > 1e-12 {
				t.Fatalf("PSU %d: standard error %v, want %v", i, e.SE, 3*math.Sqrt(0.5))
			}
		}
	})
}

// TestReplicatesOrderOfRows: rows in another order, the same bits, also where PSUs have no names.
func TestReplicatesOrderOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawClustered(t, 0)
		other := c.shuffled(rapid.Permutation(indices(c.Rows)).Draw(t, "order"))
		a := mustReplicate(t, newSample(t, c.SampleColumns), analysis.JKn())
		b := mustReplicate(t, newSample(t, other.SampleColumns), analysis.JKn())
		got, want := b.Ratios(other.y, other.x, other.cell, c.k), a.Ratios(c.y, c.x, c.cell, c.k)
		for i := range got {
			if !sameBits(got[i].Value, want[i].Value) || !sameBits(got[i].SE, want[i].SE) {
				t.Fatalf("%+v, in another order %+v", want[i], got[i])
			}
		}
		one, two := a.Estimate(analysis.RatioOf(c.y, c.x), nil), b.Estimate(analysis.RatioOf(other.y, other.x), nil)
		if !sameBits(one.SE(0), two.SE(0)) {
			t.Fatalf("standard error %v, in another order %v", one.SE(0), two.SE(0))
		}
	})
}

func sameBits(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

func (c clustered) shuffled(order []int) clustered {
	out := clustered{SampleColumns: c.SampleColumns, k: c.k}
	stage := c.Stages[0]
	out.Weights, out.cell = inOrder(c.Weights, order), inOrder(c.cell, order)
	out.y, out.x = inOrder(c.y, order), inOrder(c.x, order)
	stage.Stratum, stage.Unit = inOrder(stage.Stratum, order), inOrder(stage.Unit, order)
	stage.Population = inOrder(stage.Population, order)
	out.Stages = []analysis.StageColumns{stage}
	return out
}

func inOrder[T any](v []T, order []int) []T {
	if v == nil {
		return nil
	}
	out := make([]T, len(v))
	for i, at := range order {
		out[i] = v[at]
	}
	return out
}

// TestReplicatesOfTally: a tally by PSU and cell gives what rows give.
func TestReplicatesOfTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		y := s.drawVariable(t, "y")
		s.Lonely = analysis.LonelyCertainty
		for name, m := range map[string]func() analysis.ReplicateMethod{
			"JKn":     analysis.JKn,
			"Rao-Wu":  func() analysis.ReplicateMethod { return analysis.RaoWu(20, rand.New(rand.NewPCG(1, 9))) },
			"Preston": func() analysis.ReplicateMethod { return analysis.Preston(20, rand.New(rand.NewPCG(1, 9))) },
		} {
			tallied, err := s.Design.Replicates(m())
			if err != nil {
				t.Fatal(err)
			}
			rows := mustReplicate(t, s.Sample(s.Tally), m())
			mean := make([]float64, s.Rows())
			for i := range mean {
				if s.W[i] != 0 {
					mean[i] = y[i] / s.W[i]
				}
			}
			totals, ratios := rows.Totals(nil, s.cell, s.k), rows.Ratios(mean, nil, s.cell, s.k)
			for c, e := range tallied.Totals(s.Tally, s.cell, s.k) {
				totals[c].N = e.N
				sameEstimate(t, name, totals[c], e)
			}
			for c, e := range tallied.Ratios(s.Tally, y, s.W, s.cell, s.k) {
				ratios[c].N = e.N
				sameEstimate(t, name, ratios[c], e)
			}
		}
	})
}
