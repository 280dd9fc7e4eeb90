package sampling_test

import (
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/sampling"
)

// The frame of these benchmarks is of the size of a national one of communes: 10,598 units, n = 1,000, five balancing
// variables.
const benchUnits, benchSample = 10_598, 1000

func BenchmarkCube(b *testing.B) {
	pi, x := communes(benchUnits, benchSample)
	for seed := range uint64(b.N) {
		sampling.Cube(sampling.Source(seed, "bench"), pi, x)
	}
}

func BenchmarkStratifiedCube(b *testing.B) {
	const strata = 700
	_, x := communes(benchUnits, benchSample)
	stratum, pi, members := make([]int, benchUnits), make([]float64, benchUnits), make([]int, strata)
	for i := range stratum {
		stratum[i] = i * strata / benchUnits
		members[stratum[i]]++
	}
	for i, h := range stratum {
		pi[i] = 2 / float64(members[h])
	}
	b.ResetTimer()
	for seed := range uint64(b.N) {
		sampling.StratifiedCube(sampling.Source(seed, "bench"), pi, stratum, x)
	}
}

func benchmarkInPlane(b *testing.B, draw func(rng *rand.Rand, pi []float64, points [][]float64) []int) {
	pi, _ := communes(benchUnits, benchSample)
	rng := rand.New(rand.NewPCG(1, 2))
	points := make([][]float64, benchUnits)
	for i := range points {
		points[i] = []float64{rng.Float64(), rng.Float64()}
	}
	b.ResetTimer()
	for seed := range uint64(b.N) {
		draw(sampling.Source(seed, "bench"), pi, points)
	}
}

func BenchmarkLocalPivotal(b *testing.B) { benchmarkInPlane(b, sampling.LocalPivotal) }

func BenchmarkLocalPivotalMutual(b *testing.B) { benchmarkInPlane(b, sampling.LocalPivotalMutual) }

func BenchmarkPivotal(b *testing.B) {
	pi, _ := communes(benchUnits, benchSample)
	b.ResetTimer()
	for seed := range uint64(b.N) {
		sampling.Pivotal(sampling.Source(seed, "bench"), pi)
	}
}
