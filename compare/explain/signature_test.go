package explain

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

var fiveYears = []int{0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85}

// generalised is (X'V⁻¹X)⁻¹X'V⁻¹a with V in full.
func generalised(x *mat.Dense, v *mat.SymDense, a []float64) []float64 {
	var inverse, weighted, normal, right, theta mat.Dense
	if err := inverse.Inverse(v); err != nil {
		panic(err)
	}
	weighted.Mul(x.T(), &inverse)
	normal.Mul(&weighted, x)
	right.Mul(&weighted, mat.NewDense(len(a), 1, a))
	if err := theta.Solve(&normal, &right); err != nil {
		panic(err)
	}
	return mat.Col(nil, 0, &theta)
}

// TestFitIsGeneralisedLeastSquares: the common part of the variance leaves estimates as weights 1/E alone give them.
func TestFitIsGeneralisedLeastSquares(t *testing.T) {
	s, err := newSignatures(Profiles(), fiveYears)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		k := len(fiveYears)
		expected := rapid.SliceOfN(rapid.Float64Range(5, 500), k, k).Draw(t, "expected")
		left := rapid.SliceOfN(rapid.Float64Range(-50, 50), k, k).Draw(t, "left")
		kappa, common := rapid.Float64Range(0.1, 20).Draw(t, "kappa"), rapid.Float64Range(0, 0.2).Draw(t, "common")
		x, v := mat.NewDense(k, len(s.names), nil), mat.NewSymDense(k, nil)
		for g := range k {
			for j := range s.names {
				x.Set(g, j, s.x[j][g]*expected[g])
			}
			for h := range g + 1 {
				v.SetSym(g, h, common*expected[g]*expected[h])
			}
			v.SetSym(g, g, v.At(g, g)+kappa*expected[g])
		}
		want, got := generalised(x, v, left), s.fit(left, expected)
		for j, w := range want {
			theta := got.theta[j]
			if j > 0 {
				theta *= got.size
			}
			if math.Abs(theta-w) > 1e-8*(1+math.Abs(w)) {
				t.Fatalf("%s is %v, by the full matrix %v", s.names[j], theta, w)
			}
		}
	})
}

// TestFitOfDisjointProfiles: the level is the ratio in the ages of no profile, a share the ratio in its own, at that level.
func TestFitOfDisjointProfiles(t *testing.T) {
	if err := Check([]Profile{{"a", 0, 4}, {"b", 85, Ages}}, []int{0, 5, 85}); !errors.Is(err, ErrProfiles) {
		t.Errorf("three signatures for three groups: %v", err)
	}
	s, err := newSignatures([]Profile{{"a", 0, 4}, {"b", 85, Ages}}, []int{0, 5, 50, 85})
	if err != nil {
		t.Fatal(err)
	}
	// Expected 100, 700, 300, 50; the census has 120, 630, 270, 36: a tenth less, a third more of the young, a fifth less of the old.
	f := s.fit([]float64{-20, 70, 30, 14}, []float64{100, 700, 300, 50})
	for k, want := range []float64{0.1, -1. / 3, 0.2} {
		if math.Abs(f.theta[k]-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", s.names[k], f.theta[k], want)
		}
	}
}

func TestProfileWeights(t *testing.T) {
	for _, tt := range []struct {
		profile Profile
		starts  []int
		want    []float64
	}{
		{Profile{"", 0, 4}, []int{0, 5, 85}, []float64{1, 0, 0}},
		{Profile{"", 15, 34}, []int{0, 10, 30, 40}, []float64{0, 0.75, 0.5, 0}},
		{Profile{"", 80, Ages}, []int{0, 75, 85}, []float64{0, 0.5, 1}},
		{Profile{"", 85, Ages}, []int{0, 85}, []float64{0, 1}},
	} {
		for g, w := range tt.profile.weights(tt.starts) {
			if math.Abs(w-tt.want[g]) > 1e-15 {
				t.Errorf("%v over %v: %v at %d, want %v", tt.profile, tt.starts, w, g, tt.want[g])
			}
		}
	}
}

