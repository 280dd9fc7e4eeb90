package analysis_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// TestStrata: two strata sampled independently have the sum of their variances, by the approximations and by joint
// probabilities, which are πk πl across them. Units come in any order.
func TestStrata(t *testing.T) {
	y, pi := []float64{3, 10, 4, 8, 6, 7}, []float64{0.2, 0.5, 0.3, 0.6, 0.4, 0.5}
	stratum := []int32{1, 0, 1, 0, 1, 0}
	first, second := []int{1, 3, 5}, []int{0, 2, 4}
	over := func(c analysis.Covariance, units []int) float64 {
		return c(take(y, units), take(y, units), take(pi, units))
	}
	for name, c := range approximations {
		got := analysis.WithinStrata(stratum, c)(y, y, pi)
		want := over(c, first) + over(c, second)
		if !scalar.EqualWithinRel(got, want, 1e-14) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	got := analysis.WithinStrata(stratum, analysis.HartleyRao(0.4), analysis.HartleyRao(0.3))(y, y, pi)
	want := over(analysis.HartleyRao(0.4), first) + over(analysis.HartleyRao(0.3), second)
	if !scalar.EqualWithinRel(got, want, 1e-14) {
		t.Errorf("Hartley–Rao by stratum: %v, want %v", got, want)
	}
	joint := mat.NewSymDense(len(pi), nil)
	for k, p := range pi {
		joint.SetSym(k, k, p)
		for l := range k {
			both := p * pi[l]
			if stratum[k] == stratum[l] {
				both *= 0.8
			}
			joint.SetSym(k, l, both)
		}
	}
	_, yg := exact(t, joint)
	_, a := exact(t, takeJoint(joint, first))
	_, b := exact(t, takeJoint(joint, second))
	want = over(a, first) + over(b, second)
	if got := yg(y, y, pi); !scalar.EqualWithinRel(got, want, 1e-13) {
		t.Errorf("Yates–Grundy: %v, want %v", got, want)
	}
}

// TestCertainUnits: set aside, certain units change no variance; a sample of nothing but them has none.
func TestCertainUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, z, pi := unequal(t, 0)
		more := func(v []float64, w float64) []float64 { return append(append([]float64{w}, v...), w) }
		all := ones(len(pi))
		for name, c := range approximations {
			aside := analysis.CertainAside(c)
			got, want := aside(more(y, 1e6), more(z, -300), more(pi, 1)), aside(y, z, pi)
			if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Fatalf("%s: %v with certain units, %v without", name, got, want)
			}
			if v := aside(y, z, all); v != 0 {
				t.Fatalf("%s: %v of certain units", name, v)
			}
		}
	})
	for name, c := range approximations {
		one := []float64{5}
		if v := c(one, one, []float64{1}); v != 0 {
			t.Errorf("%s: %v of one certain unit", name, v)
		}
		if v := c(one, one, []float64{0.3}); !math.IsNaN(v) {
			t.Errorf("%s: %v of one unit, want NaN", name, v)
		}
		if v := c(nil, nil, nil); v != 0 {
			t.Errorf("%s: %v of nothing", name, v)
		}
	}
	for i, c := range []analysis.Covariance{analysis.Brewer, analysis.Hajek, analysis.Deville} {
		if v := c([]float64{5, 6}, []float64{5, 6}, []float64{1, 1}); v != 0 {
			t.Errorf("covariance %d: %v of two certain units", i, v)
		}
	}
	if v := analysis.Deville([]float64{5, 6}, []float64{5, 6}, []float64{1, 0.1}); !math.IsNaN(v) {
		t.Errorf("Deville: %v of one unit that is not certain, want NaN", v)
	}
}

// TestYatesGrundyCertain: units that are certain contribute nothing, values in proportion to π neither.
func TestYatesGrundyCertain(t *testing.T) {
	p := maximumEntropy([]float64{0.2, 0.5, 0.7, 1, 2}, 3)
	units := []int{0, 2, 4}
	part := takeJoint(p.joint, units)
	with := mat.NewSymDense(4, nil)
	for i := range 3 {
		for j := range i + 1 {
			with.SetSym(i, j, part.At(i, j))
		}
		with.SetSym(3, i, part.At(i, i))
	}
	with.SetSym(3, 3, 1)
	pi := take(p.pi, units)
	y := []float64{3, 5, 4}
	_, a := exact(t, part)
	ht, b := exact(t, with)
	more := append(y, 50)
	if got, want := b(more, more, append(pi, 1)), a(y, y, pi); !scalar.EqualWithinRel(got, want, 1e-12) {
		t.Errorf("variance %v with a certain unit, %v without", got, want)
	}
	if got := a(pi, pi, pi); math.Abs(got) > 1e-15 {
		t.Errorf("variance %v of values in proportion to π", got)
	}
	certain := []float64{0, 0, 0, 50}
	if got := ht(certain, certain, append(pi, 1)); got != 0 {
		t.Errorf("variance %v of a certain unit", got)
	}
}

