package sampling_test

import (
	"fmt"
	"testing"

	"github.com/concord-stat/concord/sampling"
)

// BenchmarkUnequal draws from as many communes as there are, with sizes spread as theirs.
func BenchmarkUnequal(b *testing.B) {
	for _, n := range []int{100, 1000, 3000, 5000} {
		pi := lognormalProbabilities(10_598, n, 1.2)
		for _, d := range fixedSizeDesigns {
			b.Run(fmt.Sprintf("%s/n=%d", d.name, n), func(b *testing.B) {
				rng := sampling.Source(1, "bench")
				for b.Loop() {
					d.draw(rng, pi)
				}
			})
		}
	}
}
