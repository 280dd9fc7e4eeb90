package screen_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"

	"github.com/concord-stat/concord/compare/screen"
)

// line is areas in a row.
func line(n int) (lists [][]int32) {
	for i := range n {
		var to []int32
		if i > 0 {
			to = append(to, int32(i-1))
		}
		if i < n-1 {
			to = append(to, int32(i+1))
		}
		lists = append(lists, to)
	}
	return lists
}

// square is a square of side × side areas; areas that touch in a point are neighbours.
func square(side int) (lists [][]int32) {
	for i := range side * side {
		var to []int32
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				x, y := i%side+dx, i/side+dy
				if (dx != 0 || dy != 0) && 0 <= x && x < side && 0 <= y && y < side {
					to = append(to, int32(y*side+x))
				}
			}
		}
		lists = append(lists, to)
	}
	return lists
}

// TestMoranByHand: of 1, 2, 3, 4 in a row with row-standardised weights ΣΣ wij zi zj is 0.75 + 0.25 + 0.25 + 0.75 =
// 2, Σ z² is 5 and S0 is 4, so I = 4/4 · 2/5.
func TestMoranByHand(t *testing.T) {
	m := screen.Moran([]float64{1, 2, 3, 4}, screen.RowStandardised(line(4)))
	if !scalar.EqualWithinAbs(m.I, 0.4, 1e-15) || !scalar.EqualWithinAbs(m.Expected, -1./3, 1e-15) ||
		m.Areas != 4 || m.Islands != 0 {
		t.Errorf("%+v", m)
	}
}

// permutations calls with every order of values.
func permutations(x []float64, k int, call func([]float64)) {
	if k == len(x) {
		call(x)
		return
	}
	for i := k; i < len(x); i++ {
		x[k], x[i] = x[i], x[k]
		permutations(x, k+1, call)
		x[k], x[i] = x[i], x[k]
	}
}

// dense is I by the whole matrix of weights.
func dense(x []float64, lists [][]int32) float64 {
	mean := stat.Mean(x, nil)
	cross, square, weights := 0.0, 0.0, 0.0
	for i, to := range lists {
		square += (x[i] - mean) * (x[i] - mean)
		for _, j := range to {
			w := 1 / float64(len(to))
			weights += w
			cross += w * (x[i] - mean) * (x[j] - mean)
		}
	}
	return float64(len(x)) / weights * cross / square
}

// TestMoranUnderRandomisation: over all 5,040 orders of seven values, I has the mean and the variance that are stated.
func TestMoranUnderRandomisation(t *testing.T) {
	lists := [][]int32{{1, 2}, {0, 2, 3}, {0, 1, 4, 5}, {1, 6}, {2, 5}, {2, 4, 6}, {3, 5}}
	x := []float64{0.3, 5, -1, 2, 2.5, 9, -4}
	m := screen.Moran(x, screen.RowStandardised(lists))
	if !scalar.EqualWithinAbs(m.I, dense(x, lists), 1e-14) {
		t.Errorf("I = %v, want %v", m.I, dense(x, lists))
	}
	var all []float64
	permutations([]float64{0.3, 5, -1, 2, 2.5, 9, -4}, 0, func(x []float64) { all = append(all, dense(x, lists)) })
	mean, variance := stat.PopMeanVariance(all, nil)
	if !scalar.EqualWithinAbs(m.Expected, mean, 1e-12) || !scalar.EqualWithinRel(m.RandomisedSE*m.RandomisedSE,
		variance, 1e-10) {
		t.Errorf("mean %v and variance %v, want %v and %v", m.Expected, m.RandomisedSE*m.RandomisedSE, mean, variance)
	}
	extreme := 0.0
	for _, i := range all {
		if m.I >= m.Expected && i >= m.I || m.I < m.Expected && i <= m.I {
			extreme++
		}
	}
	// 2·p of 9,999 permutations has a standard error of at most 0.01.
	want := math.Min(1, 2*extreme/float64(len(all)))
	if p := screen.MoranPermutation(x, screen.RowStandardised(lists), 9999, 1); math.Abs(p-want) > 0.04 {
		t.Errorf("p = %v by permutations, want %v", p, want)
	}
	if a, b := screen.MoranPermutation(x, screen.RowStandardised(lists), 99, 1), screen.MoranPermutation(x,
		screen.RowStandardised(lists), 99, 1); a != b {
		t.Error("one seed gives two values")
	}
}

// TestMoranOfNormalValues: over 20,000 normal samples, whose variance has a relative standard error of some 1.5 %, I
// has the variance that is stated.
func TestMoranOfNormalValues(t *testing.T) {
	lists := [][]int32{{1, 2}, {0, 2, 3}, {0, 1, 4, 5}, {1, 6}, {2, 5}, {2, 4, 6}, {3, 5}}
	rng, w := rand.New(rand.NewPCG(8, 8)), screen.RowStandardised(lists)
	all, x, se := make([]float64, 20_000), make([]float64, 7), 0.0
	for k := range all {
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		m := screen.Moran(x, w)
		all[k], se = m.I, m.NormalSE
	}
	if variance := stat.Variance(all, nil); !scalar.EqualWithinRel(se*se, variance, 0.07) {
		t.Errorf("variance %v, want %v", se*se, variance)
	}
}

