package analysis_test

import (
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// TestSampleAgainstTextbook: totals and ratios of samples of one to three stages, in domains, by both paths.
func TestSampleAgainstTextbook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, rapid.IntRange(1, 3).Draw(t, "stages"))
		s := m.sample(t)
		if s.Rows() != m.Rows {
			t.Fatalf("%d rows of %d", s.Rows(), m.Rows)
		}
		totals, ratios := s.Totals(m.y, m.cell, m.k), s.Ratios(m.y, m.x, m.cell, m.k)
		for c := range m.k {
			in := m.inCell(c)
			w := only(m.Weights, in)
			z, x := make([]float64, m.Rows), 0.0
			value, size, n := 0.0, 0.0, int64(0)
			for i := range z {
				z[i] = w[i] * m.y[i]
				value += z[i]
				x += w[i] * m.x[i]
				size += math.Abs(z[i])
				if in[i] {
					n++
				}
			}
			if n == 0 {
				m.wantUnsampled(t, totals[c], s.Estimate(analysis.TotalOf(m.y), in).At(0))
				continue
			}
			se := math.Sqrt(m.textbookVariance(z, in))
			for _, e := range []analysis.Estimate{totals[c], s.Estimate(analysis.TotalOf(m.y), in).At(0)} {
				if !near(e.Value, value) || !agreeSE(e.SE, se, size) || e.N != n || e.DF != s.DF(in) {
					t.Fatalf("total %+v, want %v, standard error %v, of %d", e, value, se, n)
				}
			}
			for i := range z {
				z[i] = w[i] * (m.y[i] - value/x*m.x[i]) / x
			}
			se = math.Sqrt(m.textbookVariance(z, in))
			for _, e := range []analysis.Estimate{ratios[c], s.Estimate(analysis.RatioOf(m.y, m.x), in).At(0)} {
				if !near(e.Value, value/x) || !agreeSE(e.SE, se, size/x) || e.N != n || e.DF != s.DF(in) {
					t.Fatalf("ratio %+v, want %v, standard error %v", e, value/x, se)
				}
			}
			if a, b := totals[c].Notes, s.Estimate(analysis.TotalOf(m.y), in).Notes; a != b {
				t.Fatalf("notes %q by cells, %q by domain", a.Texts(), b.Texts())
			}
		}
	})
}

func (m *stagedRows) wantUnsampled(t *rapid.T, list ...analysis.Estimate) {
	for _, e := range list {
		if e.Value != 0 || !math.IsNaN(e.SE) || e.DF != 0 || e.N != 0 || e.Notes != analysis.Unsampled {
			t.Fatalf("nobody was sampled: %+v", e)
		}
	}
}

// TestSampleOrderOfRows: any order of rows gives the same bits.
func TestSampleOrderOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, rapid.IntRange(1, 3).Draw(t, "stages"))
		other := m.shuffled(rapid.Uint64().Draw(t, "seed"))
		a, b := m.sample(t), other.sample(t)
		statistic := func(m *stagedRows) analysis.Statistic {
			twice := analysis.ByDomain(analysis.MeanOf(m.y), m.domain, m.inCell(0))
			return together{analysis.TotalOf(m.y, m.x), analysis.RatioOf(m.y, m.x), analysis.CovarianceOf(m.y, m.x), twice}
		}
		for _, domain := range [][2][]bool{{nil, nil}, {m.domain, other.domain}} {
			x, y := a.Estimate(statistic(m), domain[0]), b.Estimate(statistic(other), domain[1])
			for i := range x.Values {
				if !alikeToBits(x.Values[i], y.Values[i]) || !alikeToBits(x.Simple[i], y.Simple[i]) {
					t.Fatalf("estimate %d: %v, in another order %v", i, x.Values[i], y.Values[i])
				}
				for j := range x.Values {
					if !alikeToBits(x.Cov.At(i, j), y.Cov.At(i, j)) {
						t.Fatalf("covariance %d, %d: %v, in another order %v", i, j, x.Cov.At(i, j), y.Cov.At(i, j))
					}
				}
			}
			if x.DF != y.DF || x.N != y.N || x.Notes != y.Notes || x.SumWeights != y.SumWeights {
				t.Fatalf("%+v, in another order %+v", x, y)
			}
		}
		wantSameEstimates(t, a.Totals(m.y, m.cell, m.k), b.Totals(other.y, other.cell, m.k))
		wantSameEstimates(t, a.Totals(nil, m.cell, m.k), b.Totals(nil, other.cell, m.k))
		wantSameEstimates(t, a.Ratios(m.y, m.x, m.cell, m.k), b.Ratios(other.y, other.x, other.cell, m.k))
		wantSameEstimates(t, a.Ratios(m.y, nil, m.cell, m.k), b.Ratios(other.y, nil, other.cell, m.k))
	})
}

