package analysis_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// everywhere puts the rows that are in no cell into the first.
func (s *surveyed) everywhere() {
	for i, c := range s.cell {
		s.cell[i] = max(c, 0)
	}
}

// byCell are the totals of x by cell that are to be known.
func (s *surveyed) known(x []float64) []float64 {
	out := make([]float64, s.k)
	for i, c := range s.cell {
		out[c] += s.reached[i] * x[i]
	}
	return out
}

func (s *surveyed) ones() []float64 {
	out := make([]float64, len(s.y))
	for i := range out {
		out[i] = 1
	}
	return out
}

func mustAssist(t failer, s *analysis.Sample, y []float64, a analysis.Assistance, cell []int32,
	k int) []analysis.AssistedEstimate {
	out, err := s.Assisted(y, a, cell, k)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

// TestAssistedIsCalibrated: the regression estimate of a cell is the total by weights that were calibrated cell by
// cell, and the ratio estimate that of Q = 1/x; and so are the standard errors.
func TestAssistedIsCalibrated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 2).Draw(t, "stages"))
		s.everywhere()
		size, x := s.known(s.ones()), s.known(s.x)
		inverse := make([]float64, len(s.x))
		for i, v := range s.x {
			inverse[i] = 1 / v
		}
		number, total := analysis.Term{Name: "size", Totals: size}, analysis.Term{Name: "x", X: s.x, Totals: x}
		for _, tt := range []struct {
			a analysis.Assistance
			c analysis.Calibration
		}{
			{analysis.Assistance{Assistant: analysis.RegressionAssisted, X: [][]float64{s.ones(), s.x}, Totals: [][]float64{size, x}},
				analysis.Calibration{Terms: []analysis.Term{number, total}}},
			{analysis.Assistance{Assistant: analysis.RatioAssisted, X: [][]float64{s.x}, Totals: [][]float64{x}},
				analysis.Calibration{Terms: []analysis.Term{total}, Q: inverse}},
		} {
			tt.c.Part, tt.c.Parts = s.cell, make([]string, s.k)
			fitted, _, err := s.sample().Calibrate(tt.c)
			if err != nil {
				t.Skip(err)
			}
			want, plain := fitted.Totals(s.y, s.cell, s.k), s.sample().Totals(s.y, s.cell, s.k)
			for c, got := range mustAssist(t, s.sample(), s.y, tt.a, s.cell, s.k) {
				if got.Assistant == analysis.Unassisted {
					continue // too few rows
				}
				if !scalar.EqualWithinRel(got.Value, want[c].Value, 1e-9) || !scalar.EqualWithinAbsOrRel(got.SE, want[c].SE, 1e-9, 1e-7) {
					t.Fatalf("cell %d: %+v, want %+v", c, got, want[c])
				}
				if got.Plain != plain[c] || got.Assistant != tt.a.Assistant {
					t.Fatalf("cell %d: %+v beside %+v", c, got, plain[c])
				}
			}
		}
	})
}

// TestDifferenceAssisted: with coefficients that are given, the estimate is the register's total with that of the
// residuals, whose standard error it has.
func TestDifferenceAssisted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		b := rapid.Float64Range(-2, 2).Draw(t, "b")
		known := []float64{10, 20, 30, 40}
		residual := make([]float64, len(s.y))
		for i := range residual {
			residual[i] = s.y[i] - b*s.x[i]
		}
		want := s.sample().Totals(residual, s.cell, s.k)
		a := analysis.Assistance{Assistant: analysis.DifferenceAssisted, X: [][]float64{s.x}, Totals: [][]float64{known}, B: []float64{b}}
		for c, got := range mustAssist(t, s.sample(), s.y, a, s.cell, s.k) {
			if !scalar.EqualWithinAbsOrRel(got.Value, b*known[c]+want[c].Value, 1e-9, 1e-9) ||
				want[c].N > 0 && !scalar.EqualWithinAbsOrRel(got.SE, want[c].SE, 1e-9, 1e-9) {
				t.Fatalf("cell %d: %+v, want %v more than %+v", c, got, b*known[c], want[c])
			}
		}
	})
}

