package demography

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// TestFoldedMean holds the mean of |X| and of the sign of X against integrals of the normal density.
func TestFoldedMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, s := rapid.Float64Range(-12, 12).Draw(t, "mean"), rapid.Float64Range(0.5, 5).Draw(t, "sd")
		x := distuv.Normal{Mu: m, Sigma: s}
		integral := func(f func(float64) float64) float64 {
			of := func(v float64) float64 { return f(v) * x.Prob(v) }
			return quad.Fixed(of, min(m-12*s, -s), 0, 400, nil, 0) + quad.Fixed(of, 0, max(m+12*s, s), 400, nil, 0)
		}
		mean, slope := foldedMean(m, s)
		if want := integral(math.Abs); !scalar.EqualWithinRel(mean, want, 1e-8) {
			t.Fatalf("mean %v, want %v", mean, want)
		}
		if want := integral(sign); !scalar.EqualWithinAbs(slope, want, 1e-8) {
			t.Fatalf("slope %v, want %v", slope, want)
		}
	})
}

// TestTimesIsTheInverse: what a distance is corrected to has it for its mean, and chance alone is corrected to nothing.
func TestTimesIsTheInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := curve{
			part:  rapid.SliceOfN(rapid.Float64Range(0.01, 3), 4, 4).Draw(t, "parts"),
			sigma: rapid.SliceOfN(rapid.Float64Range(0.01, 3), 4, 4).Draw(t, "errors"),
		}
		times := rapid.Float64Range(0.05, 20).Draw(t, "times")
		value, _ := c.at(times)
		chance, _ := c.at(0)
		back := c.times(value)
		if again, _ := c.at(back); !scalar.EqualWithinRel(again, value, 1e-7) {
			t.Fatalf("%v comes back as %v: means %v, %v", times, back, value, again)
		}
		if c.times(chance) != 0 || c.times(chance/2) != 0 {
			t.Fatal("chance alone is corrected to something")
		}
	})
}

// TestAtLeast holds the tail against the sum of binomial probabilities.
func TestAtLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		x, p := rapid.IntRange(0, n).Draw(t, "x"), rapid.Float64Range(0.05, 0.95).Draw(t, "p")
		want := 0.0
		for k := x; k <= n; k++ {
			want += distuv.Binomial{N: float64(n), P: p}.Prob(float64(k))
		}
		if got := atLeast(float64(x), float64(n), p); !scalar.EqualWithinAbsOrRel(got, want, 1e-12, 1e-9) {
			t.Fatalf("%d or more of %d at %v: %v, want %v", x, n, p, got, want)
		}
	})
}

// TestPowerThrough: the curve of what chance adds passes through what was found.
func TestPowerThrough(t *testing.T) {
	q := Quality{Value: 5, Corrected: 4, Expected: 3}
	if got := q.added(4); !scalar.EqualWithinAbs(got, 1, 1e-9) {
		t.Errorf("chance adds %v to 4, and 5 was found", got)
	}
	if got := q.added(0); !scalar.EqualWithinAbs(got, 3, 1e-9) {
		t.Errorf("chance adds %v to nothing, and makes 3", got)
	}
	if got := q.added(400); !(got >= 0 && got < 0.1) {
		t.Errorf("chance adds %v to a large distance", got)
	}
}