// TestLocalMoranUnderRandomisation: over all orders of the other values, the lag of an area has the mean and variance
// that its score is made with; and local values add up to Moran's I.
func TestLocalMoranUnderRandomisation(t *testing.T) {
	lists := [][]int32{{1, 2}, {0, 2, 3}, {0, 1, 4, 5}, {1, 6}, {2, 5}, {2, 4, 6}, {3, 5}}
	x := []float64{0.3, 5, -1, 2, 2.5, 9, -4}
	mean := stat.Mean(x, nil)
	locals := screen.LocalMorans(x, screen.RowStandardised(lists))
	sum := 0.0
	for i, l := range locals {
		sum += l.I / 7
		others := append(append([]float64{}, x[:i]...), x[i+1:]...)
		var lags []float64
		permutations(others, 0, func(o []float64) {
			lag := 0.0
			for _, j := range lists[i] {
				at := int(j)
				if at > i {
					at--
				}
				lag += (o[at] - mean) / float64(len(lists[i]))
			}
			lags = append(lags, lag)
		})
		centre, variance := stat.PopMeanVariance(lags, nil)
		lag := 0.0
		for _, j := range lists[i] {
			lag += (x[j] - mean) / float64(len(lists[i]))
		}
		if want := (lag - centre) / math.Sqrt(variance); !scalar.EqualWithinAbs(l.Z, want, 1e-10) {
			t.Errorf("area %d: score %v, want %v", i, l.Z, want)
		}
	}
	if i := dense(x, lists); !scalar.EqualWithinAbs(sum, i, 1e-13) {
		t.Errorf("local values add up to %v, want %v", sum, i)
	}
}

// TestGetisOrdByHand: of 1, 2, 3, 4 in a row the first area and its neighbour have -1.5 - 0.5 about the mean, with
// s² = 1.25 and √((4·2 - 4)/3).
func TestGetisOrdByHand(t *testing.T) {
	got := screen.GetisOrd([]float64{1, 2, 3, 4}, screen.RowStandardised(line(4)))
	if want := -2 / math.Sqrt(1.25*4/3); !scalar.EqualWithinAbs(got[0], want, 1e-14) ||
		!scalar.EqualWithinAbs(got[3], -want, 1e-14) {
		t.Errorf("%v, want %v first", got, want)
	}
}

// TestIslands: areas without a value, and those whose neighbours have none, are as if they were not there.
func TestIslands(t *testing.T) {
	lists := append(line(6), []int32{7}, []int32{6}, nil)
	x := []float64{1, 4, 2, 8, 5, 7, 3, nan, 9}
	m, want := screen.Moran(x, screen.RowStandardised(lists)), screen.Moran(x[:6], screen.RowStandardised(line(6)))
	if m.I != want.I || m.RandomisedSE != want.RandomisedSE || m.Areas != 6 || m.Islands != 2 {
		t.Errorf("%+v, want %+v", m, want)
	}
	locals, hot := screen.LocalMorans(x, screen.RowStandardised(lists)), screen.GetisOrd(x,
		screen.RowStandardised(lists))
	for i := range x {
		if told := i < 6; math.IsNaN(locals[i].Z) == told || math.IsNaN(hot[i]) == told {
			t.Errorf("area %d: %+v, %v", i, locals[i], hot[i])
		}
	}
	for _, same := range [][]float64{{1, 1, 1, 1, 1, 1}, {1, 2, nan, nan, nan, nan}} {
		w := screen.RowStandardised(line(6))
		if m := screen.Moran(same, w); !math.IsNaN(m.I) || !math.IsNaN(m.PValue) ||
			!math.IsNaN(screen.MoranPermutation(same, w, 9, 1)) {
			t.Errorf("%v: %+v", same, m)
		}
		if l := screen.LocalMorans(same, w)[0]; !math.IsNaN(l.I) {
			t.Errorf("%v: %+v", same, l)
		}
	}
}

// smoothed are values on a square with a pattern, of variance 1.
func smoothed(rng *rand.Rand, lists [][]int32) []float64 {
	noise, x := make([]float64, len(lists)), make([]float64, len(lists))
	for i := range noise {
		noise[i] = rng.NormFloat64()
	}
	for i, to := range lists {
		x[i] = noise[i]
		for _, j := range to {
			x[i] += noise[j]
		}
		x[i] /= math.Sqrt(float64(len(to) + 1))
	}
	return x
}

