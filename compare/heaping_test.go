package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/compare"
)

// rounding is a commune of so many persons, of whom a share states the nearest age that ends in 0 or 5, with chance.
func rounding(persons, share float64, rng *rand.Rand) []float64 {
	p := make([]float64, 100)
	for a := range 95 {
		to := 5 * int(math.Round(float64(a)/5))
		p[a] += (1 - share) * persons / 95
		p[to] += share * persons / 95
	}
	for a, m := range p {
		if m > 0 {
			p[a] = distuv.Poisson{Lambda: m, Src: rng}.Rand()
		}
	}
	return p
}

// TestHeapingIsPointedAt has 400 communes of 9,000 people: in a tenth of them the census heaps, in a tenth the
// register, in a tenth both. Who heaps is named in 95 % of them, and nobody is named wrongly more often than the
// false-discovery rate lets through.
func TestHeapingIsPointedAt(t *testing.T) {
	const communes = 400
	rng := rand.New(rand.NewPCG(31, 5))
	x, counted := demography.Whipple(25, 60, 0, 5), demography.Counted(0.95)
	var register, census []demography.Quality
	truth := make([]compare.HeapingVerdict, communes)
	for i := range communes {
		r, c := 0.0, 0.0
		switch i % 10 {
		case 0:
			c, truth[i] = 0.15, compare.CensusHeaps
		case 1:
			r, truth[i] = 0.15, compare.RegisterHeaps
		case 2:
			r, c, truth[i] = 0.15, 0.15, compare.BothHeap
		default:
			truth[i] = compare.NoneHeaps
		}
		register = append(register, x.Assess(rounding(9000, r, rng), counted))
		census = append(census, x.Assess(rounding(9000, c, rng), counted))
	}
	named, right, heaping := 0, 0, 0
	for i, j := range compare.JudgeHeaping(x, register, census, plan) {
		if j.Verdict != compare.NoneHeaps && j.Verdict != compare.CannotTellWho {
			named++
			if j.Verdict == truth[i] {
				right++
			}
		}
		if truth[i] != compare.NoneHeaps {
			heaping++
		}
	}
	t.Logf("%d communes heap, %d are named, %d of them rightly", heaping, named, right)
	if float64(right) < 0.95*float64(heaping) || float64(named-right) > 0.05*float64(named)+3*math.Sqrt(0.05*float64(named)) {
		t.Errorf("%d communes heap, %d are named, %d of them rightly", heaping, named, right)
	}
}

// TestHeapingVerdicts takes every branch.
func TestHeapingVerdicts(t *testing.T) {
	side := func(value, se, fair float64) demography.Quality {
		return demography.Quality{Value: value, SE: se, DF: inf, Corrected: value, Expected: 100, Fair: fair,
			Interval: analysis.Interval{Basis: analysis.Superpopulation}}
	}
	sample := side(130, 3, 0)
	sample.Interval.Basis = analysis.DesignBased
	x := demography.Whipple(25, 60, 0, 5)
	for name, tt := range map[string]struct {
		register, census demography.Quality
		want             compare.HeapingVerdict
		se               float64
	}{
		"census":           {side(100, 3, 0.9), side(130, 4, 0), compare.CensusHeaps, 5},
		"register":         {side(130, 3, 0), side(100, 4, 0.9), compare.RegisterHeaps, 5},
		"both":             {side(130, 3, 0), side(180, 4, 0), compare.BothHeap, 5},
		"neither":          {side(100, 3, 0.9), side(103, 4, 0.7), compare.NoneHeaps, 5},
		"no difference":    {side(108, 3, 0.2), side(112, 4, 0.03), compare.CannotTellWho, 5},
		"wrong way round":  {side(130, 3, 0.2), side(100, 4, 0.01), compare.CannotTellWho, 5},
		"fair but unequal": {side(80, 3, 0.99), side(104, 4, 0.6), compare.NoneHeaps, 5},
		"sample":           {side(100, 4, 0.9), sample, compare.CensusHeaps, 3},
		"no index":         {side(nan, nan, nan), side(104, 4, 0.6), compare.NoTest, nan},
	} {
		j := compare.JudgeHeaping(x, []demography.Quality{tt.register}, []demography.Quality{tt.census}, plan)[0]
		if j.Verdict != tt.want || math.Abs(j.SE-tt.se) > 1e-12 || math.IsNaN(j.SE) != math.IsNaN(tt.se) {
			t.Errorf("%s: %s, standard error %v, want %s, %v", name, j.Verdict, j.SE, tt.want, tt.se)
		}
	}
}

func TestJudgeHeapingLengths(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("sides of different length: no panic")
		}
	}()
	compare.JudgeHeaping(demography.Kannisto(90), make([]demography.Quality, 1), nil, plan)
}

func ExampleJudgeHeaping() {
	census, register := make([]float64, 100), make([]float64, 100)
	for age := range census {
		census[age], register[age] = 190, 200
		if age%5 == 0 {
			census[age] = 240
		}
	}
	x := demography.Whipple(25, 60, 0, 5)
	c, r := x.Assess(census, demography.Counted(0.95)), x.Assess(register, demography.Counted(0.95))
	j := compare.JudgeHeaping(x, []demography.Quality{r}, []demography.Quality{c}, compare.Plan{Level: 0.95, FDR: 0.05})[0]
	fmt.Printf("%.0f (%.0f to %.0f): %s\n", j.Value, j.Interval.Lower, j.Interval.Upper, j.Verdict)
	// Output: -20 (-26 to -14): census_heaps
}
