package explain_test

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/concord-stat/concord/compare/explain"
)

var starts = []int{0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85}

// perMille is an age structure of single years: flat to 40, and then falling.
func perMille(age int) float64 {
	if age < 40 {
		return 16
	}
	return 16 * math.Exp(-float64((age-40)*(age-40))/1400)
}

// An invention makes data of areas without anything wrong, by single ages.
type invention struct {
	areas       int
	persons     float64 // of an area on average
	kappa       float64 // persons a sampled one stands for; 0 for complete counts
	definitions int
	rng         *rand.Rand
}

// make draws areas of unequal size. Definitions after the first lack two per cent of persons more each.
func (v invention) make() *explain.Data {
	n, k := v.areas, len(starts)
	d := &explain.Data{Starts: starts, Census: make([]float64, n*k), SE: make([]float64, n*k), Total: make([]float64, n),
		TotalSE: make([]float64, n), DF: make([]float64, n), CensusAge: make([]float64, n*explain.Ages)}
	for range v.definitions {
		d.Register, d.RegisterTotal = append(d.Register, make([]float64, n*k)), append(d.RegisterTotal, make([]float64, n))
	}
	d.RegisterAge = make([]float64, v.definitions*n*explain.Ages)
	for i := range n {
		d.DF[i] = math.Inf(1)
		size := v.persons * math.Exp(0.5*v.rng.NormFloat64()) / 1000
		for age := range explain.Ages {
			persons := math.Round(size * perMille(age) * math.Exp(0.05*v.rng.NormFloat64()))
			v.put(d, i, age, persons)
		}
		for g := range k {
			d.SE[i*k+g] = math.Sqrt(v.kappa * d.Census[i*k+g])
			d.TotalSE[i] += d.SE[i*k+g] * d.SE[i*k+g]
		}
		d.TotalSE[i] = math.Sqrt(d.TotalSE[i])
	}
	return d
}

func (v invention) put(d *explain.Data, i, age int, persons float64) {
	k := len(starts)
	c := i*k + min(age/5, k-1)
	census := persons
	if v.kappa > 0 {
		census = v.kappa * distuv.Poisson{Lambda: persons / v.kappa, Src: v.rng}.Rand()
	}
	d.Census[c] += census
	d.CensusAge[i*explain.Ages+age] = census
	d.Total[i] += census
	for j := range v.definitions {
		registered := persons
		if j > 0 && persons > 0 {
			registered -= distuv.Binomial{N: persons, P: 0.02 * float64(j), Src: v.rng}.Rand()
		}
		d.Register[j][c] += registered
		d.RegisterTotal[j][i] += registered
		d.RegisterAge[(j*v.areas+i)*explain.Ages+age] = registered
	}
}