func wantSameEstimates(t *rapid.T, a, b []analysis.Estimate) {
	for c := range a {
		x, y := a[c], b[c]
		if !alikeToBits(x.Value, y.Value) || !alikeToBits(x.SE, y.SE) || x.DF != y.DF || x.N != y.N || x.Notes != y.Notes {
			t.Fatalf("cell %d: %+v, in another order %+v", c, x, y)
		}
	}
}

// alikeToBits takes all values that are not numbers for one.
func alikeToBits(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// Together are several statistics at once.
type together []analysis.Statistic

func (s together) Values(w []float64) (values []float64) {
	for _, st := range s {
		values = append(values, st.Values(w)...)
	}
	return values
}

func (s together) Influence(w, _ []float64) (u [][]float64) {
	for _, st := range s {
		u = append(u, st.Influence(w, st.Values(w))...)
	}
	return u
}

// TestSampleIdentities: the mean in a domain is the ratio to its indicator; weights multiplied by a constant leave
// means alone and multiply totals; estimates of several domains at once are those of each.
func TestSampleIdentities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, rapid.IntRange(1, 3).Draw(t, "stages"))
		s := m.sample(t)
		mean := s.Estimate(analysis.MeanOf(m.y), m.domain)
		if mean.N == 0 {
			t.Skip("nobody in the domain")
		}
		m.LonelyInDomain = false
		plain := m.sample(t)
		mean = plain.Estimate(analysis.MeanOf(m.y), m.domain)
		one := only(ones(m.Rows), m.domain)
		ratio := plain.Estimate(analysis.RatioOf(only(m.y, m.domain), one), nil)
		// Strata without anybody in the domain count in the ratio, so that under average and adjust the two differ.
		counts := m.Lonely == analysis.LonelyRemove || m.Lonely == analysis.LonelyCertainty
		if !near(mean.Values[0], ratio.Values[0]) || counts && !agreeSE(mean.SE(0), ratio.SE(0), 100) {
			t.Fatalf("mean %v (%v), as a ratio %v (%v)", mean.Values, mean.SE(0), ratio.Values, ratio.SE(0))
		}
		if unit := plain.Estimate(analysis.MeanOf(ones(m.Rows)), m.domain); unit.Values[0] != 1 || unit.SE(0) > 1e-12 {
			t.Fatalf("mean of 1: %v, standard error %v", unit.Values[0], unit.SE(0))
		}
		scale := rapid.Float64Range(1e-3, 1e3).Draw(t, "scale")
		more := *m
		more.Weights = make([]float64, m.Rows)
		for i, w := range m.Weights {
			more.Weights[i] = scale * w
		}
		scaled := more.sample(t).Estimate(analysis.MeanOf(m.y), m.domain)
		if !near(scaled.Values[0], mean.Values[0]) || !agreeSE(scaled.SE(0), mean.SE(0), 100) {
			t.Fatalf("mean %v, of other weights %v", mean.At(0), scaled.At(0))
		}
		a, b := plain.Estimate(analysis.TotalOf(m.y), m.domain), more.sample(t).Estimate(analysis.TotalOf(m.y), m.domain)
		if !scalar.EqualWithinAbsOrRel(b.Values[0], scale*a.Values[0], 1e-8*scale, 1e-12) ||
			!agreeSE(b.SE(0)/scale, a.SE(0), 1e4) {
			t.Fatalf("total %v, of weights multiplied by %v %v", a.At(0), scale, b.At(0))
		}
	})
}

