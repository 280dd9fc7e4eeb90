package explain_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare/explain"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// falseAlarm is the chance that a simulation test fails though the method is right, were its seed not fixed.
const falseAlarm = 1e-6

func near(a, b, tol float64) bool {
	return scalar.Same(a, b) || scalar.EqualWithinAbsOrRel(a, b, tol, tol)
}

// sumIn adds up in an order.
func sumIn(order []int, v []float64) (sum float64) {
	for _, i := range order {
		sum += v[i]
	}
	return sum
}

func order(t *rapid.T, k int) []int {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(k)
}

// TestLevelStructureAddsUp: of whole counts, the parts add up to the differences exactly, in cells and over cells, in
// any order.
func TestLevelStructureAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]int64{3, 1000, 1e9, 1e13}).Draw(t, "most")
		k := rapid.IntRange(1, 20).Draw(t, "cells")
		register, census := make([]float64, k), make([]float64, k)
		var total, whole float64
		for i := range k {
			register[i] = float64(rapid.Int64Range(0, most).Draw(t, "register"))
			census[i] = float64(rapid.Int64Range(0, most).Draw(t, "census"))
			total, whole = total+register[i]-census[i], whole+census[i]
		}
		if whole == 0 {
			census[0], total, whole = 1, total-1, 1
		}
		level, structure := explain.LevelStructure(register, census)
		for i := range k {
			if level[i]+structure[i] != register[i]-census[i] {
				t.Fatalf("cell %d: %v + %v is not %v", i, level[i], structure[i], register[i]-census[i])
			}
			if want := total * (census[i] / whole); math.Abs(level[i]-want) > 1e-13*(math.Abs(total)+whole)*float64(k) {
				t.Fatalf("cell %d: level %v, want %v", i, level[i], want)
			}
		}
		at := order(t, k)
		if l, s := sumIn(at, level), sumIn(at, structure); l != total || s != 0 {
			t.Fatalf("level parts add up to %v, want %v; structure parts to %v", l, total, s)
		}
	})
}

// TestLevelStructureOfSample: figures that are not whole add up to rounding.
func TestLevelStructureOfSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 20).Draw(t, "cells")
		register, census := make([]float64, k), make([]float64, k)
		for i := range k {
			register[i] = float64(rapid.IntRange(0, 1000).Draw(t, "register"))
			census[i] = rapid.Float64Range(0.1, 1000).Draw(t, "census")
		}
		level, structure := explain.LevelStructure(register, census)
		at := order(t, k)
		for i := range k {
			if !near(level[i]+structure[i], register[i]-census[i], 1e-10) {
				t.Fatalf("cell %d: %v + %v is not %v", i, level[i], structure[i], register[i]-census[i])
			}
		}
		if s := sumIn(at, structure); s != 0 {
			t.Fatalf("structure parts add up to %v", s)
		}
	})
}

// TestSameStructure: a register composed as the census has no structure part, whatever its level.
func TestSameStructure(t *testing.T) {
	level, structure := explain.LevelStructure([]float64{60, 120, 30}, []float64{20, 40, 10})
	for i, want := range []float64{40, 80, 20} {
		if level[i] != want || structure[i] != 0 {
			t.Errorf("level %v, structure %v", level, structure)
		}
	}
	if s := explain.StructureShare(structure, []float64{60, 120, 30}); s != 0 {
		t.Errorf("share %v", s)
	}
}

func TestNobodyInTheCensus(t *testing.T) {
	level, structure := explain.LevelStructure([]float64{3, 4}, []float64{0, 0})
	if !math.IsNaN(level[0]+level[1]) || !math.IsNaN(structure[0]+structure[1]) {
		t.Errorf("level %v, structure %v", level, structure)
	}
	if level, structure = explain.LevelStructure(nil, nil); len(level) != 0 || len(structure) != 0 {
		t.Errorf("level %v, structure %v", level, structure)
	}
}

