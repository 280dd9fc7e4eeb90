package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"
)

// pivotals are the designs that need Σπ whole; each gets points, which the first two do not look at.
var pivotals = map[string]func(rng *rand.Rand, pi []float64, points [][]float64) []int{
	"order of the frame": withoutPoints(sampling.Pivotal),
	"random order":       withoutPoints(sampling.PivotalRandomOrder),
	"local":              sampling.LocalPivotal,
	"local, mutual":      sampling.LocalPivotalMutual,
}

func withoutPoints(draw func(rng *rand.Rand, pi []float64) []int) func(*rand.Rand, []float64, [][]float64) []int {
	return func(rng *rand.Rand, pi []float64, _ [][]float64) []int { return draw(rng, pi) }
}

// plane are points on a small grid, so that many lie at one place and many distances are equal.
func plane(rng *rand.Rand, units int) (points [][]float64) {
	for range units {
		points = append(points, []float64{float64(rng.IntN(5)), float64(rng.IntN(5))})
	}
	return points
}

// TestPivotalProperties: the size is Σπ, certain units are in and impossible ones out, and π is left as it was.
func TestPivotalProperties(t *testing.T) {
	for name, draw := range pivotals {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				pi := wholeSum(anyProbabilities(t, someUnits(t)))
				before, points := slices.Clone(pi), plane(rand.New(rand.NewPCG(1, 1)), len(pi))
				sample := draw(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), pi, points)
				checkCube(t, pi, [][]float64{pi}, sample, 1)
				if !slices.Equal(pi, before) {
					t.Fatalf("π is %v, was %v", pi, before)
				}
			})
		})
	}
}

// TestPivotalReproducesPi: unequal probabilities, among them 0 and 1.
func TestPivotalReproducesPi(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(17, 17))
	size := make([]float64, 40)
	for i := range size {
		size[i] = math.Exp(rng.NormFloat64())
	}
	size[3], size[30] = 0, 90
	pi, err := sampling.InclusionProbabilities(size, 12)
	if err != nil {
		t.Fatal(err)
	}
	points := plane(rng, len(pi))
	for name, draw := range pivotals {
		t.Run(name, func(t *testing.T) {
			checkInclusion(t, simulate(len(pi), 5000, func(rng *rand.Rand) []int { return draw(rng, pi, points) }), pi)
		})
	}
}

// TestPivotalJoint: with π = 1/3 in the order of the frame, one of the first three units is drawn, one of the next
// three, and so on, each independently, since nothing is undecided after them (Chauvet 2012, Bernoulli 18:1320-1340).
// In random order all pairs are alike.
func TestPivotalJoint(t *testing.T) {
	const n, size = 3, 9
	pi := slices.Repeat([]float64{1. / 3}, size)
	simulate(size, 20_000, func(rng *rand.Rand) []int {
		return sampling.Pivotal(rng, pi)
	}).check(t, func(i, j int) float64 {
		switch {
		case i == j:
			return 1. / 3
		case i/3 == j/3:
			return 0
		}
		return 1. / 9
	})
	simulate(size, 20_000, func(rng *rand.Rand) []int {
		return sampling.PivotalRandomOrder(rng, pi)
	}).check(t, func(i, j int) float64 {
		if i == j {
			return 1. / 3
		}
		return float64(n*(n-1)) / (size * (size - 1))
	})
}

// TestLocalPivotalTies: on the corners of a square with π = 1/2, a unit meets one of its two neighbours, with equal
// chances, and the other two meet; so neighbours come together with probability 1/8 and opposite corners with 1/4.
func TestLocalPivotalTies(t *testing.T) {
	pi, points := slices.Repeat([]float64{0.5}, 4), [][]float64{{0, 0}, {0, 1}, {1, 1}, {1, 0}}
	for _, name := range []string{"local", "local, mutual"} {
		t.Run(name, func(t *testing.T) {
			simulate(4, 20_000, func(rng *rand.Rand) []int {
				return pivotals[name](rng, pi, points)
			}).check(t, func(i, j int) float64 {
				return []float64{0.5, 0.125, 0.25, 0.125}[i-j]
			})
		})
	}
}

// TestLocalPivotalSpreads: with π = 1/9 on a grid of 30 by 30, the Voronoi measure is less than half of that of simple
// random samples, and two units next to each other are drawn together in few draws; SRS has (n-1)/(N-1)·n/N = 0.0122.
func TestLocalPivotalSpreads(t *testing.T) {
	t.Parallel()
	const side, draws = 30, 60
	var points [][]float64
	for i := range side * side {
		points = append(points, []float64{float64(i % side), float64(i / side)})
	}
	pi := slices.Repeat([]float64{1. / 9}, side*side)
	mean := func(draw func(rng *rand.Rand) []int) (b float64) {
		for seed := range uint64(draws) {
			b += sampling.SpatialBalance(pi, points, draw(sampling.Source(seed, "spread"))) / draws
		}
		return b
	}
	srs := mean(func(rng *rand.Rand) []int { return sampling.SRS(rng, side*side/9, side*side) })
	for _, name := range []string{"local", "local, mutual"} {
		if b := mean(func(rng *rand.Rand) []int { return pivotals[name](rng, pi, points) }); b > srs/2 {
			t.Errorf("%s: spatial balance %.3f, simple random samples %.3f", name, b, srs)
		}
	}
}

