package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// A sample is a design with the rows drawn under it.
type sample struct {
	*analysis.Design
	*analysis.Tally
	cell []int32
	k    int
}

func (s sample) totals() []analysis.Estimate { return s.Design.Totals(s.Tally, s.cell, s.k) }

// drawSample makes up a design of one or two stages, with or without population counts, with certainty strata, strata
// of one PSU and units without anybody, and persons who fall in cells or in none.
func drawSample(t *rapid.T, twoStages bool) sample {
	s := sample{Tally: &analysis.Tally{}, k: rapid.IntRange(1, 4).Draw(t, "cells")}
	var strata []analysis.Stratum
	var psus []analysis.PSU
	ssus := []int32{}
	count := func(sampled int, what string) float64 {
		extra := rapid.SampledFrom([]int{-1, 0, 0, 1, 5, 50}).Draw(t, what)
		if extra < 0 {
			return 0 // not known
		}
		return float64(sampled + extra)
	}
	for h := range rapid.IntRange(1, 4).Draw(t, "strata") {
		n := rapid.IntRange(1, 4).Draw(t, "PSUs")
		strata = append(strata, analysis.Stratum{Population: count(n, "PSUs in the frame")})
		for range n {
			m := 1
			if twoStages {
				m = rapid.IntRange(0, 3).Draw(t, "SSUs")
			}
			psus = append(psus, analysis.PSU{Stratum: int32(h), Population: count(m, "SSUs in the PSU")})
			for range m {
				ssus = append(ssus, int32(len(psus)-1))
				s.people(t, int32(len(ssus)-1))
			}
		}
	}
	if !twoStages {
		ssus = nil
	}
	var err error
	if s.Design, err = analysis.NewDesign(strata, psus, ssus); err != nil {
		t.Fatal(err)
	}
	return s
}

// people puts some rows in a unit.
func (s *sample) people(t *rapid.T, unit int32) {
	for range rapid.IntRange(0, 3).Draw(t, "rows") {
		s.N = append(s.N, int64(rapid.IntRange(1, 5).Draw(t, "n")))
		s.W = append(s.W, rapid.Float64Range(0.5, 100).Draw(t, "w"))
		s.Unit = append(s.Unit, unit)
		s.cell = append(s.cell, int32(rapid.IntRange(-1, s.k-1).Draw(t, "cell")))
	}
}

// textbook computes an estimate from the definitions, unit by unit and pair by pair: with weighted sums z,
//
//	v = Σh nh (1 - nh/Nh) s²h + Σh nh/Nh Σi mi (1 - mi/Mi) s²i,  s² = Σi<j (zi - zj)² / (n(n-1))
//
// Cochran (1977), Sampling Techniques, equations 5.6, 11.21 and 11.24 (with z = Nh/nh·Mi/mi·y).
func (s sample) textbook(cell int32) (value, se, df float64) {
	units := make([]float64, s.Units())
	psus := make([]float64, len(s.PSUs))
	member := make([]bool, len(s.PSUs))
	for i, u := range s.Unit {
		if s.cell[i] != cell {
			continue
		}
		p := u
		if s.SSUs != nil {
			p = s.SSUs[u]
		}
		value += s.W[i]
		units[u] += s.W[i]
		psus[p] += s.W[i]
		member[p] = true
	}
	variance := 0.0
	for h, stratum := range s.Strata {
		var z []float64
		within, members := 0.0, 0
		for i, p := range s.PSUs {
			if p.Stratum != int32(h) {
				continue
			}
			z = append(z, psus[i])
			if member[i] {
				members++
			}
			within += s.within(i, units)
		}
		if members == 0 {
			continue
		}
		df += float64(members - 1)
		n, f := float64(len(z)), 0.0
		if stratum.Population > 0 {
			f = n / stratum.Population
		}
		if f < 1 {
			variance += n * (1 - f) * pairwise(z)
		}
		variance += f * within
	}
	return value, math.Sqrt(variance), df
}