func TestProfilesThatCannotBeTold(t *testing.T) {
	if usable, ok := Usable(Profiles(), fiveYears); !ok || len(usable) != 3 {
		t.Errorf("of five-year groups %v, %v", usable, ok)
	}
	if usable, ok := Usable(Profiles(), []int{0, 15, 35, 80}); !ok || len(usable) != 2 {
		t.Errorf("of four groups %v, %v: newborns are no group apart", usable, ok)
	}
	if _, ok := Usable(Profiles(), []int{0}); ok {
		t.Error("one group is enough")
	}
	if err := Check([]Profile{{"a", 0, 9}, {"b", 0, 9}}, fiveYears); !errors.Is(err, ErrProfiles) {
		t.Errorf("the same profile twice: %v", err)
	}
	if err := Check(make([]Profile, mostSignatures), fiveYears); !errors.Is(err, ErrProfiles) {
		t.Errorf("too many: %v", err)
	}
}

// TestModeration recovers s0² and d0 from 40,000 mean squares s0² F(d, d0). The mean of log F has a standard deviation of
// 0.0035, and d0 one of about 1.7 % by the delta method; bounds are five of these.
func TestModeration(t *testing.T) {
	const d, d0, s0 = 14, 8, 3
	rng := rand.New(rand.NewPCG(1, 1))
	ratios := make([]float64, 40_000)
	for i := range ratios {
		ratios[i] = s0 * distuv.ChiSquared{K: d, Src: rng}.Rand() / d / (distuv.ChiSquared{K: d0, Src: rng}.Rand() / d0)
	}
	m := moderate(ratios, d)
	if math.Abs(m.s0/s0-1) > 0.03 || math.Abs(m.d0/d0-1) > 0.09 {
		t.Errorf("s0² %v and d0 %v, want %v and %v", m.s0, m.d0, s0, d0)
	}
	for i := range ratios {
		ratios[i] = s0 * distuv.ChiSquared{K: d, Src: rng}.Rand() / d
	}
	if m := moderate(ratios, d); m.d0 < 1000 || math.Abs(m.s0/s0-1) > 0.02 {
		t.Errorf("of one variance: s0² %v, d0 %v", m.s0, m.d0)
	}
	if m := moderate([]float64{math.NaN()}, d); !math.IsNaN(m.s0) || m.d0 != 0 {
		t.Errorf("of nothing: %v", m)
	}
}

func TestInverseTrigamma(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := math.Exp(rapid.Float64Range(-6, 8).Draw(t, "log x"))
		if got := inverseTrigamma(trigamma(x)); math.Abs(got-x) > 1e-6*x {
			t.Fatalf("%v, want %v", got, x)
		}
	})
}

// TestSpread: of estimates of one variance v the variance between areas is s² - v, or 0; and the equation holds of others.
func TestSpread(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1, 1), 3, 30).Draw(t, "values")
		variance := rapid.Float64Range(0.01, 1).Draw(t, "variance")
		alike, unlike := make([]float64, len(values)), make([]float64, len(values))
		n, mean, squares := float64(len(values)), 0.0, 0.0
		for i, v := range values {
			alike[i], unlike[i] = variance, variance*(1+float64(i))
			mean += v / n
		}
		for _, v := range values {
			squares += (v - mean) * (v - mean)
		}
		s := spreadOf(values, alike)
		if want := math.Max(0, squares/(n-1)-variance); math.Abs(s.between-want) > 1e-8 || math.Abs(s.mean-mean) > 1e-9 {
			t.Fatalf("between %v about %v, want %v about %v", s.between, s.mean, want, mean)
		}
		s = spreadOf(values, unlike)
		q := 0.0
		for i, v := range values {
			q += (v - s.mean) * (v - s.mean) / (unlike[i] + s.between)
		}
		if s.between > 0 && math.Abs(q-(n-1)) > 1e-5*n || s.between == 0 && q > n-1+1e-9 {
			t.Fatalf("Σ is %v at %v, want %v", q, s.between, n-1)
		}
	})
}

// TestAdjustedParts: R 4.2, p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03, 0.06, 0.06, 0.02.
func TestAdjustedParts(t *testing.T) {
	var parts []*Part
	for _, p := range []float64{0.01, math.NaN(), 0.04, 0.03, 0.005} {
		parts = append(parts, &Part{P: []float64{p}})
	}
	adjusted, least := adjustedParts(parts, 0)
	if math.Abs(least-0.02) > 1e-15 {
		t.Errorf("least is %v", least)
	}
	for k, want := range []float64{0.03, math.NaN(), 0.06, 0.06, 0.02} {
		if math.Abs(adjusted[k]-want) > 1e-15 || math.IsNaN(adjusted[k]) != math.IsNaN(want) {
			t.Errorf("%v at %d, want %v", adjusted[k], k, want)
		}
	}
}
