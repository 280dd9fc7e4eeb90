package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// checkInclusion holds the share of draws with each unit against π.
func checkInclusion(t *testing.T, f frequency, pi []float64) {
	t.Helper()
	for i, p := range pi {
		got := float64(f.single[i]) / float64(f.draws)
		if !scalar.EqualWithinAbs(got, p, tolerance(p, f.draws, len(pi))) || (p == 0 || p == 1) && got != p {
			t.Errorf("unit %d in %.4f of the draws, want %.4f", i, got, p)
		}
	}
}

func mustPanic(t *testing.T, name string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", name)
		}
	}()
	f()
}

// deviations are Σ ψ_i x_ij/π_i - Σ x_ij over the units with π > 0, and greatest the greatest |x_ij|/π_i.
func deviations(pi, psi []float64, x [][]float64) (deviation, greatest []float64) {
	for _, xj := range x {
		var terms []float64
		most := 0.0
		for i, p := range pi {
			if p > 0 {
				terms = append(terms, (psi[i]-p)*(xj[i]/p))
				most = max(most, math.Abs(xj[i]/p))
			}
		}
		deviation, greatest = append(deviation, floats.SumCompensated(terms)), append(greatest, most)
	}
	return deviation, greatest
}

func indicator(units int, sample []int) []float64 {
	psi := make([]float64, units)
	for _, i := range sample {
		psi[i] = 1
	}
	return psi
}

func undecided(psi []float64) (n int) {
	for _, p := range psi {
		if p > 0 && p < 1 {
			n++
		}
	}
	return n
}

// someUnits is a size of a frame: none, a few, or up to 60.
func someUnits(t *rapid.T) int {
	return rapid.SampledFrom([]int{0, 1, 2, 3, 5, 10, 25, 59, 60}).Draw(t, "units")
}

// anyProbabilities has units that are certain, impossible, all but impossible, alike, and anything between. The values
// come from a generator, since those that rapid draws are mostly small and simple.
func anyProbabilities(t *rapid.T, units int) (pi []float64) {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "probabilities"), 1))
	alike := rapid.Bool().Draw(t, "alike")
	for range units {
		p := []float64{0, 1, 1e-7, 1 - 1e-7, 0.25, 0.5}[rng.IntN(6)]
		if !alike && rng.IntN(3) > 0 {
			p = math.Exp(-16 * rng.Float64()) // down to 1e-7
		}
		pi = append(pi, p)
	}
	return pi
}

// anyVariable is π, nothing, what others add up to, a few whole numbers, a category, or amounts of any sign and size.
func anyVariable(t *rapid.T, pi []float64, others [][]float64) []float64 {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "values"), 2))
	v, kind := make([]float64, len(pi)), rapid.IntRange(0, 5).Draw(t, "kind")
	for i := range v {
		switch kind {
		case 0:
			v[i] = pi[i]
		case 1:
			for _, o := range others {
				v[i] += o[i]
			}
		case 2:
			v[i] = float64(rng.IntN(4))
		case 3:
			v[i] = float64(i % 3 / 2)
		case 4:
			v[i] = math.Exp(4 * rng.NormFloat64())
		case 5:
			v[i] = 1e6 * rng.NormFloat64()
		}
	}
	return v
}

func anyVariables(t *rapid.T, pi []float64, most int) (x [][]float64) {
	for range rapid.IntRange(0, most).Draw(t, "variables") {
		x = append(x, anyVariable(t, pi, x))
	}
	return x
}

// TestCubeFlightProperties: a flight leaves π = 0 and 1 alone and no more units than variables, in balance. A step
// loses some q² roundings of the greatest x/π in the window (the elimination) and a few of ψ; 60 steps with 8
// variables are 60·64·2.2e-16 < 1e-12 of it.
func TestCubeFlightProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pi := anyProbabilities(t, someUnits(t))
		x := anyVariables(t, pi, 8)
		psi := sampling.CubeFlight(sampling.Source(rapid.Uint64().Draw(t, "seed"), "flight"), pi, x)
		for i, p := range pi {
			if !(psi[i] >= 0 && psi[i] <= 1) || (p == 0 || p == 1) && psi[i] != p {
				t.Fatalf("unit %d: π = %v, ψ = %v", i, p, psi[i])
			}
		}
		if n := undecided(psi); n > len(x) {
			t.Fatalf("%d units undecided, with %d variables", n, len(x))
		}
		deviation, greatest := deviations(pi, psi, x)
		for j, d := range deviation {
			if math.Abs(d) > 1e-12*greatest[j] {
				t.Fatalf("variable %d is off by %v, with x/π up to %v", j, d, greatest[j])
			}
		}
	})
}