// TestPooledAssisted: coefficients of a group give every cell the total of the linearised values written out by row;
// the cells of the group add up to the regression estimate of the group; and a cell without rows is said to be
// synthetic.
func TestPooledAssisted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 2).Draw(t, "stages"))
		s.everywhere()
		one := s.ones()
		s.k++ // the last cell has no rows
		a := analysis.Assistance{
			Assistant: analysis.RegressionAssisted, X: [][]float64{one, s.x},
			Totals: [][]float64{s.known(one), s.known(s.x)}, Group: make([]int32, s.k),
		}
		a.Totals[0][s.k-1], a.Totals[1][s.k-1] = 3, 20
		sample, all := s.sample(), 0.0
		got := mustAssist(t, sample, s.y, a, s.cell, s.k)
		for c, e := range got {
			value, u := s.writtenOut(a, c)
			want := sample.Estimate(analysis.TotalOf(u), nil)
			if !e.Pooled || !scalar.EqualWithinRel(e.Value, value, 1e-9) || !scalar.EqualWithinAbsOrRel(e.SE, want.SE(0), 1e-8, 1e-7) {
				t.Fatalf("cell %d: %+v, want %v with standard error %v", c, e, value, want.SE(0))
			}
			if (e.Assistant == analysis.SyntheticAssisted) != (e.N == 0) {
				t.Fatalf("cell %d of %d rows is %v", c, e.N, e.Assistant)
			}
			all += e.Value
		}
		whole := analysis.Assistance{Assistant: a.Assistant, X: a.X, Totals: [][]float64{{0}, {0}}}
		for j := range whole.Totals {
			for _, v := range a.Totals[j] {
				whole.Totals[j][0] += v
			}
		}
		if want := mustAssist(t, sample, s.y, whole, make([]int32, len(s.y)), 1)[0].Value; !scalar.EqualWithinRel(all, want, 1e-9) {
			t.Fatalf("cells add up to %v, the group is %v", all, want)
		}
	})
}

// writtenOut is the regression estimate of a cell with an intercept and one variable, B by all rows, and its linearised
// values by row.
func (s *surveyed) writtenOut(a analysis.Assistance, c int) (value float64, u []float64) {
	var n, sx, sy, xx, xy float64
	var t0, t1 = a.Totals[0][c], a.Totals[1][c]
	for i, w := range s.columns.Weights {
		n, sx, sy, xx, xy = n+w, sx+w*s.x[i], sy+w*s.y[i], xx+w*s.x[i]*s.x[i], xy+w*s.x[i]*s.y[i]
		if s.cell[i] == int32(c) {
			t0, t1 = t0-w, t1-w*s.x[i]
		}
	}
	det := n*xx - sx*sx
	b0, b1 := (xx*sy-sx*xy)/det, (n*xy-sx*sy)/det
	h0, h1 := (xx*t0-sx*t1)/det, (n*t1-sx*t0)/det
	value = a.Totals[0][c]*b0 + a.Totals[1][c]*b1
	for i, w := range s.columns.Weights {
		e, times := s.y[i]-b0-b1*s.x[i], h0+h1*s.x[i]
		if s.cell[i] == int32(c) {
			times++
			value += w * e
		}
		u = append(u, times*e)
	}
	return value, u
}

// A register is enumeration areas by region and commune, with the persons it has and those there are.
type register struct {
	region, commune []int32
	has, are        []float64
	byCommune       []float64 // totals of has
	truth           []float64 // of are
	size            []float64 // enumeration areas
}

const regions, areas, communes = 3, 200, 5 // areas by region, communes by region