// TestTallyIsMicrodata: a tally of a sample gives what its rows give.
func TestTallyIsMicrodata(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		s.Lonely = rapid.SampledFrom([]analysis.LonelyPSU{
			analysis.LonelyAdjust, analysis.LonelyAverage, analysis.LonelyRemove, analysis.LonelyCertainty,
		}).Draw(t, "lonely")
		s.LonelyInDomain = rapid.Bool().Draw(t, "lonely in domain")
		s.complete()
		rows := s.rows()
		micro := rows.sample(t)
		y, x := make([]float64, s.Tally.Rows()), make([]float64, s.Tally.Rows())
		for i := range y {
			y[i], x[i] = s.W[i]*rows.y[i], s.W[i]*rows.x[i]
		}
		byTally, byRow := s.Ratios(s.Tally, y, x, s.cell, s.k), micro.Ratios(rows.y, rows.x, rows.cell, s.k)
		totals, rowTotals := s.totals(), micro.Totals(nil, rows.cell, s.k)
		for c := range s.k {
			in := rows.inCell(c)
			for _, pair := range [][2]analysis.Estimate{
				{byTally[c], byRow[c]}, {byTally[c], micro.Estimate(analysis.RatioOf(rows.y, rows.x), in).At(0)},
				{totals[c], rowTotals[c]}, {totals[c], micro.Estimate(analysis.TotalOf(ones(rows.Rows)), in).At(0)},
			} {
				a, b := pair[0], pair[1]
				if !scalar.EqualWithinAbsOrRel(a.Value, b.Value, 1e-12, 1e-12) && !math.IsNaN(a.Value) || a.DF != b.DF ||
					!math.IsNaN(a.SE) && !scalar.EqualWithinAbsOrRel(a.SE, b.SE, 1e-12*(1+math.Abs(a.Value)), 1e-10) ||
					math.IsNaN(a.SE) != math.IsNaN(b.SE) || a.Notes&^analysis.FirstStage != b.Notes&^analysis.FirstStage {
					t.Fatalf("cell %d: tally %+v, rows %+v", c, a, b)
				}
			}
		}
	})
}

// complete makes of a tally one that microdata can hold: every unit has a row, and counts of a stage are known of all
// its strata or of none.
func (s sample) complete() {
	var ssus []int32
	to := make([]int32, len(s.SSUs))
	for p, u := int32(0), 0; s.SSUs != nil && int(p) < len(s.PSUs); p++ {
		had := u < len(s.SSUs) && s.SSUs[u] == p
		for ; u < len(s.SSUs) && s.SSUs[u] == p; u++ {
			to[u] = int32(len(ssus))
			ssus = append(ssus, p)
		}
		if !had {
			ssus = append(ssus, p)
		}
	}
	for i, u := range s.Unit {
		if s.SSUs != nil {
			s.Unit[i] = to[u]
		}
	}
	s.SSUs = ssus
	known := true
	for _, h := range s.Strata {
		known = known && h.Population > 0
	}
	for h := range s.Strata {
		if !known {
			s.Strata[h].Population = 0
		}
	}
	known = true
	for _, p := range s.PSUs {
		known = known && p.Population > 0
	}
	for i := range s.PSUs {
		if !known {
			s.PSUs[i].Population = 0
		}
	}
}

// rows are the microdata of a tally, one row a row, and one outside all cells for every unit.
func (s sample) rows() *stagedRows {
	m := &stagedRows{k: s.k}
	m.Lonely, m.LonelyInDomain = s.Lonely, s.LonelyInDomain
	m.Stages = make([]analysis.StageColumns, 1, 2)
	if s.SSUs != nil {
		m.Stages = m.Stages[:2]
	}
	for i := range s.Unit {
		m.unitRow(s, s.Unit[i], s.cell[i], s.W[i])
	}
	for u := range s.Units() {
		m.unitRow(s, int32(u), -1, 1)
	}
	for i := range m.Stages {
		if m.Stages[i].Population[0] == 0 {
			m.Stages[i].Population = nil
		}
	}
	return m
}