// TestCubeProperties: with every landing and order, certain units are in, impossible ones out, the size is fixed where
// π is balanced and its sum is whole, and the balance is off by less than q·max|x/π|: each of at most q units that the
// flight leaves changes by less than 1.
func TestCubeProperties(t *testing.T) {
	for name, draw := range cubes {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				pi := anyProbabilities(t, someUnits(t))
				x := anyVariables(t, pi, 6)
				if rapid.Bool().Draw(t, "fixed size") {
					pi = wholeSum(pi)
					x = append([][]float64{pi}, x...)
				}
				sample := draw(sampling.Source(rapid.Uint64().Draw(t, "seed"), "cube"), pi, x)
				checkCube(t, pi, x, sample, float64(len(x)))
			})
		})
	}
}

var cubes = map[string]func(rng *rand.Rand, pi []float64, x [][]float64) []int{
	"programme":    sampling.Cube,
	"random order": sampling.CubeRandomOrder,
	"suppression": func(rng *rand.Rand, pi []float64, x [][]float64) []int {
		return sampling.CubeLandBySuppression(rng, sampling.CubeFlight(rng, pi, x), pi, x)
	},
}

// wholeSum changes the units that are not certain so that their sum is a whole number but for some 1e-7, as from
// rounded files.
func wholeSum(pi []float64) []float64 {
	whole := slices.Clone(pi)
	n := math.Floor(floats.Sum(pi))
	if total := floats.Sum(pi); total > 0 {
		floats.Scale(n/total, whole)
	}
	for i, p := range whole {
		if p > 0.3 && p < 0.7 {
			whole[i] += 3e-7
			break
		}
	}
	return whole
}

func checkCube(t *rapid.T, pi []float64, x [][]float64, sample []int, units float64) {
	t.Helper()
	if !strictlyRising(sample) {
		t.Fatalf("sample %v", sample)
	}
	for i, p := range pi {
		if in := slices.Contains(sample, i); p == 1 && !in || p == 0 && in {
			t.Fatalf("unit %d with π = %v: drawn %v", i, p, in)
		}
	}
	if len(x) > 0 && slices.Equal(x[0], pi) {
		if total := floats.Sum(pi); math.Abs(total-math.Round(total)) < 1e-6 && len(sample) != int(math.Round(total)) {
			t.Fatalf("%d units, want %v", len(sample), total)
		}
	}
	deviation, greatest := deviations(pi, indicator(len(pi), sample), x)
	for j, d := range deviation {
		if math.Abs(d) > units*greatest[j]*(1+1e-12) {
			t.Fatalf("variable %d is off by %v, with x/π up to %v", j, d, greatest[j])
		}
	}
}

// TestCubeReproducesPi: unequal probabilities, a category, a heavy tail, certain and impossible units. With two of 30
// variables the flight decides most units, with 17 the landing does, some of it after giving up variables.
func TestCubeReproducesPi(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 7))
	const units = 30
	size := make([]float64, units)
	for i := range size {
		size[i] = math.Exp(rng.NormFloat64())
	}
	size[4], size[9] = 0, 50
	pi, err := sampling.InclusionProbabilities(size, 10)
	if err != nil {
		t.Fatal(err)
	}
	x := [][]float64{pi}
	for range 17 {
		v := make([]float64, units)
		for i := range v {
			v[i] = math.Exp(rng.NormFloat64())
		}
		x = append(x, v)
	}
	for name, draw := range cubes {
		for _, variables := range []int{0, 2, 5, 18} {
			t.Run(fmt.Sprint(name, " ", variables), func(t *testing.T) {
				draws := 4000
				if variables == 18 {
					draws = 150 // a large programme each
				}
				f := simulate(units, draws, func(rng *rand.Rand) []int { return draw(rng, pi, x[:variables]) })
				checkInclusion(t, f, pi)
			})
		}
	}
}