// newRegister makes a register that is some 95 % right.
func newRegister(rng *rand.Rand) *register {
	r := &register{byCommune: make([]float64, regions*communes), truth: make([]float64, regions*communes),
		size: make([]float64, regions*communes)}
	for h := range regions {
		for i := range areas {
			c := h*communes + i*communes/areas
			has := math.Round(100 * math.Exp(0.5*rng.NormFloat64()))
			are := math.Round(has*(0.95+0.02*float64(h)) + 8*rng.NormFloat64() + 5)
			r.region, r.commune = append(r.region, int32(h)), append(r.commune, int32(c))
			r.has, r.are = append(r.has, has), append(r.are, are)
			r.byCommune[c] += has
			r.truth[c] += are
			r.size[c]++
		}
	}
	return r
}

// draw takes n areas of every region at random.
func (r *register) draw(rng *rand.Rand, n int) (*analysis.Sample, []int) {
	var rows []int
	for h := range regions {
		for _, i := range rng.Perm(areas)[:n] {
			rows = append(rows, h*areas+i)
		}
	}
	of := make([]float64, len(rows))
	for i := range of {
		of[i] = areas
	}
	s, err := analysis.NewSample(analysis.SampleColumns{Rows: len(rows),
		Stages: []analysis.StageColumns{{Stratum: at(r.region, rows), Population: of}}})
	if err != nil {
		panic(err)
	}
	return s, rows
}

// byRegion adds totals of communes up to regions.
func byRegion(v []float64) []float64 {
	out := make([]float64, regions)
	for c, x := range v {
		out[c/communes] += x
	}
	return out
}

// A simulation gathers the estimates of one cell over draws.
type simulation struct {
	truth           float64
	values, v, gain []float64
	plain           []float64
	covered         int
}

func (m *simulation) add(e analysis.AssistedEstimate) {
	m.values, m.v, m.gain = append(m.values, e.Value), append(m.v, e.SE*e.SE), append(m.gain, e.Gain())
	m.plain = append(m.plain, e.Plain.Value)
	if lower, upper := e.Interval(0.95); lower <= m.truth && m.truth <= upper {
		m.covered++
	}
}

// TestAssistedSimulation: against known truth, over draws of 60 of the 200 areas of every region, the variance that is
// estimated is that of the estimates, the 95 % intervals cover, and the gain that is printed is the one there is. The
// last estimator shows a loss: a register of something else.
//
// An empirical variance over D draws has a relative standard error of √(2/D) (estimates are nearly normal), coverage
// one of √(0.95·0.05/D). Comparisons are to these times the normal quantile that leaves 1e-6 over all 45 (Bonferroni),
// and an allowance for what linearisation leaves out: 2p/n of a variance, for n areas and p coefficients, and half a
// percent of coverage.
func TestAssistedSimulation(t *testing.T) {
	const draws, n = 1200, 60
	rng := rand.New(rand.NewPCG(4, 4))
	r := newRegister(rng)
	other := make([]float64, len(r.has))
	for i := range other {
		other[i] = 300 * rng.Float64()
	}
	otherTotals := make([]float64, regions)
	for i, h := range r.region {
		otherTotals[h] += other[i]
	}
	estimators := []struct {
		x      [][]float64
		totals [][]float64
		a      analysis.Assistant
	}{
		{[][]float64{r.has}, [][]float64{byRegion(r.byCommune)}, analysis.DifferenceAssisted},
		{[][]float64{r.has}, [][]float64{byRegion(r.byCommune)}, analysis.RatioAssisted},
		{[][]float64{nil, r.has}, [][]float64{byRegion(r.size), byRegion(r.byCommune)}, analysis.RegressionAssisted},
		{[][]float64{other}, [][]float64{otherTotals}, analysis.DifferenceAssisted},
	}
	truth := byRegion(r.truth)
	results := make([][]simulation, len(estimators))
	for m := range results {
		for h := range regions {
			results[m] = append(results[m], simulation{truth: truth[h]})
		}
	}
	for range draws {
		s, rows := r.draw(rng, n)
		for m, by := range estimators {
			a := analysis.Assistance{Assistant: by.a, Totals: by.totals}
			for _, x := range by.x {
				if x == nil {
					a.X = append(a.X, ones(len(rows)))
				} else {
					a.X = append(a.X, at(x, rows))
				}
			}
			for h, e := range mustAssist(t, s, at(r.are, rows), a, at(r.region, rows), regions) {
				results[m][h].add(e)
			}
		}
	}
	for m := range results {
		for h := range results[m] {
			results[m][h].check(t, fmt.Sprintf("estimator %d, region %d", m, h), 2*float64(len(estimators[m].x))/n, m == 3)
		}
	}
}

