package screen_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare/screen"
)

// TestTailsCompared: with one area in 50 registered 30 % to 200 % too often, the heavy tail has the smallest squared
// error of the three, over all areas and over the many, and its intervals cover; without such areas it loses nothing.
// Over 20 × 300 areas the share covered has a standard error of 0.3 %; squared errors are of the same draws.
func TestTailsCompared(t *testing.T) {
	tails := map[string]screen.Tail{"heavy": screen.HeavyTail, "limited": screen.LimitedTail,
		"normal": screen.NormalTail}
	for _, every := range []int{50, 0} {
		all, many, covered, raw := map[string]float64{}, map[string]float64{}, map[string]float64{}, 0.0
		for name, tail := range tails {
			rng := rand.New(rand.NewPCG(81, 82))
			raw = 0
			for range 20 {
				c := simulated(rng, 1, 1, 300, [3]float64{0.04, 0, 0})
				c.Groups = nil
				gross := make([]bool, 300)
				for i := range gross {
					if every > 0 && rng.IntN(every) == 0 {
						shift := math.Log(1.3+1.7*rng.Float64()) - c.truth[i]
						gross[i], c.truth[i], c.Value[i] = true, c.truth[i]+shift, c.Value[i]+shift
					}
				}
				f := shrink(t, c.Areas, screen.Options{Tail: tail})
				for i, e := range f.Areas {
					square := (e.Value - c.truth[i]) * (e.Value - c.truth[i]) / 6000
					all[name] += square
					raw += (c.Value[i] - c.truth[i]) * (c.Value[i] - c.truth[i]) / 6000
					if !gross[i] {
						many[name] += square
					}
					if low, high := e.Interval(0.95); low <= c.truth[i] && c.truth[i] <= high {
						covered[name] += 1. / 6000
					}
				}
			}
		}
		for _, name := range []string{"heavy", "limited", "normal"} {
			t.Logf("gross one in %d, %s: squared error %.3f of the raw one (%.3f without the gross areas), covered %.4f",
				every, name, all[name]/raw, many[name]/raw, covered[name])
			if all[name] > raw {
				t.Errorf("%s: squared error above the raw one", name)
			}
		}
		if math.Abs(covered["heavy"]-0.95) > 0.015 {
			t.Errorf("gross one in %d: %.3f of the intervals cover", every, covered["heavy"])
		}
		if every > 0 && (all["heavy"] > 0.9*all["normal"] || all["heavy"] > 0.95*all["limited"]) || every == 0 &&
			all["heavy"] > 1.01*all["normal"] {
			t.Errorf("gross one in %d: squared errors %v", every, all)
		}
	}
}