// TestCubePoisson: without variables the units are independent, and with π alone the size is fixed.
func TestCubePoisson(t *testing.T) {
	pi := []float64{0.2, 0.5, 0.9, 0.4}
	simulate(4, 20_000, func(rng *rand.Rand) []int {
		return sampling.Cube(rng, pi, nil)
	}).check(t, func(i, j int) float64 {
		if i == j {
			return pi[i]
		}
		return pi[i] * pi[j]
	})
}

// TestCubeRandomOrder: balanced on π = n/N alone, the cube in random order takes every pair with the same probability,
// n(n-1)/(N(N-1)), as nothing tells units apart; in the order of the frame neighbours seldom come together.
func TestCubeRandomOrder(t *testing.T) {
	const n, size = 3, 9
	pi := slices.Repeat([]float64{float64(n) / size}, size)
	x := [][]float64{pi}
	simulate(size, 20_000, func(rng *rand.Rand) []int {
		return sampling.CubeRandomOrder(rng, pi, x)
	}).check(t, func(i, j int) float64 {
		if i == j {
			return float64(n) / size
		}
		return float64(n*(n-1)) / (size * (size - 1))
	})
	f := simulate(size, 2000, func(rng *rand.Rand) []int { return sampling.Cube(rng, pi, x) })
	if f.pair[0][1] > 0 {
		t.Errorf("units 0 and 1 came together %d times: 1/3 + 1/3 < 1", f.pair[0][1])
	}
}

// TestCubeDependentVariables: variables that follow from others leave no more units undecided than the rank.
func TestCubeDependentVariables(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	const units = 200
	pi, men, women, both, zero, share := make([]float64, units), make([]float64, units), make([]float64, units),
		make([]float64, units), make([]float64, units), make([]float64, units)
	for i := range pi {
		pi[i] = 0.05 + 0.9*rng.Float64()
		men[i], women[i] = float64(rng.IntN(9000)), float64(rng.IntN(9000))
		both[i], share[i] = men[i]+women[i], men[i]/7+0.3*pi[i]
	}
	for seed := range uint64(50) {
		psi := sampling.CubeFlight(sampling.Source(seed, ""), pi, [][]float64{pi, men, women, both, zero, share})
		if n := undecided(psi); n > 3 {
			t.Errorf("seed %d: %d units undecided, rank 3", seed, n)
		}
	}
}

// TestCubeLandFindsBalance: where samples in balance have all the probability they need, no other is drawn. Two units
// each have the same x/π and ψ = 1/2, so that one of each pair is the perfect landing. All basic solutions of this
// programme are degenerate.
func TestCubeLandFindsBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pairs := rapid.IntRange(1, 6).Draw(t, "pairs")
		var pi, x []float64
		for p := range pairs {
			v := math.Exp2(float64(p)) // no two different sets have one sum
			pi, x = append(pi, 0.5, 0.5), append(x, v, v)
		}
		sample := sampling.CubeLand(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), pi, pi, [][]float64{x})
		for p := range pairs {
			if slices.Contains(sample, 2*p) == slices.Contains(sample, 2*p+1) {
				t.Fatalf("sample %v does not take one of units %d and %d", sample, 2*p, 2*p+1)
			}
		}
	})
}

// TestCubeLandManyUnits: 100 undecided units are too many for one programme, whatever their samples.
func TestCubeLandManyUnits(t *testing.T) {
	for _, p := range []float64{0.01, 0.3, 0.503} {
		pi := slices.Repeat([]float64{p}, 100)
		sample := sampling.CubeLand(sampling.Source(1, ""), pi, pi, [][]float64{pi, slices.Repeat([]float64{3}, 100)})
		if n := float64(len(sample)); n != math.Floor(100*p+1e-9) && n != math.Ceil(100*p-1e-9) {
			t.Errorf("%v units of 100 with π = %v", n, p)
		}
	}
}

