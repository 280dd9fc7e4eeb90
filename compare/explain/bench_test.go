package explain_test

import (
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare/explain"
)

// BenchmarkExplain explains the communes of a country under three definitions, and names their causes.
func BenchmarkExplain(b *testing.B) {
	d := invention{areas: 10_598, persons: 2_000, kappa: 5, definitions: 3, rng: rand.New(rand.NewPCG(1, 2))}.make()
	d.Region = make([]int32, d.Areas())
	for i := range d.Region {
		d.Region[i] = int32(i % 63)
	}
	for b.Loop() {
		x, err := explain.Explain(d, explain.Plan{FDR: 0.05})
		if err != nil {
			b.Fatal(err)
		}
		for k := range d.Register {
			x.Causes(k)
		}
	}
}
