package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// hashed gives the units 0, 1, … permanent random numbers of a seed drawn from rng.
func hashed(rng *rand.Rand, units int) []float64 {
	seed, u := rng.Uint64(), make([]float64, units)
	for i := range u {
		u[i] = sampling.PermanentRandomNumber(seed, fmt.Sprintf("%05d", i))
	}
	return u
}

func refuses(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "sampling: ") {
			t.Errorf("%s: recovered %v, want a panic of this package", what, r)
		}
	}()
	f()
}

// TestPermanentRandomNumberIsFixed: Python 3.11 hashlib,
// (2*int(sha256(f"{seed}:{code}".encode()).hexdigest()[:13], 16) + 1) / 2**53.
func TestPermanentRandomNumberIsFixed(t *testing.T) {
	for _, tt := range []struct {
		seed uint64
		code string
		want float64
	}{
		{2024, "00001", 0x1.c946fef5effecp-3},
		{0, "", 0x1.74ed16663fb0dp-1},
		{math.MaxUint64, "Hà Nội 01-007", 0x1.d48832ccfcef6p-2},
		{1, "a code that is longer than the sixty-four bytes of the buffer, to be sure", 0x1.5b215e9bbf4edp-1},
	} {
		if got := sampling.PermanentRandomNumber(tt.seed, tt.code); got != tt.want {
			t.Errorf("seed %d, code %q: %v, want %v", tt.seed, tt.code, got, tt.want)
		}
	}
	codes := []string{"00001", "00004"}
	want := []float64{sampling.PermanentRandomNumber(7, "00001"), sampling.PermanentRandomNumber(7, "00004")}
	if got := sampling.PermanentRandomNumbers(7, codes); !slices.Equal(got, want) {
		t.Errorf("numbers %v, want %v", got, want)
	}
}

// isUniform compares numbers with the uniform distribution by the Kolmogorov-Smirnov distance. By the inequality of
// Dvoretzky, Kiefer, Wolfowitz and Massart, P(D > x) ≤ 2·exp(-2nx²), which is falseAlarm at the limit.
func isUniform(t *testing.T, what string, u []float64) {
	t.Helper()
	sorted := slices.Clone(u)
	slices.Sort(sorted)
	n, d := float64(len(u)), 0.0
	for i, x := range sorted {
		d = max(d, x-float64(i)/n, float64(i+1)/n-x)
	}
	if limit := math.Sqrt(math.Log(2/falseAlarm) / 2 / n); d > limit {
		t.Errorf("%s: distance %.5f from the uniform distribution, want within %.5f", what, d, limit)
	}
}

// isUncorrelated allows the normal quantile for falseAlarm; 1/√n is the standard error of the correlation of
// independent uniform numbers with known moments.
func isUncorrelated(t *testing.T, what string, u, v []float64) {
	t.Helper()
	sum := 0.0
	for i := range u {
		sum += 12 * (u[i] - 0.5) * (v[i] - 0.5)
	}
	n := float64(len(u))
	limit := distuv.UnitNormal.Quantile(1-falseAlarm/2) / math.Sqrt(n)
	if r := sum / n; math.Abs(r) > limit {
		t.Errorf("%s: correlation %.5f, want within %.5f", what, r, limit)
	}
}

func TestPermanentRandomNumbersAreUniform(t *testing.T) {
	const n = 50_000
	u, next, other := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range u {
		u[i] = sampling.PermanentRandomNumber(1, fmt.Sprint(i))
		next[i] = sampling.PermanentRandomNumber(1, fmt.Sprint(i+1))
		other[i] = sampling.PermanentRandomNumber(2, fmt.Sprint(i))
	}
	isUniform(t, "codes", u)
	isUniform(t, "another seed", other)
	isUncorrelated(t, "successive codes", u, next)
	isUncorrelated(t, "two seeds", u, other)
	if err := sampling.CheckPermanentRandomNumbers(u); err != nil {
		t.Error(err)
	}
	if seen := slices.Compact(slices.Sorted(slices.Values(u))); len(seen) != n {
		t.Errorf("%d different numbers of %d codes", len(seen), n)
	}
}

func TestCheckPermanentRandomNumbers(t *testing.T) {
	if err := sampling.CheckPermanentRandomNumbers([]float64{0.5, 0.5, 1e-300}); err != nil {
		t.Error(err)
	}
	for _, bad := range []float64{0, 1, -0.1, 1.5, math.NaN(), math.Inf(1)} {
		err := sampling.CheckPermanentRandomNumbers([]float64{0.5, 0.2, bad})
		if err == nil || !strings.Contains(err.Error(), "unit 2") {
			t.Errorf("%v: error %v, want one that names unit 2", bad, err)
		}
	}
}