// TestReliable: errors of the size of the values halve Moran's I; the corrected one is that of the values without
// error. Over 1,600 areas I has a standard error of 0.02, the corrected one of some 0.03.
func TestReliable(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	lists := square(40)
	w, truth := screen.RowStandardised(lists), smoothed(rng, lists)
	z, share := make([]float64, len(truth)), make([]float64, len(truth))
	for i, v := range truth {
		variance := []float64{0.3, 1, 2}[rng.IntN(3)]
		share[i] = 1 / (1 + variance)
		z[i] = (v + math.Sqrt(variance)*rng.NormFloat64()) / math.Sqrt(1+variance)
	}
	want, raw, got := screen.Moran(truth, w).I, screen.Moran(z, w).I, screen.Reliable(z, share, w)
	if math.Abs(got-want) > 0.12 || raw > 0.7*want {
		t.Errorf("I = %.3f corrected, %.3f with errors, %.3f without", got, raw, want)
	}
	if got := screen.Reliable(truth, slicesOf(1, len(truth)), w); !scalar.EqualWithinAbs(got, want, 0.15) {
		t.Errorf("I = %v of values without error, want about %v", got, want)
	}
	if !math.IsNaN(screen.Reliable(z, slicesOf(0, len(z)), w)) {
		t.Error("all is error, and something is told")
	}
}

func slicesOf(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// TestLocalMoranHoldsItsRate: of skew values without pattern, as normal scores, some 5 % of the areas have p ≤ 0.05
// and in hardly any map an area is called a cluster. Over 40 maps of 400 areas the first has a standard error of 0.2
// %, and 0.5 % at most with areas depending on each other. A false cluster in 8 or more of 40 maps has a probability
// of 0.001 if it is in 5 % of them.
func TestLocalMoranHoldsItsRate(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 42))
	lists := square(20)
	w := screen.RowStandardised(lists)
	small, maps, global := 0.0, 0, 0
	for range 40 {
		x := make([]float64, len(lists))
		for i := range x {
			x[i] = math.Exp(1.5 * rng.NormFloat64())
		}
		x = screen.NormalScores(x)
		found := 0
		for _, l := range screen.LocalMorans(x, w) {
			if l.PValue <= 0.05 {
				small += 1. / 40 / 400
			}
			if l.QValue <= 0.05 {
				found = 1
			}
		}
		maps += found
		if screen.Moran(x, w).PValue <= 0.05 {
			global++
		}
	}
	t.Logf("p ≤ 0.05 in %.4f, clusters in %d of 40 maps, Moran significant in %d", small, maps, global)
	if math.Abs(small-0.05) > 0.02 || maps > 7 || global > 8 {
		t.Errorf("p ≤ 0.05 in %.4f, clusters in %d of 40 maps, Moran significant in %d", small, maps, global)
	}
}

// TestLocalMoranFinds: a block of 16 high areas is found, as high among high, and the middle of it is a hot spot.
func TestLocalMoranFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 52))
	lists := square(20)
	x := make([]float64, len(lists))
	for i := range x {
		if x[i] = rng.NormFloat64(); i%20 < 4 && i/20 < 4 {
			x[i] += 4
		}
	}
	w, found := screen.RowStandardised(lists), 0
	for i, l := range screen.LocalMorans(screen.NormalScores(x), w) {
		if l.QValue <= 0.05 && i%20 < 4 && i/20 < 4 {
			found++
			if l.Quadrant != screen.HighHigh {
				t.Errorf("area %d: %+v", i, l)
			}
		}
	}
	if found < 10 {
		t.Errorf("%d of 16 areas found", found)
	}
	if z := screen.GetisOrd(x, w)[21]; z < 5 {
		t.Errorf("score of the middle %v", z)
	}
}

func TestNormalScores(t *testing.T) {
	// R 4.2: qnorm((rank(c(5, 1, 5, 100)) - 3/8)/(4 + 1/4)).
	got := screen.NormalScores([]float64{5, 1, nan, 5, 100})
	for i, want := range []float64{0, -1.049131397963971, nan, 0, 1.049131397963971} {
		if !scalar.EqualWithinAbs(got[i], want, 1e-12) && !math.IsNaN(want) || math.IsNaN(got[i]) != math.IsNaN(want) {
			t.Errorf("%v", got)
		}
	}
}

func TestNeighboursPanic(t *testing.T) {
	w := screen.RowStandardised(line(3))
	for name, f := range map[string]func(){
		"own":     func() { screen.RowStandardised([][]int32{{0}}) },
		"none":    func() { screen.RowStandardised([][]int32{{4}}) },
		"lengths": func() { screen.Moran([]float64{1}, w) },
		"shares":  func() { screen.Reliable([]float64{1}, nil, w) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func BenchmarkClusters(b *testing.B) {
	lists := square(103)
	w := screen.RowStandardised(lists)
	x := smoothed(rand.New(rand.NewPCG(1, 1)), lists)
	for b.Loop() {
		x := screen.NormalScores(x)
		screen.Moran(x, w)
		screen.LocalMorans(x, w)
		screen.GetisOrd(x, w)
	}
}
