package compare_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/concord-stat/concord/compare"
)

// splits gives every way in which pooled values may fall to two samples, the first of n.
func splits(all []float64, n int, see func(x, y []float64)) {
	var x, y []float64
	var rest func(i int)
	rest = func(i int) {
		if i == len(all) {
			if len(x) == n {
				see(x, y)
			}
			return
		}
		x = append(x, all[i])
		rest(i + 1)
		x, y = x[:len(x)-1], append(y, all[i])
		rest(i + 1)
		y = y[:len(y)-1]
	}
	rest(0)
}

// gaps are max (F - G) and max (G - F), and T of Cramér and von Mises, by definition.
func gaps(x, y []float64) (above, below, t float64) {
	share := func(of []float64, v float64) (f float64) {
		for _, u := range of {
			if u <= v {
				f += 1 / float64(len(of))
			}
		}
		return f
	}
	m, n := float64(len(x)), float64(len(y))
	for _, values := range [][]float64{x, y} {
		for _, v := range values {
			d := share(x, v) - share(y, v)
			above, below = math.Max(above, d), math.Max(below, -d)
			t += m * n / ((m + n) * (m + n)) * d * d
		}
	}
	return above, below, t
}

// TestExactTestsCount all ways there are, ties included.
func TestExactTestsCount(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(0, 6).Draw(t, "value")) })
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.SliceOfN(value, 1, 4).Draw(t, "x"), rapid.SliceOfN(value, 1, 4).Draw(t, "y")
		above, below, cvm := gaps(x, y)
		var n, both, up, down, square float64
		splits(append(append([]float64{}, x...), y...), len(x), func(x, y []float64) {
			a, b, c := gaps(x, y)
			const tie = 1e-9
			n++
			count := func(to *float64, at bool) {
				if at {
					*to++
				}
			}
			count(&both, math.Max(a, b) >= math.Max(above, below)-tie)
			count(&up, a >= above-tie)
			count(&down, b >= below-tie)
			count(&square, c >= cvm-tie)
		})
		k, err := compare.NewKolmogorovSmirnov(x, y)
		if err != nil {
			t.Fatal(err)
		}
		v, err := compare.NewCramerVonMises(x, y)
		if err != nil {
			t.Fatal(err)
		}
		p, err := v.Exact()
		if err != nil {
			t.Fatal(err)
		}
		for name, pair := range map[string][2]float64{
			"above": {k.Above, above}, "below": {k.Below, below}, "T": {v.T, cvm}, "two-sided": {k.Exact(), both / n},
			"one-sided above": {k.ExactAbove(), up / n}, "one-sided below": {k.ExactBelow(), down / n}, "CvM": {p, square / n},
		} {
			if !closeTo(pair[0], pair[1]) {
				t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
			}
		}
	})
}

// TestKolmogorovTail: quantiles by R 4.2.2, uniroot on the series of fifty terms; and both series meet at 1.
func TestKolmogorovTail(t *testing.T) {
	for z, want := range map[float64]float64{
		1.3580986393225507: 0.05, 1.6276236115189504: 0.01, 0.82757355518990805: 0.5,
	} {
		if got := compare.KolmogorovTail(z); math.Abs(got-want) > 1e-12 {
			t.Errorf("tail at %v is %v, want %v", z, got, want)
		}
	}
	if a, b := compare.KolmogorovTail(math.Nextafter(1, 0)), compare.KolmogorovTail(1); math.Abs(a-b) > 1e-13 {
		t.Errorf("%v below 1 and %v at 1", a, b)
	}
	// 0.46136 leaves 5 %, 0.74346 leaves 1 % (Anderson and Darling 1952, Annals of Mathematical Statistics 23:193-212).
	for x, want := range map[float64]float64{0.46136: 0.05, 0.74346: 0.01} {
		if got := compare.CramerVonMisesTail(x); math.Abs(got-want) > 1e-5 {
			t.Errorf("tail at %v is %v, want %v", x, got, want)
		}
	}
}

// TestAsymptoticTestsTend to the exact ones.
func TestAsymptoticTestsTend(t *testing.T) {
	var x, y []float64
	for i := range 60 {
		x, y = append(x, float64(i)), append(y, 1.37*float64(i)-4.1)
	}
	k, _ := compare.NewKolmogorovSmirnov(x, y)
	c, _ := compare.NewCramerVonMises(x, y)
	exact, err := c.Exact()
	if err != nil {
		t.Fatal(err)
	}
	if a, b := k.Asymptotic(), k.Exact(); math.Abs(a-b) > 0.3*b {
		t.Errorf("Kolmogorov-Smirnov: %v, exact %v", a, b)
	}
	if a := c.Asymptotic(); math.Abs(a-exact) > 0.05*exact {
		t.Errorf("Cramér-von Mises: %v, exact %v", a, exact)
	}
}

// TestGapOfWeights: a weight of 2 is two rows, and scale does nothing.
func TestGapOfWeights(t *testing.T) {
	x, y := []float64{1, 2, 2, 5}, []float64{0, 2, 3}
	twice, err := compare.GapOf([]float64{1, 2, 5}, []float64{1, 2, 1}, y, []float64{7, 7, 7})
	if err != nil {
		t.Fatal(err)
	}
	plain, _ := compare.GapOf(x, nil, y, nil)
	if !closeTo(twice.D, plain.D) || !closeTo(twice.Wasserstein, plain.Wasserstein) || twice.At != plain.At {
		t.Errorf("%+v with weights, %+v with rows", twice, plain)
	}
	if twice.NX != 16.0/6 || twice.NY != 3 {
		t.Errorf("effective numbers %v and %v", twice.NX, twice.NY)
	}
	for want, sample := range map[error][2][]float64{
		compare.ErrNoValues: {{}, nil}, compare.ErrNotANumber: {{math.NaN()}, nil}, compare.ErrWeight: {{1}, {-1}},
	} {
		if _, err := compare.GapOf(sample[0], sample[1], y, nil); !errors.Is(err, want) {
			t.Errorf("%v: %v, want %v", sample, err, want)
		}
	}
	if _, err := compare.GapOf([]float64{1}, []float64{0}, y, nil); !errors.Is(err, compare.ErrNoValues) {
		t.Errorf("no weight: %v", err)
	}
}

// TestWilcoxon: R 4.2.2, wilcox.test(c(1,2,2,5,8), c(0,2,3,3), exact = FALSE) gives W = 12, p-value = 0.7074.
func TestWilcoxon(t *testing.T) {
	w, err := compare.NewWilcoxon([]float64{1, 2, 2, 5, 8}, []float64{0, 2, 3, 3})
	if err != nil || w.W != 12 || math.Abs(w.P-0.7074) > 5e-5 {
		t.Errorf("%+v, %v", w, err)
	}
}