// within is the second-stage variance of a PSU, 0 where the counts do not give it.
func (s sample) within(psu int, units []float64) float64 {
	var z []float64
	for u, p := range s.SSUs {
		if int(p) == psu {
			z = append(z, units[u])
		}
	}
	m, of := float64(len(z)), s.PSUs[psu].Population
	if m < 2 || of == 0 {
		return 0
	}
	return m * (1 - m/of) * pairwise(z)
}

// pairwise is the sample variance; NaN for a single value.
func pairwise(z []float64) float64 {
	sum, n := 0.0, float64(len(z))
	for i := range z {
		for j := range i {
			sum += (z[i] - z[j]) * (z[i] - z[j])
		}
	}
	return sum / (n * (n - 1))
}

func TestTotalsAgainstTextbook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		for c, e := range s.totals() {
			value, se, df := s.textbook(int32(c))
			if e.N == 0 {
				if e.Value != 0 || !math.IsNaN(e.SE) || e.DF != 0 || e.Notes != analysis.Unsampled {
					t.Fatalf("cell %d without anybody: %+v", c, e)
				}
				continue
			}
			if !near(e.Value, value) || !near(e.SE, se) || e.DF != df {
				t.Fatalf("cell %d: %+v, want %v, standard error %v, %v degrees of freedom", c, e, value, se, df)
			}
			if math.IsNaN(se) != (e.Notes&analysis.SinglePSU != 0) || (df <= 0) != (e.Notes&analysis.FewPSUs != 0) {
				t.Fatalf("cell %d: notes %v do not say what %+v needs", c, e.Notes.Texts(), e)
			}
		}
	})
}

// near allows for the rounding of some dozen additions. NaN is near NaN, and an error that should be 0 may be what
// rounding leaves of values of some hundred.
func near(got, want float64) bool {
	return math.IsNaN(got) && math.IsNaN(want) || scalar.EqualWithinAbsOrRel(got, want, 1e-10, 1e-10)
}

// TestTotalsOfEveryUnit takes every unit of both stages: nothing is left to chance, and the error is 0, not nearly 0.
func TestTotalsOfEveryUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		sampled, inPSU := make([]float64, len(s.Strata)), make([]float64, len(s.PSUs))
		for _, p := range s.PSUs {
			sampled[p.Stratum]++
		}
		for _, p := range s.SSUs {
			inPSU[p]++
		}
		for h := range s.Strata {
			s.Strata[h].Population = sampled[h]
		}
		for i := range s.PSUs {
			s.PSUs[i].Population = inPSU[i]
		}
		for c, e := range s.totals() {
			if e.N > 0 && e.SE != 0 {
				t.Fatalf("cell %d: standard error %v, want 0", c, e.SE)
			}
		}
	})
}

func TestTotalsScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		factor := rapid.Float64Range(1e-3, 1e3).Draw(t, "factor")
		before := s.totals()
		for i := range s.W {
			s.W[i] *= factor
		}
		for c, e := range s.totals() {
			b := before[c]
			// The absolute part is for errors that are 0 but for rounding.
			if !near(e.Value, factor*b.Value) || !same(e.SE, factor*b.SE, 1e-10*factor) || e.DF != b.DF || e.N != b.N {
				t.Fatalf("cell %d: %+v after scaling %+v by %v", c, e, b, factor)
			}
		}
	})
}

func same(a, b, tol float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || scalar.EqualWithinAbsOrRel(a, b, tol, 1e-9)
}

// TestTotalsAddUp: the cells and what is in none make up the total, in persons and in weights.
func TestTotalsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		for i := range s.cell {
			s.cell[i] = max(0, s.cell[i])
		}
		var value float64
		var n int64
		for _, e := range s.totals() {
			value, n = value+e.Value, n+e.N
		}
		whole := s.Design.Totals(s.Tally, make([]int32, len(s.cell)), 1)[0]
		if !near(value, whole.Value) || n != whole.N {
			t.Fatalf("cells add up to %v (%d persons), the total is %v (%d)", value, n, whole.Value, whole.N)
		}
	})
}

