package draw_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/study"
)

// small is 12 units in 3 strata of unequal size, one unit so large that it is certain, with all that any method asks for.
func small() draw.List {
	l := draw.List{Of: "small.csv"}
	sizes := []float64{3, 8, 2.5, 40, 5, 7, 6, 4, 9, 1, 12, 10}
	for i, size := range sizes {
		l.All = append(l.All, draw.Unit{
			Code: fmt.Sprintf("%02d", i), Stratum: []string{"a", "a", "a", "a", "b", "b", "b", "b", "b", "b", "b", "b"}[i], Size: size, Spread: size,
			Order: []string{fmt.Sprint(i * 7 % 12)}, Balance: []float64{1, float64(i % 5)}, Centre: [2]float64{float64(i % 4), float64(i / 4)},
		})
	}
	return l
}

// unbiased: over the draws the mean weight of every unit, 0 where it was not drawn, is 1, which is what makes every estimate
// by these weights unbiased. The tolerance is the normal quantile that leaves falseAlarm over the units, times the standard
// error.
func unbiased(t *testing.T, what string, draws int, units []draw.Unit, one func(seed uint64) map[string]float64) {
	t.Helper()
	sum, square := map[string]float64{}, map[string]float64{}
	for seed := range uint64(draws) {
		for code, w := range one(seed) {
			sum[code] += w
			square[code] += w * w
		}
	}
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/2/float64(len(units)))
	for _, u := range units {
		mean := sum[u.Code] / float64(draws)
		se := math.Sqrt(math.Max(0, square[u.Code]/float64(draws)-mean*mean) / float64(draws))
		if !(math.Abs(mean-1) <= z*se+1e-9) {
			t.Errorf("%s: unit %s has mean weight %.4f (standard error %.4f), want 1", what, u.Code, mean, se)
		}
	}
}

func weights(s *draw.Sample) map[string]float64 {
	w := map[string]float64{}
	for _, d := range s.Drawn {
		w[d.Code] = d.Weight
	}
	return w
}

func must(t *testing.T, f draw.Frame, p draw.Plan) *draw.Sample {
	t.Helper()
	p.SetDefaults()
	s, err := draw.SelectAll(context.Background(), f, p)
	if err != nil {
		t.Fatalf("%s: %v", p.Method, err)
	}
	return s
}

// every is a selection of n units by every method.
func every(n int) (all []study.Selection) {
	for _, method := range study.Methods() {
		if method == "all" || method == "list" {
			continue
		}
		all = append(all, study.Selection{Method: method, N: n, Size: "size", Balance: []string{"one", "other"}, Longitude: "x", Latitude: "y"})
	}
	return all
}

// variants are a selection by itself, within strata, in an order, and coordinated, as far as its method allows it.
func variants(s study.Selection) map[string]study.Selection {
	within := s
	within.Stratum = "stratum"
	all := map[string]study.Selection{"": s, " within strata": within}
	if slices.Contains([]string{"systematic", "circular_systematic", "pps_systematic"}, s.Method) {
		s.Order, within.Order = []string{"order"}, []string{"order"}
		all[" in order"], all[" in order within strata"] = s, within
	}
	if slices.Contains([]string{"srs", "bernoulli", "poisson", "pareto"}, s.Method) {
		s.Coordination = &study.Coordination{Start: 0.3}
		all[" coordinated"] = s
	}
	return all
}

// TestEveryMethodIsUnbiased: a size is given to every method, also to those that do not draw by it.
func TestEveryMethodIsUnbiased(t *testing.T) {
	const draws = 1500
	for _, plain := range every(5) {
		for variant, s := range variants(plain) {
			f := small()
			if s.Stratum == "" {
				f = unstratified(f)
			}
			unbiased(t, s.Method+variant, draws, f.All, func(seed uint64) map[string]float64 {
				if s.Coordination != nil {
					s.Coordination.Seed = seed
				}
				return weights(must(t, f, draw.Plan{Selection: &s, Seed: seed}))
			})
		}
	}
}

func unstratified(f draw.List) draw.List {
	f.All = slices.Clone(f.All)
	for i := range f.All {
		f.All[i].Stratum = ""
	}
	return f
}

// TestSecondPhaseIsUnbiased, whatever the methods of the two phases.
func TestSecondPhaseIsUnbiased(t *testing.T) {
	for _, second := range every(3) {
		for _, method := range []string{second.Method, "srs"} {
			first := study.Selection{Method: method, N: 6, Size: "size", Balance: []string{"one", "other"}, Longitude: "x", Latitude: "y"}
			if slices.Contains([]string{"poisson", "bernoulli", "stratified"}, method) || first.Repeats() {
				continue // samples too small for the second phase, and one that needs strata
			}
			f := unstratified(small())
			unbiased(t, method+", then "+second.Method, 1500, f.All, func(seed uint64) map[string]float64 {
				a := must(t, f, draw.Plan{Selection: &first, Seed: seed})
				of := weights(a)
				among := draw.List{Of: f.Of}
				for _, u := range f.All {
					if of[u.Code] > 0 {
						among.All = append(among.All, u)
					}
				}
				w := weights(must(t, among, draw.Plan{Selection: &second, Seed: seed, Phase: 2}))
				for code := range w {
					w[code] *= of[code]
				}
				return w
			})
		}
	}
}