// TestCubeAgainstSRS: the totals of what is balanced have a small part of the error that simple random samples have,
// √((1-n/N)/n)·S/mean (Cochran 1977, Sampling Techniques, section 2.4): less than half for amounts with a heavy tail,
// whose greatest units the landing decides, and less than an eighth for even ones.
func TestCubeAgainstSRS(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	const units, n, draws = 2000, 400, 200
	pi := slices.Repeat([]float64{float64(n) / units}, units)
	x := [][]float64{pi, make([]float64, units), make([]float64, units)}
	for i := range units {
		x[1][i], x[2][i] = math.Exp(rng.NormFloat64()), rng.Float64()
	}
	square := make([]float64, len(x))
	for seed := range uint64(draws) {
		for j, d := range sampling.Balance(pi, x, sampling.Cube(sampling.Source(seed, "srs"), pi, x)) {
			square[j] += d * d / draws
		}
	}
	for j, part := range map[int]float64{1: 2, 2: 8} {
		mean, spread := floats.Sum(x[j])/units, 0.0
		for _, v := range x[j] {
			spread += (v - mean) * (v - mean) / (units - 1)
		}
		srs := math.Sqrt((1-float64(n)/units)/n*spread) / mean
		if cube := math.Sqrt(square[j]); cube > srs/part {
			t.Errorf("variable %d: relative error %.4f, simple random samples %.4f", j, cube, srs)
		}
	}
}

// TestCubeLargeFrame: the size of a national frame of communes, amounts up to a hundred thousand. After 10,598 steps
// the totals are still those of the frame to 1e-12.
func TestCubeLargeFrame(t *testing.T) {
	pi, x := communes(10_598, 1000)
	psi := sampling.CubeFlight(sampling.Source(1, "large"), pi, x)
	if n := undecided(psi); n > len(x) {
		t.Errorf("%d units undecided, with %d variables", n, len(x))
	}
	deviation, _ := deviations(pi, psi, x)
	for j, d := range deviation {
		if total := floats.Sum(x[j]); math.Abs(d) > 1e-12*total {
			t.Errorf("variable %d is off by %v of %v", j, d, total)
		}
	}
	if sample := sampling.Cube(sampling.Source(1, "large"), pi, x); len(sample) != 1000 {
		t.Errorf("%d units, want 1000", len(sample))
	}
}

// communes is a frame with sizes as they are: π proportional to households, persons, persons of 65 years and over, area
// that has little to do with them, and a count of something rare.
func communes(units int, n int) (pi []float64, x [][]float64) {
	rng := rand.New(rand.NewPCG(1, 10598))
	x = make([][]float64, 5)
	for range units {
		households := math.Ceil(math.Exp(6.5 + 1.1*rng.NormFloat64()))
		persons := math.Ceil(households * (3 + rng.Float64()))
		x[0] = append(x[0], households)
		x[1] = append(x[1], persons)
		x[2] = append(x[2], math.Floor(persons*(0.05+0.1*rng.Float64())))
		x[3] = append(x[3], math.Exp(6+rng.NormFloat64()))
		x[4] = append(x[4], float64(max(0, rng.IntN(50)-45)))
	}
	pi, err := sampling.InclusionProbabilities(x[0], n)
	if err != nil {
		panic(err)
	}
	x[0] = pi
	return pi, x
}

func TestCubeRefuses(t *testing.T) {
	rng, half := sampling.Source(1, ""), []float64{0.5, 0.5}
	for name, f := range map[string]func(){
		"π above 1":       func() { sampling.Cube(rng, []float64{1.1}, nil) },
		"π not a number":  func() { sampling.CubeFlight(rng, []float64{math.NaN()}, nil) },
		"short column":    func() { sampling.CubeRandomOrder(rng, half, [][]float64{{1}}) },
		"x not a number":  func() { sampling.Cube(rng, half, [][]float64{{1, math.NaN()}}) },
		"x/π too large":   func() { sampling.Cube(rng, []float64{1e-300, 0.5}, [][]float64{{1e300, 1}}) },
		"short ψ":         func() { sampling.CubeLand(rng, []float64{0.5}, half, nil) },
		"ψ of a sure one": func() { sampling.CubeLandBySuppression(rng, half, []float64{1, 0.5}, nil) },
	} {
		mustPanic(t, name, f)
	}
}