// TestStartAt: seen from a start, the order of the units is the old one cut at the start; the numbers remain in (0, 1)
// and are the distances on the circle.
func TestStartAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := hashed(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), rapid.IntRange(0, 40).Draw(t, "units"))
		start := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, math.Nextafter(1, 0))).Draw(t, "start")
		shifted := sampling.StartAt(u, start)
		if err := sampling.CheckPermanentRandomNumbers(shifted); err != nil {
			t.Fatal(err)
		}
		for i, v := range shifted {
			if d := math.Mod(start+v, 1) - u[i]; math.Abs(d-math.Round(d)) > 1e-15 {
				t.Fatalf("%v from %v is %v", u[i], start, v)
			}
			for j, w := range shifted {
				before := u[i] >= start && u[j] < start || (u[i] >= start) == (u[j] >= start) && u[i] < u[j]
				if before && v >= w {
					t.Fatalf("from %v: %v comes as %v, %v as %v", start, u[i], v, u[j], w)
				}
			}
		}
	})
	got := sampling.StartAt([]float64{0.25, math.Nextafter(0.25, 0), 1e-300, 1 - 0x1p-53}, 0.25)
	if want := []float64{0x1p-54, 1 - 0x1p-53, 0.75, 0.75 - 0x1p-53}; !slices.Equal(got, want) {
		t.Errorf("numbers %v, want %v", got, want)
	}
	refuses(t, "start 1", func() { sampling.StartAt([]float64{0.5}, 1) })
	refuses(t, "start NaN", func() { sampling.StartAt([]float64{0.5}, math.NaN()) })
	refuses(t, "number 1", func() { sampling.StartAt([]float64{1}, 0.5) })
	refuses(t, "lengths", func() { sampling.StartEach([]float64{0.5}, nil) })
}

func TestMirrored(t *testing.T) {
	u := append(hashed(sampling.Source(1, ""), 100), 0x1p-53, 1-0x1p-53)
	if twice := sampling.Mirrored(sampling.Mirrored(u)); !slices.Equal(twice, u) {
		t.Error("mirrored twice is not the same")
	}
	if got := sampling.Mirrored([]float64{1e-300}); got[0] != 1-0x1p-53 {
		t.Errorf("1 - 1e-300 is %v", got[0])
	}
}

func ExamplePermanentRandomNumber() {
	fmt.Printf("%.6f\n", sampling.PermanentRandomNumber(2024, "00001"))
	// Output: 0.223280
}

// TestRetrospectiveSRS: the numbers draw the sample again and are uniform and uncorrelated over simple random samples;
// a larger sample from another start has the joint inclusion probabilities of simple random sampling.
func TestRetrospectiveSRS(t *testing.T) {
	const n, size, more, draws = 3, 9, 5, 20_000
	var first, second []float64
	simulate(size, draws, func(rng *rand.Rand) []int {
		old := sampling.SRS(rng, n, size)
		u := sampling.RetrospectiveSRS(rng, size, old)
		if again := sampling.SequentialSRS(u, n); !slices.Equal(again, old) {
			t.Fatalf("drew %v, want %v", again, old)
		}
		first, second = append(first, u[0]), append(second, u[1])
		return sampling.SequentialSRS(sampling.StartAt(u, 0.3), more)
	}).check(t, srsJoint(more, size))
	isUniform(t, "number of a unit", first)
	isUncorrelated(t, "numbers of two units", first, second)
	for _, sample := range [][]int{nil, {0}, {0, 1, 2}} {
		u := sampling.RetrospectiveSRS(sampling.Source(1, ""), 3, sample)
		if again := sampling.SequentialSRS(u, len(sample)); !slices.Equal(again, sample) {
			t.Errorf("drew %v of 3, want %v", again, sample)
		}
	}
	refuses(t, "unit outside", func() { sampling.RetrospectiveSRS(sampling.Source(1, ""), 3, []int{3}) })
	refuses(t, "not ascending", func() { sampling.RetrospectiveSRS(sampling.Source(1, ""), 3, []int{1, 0}) })
}

func srsJoint(n, size int) func(i, j int) float64 {
	return func(i, j int) float64 {
		if i == j {
			return float64(n) / float64(size)
		}
		return float64(n*(n-1)) / float64(size*(size-1))
	}
}

func TestRetrospectivePoisson(t *testing.T) {
	pi := []float64{0.05, 0.3, 0.5, 0.8, 1, 0}
	var all [6][]float64
	for seed := range uint64(20_000) {
		rng := sampling.Source(seed, "")
		old := sampling.CoordinatedPoisson(hashed(rng, len(pi)), pi)
		u := sampling.RetrospectivePoisson(rng, pi, old)
		if again := sampling.CoordinatedPoisson(u, pi); !slices.Equal(again, old) {
			t.Fatalf("drew %v, want %v", again, old)
		}
		for i := range all {
			all[i] = append(all[i], u[i])
		}
	}
	for i := range all {
		isUniform(t, fmt.Sprint("unit ", i), all[i])
		isUncorrelated(t, "two units", all[i], all[(i+1)%6])
	}
	refuses(t, "impossible unit", func() { sampling.RetrospectivePoisson(sampling.Source(1, ""), pi, []int{4, 5}) })
	refuses(t, "certain unit missing", func() { sampling.RetrospectivePoisson(sampling.Source(1, ""), pi, []int{1}) })
}

func TestRetrospectiveUnit(t *testing.T) {
	size := []float64{1, 4, 0, 10, 5}
	var all [5][]float64
	for seed := range uint64(20_000) {
		rng := sampling.Source(seed, "")
		old := sampling.ExponentialUnit(hashed(rng, len(size)), size)
		u := sampling.RetrospectiveUnit(rng, size, old)
		if again := sampling.ExponentialUnit(u, size); again != old {
			t.Fatalf("drew %v, want %v", again, old)
		}
		for i := range all {
			all[i] = append(all[i], u[i])
		}
	}
	for i := range all {
		isUniform(t, fmt.Sprint("unit ", i), all[i])
		isUncorrelated(t, "two units", all[i], all[(i+1)%5])
	}
	only := sampling.RetrospectiveUnit(sampling.Source(1, ""), []float64{3}, 0)
	if err := sampling.CheckPermanentRandomNumbers(only); err != nil {
		t.Error(err)
	}
	refuses(t, "unit without a size", func() { sampling.RetrospectiveUnit(sampling.Source(1, ""), size, 2) })
}