// TestLinearisation: the mean is the ratio to a variable of ones, adding a constant to the values moves it by that and
// leaves its error alone, and the ratio of a variable to itself is 1 without error.
func TestLinearisation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, z, pi := unequal(t, 3)
		d, err := analysis.NewUnequalDesign(pi, analysis.Hajek)
		if err != nil {
			t.Fatal(err)
		}
		means := d.Estimate(analysis.MeanOf(y, z), nil)
		ratio := d.Estimate(analysis.RatioOf(z, ones(len(z))), nil).At(0)
		if ratio != means.At(1) {
			t.Fatalf("mean %+v, as a ratio %+v", means.At(1), ratio)
		}
		shifted := make([]float64, len(y))
		for k := range y {
			shifted[k] = y[k] + 10
		}
		got, was := d.Estimate(analysis.MeanOf(shifted), nil).At(0), means.At(0)
		tol := 1e-9 * (1 + math.Abs(was.Value) + math.Sqrt(scale(y, y, pi)))
		if math.Abs(got.Value-was.Value-10) > tol || math.Abs(got.SE-was.SE) > tol {
			t.Fatalf("mean of y + 10 is %+v, of y %+v", got, was)
		}
		if same := d.Estimate(analysis.RatioOf(y, y), nil).At(0); math.Abs(same.SE) > 1e-9 || !scalar.EqualWithinAbs(same.Value, 1, 1e-12) {
			t.Fatalf("y to itself: %+v", same)
		}
	})
}

func TestUnequalNotes(t *testing.T) {
	design := func(c analysis.Covariance, pi ...float64) *analysis.UnequalDesign {
		d, err := analysis.NewUnequalDesign(pi, c)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	one := []float64{5}
	total := func(d *analysis.UnequalDesign, y []float64) analysis.Estimate {
		return d.Estimate(analysis.TotalOf(y), nil).At(0)
	}
	nan := math.NaN()
	for what, tt := range map[string]struct{ got, want analysis.Estimate }{
		"one unit":         {total(design(analysis.Hajek, 0.5), one), analysis.Estimate{Value: 10, SE: nan, DF: inf, N: 1, Notes: analysis.SinglePSU}},
		"one certain unit": {total(design(analysis.Hajek, 1), one), analysis.Estimate{Value: 5, DF: inf, N: 1}},
		"no unit":          {total(design(analysis.Hajek), nil), analysis.Estimate{SE: nan, Notes: analysis.Unsampled}},
		"a value that is no number": {
			design(analysis.Overton, 0.5, 1).Estimate(analysis.RatioOf([]float64{1, 9}, []float64{1, nan}), nil).At(0),
			analysis.Estimate{Value: nan, SE: nan, DF: inf, N: 2},
		},
	} {
		if fmt.Sprint(tt.got) != fmt.Sprint(tt.want) { // so that NaN is NaN
			t.Errorf("%s: %+v, want %+v", what, tt.got, tt.want)
		}
	}
	for _, joint := range []*mat.SymDense{nil, {}} {
		if ht, yg := exact(t, joint); ht(nil, nil, nil) != 0 || yg(nil, nil, nil) != 0 {
			t.Error("a sample of nobody has a variance")
		}
	}
	if e := design(analysis.Hajek, 0.5).Estimate(analysis.TotalOf(), nil); e.Len() != 0 || e.N != 1 {
		t.Errorf("no variable: %+v", e)
	}
}

func TestUnequalRefuses(t *testing.T) {
	for _, pi := range [][]float64{{0.5, 0}, {0.5, 1.1}, {math.NaN()}, {-0.5}} {
		if _, err := analysis.NewUnequalDesign(pi, analysis.Hajek); err == nil {
			t.Errorf("π = %v is taken", pi)
		}
	}
	if _, err := analysis.NewUnequalDesign([]float64{0.5}, nil); err == nil {
		t.Error("a design without a covariance is taken")
	}
	for _, joint := range [][3]float64{ // π of the two units, and of both
		{0.5, 0.5, 0}, {0.5, 0.7, 0.6}, {0.8, 0.8, 0.5}, {0.5, 1.2, 0.2}, {0.5, 0.5, math.NaN()}, {0, 0.5, 0},
	} {
		m := mat.NewSymDense(2, []float64{joint[0], joint[2], joint[2], joint[1]})
		if _, err := analysis.HorvitzThompson(m); err == nil {
			t.Errorf("joint probabilities %v are taken", joint)
		}
		if _, err := analysis.YatesGrundy(m); err == nil {
			t.Errorf("joint probabilities %v are taken", joint)
		}
	}
	ht, _ := exact(t, mat.NewSymDense(2, []float64{0.5, 0.2, 0.2, 0.5}))
	two, half := []float64{1, 2}, []float64{0.5, 0.5}
	for name, f := range map[string]func(){
		"values and π":           func() { analysis.HorvitzThompsonTotal(two, []float64{0.5}) },
		"values and π of a mean": func() { analysis.HajekMean(two, []float64{0.5}) },
		"values of a covariance": func() { analysis.Brewer(two, []float64{1}, half) },
		"units of joint π":       func() { ht([]float64{1}, []float64{1}, []float64{0.5}) },
		"other π than the joint": func() { ht(two, two, []float64{0.5, 0.4}) },
		"units of strata":        func() { analysis.WithinStrata([]int32{0}, analysis.Brewer)(two, two, half) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s do not fit: no panic", name)
				}
			}()
			f()
		}()
	}
}