// TestTotalsOrderOfRows: rows may come in any order, and split into several of the same cell and unit.
func TestTotalsOrderOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		before := s.totals()
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		rng.Shuffle(s.Rows(), func(i, j int) {
			s.N[i], s.N[j] = s.N[j], s.N[i]
			s.W[i], s.W[j] = s.W[j], s.W[i]
			s.Unit[i], s.Unit[j] = s.Unit[j], s.Unit[i]
			s.cell[i], s.cell[j] = s.cell[j], s.cell[i]
		})
		for c, e := range s.totals() {
			b := before[c]
			if !scalar.EqualWithinAbsOrRel(e.Value, b.Value, 0, 1e-12) || e.N != b.N || e.DF != b.DF || e.Notes != b.Notes {
				t.Fatalf("cell %d: %+v, in another order %+v", c, b, e)
			}
			if !(math.IsNaN(e.SE) && math.IsNaN(b.SE)) && !scalar.EqualWithinAbsOrRel(e.SE, b.SE, 1e-12*(1+b.Value), 1e-12) {
				t.Fatalf("cell %d: standard error %v, in another order %v", c, b.SE, e.SE)
			}
		}
	})
}

// TestTotalsOfLargeNumbers has units alike but for the last digits, where Σz² - (Σz)²/n would find nothing.
func TestTotalsOfLargeNumbers(t *testing.T) {
	d, err := analysis.NewDesign([]analysis.Stratum{{}}, make([]analysis.PSU, 4), nil)
	if err != nil {
		t.Fatal(err)
	}
	tally := &analysis.Tally{N: []int64{1, 1, 1, 1}, W: []float64{1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3}, Unit: []int32{0, 1, 2, 3}}
	e := d.Totals(tally, make([]int32, 4), 1)[0]
	if want := math.Sqrt(4 * 5. / 3); !scalar.EqualWithinRel(e.SE, want, 1e-12) { // n/(n-1) Σ(z - z̄)² = 4/3 · 5
		t.Errorf("standard error %v, want %v", e.SE, want)
	}
}

// TestTotalsSmall is worked by hand: one stratum, 2 of 4 PSUs, in each 2 of 3 second-stage units.
//
//	z = 12 + 6, 6 + 0: t̂ = 24, stage 1 (1-1/2)·2/1·(6²+6²) = 72, stage 2 ½·(1-2/3)·2·(3²+3² + 3²+3²) = 12
func TestTotalsSmall(t *testing.T) {
	two := func(population, inPSU float64, ssus []int32) analysis.Estimate {
		d, err := analysis.NewDesign([]analysis.Stratum{{Population: population}}, []analysis.PSU{{Population: inPSU}, {Population: inPSU}}, ssus)
		if err != nil {
			t.Fatal(err)
		}
		tally := &analysis.Tally{N: []int64{2, 1, 1}, W: []float64{12, 6, 6}, Unit: []int32{0, 1, 2}}
		if ssus == nil {
			tally.Unit = []int32{0, 0, 1}
		}
		return d.Totals(tally, make([]int32, 3), 1)[0]
	}
	for name, tt := range map[string]struct {
		got      analysis.Estimate
		variance float64
		notes    analysis.Notes
	}{
		"both stages":         {two(4, 3, []int32{0, 0, 1, 1}), 84, 0},
		"all SSUs":            {two(4, 2, []int32{0, 0, 1, 1}), 72, 0},
		"all PSUs":            {two(2, 3, []int32{0, 0, 1, 1}), 24, 0},
		"SSUs not counted":    {two(4, 0, []int32{0, 0, 1, 1}), 72, analysis.FirstStage},
		"PSUs not counted":    {two(0, 3, []int32{0, 0, 1, 1}), 144, analysis.NoFPC},
		"PSUs are the units":  {two(4, 0, nil), 72, analysis.FirstStage},
		"neither":             {two(0, 0, nil), 144, analysis.NoFPC},
		"one SSU in the last": {two(4, 3, []int32{0, 0, 1}), 72 + 0.5*(1-2./3)*2*18, analysis.SingleSSU},
		"the only SSU":        {two(4, 2, []int32{0, 0, 1}), 72, analysis.SingleSSU},
	} {
		if tt.got.Value != 24 || tt.got.N != 4 || tt.got.DF != 1 || tt.got.Notes != tt.notes ||
			!scalar.EqualWithinRel(tt.got.SE*tt.got.SE, tt.variance, 1e-12) {
			t.Errorf("%s: %+v with variance %v, want variance %v, notes %v", name, tt.got, tt.got.SE*tt.got.SE, tt.variance, tt.notes)
		}
	}
}

