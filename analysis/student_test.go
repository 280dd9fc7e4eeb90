package analysis_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
)

// Tails are held against gonum's, which are good to 1e-9 at these degrees of freedom; quantiles against the tails.
func TestStudent(t *testing.T) {
	for _, df := range []float64{0.3, 1, 1.5, 2, 3.7, 5, 12, 29.25, 80, 101.5, 350, 999, 1000, 4e3, math.Inf(1)} {
		s := analysis.NewStudent(df)
		for _, x := range []float64{-3, -0.1, 0, 0.01, 0.3, 0.9, 1.1, 1.7, 2.5, 4, 7} {
			want := distuv.StudentsT{Sigma: 1, Nu: df}.Survival(x)
			if math.IsInf(df, 1) {
				want = math.Erfc(x/math.Sqrt2) / 2
			}
			if got := s.Tail(x); !scalar.EqualWithinRel(got, want, 1e-9) {
				t.Errorf("P(T > %v) on %v degrees of freedom is %v, want %v", x, df, got, want)
			}
		}
		for _, tail := range []float64{0.4999, 0.25, 0.05, 0.025, 0.0005, 1e-9} {
			if got := s.Tail(s.Quantile(tail)); !scalar.EqualWithinRel(got, tail, 1e-12) {
				t.Errorf("quantile %v on %v degrees of freedom leaves %v", tail, df, got)
			}
		}
	}
	s := analysis.NewStudent(1e6)
	for x, want := range map[float64]float64{0.01: 0.49601064468277384, 0.9: 0.18406023370995261, 2.5: 0.0062097447510816167} { // R 4.2, pt(x, 1e6, lower = FALSE)
		if got := s.Tail(x); !scalar.EqualWithinRel(got, want, 1e-11) {
			t.Errorf("P(T > %v) on 1e6 degrees of freedom is %v, want %v", x, got, want)
		}
	}
	for _, df := range []float64{0, -1, math.NaN()} {
		if s := analysis.NewStudent(df); !math.IsNaN(s.Tail(1)) || !math.IsNaN(s.Quantile(0.1)) {
			t.Errorf("%v degrees of freedom: tail %v, quantile %v", df, s.Tail(1), s.Quantile(0.1))
		}
	}
}

// However many the degrees of freedom, there is no step on the way to the normal distribution.
func TestStudentTendsToNormal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		df := math.Pow(10, rapid.Float64Range(6, 17).Draw(t, "digits"))
		x := rapid.Float64Range(-6, 6).Draw(t, "x")
		normal := analysis.UpperTail(x, math.Inf(1))
		// the first term of the expansion is φ(x)(x³+x)/(4 df)
		bound := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) * math.Abs(x*x*x+x) / (4 * df)
		if got := analysis.UpperTail(x, df); math.Abs(got-normal) > 1.01*bound+1e-14*normal+1e-16 {
			t.Fatalf("P(T > %v) on %v degrees of freedom is %v, %v of a normal one", x, df, got, normal)
		}
	})
}

func BenchmarkStudent(b *testing.B) {
	b.Run("tail", func(b *testing.B) {
		s := analysis.NewStudent(12.5)
		for i := 0; b.Loop(); i++ {
			s.Tail(float64(i%50) / 10)
		}
	})
	b.Run("quantile", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			analysis.Quantile(0.975, float64(i%190)+0.5)
		}
	})
}