// TestUnequalCoverage draws 4,000 samples of 40 of 400 units systematically from the list in random order, π in
// proportion to size and three units certain. Over the draws the mean of each variance estimate is near the variance
// that the totals show, and 95 % intervals of t on 36 degrees of freedom hold the true total in 95 %. The tolerances
// are the normal quantile for a false alarm in 1e-6 over all comparisons, times √(2/4000) for a variance and
// √(0.95·0.05/4000) for a share, and 1 % for what is left of bias: with 60,000 draws variances were within 0.6 % and
// shares within 0.6 points. Overton's is left out; there its variance was 13 % too large.
func TestUnequalCoverage(t *testing.T) {
	const units, n, draws = 400, 40, 4000
	rng := rand.New(rand.NewPCG(3, 7))
	pi, y := make([]float64, units), make([]float64, units)
	truth := 0.0
	for k := range pi {
		size := math.Exp(0.6 * rng.NormFloat64())
		y[k] = 20 + 50*size + 15*math.Sqrt(size)*rng.NormFloat64()
		pi[k] = size
		if k < 3 {
			y[k] = 900
		}
		truth += y[k]
	}
	proportional(pi, 3, n)
	covariances := []analysis.Covariance{
		analysis.Brewer, analysis.Hajek, analysis.Deville, analysis.HartleyRao(0), analysis.HartleyRaoYatesGrundy(0),
	}
	variance, covered, spread := make([]float64, len(covariances)), make([]float64, len(covariances)), 0.0
	for range draws {
		s := randomSystematic(rng, pi)
		for i, c := range covariances {
			d, err := analysis.NewUnequalDesign(take(pi, s), analysis.CertainAside(c))
			if err != nil {
				t.Fatal(err)
			}
			d.DegreesOfFreedom = n - 3 - 1
			e := d.Estimate(analysis.TotalOf(take(y, s)), nil)
			lower, upper := e.At(0).Interval(0.95)
			if lower <= truth && truth <= upper {
				covered[i] += 1. / draws
			}
			variance[i] += e.Cov.At(0, 0) / draws
			if i == 0 {
				spread += (e.Values[0] - truth) * (e.Values[0] - truth) / draws
			}
		}
	}
	z := distuv.UnitNormal.Quantile(1 - 1e-6/2/float64(2*len(covariances)))
	for i := range covariances {
		if ratio := variance[i] / spread; math.Abs(ratio-1) > 0.01+z*math.Sqrt(2./draws) {
			t.Errorf("covariance %d: the mean variance is %.4f of the true one", i, ratio)
		}
		if math.Abs(covered[i]-0.95) > 0.01+z*math.Sqrt(0.95*0.05/draws) {
			t.Errorf("covariance %d: coverage %.4f", i, covered[i])
		}
	}
}

// proportional turns sizes into π for n units, the first ones certain.
func proportional(size []float64, certain, n int) {
	sum := 0.0
	for _, s := range size[certain:] {
		sum += s
	}
	for k := range size {
		size[k] *= float64(n-certain) / sum
		if k < certain {
			size[k] = 1
		}
	}
}

// randomSystematic draws by systematic sampling of the list in random order (Hartley and Rao 1962).
func randomSystematic(rng *rand.Rand, pi []float64) (units []int) {
	next, sum := rng.Float64(), 0.0
	for _, k := range rng.Perm(len(pi)) {
		if sum += pi[k]; next < sum {
			units = append(units, k)
			next++
		}
	}
	return units
}

func ExampleUnequalDesign() {
	persons := []float64{120, 340, 900}
	pi := []float64{0.1, 0.3, 1} // the largest commune had to come
	d, err := analysis.NewUnequalDesign(pi, analysis.CertainAside(analysis.Deville))
	if err != nil {
		panic(err)
	}
	total := d.Estimate(analysis.TotalOf(persons), nil).At(0)
	fmt.Printf("%.0f persons, standard error %.1f\n", total.Value, total.SE)
	// Output: 3233 persons, standard error 59.6
}