// TestTotalsSinglePSU: a stratum with one PSU of several has no variance; it takes those of its cells only. One that is
// all of its stratum has none to miss.
func TestTotalsSinglePSU(t *testing.T) {
	d, err := analysis.NewDesign(
		[]analysis.Stratum{{Population: 1}, {Population: 5}, {Population: 10}},
		[]analysis.PSU{{Stratum: 0}, {Stratum: 1}, {Stratum: 2}, {Stratum: 2}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	tally := &analysis.Tally{N: []int64{1, 1, 1, 1, 1, 1}, W: []float64{1, 5, 5, 10, 5, 1}, Unit: []int32{0, 1, 2, 3, 2, 0}}
	e := d.Totals(tally, []int32{0, 1, 0, 0, 1, 3}, 5)
	// Cell 0: the certainty stratum and values 5 and 10 from 2 of 10: 0.8·2·(2.5²+2.5²) = 20, one degree of freedom.
	if e[0].Value != 16 || !scalar.EqualWithinRel(e[0].SE, math.Sqrt(20), 1e-12) || e[0].DF != 1 || e[0].Notes&analysis.SinglePSU != 0 {
		t.Errorf("certainty stratum: %+v", e[0])
	}
	if !math.IsNaN(e[1].SE) || e[1].Notes&analysis.SinglePSU == 0 || e[1].Value != 10 {
		t.Errorf("stratum with a single PSU: %+v", e[1])
	}
	if lower, upper := e[1].Interval(0.95); !math.IsNaN(lower) || !math.IsNaN(upper) {
		t.Errorf("stratum with a single PSU: interval %v to %v", lower, upper)
	}
	if e[2].Notes != analysis.Unsampled || !math.IsNaN(e[2].SE) || e[4].Notes != analysis.Unsampled {
		t.Errorf("cells without anybody: %+v, %+v", e[2], e[4])
	}
	if e[3].SE != 0 || e[3].DF != 0 || e[3].Notes&analysis.FewPSUs == 0 {
		t.Errorf("cell in the certainty stratum alone: %+v", e[3])
	}
}

// TestTotalsAgainstR counts the schools of a simple random sample of 200 of 6194 by type: 142 elementary, 25 high, 33
// middle (apisrs of the R package survey). Expected from R survey 4.1-1:
//
//	svytotal(~stype, svydesign(id = ~1, weights = ~pw, fpc = ~fpc, data = apisrs))
func TestTotalsAgainstR(t *testing.T) {
	const tol = 1e-12 // both compute in double precision
	s := sample{Tally: &analysis.Tally{}}
	for c, n := range []int{142, 25, 33} {
		for range n {
			s.Unit = append(s.Unit, int32(len(s.N)))
			s.N, s.W, s.cell = append(s.N, 1), append(s.W, 30.97), append(s.cell, int32(c))
		}
	}
	d, err := analysis.NewDesign([]analysis.Stratum{{Population: 6194}}, make([]analysis.PSU, 200), nil)
	if err != nil {
		t.Fatal(err)
	}
	value, se := []float64{4397.74, 774.25, 1022.01}, []float64{195.99527648395014, 142.84875664096379, 160.3255141953711}
	for c, e := range d.Totals(s.Tally, s.cell, 3) {
		if !scalar.EqualWithinRel(e.Value, value[c], tol) || !scalar.EqualWithinRel(e.SE, se[c], tol) {
			t.Errorf("type %d: %v, standard error %v, want %v and %v", c, e.Value, e.SE, value[c], se[c])
		}
	}
}

// TestTotalsOfStrata: with weights N/n the number of units of a stratum is estimated without error, whatever the
// sample.
func TestTotalsOfStrata(t *testing.T) {
	sampled, of := []int{100, 50, 2}, []float64{4421, 755, 1018}
	s := sample{Tally: &analysis.Tally{}}
	var strata []analysis.Stratum
	var psus []analysis.PSU
	for h := range of {
		strata = append(strata, analysis.Stratum{Population: of[h]})
		for range sampled[h] {
			s.Unit = append(s.Unit, int32(len(psus)))
			s.N, s.W, s.cell = append(s.N, 1), append(s.W, of[h]/float64(sampled[h])), append(s.cell, int32(h))
			psus = append(psus, analysis.PSU{Stratum: int32(h)})
		}
	}
	d, err := analysis.NewDesign(strata, psus, nil)
	if err != nil {
		t.Fatal(err)
	}
	for h, e := range d.Totals(s.Tally, s.cell, 3) {
		if !scalar.EqualWithinRel(e.Value, of[h], 1e-12) || e.SE > 1e-9 || e.DF != float64(sampled[h]-1) {
			t.Errorf("stratum %d: %+v, want %v exactly", h, e, of[h])
		}
	}
}

func TestNewDesignRefuses(t *testing.T) {
	two := []analysis.Stratum{{Name: "a", Population: 2}, {Name: "b", Population: 1}}
	for name, tt := range map[string]struct {
		psus []analysis.PSU
		ssus []int32
	}{
		"order of strata":   {[]analysis.PSU{{Stratum: 1}, {Stratum: 0}}, nil},
		"unknown stratum":   {[]analysis.PSU{{Stratum: 2}}, nil},
		"negative stratum":  {[]analysis.PSU{{Stratum: -1}}, nil},
		"too many PSUs":     {[]analysis.PSU{{Stratum: 1}, {Stratum: 1}}, nil},
		"order of PSUs":     {[]analysis.PSU{{}, {}}, []int32{1, 0}},
		"unknown PSU":       {[]analysis.PSU{{}, {}}, []int32{2}},
		"too many SSUs":     {[]analysis.PSU{{Population: 1}}, []int32{0, 0}},
		"negative SSU code": {[]analysis.PSU{{}}, []int32{-1}},
	} {
		if _, err := analysis.NewDesign(two, tt.psus, tt.ssus); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestTotalsMemory: what is held beside the rows grows with the cells, not with cells times units.
func TestTotalsMemory(t *testing.T) {
	s := manyRows(20_000, 1000)
	perCell := func(k int) float64 {
		for i := range s.cell {
			s.cell[i] = int32(i % k)
		}
		return float64(testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Design.Totals(s.Tally, s.cell, k)
			}
		}).AllocedBytesPerOp()) / float64(k)
	}
	if got := perCell(20_000); got > 300 {
		t.Errorf("%.0f bytes a cell, want at most 300", got)
	}
}

// manyRows is a design of PSUs in 100 strata with rows spread evenly over them.
func manyRows(rows, psus int) sample {
	s := sample{Tally: &analysis.Tally{N: make([]int64, rows), W: make([]float64, rows), Unit: make([]int32, rows)}, cell: make([]int32, rows)}
	strata, units := make([]analysis.Stratum, 100), make([]analysis.PSU, psus)
	for h := range strata {
		strata[h].Population = float64(psus)
	}
	for i := range units {
		units[i].Stratum = int32(i * 100 / psus)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range rows {
		s.N[i], s.W[i], s.Unit[i] = 1, 5+rng.Float64(), int32(i*psus/rows)
	}
	s.Design, _ = analysis.NewDesign(strata, units, nil)
	return s
}

// BenchmarkTotals is a census sample of 1.4 million persons in 40,000 PSUs: totals by domain, the columns in memory. A
// domain has its persons in neighbouring PSUs, as areas have. Rows come by PSU, as they do from a file, or in any
// order.
func BenchmarkTotals(b *testing.B) {
	s := manyRows(1_400_000, 40_000)
	bench := func(name string, domains int) {
		for i := range s.cell {
			s.cell[i] = int32(int(s.Unit[i]) * domains / 40_000)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Design.Totals(s.Tally, s.cell, domains)
			}
		})
	}
	bench("100 domains", 100)
	bench("600 domains", 600)
	bench("10000 domains", 10_000)
	rand.New(rand.NewPCG(2, 2)).Shuffle(s.Rows(), func(i, j int) {
		s.Unit[i], s.Unit[j] = s.Unit[j], s.Unit[i]
	})
	bench("600 domains, any order", 600)
}
