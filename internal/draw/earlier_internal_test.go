package draw

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/concord-stat/concord/internal/study"
)

// twoTimes is a frame of 16 units as it was and as it is: sizes have changed, units have moved between strata, the first
// two have gone and two have come.
func twoTimes() (was, is List) {
	for i := range 18 {
		code := fmt.Sprintf("%02d", i)
		if i < 16 {
			was.All = append(was.All, Unit{Code: code, Stratum: fmt.Sprint("a", i/8), Size: float64(3 + i%5)})
		}
		if i >= 2 {
			is.All = append(is.All, Unit{Code: code, Stratum: fmt.Sprint("b", i/7), Size: float64(2 + i*i%7)})
		}
	}
	return was, is
}

// TestKeepingReproducesProbabilities: whatever the two designs are, over 4,000 pairs of draws every unit comes into the new
// sample as often as its new probability says, within the normal quantile that leaves a false alarm of 1e-6 over all
// units; and more units stay than in independent draws.
func TestKeepingReproducesProbabilities(t *testing.T) {
	const draws, falseAlarm = 4000, 1e-6
	was, is := twoTimes()
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/2/float64(len(is.All)))
	for name, designs := range map[string][2]study.Selection{
		"simple random twice":     {{Method: "srs", N: 6, Stratum: "s"}, {Method: "srs", N: 6, Stratum: "s"}},
		"simple after unequal":    {{Method: "tille", N: 6, Stratum: "s", Size: "x"}, {Method: "srs", N: 6, Stratum: "s"}},
		"one a stratum":           {{Method: "pps_systematic", N: 2, Stratum: "s", Size: "x"}, {Method: "pps_systematic", N: 3, Stratum: "s", Size: "x"}},
		"one a stratum after two": {{Method: "sampford", N: 4, Stratum: "s", Size: "x"}, {Method: "pps_systematic", N: 3, Stratum: "s", Size: "x"}},
		"random size":             {{Method: "poisson", N: 2, Stratum: "s", Size: "x"}, {Method: "pps_systematic", N: 3, Stratum: "s", Size: "x"}},
		"without strata":          {{Method: "conditional_poisson", N: 5, Size: "x"}, {Method: "pps_systematic", N: 5, Size: "x"}},
	} {
		came, pi := map[string]int{}, map[string]float64{}
		kept, independent := 0, 0
		for seed := range uint64(draws) {
			before := selectAll(t, was, designs[0], seed, nil)
			units := map[string]earlierUnit{}
			for _, u := range before.Offered {
				units[u.Code] = earlierUnit{stratum: u.Stratum, probability: u.Probability}
			}
			for _, d := range before.Drawn {
				u := units[d.Code]
				u.drawn = true
				units[d.Code] = u
			}
			after := selectAll(t, is, designs[1], seed+1e6, newEarlier(&designs[0], units))
			for _, u := range after.Offered {
				pi[u.Code] = u.Probability
			}
			for _, d := range after.Drawn {
				came[d.Code]++
				if units[d.Code].drawn {
					kept++
				}
			}
			for _, d := range selectAll(t, is, designs[1], seed+2e6, nil).Drawn {
				if units[d.Code].drawn {
					independent++
				}
			}
		}
		for code, p := range pi {
			if got := float64(came[code]) / draws; math.Abs(got-p) > z*math.Sqrt(p*(1-p)/draws)+1./draws {
				t.Errorf("%s: unit %s came in %.4f of the draws, want %.4f", name, code, got, p)
			}
		}
		if kept <= independent*5/4 {
			t.Errorf("%s: %d units stay, %d without keeping", name, kept, independent)
		}
	}
}

func selectAll(t *testing.T, f List, s study.Selection, seed uint64, before *Earlier) *Sample {
	t.Helper()
	s.SetDefaults()
	f.All = append([]Unit(nil), f.All...)
	for i := range f.All {
		if s.Stratum == "" {
			f.All[i].Stratum = ""
		}
	}
	sample, err := SelectAll(context.Background(), f, Plan{Selection: &s, Seed: seed, Before: before})
	if err != nil {
		t.Fatal(err)
	}
	return sample
}

// TestKeepingWithTheSameSeed: a study of next year mostly has the seed of this one. Sizes are fractions, so that both draws
// work with the same kind of random start; the mean weight of every unit is 1 within 6 standard errors of it.
func TestKeepingWithTheSameSeed(t *testing.T) {
	const draws = 3000
	was, is := List{Of: "was"}, List{Of: "is"}
	for i, size := range []float64{3.5, 8, 2.5, 14, 5, 7, 6, 4, 9, 3} {
		was.All = append(was.All, Unit{Code: fmt.Sprint(i), Size: size})
		is.All = append(is.All, Unit{Code: fmt.Sprint(i), Size: []float64{8, 3.5, 5, 10, 4, 7, 9, 4, 3, 6}[i]})
	}
	for _, n := range [][2]int{{4, 5}, {1, 1}} {
		first, second := study.Selection{Method: "pps_systematic", N: n[0], Size: "x"}, study.Selection{Method: "pps_systematic", N: n[1], Size: "x"}
		first.SetDefaults()
		second.SetDefaults()
		sum, square := map[string]float64{}, map[string]float64{}
		for seed := range uint64(draws) {
			a, err := SelectAll(context.Background(), was, Plan{Selection: &first, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			units := map[string]earlierUnit{}
			for _, u := range a.Offered {
				units[u.Code] = earlierUnit{"", u.Probability, false}
			}
			for _, u := range a.Drawn {
				units[u.Code] = earlierUnit{"", u.Probability, true}
			}
			b, err := Select(context.Background(), is, Plan{Selection: &second, Seed: seed, Before: newEarlier(&first, units)})
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range b.Drawn {
				sum[u.Code] += u.Weight
				square[u.Code] += u.Weight * u.Weight
			}
		}
		for _, u := range is.All {
			mean := sum[u.Code] / draws
			if se := math.Sqrt((square[u.Code]/draws - mean*mean) / draws); !(math.Abs(mean-1) <= 6*se+1e-9) {
				t.Errorf("%v units: unit %s has mean weight %.3f (standard error %.3f), want 1", n, u.Code, mean, se)
			}
		}
	}
}