// check holds what was simulated against what was estimated.
func (m *simulation) check(t *testing.T, what string, allowance float64, loss bool) {
	t.Helper()
	draws := float64(len(m.values))
	z := distuv.UnitNormal.Quantile(1 - 1e-6/2/45)
	real, estimated, plain := stat.Variance(m.values, nil), stat.Mean(m.v, nil), stat.Variance(m.plain, nil)
	if off := estimated/real - 1; !(math.Abs(off) <= z*math.Sqrt(2/draws)+allowance) {
		t.Errorf("%s: variance %v by the estimates, %v over the draws", what, estimated, real)
	}
	if coverage := float64(m.covered) / draws; !(math.Abs(coverage-0.95) <= z*math.Sqrt(0.95*0.05/draws)+0.005) {
		t.Errorf("%s: coverage %v", what, coverage)
	}
	gain, printed := 1-real/plain, stat.Mean(m.gain, nil)
	if !(math.Abs(gain-printed) <= (z*2*math.Sqrt(1/draws)+allowance)*real/plain) || (gain < 0) != loss {
		t.Errorf("%s: gain %v over the draws, %v printed", what, gain, printed)
	}
}

// TestPooledSimulation: communes with the coefficients of their region, from some 12 areas each, have intervals that
// cover and the gain that is printed. Draws of a commune's size are part of the chance.
func TestPooledSimulation(t *testing.T) {
	const draws, n = 600, 60
	rng := rand.New(rand.NewPCG(5, 4))
	r := newRegister(rng)
	group := make([]int32, regions*communes)
	for c := range group {
		group[c] = int32(c / communes)
	}
	results := make([]simulation, regions*communes)
	for c := range results {
		results[c].truth = r.truth[c]
	}
	for range draws {
		s, rows := r.draw(rng, n)
		a := analysis.Assistance{
			Assistant: analysis.RegressionAssisted, X: [][]float64{ones(len(rows)), at(r.has, rows)},
			Totals: [][]float64{r.size, r.byCommune}, Group: group,
		}
		for c, e := range mustAssist(t, s, at(r.are, rows), a, at(r.commune, rows), regions*communes) {
			results[c].add(e)
		}
	}
	covered, real, estimated, plain := 0, 0.0, 0.0, 0.0
	for c := range results {
		m := &results[c]
		covered += m.covered
		real, estimated, plain = real+stat.Variance(m.values, nil), estimated+stat.Mean(m.v, nil), plain+stat.Variance(m.plain, nil)
	}
	cells := float64(len(results))
	z := distuv.UnitNormal.Quantile(1 - 1e-6/2/3)
	// Communes of a region share draws: the standard errors are those of as many draws as one commune has. 12 areas of
	// a commune leave intervals a little short.
	if coverage := float64(covered) / draws / cells; !(math.Abs(coverage-0.95) <= z*math.Sqrt(0.95*0.05/draws)+0.02) {
		t.Errorf("coverage %v", coverage)
	}
	if !(math.Abs(estimated/real-1) <= z*math.Sqrt(2/draws)+4.0/n) || !(real < plain/10) {
		t.Errorf("variance %v by the estimates, %v over the draws, %v without help", estimated, real, plain)
	}
}
