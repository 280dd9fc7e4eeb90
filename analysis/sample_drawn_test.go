package analysis_test

import (
	"math"
	"math/rand/v2"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// stagedRows are microdata: they have design columns, two variables, a domain and cells.
type stagedRows struct {
	analysis.SampleColumns
	y, x   []float64
	domain []bool
	cell   []int32
	k      int
}

// drawStagedRows makes up a sample of some stages, each with strata, with and without population counts, with units
// that were all taken and strata with a single unit; at the last stage units may be without names.
func drawStagedRows(t *rapid.T, stages int) *stagedRows {
	m := &stagedRows{k: rapid.IntRange(1, 3).Draw(t, "cells")}
	m.Stages = make([]analysis.StageColumns, stages)
	known := make([]bool, stages)
	for s := range known {
		known[s] = rapid.IntRange(0, 3).Draw(t, "counts known") > 0
		m.Stages[s].Nested = true
	}
	anonymous := rapid.Bool().Draw(t, "anonymous")
	m.fill(t, 0, nil, known, anonymous)
	m.Weights = make([]float64, m.Rows)
	for i := range m.Weights {
		m.Weights[i] = rapid.Float64Range(0.5, 100).Draw(t, "w")
	}
	for s := range m.Stages {
		if !known[s] {
			m.Stages[s].Population = nil
		}
	}
	if anonymous {
		m.Stages[stages-1].Unit = nil
	}
	policies := []analysis.LonelyPSU{
		analysis.LonelyAdjust, analysis.LonelyAverage, analysis.LonelyRemove, analysis.LonelyCertainty,
	}
	m.Lonely = rapid.SampledFrom(policies).Draw(t, "lonely")
	m.LonelyInDomain = rapid.Bool().Draw(t, "lonely in domain")
	return m
}

// fill goes through the strata and units of a stage; path has the codes of the stages above.
func (m *stagedRows) fill(t *rapid.T, s int, path []stageCode, known []bool, anonymous bool) {
	codes := rapid.Permutation([]int32{0, 1, 2, 3, 4, 5})
	strata := codes.Draw(t, "strata")[:rapid.IntRange(1, 3-min(s, 2)).Draw(t, "number of strata")]
	for _, h := range strata {
		n := rapid.IntRange(1, 3).Draw(t, "units")
		of := float64(n + rapid.SampledFrom([]int{0, 1, 5, 50}).Draw(t, "not sampled"))
		for _, u := range codes.Draw(t, "codes")[:n] {
			next := append(append([]stageCode(nil), path...), stageCode{h, u, of})
			if s+1 < len(m.Stages) {
				m.fill(t, s+1, next, known, anonymous)
				continue
			}
			rows := 1
			if !anonymous {
				rows = rapid.IntRange(1, 3).Draw(t, "rows")
			}
			for range rows {
				m.row(t, next)
			}
		}
	}
}

type stageCode struct {
	stratum, unit int32
	population    float64
}

func (m *stagedRows) row(t *rapid.T, path []stageCode) {
	for s, c := range path {
		stage := &m.Stages[s]
		stage.Stratum, stage.Unit = append(stage.Stratum, c.stratum), append(stage.Unit, c.unit)
		stage.Population = append(stage.Population, c.population)
	}
	m.Rows++
	m.y = append(m.y, rapid.Float64Range(-50, 100).Draw(t, "y"))
	m.x = append(m.x, rapid.Float64Range(1, 10).Draw(t, "x"))
	m.domain = append(m.domain, rapid.Bool().Draw(t, "in domain"))
	m.cell = append(m.cell, int32(rapid.IntRange(-1, m.k-1).Draw(t, "cell")))
}

func (m *stagedRows) sample(t rapid.TB) *analysis.Sample {
	t.Helper()
	s, err := analysis.NewSample(m.SampleColumns)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shuffled has the rows in another order.
func (m *stagedRows) shuffled(seed uint64) *stagedRows {
	order := rand.New(rand.NewPCG(seed, 1)).Perm(m.Rows)
	out := *m
	out.Weights, out.y, out.x = reordered(m.Weights, order), reordered(m.y, order), reordered(m.x, order)
	out.domain, out.cell = reordered(m.domain, order), reordered(m.cell, order)
	out.Stages = nil
	for _, s := range m.Stages {
		s.Stratum, s.Unit, s.Population = reordered(s.Stratum, order), reordered(s.Unit, order), reordered(s.Population, order)
		out.Stages = append(out.Stages, s)
	}
	return &out
}

func reordered[T any](v []T, order []int) []T {
	if v == nil {
		return nil
	}
	out := make([]T, len(order))
	for to, from := range order {
		out[to] = v[from]
	}
	return out
}

// only are the values in a domain, and 0 elsewhere.
func only(v []float64, domain []bool) []float64 {
	out := make([]float64, len(v))
	for i, in := range domain {
		if in {
			out[i] = v[i]
		}
	}
	return out
}

func (m *stagedRows) inCell(c int) []bool {
	in := make([]bool, m.Rows)
	for i := range in {
		in[i] = m.cell[i] == int32(c)
	}
	return in
}

// textbookVariance is the variance of the total of weighted values z, by the definition, stage within stage:
//
//	v(rows) = Σh n(1-f) s²(z) + f Σi v(rows of i),  s² = Σi<j (zi-zj)²/(n(n-1)),  f = n/N or 0
//
// Cochran (1977), Sampling Techniques, equations 10.16 and 11.24. Strata of the first stage count where they have a
// row in the domain; one with a single unit is treated by policy.
func (m *stagedRows) textbookVariance(z []float64, domain []bool) float64 {
	var all []int
	for i := range z {
		all = append(all, i)
	}
	within, own := 0.0, 0.0
	var psus []float64 // of strata that count
	counting, lonely := 0, 0
	var adjust []func(mean float64) float64
	for _, rows := range groupRows(all, m.Stages[0].Stratum) {
		var sums []float64
		members := 0
		n, f := m.stratum(0, rows)
		for _, unit := range groupRows(rows, m.Stages[0].Unit) {
			sums = append(sums, sumOver(z, unit))
			members += anyIn(domain, unit)
			within += f * m.further(1, unit, z)
		}
		if members == 0 {
			continue
		}
		counting++
		psus = append(psus, sums...)
		moved := m.Lonely == analysis.LonelyAdjust || m.Lonely == analysis.LonelyAverage
		if f < 1 && (n == 1 || m.LonelyInDomain && moved && members == 1) {
			lonely++
			adjust = append(adjust, func(mean float64) (v float64) {
				for _, zi := range sums {
					v += (1 - f) * (zi - mean) * (zi - mean) * float64(n) / math.Max(1, float64(n-1))
				}
				return v
			})
		} else if f < 1 {
			own += float64(n) * (1 - f) * pairwise(sums)
		}
	}
	switch {
	case lonely > 0 && m.Lonely == analysis.LonelyAverage:
		own *= float64(counting) / float64(counting-lonely)
	case m.Lonely == analysis.LonelyAdjust:
		mean := 0.0
		for _, p := range psus {
			mean += p / float64(len(psus))
		}
		for _, add := range adjust {
			// a single unit has no n/(n-1)
			own += add(mean)
		}
	}
	return own + within
}

// further is the variance of the stages from s on within a unit.
func (m *stagedRows) further(s int, rows []int, z []float64) (v float64) {
	if s == len(m.Stages) {
		return 0
	}
	for _, rows := range groupRows(rows, m.Stages[s].Stratum) {
		n, f := m.stratum(s, rows)
		var sums []float64
		for _, unit := range groupRows(rows, m.Stages[s].Unit) {
			sums = append(sums, sumOver(z, unit))
			v += f * m.further(s+1, unit, z)
		}
		if n > 1 && f > 0 {
			v += float64(n) * (1 - f) * pairwise(sums)
		}
	}
	return v
}

// stratum gives the units sampled and the sampling fraction.
func (m *stagedRows) stratum(s int, rows []int) (n int, f float64) {
	n = len(groupRows(rows, m.Stages[s].Unit))
	if of := m.Stages[s].Population; of != nil {
		f = float64(n) / of[rows[0]]
	}
	return n, f
}

// groupRows puts rows of one code together; without codes every row stands alone.
func groupRows(rows []int, code []int32) (groups [][]int) {
	at := map[int32]int{}
	for _, row := range rows {
		if code == nil {
			groups = append(groups, []int{row})
			continue
		}
		g, seen := at[code[row]]
		if !seen {
			g = len(groups)
			at[code[row]] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], row)
	}
	return groups
}

func sumOver(z []float64, rows []int) (s float64) {
	for _, i := range rows {
		s += z[i]
	}
	return s
}

func anyIn(domain []bool, rows []int) int {
	for _, i := range rows {
		if domain[i] {
			return 1
		}
	}
	return 0
}

// agreeSE compares standard errors; where the variance is what rounding left of values whose sum has the given size, it
// is near 0.
func agreeSE(got, want, size float64) bool {
	return math.IsNaN(got) && math.IsNaN(want) || scalar.EqualWithinAbsOrRel(got, want, 1e-8*(1+size), 1e-9)
}