func (m *stagedRows) unitRow(s sample, u, cell int32, w float64) {
	p := u
	if s.SSUs != nil {
		p = s.SSUs[u]
		second := &m.Stages[1]
		second.Unit, second.Population = append(second.Unit, u), append(second.Population, s.PSUs[p].Population)
	}
	h := s.PSUs[p].Stratum
	first := &m.Stages[0]
	first.Stratum, first.Unit = append(first.Stratum, h), append(first.Unit, p)
	first.Population = append(first.Population, s.Strata[h].Population)
	m.y, m.x = append(m.y, float64(m.Rows%7)-2), append(m.x, float64(m.Rows%5)+1)
	m.Weights, m.cell = append(m.Weights, w), append(m.cell, cell)
	m.Rows++
}

// TestHorvitzThompsonIsLinearisation: with the joint probabilities of simple random sampling, any statistic has the
// covariance that linearisation gives; and so it has where whole units were observed.
func TestHorvitzThompsonIsLinearisation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, 1)
		m.Stages[0].Stratum = nil
		n := len(groupRows(rowsOf(m), m.Stages[0].Unit))
		if n < 2 {
			t.Skip("one unit")
		}
		of := n + rapid.IntRange(0, 9).Draw(t, "not sampled")
		m.Stages[0].Population = slices.Repeat([]float64{float64(of)}, m.Rows)
		m.LonelyInDomain, m.Weights = false, nil
		s := m.sample(t)
		pi, joint := slices.Repeat([]float64{float64(n) / float64(of)}, n), mat.NewSymDense(n, nil)
		for k := range n {
			for l := range k {
				joint.SetSym(k, l, float64(n*(n-1))/float64(of*(of-1)))
			}
			joint.SetSym(k, k, pi[k])
		}
		ht, yg := exact(t, joint)
		for name, c := range map[string]analysis.Covariance{"Horvitz–Thompson": ht, "Yates–Grundy": yg, "Deville": analysis.Deville} {
			d, err := analysis.NewUnequalDesign(pi, c)
			if err != nil {
				t.Fatal(err)
			}
			d = d.Within(s.PSU())
			for _, domain := range [][]bool{nil, m.domain} {
				st := together{analysis.TotalOf(m.y), analysis.MeanOf(m.y, m.x), analysis.RatioOf(m.y, m.x)}
				want, got := s.Estimate(st, domain), d.Estimate(st, domain)
				if want.N == 0 {
					continue
				}
				for i := range got.Values {
					size := math.Sqrt(want.Cov.At(i, i)) + 1
					if !near(got.Values[i], want.Values[i]) || math.Abs(got.Cov.At(i, i)-want.Cov.At(i, i)) > 1e-8*size*size*float64(of) {
						t.Fatalf("%s: %v, variance %v, want %v and %v", name, got.Values[i], got.Cov.At(i, i), want.Values[i], want.Cov.At(i, i))
					}
				}
			}
			for i, e := range d.Ratios(m.y, m.x, m.cell, m.k) {
				alone := d.Estimate(analysis.RatioOf(m.y, m.x), m.inCell(i)).At(0)
				wantSameEstimates(t, []analysis.Estimate{e}, []analysis.Estimate{alone})
			}
			for i, e := range d.Totals(nil, m.cell, m.k) {
				alone := d.Estimate(analysis.TotalOf(ones(m.Rows)), m.inCell(i)).At(0)
				wantSameEstimates(t, []analysis.Estimate{e}, []analysis.Estimate{alone})
			}
		}
	})
}

func rowsOf(m *stagedRows) (rows []int) {
	for i := range m.Rows {
		rows = append(rows, i)
	}
	return rows
}
