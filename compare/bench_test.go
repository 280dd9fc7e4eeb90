package compare_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare"
)

// country sizes: the communes of 2024, and the cells of sex by five-year age group.
const communes, groups = 10_598, 36

// sides are a register of counts and a sample of the census, whose degrees of freedom are those of communes.
func sides(kind string) (register, census compare.Figures) {
	rng := rand.New(rand.NewPCG(1, 1))
	register, census = compare.NewFigures(communes*groups), compare.NewFigures(communes*groups)
	for i := range register.Value {
		size := 20 + 400*rng.Float64()
		register.Value[i], register.DF[i], census.DF[i] = math.Round(size), inf, inf
		census.Value[i] = math.Round(size * (1 + 0.05*rng.NormFloat64()))
		switch kind {
		case "sample":
			census.SE[i], census.DF[i] = 0.05*size, float64(3+i/groups%40)
		case "noise":
			census.SE[i], census.DF[i], census.Noise[i] = 0.05*size, float64(3+i/groups%40), 2
		}
	}
	return register, census
}

func BenchmarkJudge(b *testing.B) {
	for _, kind := range []string{"counts", "sample", "noise", "superpopulation"} {
		register, census := sides(kind)
		plan := compare.Plan{Level: 0.95, FDR: 0.05, Alpha: 0.05, MarginPct: 5, Superpopulation: kind == "superpopulation"}
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compare.Judge(register, census, plan)
				compare.StandardisedDifferences(register, census, groups, plan.Superpopulation)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/communes/groups, "ns/cell")
		})
	}
}

func BenchmarkAdjust(b *testing.B) {
	rng := rand.New(rand.NewPCG(2, 2))
	p := make([]float64, communes*groups)
	for i := range p {
		p[i] = math.Pow(rng.Float64(), 1.5)
	}
	for _, a := range families {
		b.Run(a.String(), func(b *testing.B) {
			for b.Loop() {
				a.Adjust(p)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/communes/groups, "ns/cell")
		})
	}
}