func TestBalance(t *testing.T) {
	pi := []float64{0.5, 0.25, 1, 0}
	x := [][]float64{{1, 2, 3, 4}, {0, 0, 0, 0}, {1, -1, 0, 0}}
	// 1/0.5 + 3/1 = 5 for 10; 0 for 0; 1/0.5 = 2 for 0.
	if got, want := sampling.Balance(pi, x, []int{0, 2}), []float64{-0.5, 0, math.Inf(1)}; !slices.Equal(got, want) {
		t.Errorf("balance %v, want %v", got, want)
	}
	for name, f := range map[string]func(){
		"π = 0":        func() { sampling.Balance(pi, x, []int{3}) },
		"not a unit":   func() { sampling.Balance(pi, x, []int{4}) },
		"short column": func() { sampling.Balance(pi, [][]float64{{1}}, nil) },
	} {
		mustPanic(t, name, f)
	}
}

// TestBalancedSamplesAreFixed pins samples, as TestSourceIsFixed does: another machine, or another version, must draw
// the same. The values are whole numbers and quotients, which are the same everywhere.
func TestBalancedSamplesAreFixed(t *testing.T) {
	const units = 60
	pi, stratum, points := make([]float64, units), make([]int, units), make([][]float64, units)
	x := make([][]float64, 4)
	for i := range units {
		pi[i], stratum[i] = float64(1+i%4)/10, i/20
		points[i] = []float64{float64(i * 37 % 61), float64(i * 23 % 59)}
		x[0] = append(x[0], pi[i])
		x[1] = append(x[1], float64(i*i%97)/7)
		x[2] = append(x[2], float64(i*31%53)/3)
		x[3] = append(x[3], float64(i%2))
	}
	lon, lat := make([]float64, units), make([]float64, units)
	for i, p := range points {
		lon[i], lat[i] = p[0]/7, p[1]/3
	}
	source := func(stream string) *rand.Rand { return sampling.Source(2024, stream) }
	for name, tt := range map[string]struct{ got, want []int }{
		"cube": {
			sampling.Cube(source("a"), pi, x),
			[]int{2, 9, 10, 15, 17, 19, 23, 28, 34, 38, 43, 47, 49, 52, 55},
		},
		"random order": {
			sampling.CubeRandomOrder(source("b"), pi, x),
			[]int{1, 2, 7, 8, 10, 18, 30, 31, 38, 41, 43, 47, 49, 53, 58},
		},
		"stratified": {
			sampling.StratifiedCube(source("c"), pi, stratum, x),
			[]int{2, 9, 10, 18, 19, 26, 27, 29, 37, 38, 40, 47, 55, 56, 59},
		},
		"pivotal": {
			sampling.Pivotal(source("d"), pi),
			[]int{0, 4, 11, 14, 19, 23, 27, 31, 35, 38, 42, 46, 48, 54, 59},
		},
		"local": {
			sampling.LocalPivotal(source("e"), pi, points),
			[]int{1, 2, 5, 8, 17, 19, 27, 34, 43, 46, 49, 51, 54, 55, 58},
		},
		"on Earth": {
			sampling.LocalPivotal(source("f"), pi, sampling.Sphere(lon, lat)),
			[]int{2, 6, 11, 13, 15, 19, 21, 27, 28, 30, 35, 42, 45, 49, 59},
		},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: %#v, want %v", name, tt.got, tt.want)
		}
	}
}

// ExampleCube balances a sample of 6 of 12 communes on its size and on persons. The size is kept; the total of persons
// is off by what the landing leaves of two communes at most.
func ExampleCube() {
	persons := []float64{1200, 340, 560, 980, 410, 1130, 620, 300, 870, 450, 760, 520}
	pi := slices.Repeat([]float64{0.5}, len(persons))
	x := [][]float64{pi, persons}
	sample := sampling.Cube(sampling.Source(1, "communes"), pi, x)
	fmt.Println(sample)
	fmt.Printf("%+.3f\n", sampling.Balance(pi, x, sample))
	// Output:
	// [0 1 2 5 7 10]
	// [+0.000 +0.054]
}