func TestSpatialBalance(t *testing.T) {
	line := [][]float64{{0}, {1}, {2}, {3}}
	for _, tt := range []struct {
		pi     []float64
		points [][]float64
		sample []int
		want   float64
	}{
		{[]float64{0.5, 0.5, 0.5, 0.5}, line, []int{0, 3}, 0},                 // 0 and 1 to 0, 2 and 3 to 3
		{[]float64{0.5, 0.5, 0.5, 0.5}, line, []int{0, 1}, 0.25},              // v = 0.5 and 1.5
		{[]float64{0.5, 0.5, 0.5, 0.5}, line, []int{0, 2}, 0.0625},            // 1 to both: v = 0.75 and 1.25
		{[]float64{1, 0, 0.5, 0.5}, line, []int{0, 2}, 0},                     // π = 0 counts for nothing
		{[]float64{0.5, 0.5}, [][]float64{{7, 7}, {7, 7}}, []int{0, 1}, 0.25}, // all at one place: v = 0.5 twice
		{[]float64{0.25, 0.25, 0.25, 0.25}, line, []int{1}, 0},                // everything to one
		{[]float64{0.5, 0.5, 0.5, 0.5}, line, nil, math.NaN()},                // no sample
	} {
		got := sampling.SpatialBalance(tt.pi, tt.points, tt.sample)
		if !(math.Abs(got-tt.want) < 1e-15) && !(math.IsNaN(got) && math.IsNaN(tt.want)) {
			t.Errorf("%v of %v: %v, want %v", tt.sample, tt.points, got, tt.want)
		}
	}
}

func TestSpatialRefuses(t *testing.T) {
	rng, half := sampling.Source(1, ""), []float64{0.5, 0.5}
	for name, f := range map[string]func(){
		"half a unit":        func() { sampling.Pivotal(rng, []float64{0.5}) },
		"half at random":     func() { sampling.PivotalRandomOrder(rng, []float64{0.5}) },
		"π below 0":          func() { sampling.Pivotal(rng, []float64{-1}) },
		"a missing point":    func() { sampling.LocalPivotal(rng, half, [][]float64{{0}}) },
		"two dimensions":     func() { sampling.LocalPivotalMutual(rng, half, [][]float64{{0}, {0, 1}}) },
		"no coordinates":     func() { sampling.LocalPivotal(rng, half, [][]float64{{}, {}}) },
		"not a number":       func() { sampling.SpatialBalance(half, [][]float64{{0}, {math.NaN()}}, nil) },
		"π = 0 in a sample":  func() { sampling.SpatialBalance([]float64{0, 1}, [][]float64{{0}, {1}}, []int{0}) },
		"longitudes missing": func() { sampling.Sphere(nil, []float64{1}) },
		"beyond the pole":    func() { sampling.Sphere([]float64{0}, []float64{91}) },
		"nowhere":            func() { sampling.Sphere([]float64{math.NaN()}, []float64{0}) },
	} {
		mustPanic(t, name, f)
	}
}

// TestSphere: points are where math.Sincos has them, on the axes exactly, and the line between two has length
// 2·sin(d/2) for the angle d between them, here by the haversine formula.
func TestSphere(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	var lon, lat []float64
	for range 2000 {
		lon, lat = append(lon, 720*rng.Float64()-360), append(lat, 180*rng.Float64()-90)
	}
	points := sampling.Sphere(lon, lat)
	for i, p := range points {
		sinLat, cosLat := math.Sincos(lat[i] * math.Pi / 180)
		sinLon, cosLon := math.Sincos(lon[i] * math.Pi / 180)
		if !floats.EqualApprox(p, []float64{cosLat * cosLon, cosLat * sinLon, sinLat}, 2e-15) {
			t.Errorf("%v east, %v north is %v", lon[i], lat[i], p)
		}
		j := (i + 1) % len(points)
		half := func(a, b float64) float64 { return math.Pow(math.Sin((a-b)*math.Pi/360), 2) }
		chord := 2 * math.Sqrt(half(lat[i], lat[j])+cosLat*math.Cos(lat[j]*math.Pi/180)*half(lon[i], lon[j]))
		if got := floats.Distance(p, points[j], 2); math.Abs(got-chord) > 1e-14 {
			t.Errorf("distance %v, want %v", got, chord)
		}
	}
	axes := sampling.Sphere([]float64{0, 90, 180, -180, -90, 360, 17}, []float64{0, 0, 0, 0, 0, 0, 90})
	for i, want := range [][]float64{{1, 0, 0}, {0, 1, 0}, {-1, 0, 0}, {-1, 0, 0}, {0, -1, 0}, {1, 0, 0}, {0, 0, 1}} {
		for a, v := range want {
			if axes[i][a] != v {
				t.Errorf("point %d is %v, want %v", i, axes[i], want)
			}
		}
	}
}

// ExampleLocalPivotal draws 3 of 9 places on a line: one in each third, or nearly so.
func ExampleLocalPivotal() {
	pi, places := make([]float64, 9), make([][]float64, 9)
	for i := range pi {
		pi[i], places[i] = 1./3, []float64{float64(i)}
	}
	sample := sampling.LocalPivotal(sampling.Source(1, "places"), pi, places)
	fmt.Println(sample)
	fmt.Printf("%.3f\n", sampling.SpatialBalance(pi, places, sample))
	// Output:
	// [1 4 7]
	// 0.000
}