// TestStructureShareIsDissimilarity: half the sum of the differences of shares.
func TestStructureShareIsDissimilarity(t *testing.T) {
	register, census := []float64{310, 295, 280, 262}, []float64{322, 301, 248, 250}
	_, structure := explain.LevelStructure(register, census)
	want := 0.0
	for i := range register {
		want += math.Abs(register[i]/1147-census[i]/1121) / 2
	}
	if got := explain.StructureShare(structure, register); !near(got, want, 1e-12) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestLevelStructureErrors draws both sides with errors that have one correlation. The standard errors over the draws
// are those stated, but for the delta method (errors are 1 % of the totals, so that what it leaves out is of that
// order) and the error of a standard deviation of so many draws, 1/√(2n) of it.
func TestLevelStructureErrors(t *testing.T) {
	const draws, k = 20_000, 6
	rng := rand.New(rand.NewPCG(31, 31))
	for _, rho := range []float64{0, 0.5} {
		register, census := side(5000, 0.01, 0.2), side(4000, 0.02, rho)
		level, structure := explain.LevelStructureErrors(register.counts, census.counts)
		var l, s [k]tallied
		for range draws {
			a, b := explain.LevelStructure(register.draw(rng), census.draw(rng))
			for i := range k {
				l[i].add(a[i])
				s[i].add(b[i])
			}
		}
		limit := 0.02 + distuv.UnitNormal.Quantile(1-falseAlarm/(4*k))/math.Sqrt(2*draws)
		for i := range k {
			if got := l[i].sd(draws) / level[i]; math.Abs(got-1) > limit {
				t.Errorf("correlation %v: level part of cell %d varies %v times what is stated", rho, i, got)
			}
			if got := s[i].sd(draws) / structure[i]; math.Abs(got-1) > limit {
				t.Errorf("correlation %v: structure part of cell %d varies %v times what is stated", rho, i, got)
			}
		}
	}
}

// A noisy side has figures whose errors have one correlation.
type noisy struct {
	counts explain.Counts
	rho    float64
}

func side(size, cv, rho float64) noisy {
	s := noisy{rho: rho}
	var sum, squares float64
	for i := range 6 {
		v := size * (1 + float64(i)/3)
		se := cv * v * (1 + 0.2*float64(i%2))
		s.counts.Value, s.counts.SE = append(s.counts.Value, v), append(s.counts.SE, se)
		sum, squares = sum+se, squares+se*se
	}
	s.counts.TotalSE = math.Sqrt((1-rho)*squares + rho*sum*sum)
	return s
}

func (s noisy) draw(rng *rand.Rand) []float64 {
	common := rng.NormFloat64()
	out := make([]float64, len(s.counts.Value))
	for i, v := range s.counts.Value {
		out[i] = v + s.counts.SE[i]*(math.Sqrt(s.rho)*common+math.Sqrt(1-s.rho)*rng.NormFloat64())
	}
	return out
}

// tallied adds up values for their standard deviation.
type tallied struct{ sum, squares float64 }

func (s *tallied) add(v float64) { s.sum, s.squares = s.sum+v, s.squares+v*v }

func (s *tallied) sd(n float64) float64 { return math.Sqrt(s.squares/n - s.sum/n*(s.sum/n)) }

// TestLevelStructureErrorsAtTheEdge: complete counts have no error, one error that is not known makes all unknown, and
// a total whose error is not known is that of uncorrelated cells.
func TestLevelStructureErrorsAtTheEdge(t *testing.T) {
	counts := explain.Counts{Value: []float64{10, 20, 30}}
	level, structure := explain.LevelStructureErrors(counts, counts)
	for i := range level {
		if level[i] != 0 || structure[i] != 0 {
			t.Errorf("errors %v and %v of complete counts", level, structure)
		}
	}
	sample := explain.Counts{Value: []float64{10, 20, 30}, SE: []float64{1, 2, 2}, TotalSE: 3}
	known, _ := explain.LevelStructureErrors(counts, sample)
	sample.TotalSE = math.NaN()
	if unknown, _ := explain.LevelStructureErrors(counts, sample); !near(unknown[1], known[1], 1e-14) {
		t.Errorf("%v, want %v", unknown, known)
	}
	sample.SE[1] = math.NaN()
	level, structure = explain.LevelStructureErrors(counts, sample)
	if !math.IsNaN(level[0]) || !math.IsNaN(structure[2]) {
		t.Errorf("%v, %v with an error that is not known", level, structure)
	}
}

func BenchmarkLevelStructure(b *testing.B) {
	register, census := make([]float64, 19), make([]float64, 19)
	for i := range register {
		register[i], census[i] = float64(100+i*i%17), float64(90+i*i%23)
	}
	for b.Loop() {
		explain.LevelStructure(register, census)
	}
}

func ExampleLevelStructure() {
	register, census := []float64{460, 1_400, 340}, []float64{500, 1_200, 300} // children, adults, the old
	level, structure := explain.LevelStructure(register, census)
	fmt.Println(level, structure)
	// Output: [50 120 30] [-90 80 10]
}
