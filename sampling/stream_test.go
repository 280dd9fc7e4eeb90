package sampling_test

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"pgregory.net/rapid"
)

// A streamed is a design drawn from memory and from a stream, of a frame of whole sizes.
type streamed struct {
	name   string
	memory func(rng *rand.Rand, n int, pi []float64) []int
	stream func(rng *rand.Rand, n int, pi []float64) sampling.Selector
}

var streamedDesigns = []streamed{
	{
		"SRS", func(rng *rand.Rand, n int, pi []float64) []int { return sampling.SRS(rng, n, len(pi)) },
		func(rng *rand.Rand, n int, pi []float64) sampling.Selector {
			return sampling.StreamPositions(sampling.SRS(rng, n, len(pi)), len(pi))
		},
	},
	{
		"fractional interval",
		func(rng *rand.Rand, n int, pi []float64) []int { return sampling.FractionalSystematic(rng, n, len(pi)) },
		func(rng *rand.Rand, n int, pi []float64) sampling.Selector {
			return equalSizes{sampling.StreamSystematic(rng, n, len(pi))}
		},
	},
	{
		"whole interval",
		func(rng *rand.Rand, n int, pi []float64) []int { return sampling.IntervalSystematic(rng, n+1, len(pi)) },
		func(rng *rand.Rand, n int, _ []float64) sampling.Selector { return sampling.StreamInterval(rng, n+1) },
	},
	{
		"Bernoulli",
		func(rng *rand.Rand, n int, pi []float64) []int {
			return sampling.Bernoulli(rng, float64(n)/float64(len(pi)+1), len(pi))
		},
		func(rng *rand.Rand, n int, pi []float64) sampling.Selector {
			return sampling.StreamBernoulli(rng, float64(n)/float64(len(pi)+1))
		},
	},
	{
		"Poisson",
		func(rng *rand.Rand, _ int, pi []float64) []int { return sampling.Poisson(rng, pi) },
		func(rng *rand.Rand, _ int, _ []float64) sampling.Selector { return sampling.StreamPoisson(rng) },
	},
	{
		"systematic",
		func(rng *rand.Rand, _ int, pi []float64) []int { return sampling.Systematic(rng, pi) },
		func(rng *rand.Rand, _ int, pi []float64) sampling.Selector {
			total := 0.0
			for _, p := range pi {
				total += p
			}
			return sampling.StreamPi(rng, total)
		},
	},
}

// equalSizes hands on a size of 1 for every unit.
type equalSizes struct{ sampling.Selector }

func (s equalSizes) Take(float64) bool { return s.Selector.Take(1) }

// taken are the positions a selector takes.
func taken(s sampling.Selector, x []float64) (units []int, err error) {
	for i, v := range x {
		if s.Take(v) {
			units = append(units, i)
		}
	}
	return units, s.End()
}

// TestStreamIsTheSameSample: a stream gives the sample of the frame in memory.
func TestStreamIsTheSameSample(t *testing.T) {
	for _, d := range streamedDesigns {
		rapid.Check(t, func(t *rapid.T) {
			size, positive := wholeSizes(t)
			n := rapid.IntRange(0, positive).Draw(t, "n")
			seed := rapid.Uint64().Draw(t, "seed")
			pi, err := sampling.InclusionProbabilities(size, n)
			if err != nil {
				t.Fatal(err)
			}
			want := d.memory(sampling.Source(seed, ""), n, pi)
			got, err := taken(d.stream(sampling.Source(seed, ""), n, pi), pi)
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("%s: stream %v, %v; memory %v", d.name, got, err, want)
			}
		})
	}
}

// TestStreamPiEnd: π that add up to a little less than a whole number, with a start so late that the last point
// lies beyond the last unit, as in memory.
func TestStreamPiEnd(t *testing.T) {
	late := func() *rand.Rand { return rand.New(constantSource(^uint64(0))) }
	pi := []float64{0.3, 0.3, 0.4 - 1e-9, 0, 0.4, 0.3, 0.3 - 1e-9, 0}
	total := 0.0
	for _, p := range pi {
		total += p
	}
	want := sampling.Systematic(late(), pi)
	got, err := taken(sampling.StreamPi(late(), total), pi)
	if err != nil || !slices.Equal(got, want) || !slices.Contains(got, 6) || len(got) != 2 {
		t.Errorf("stream %v, %v; memory %v", got, err, want)
	}
}

type constantSource uint64

func (s constantSource) Uint64() uint64 { return uint64(s) }

// TestStreamSystematicProbabilities: π = n·x/X, joint probabilities by counting starts.
func TestStreamSystematicProbabilities(t *testing.T) {
	const n, total = 3, 30
	size := []float64{2, 7, 8, 0, 5, 4, 3, 1}
	starts := func(unit, start int) bool {
		before := 0.0
		for _, x := range size[:unit] {
			before += x
		}
		for j := range n {
			if p := float64(start + j*total); p >= n*before && p < n*(before+size[unit]) {
				return true
			}
		}
		return false
	}
	f := simulate(len(size), 20_000, func(rng *rand.Rand) []int {
		units, err := taken(sampling.StreamSystematic(rng, n, total), size)
		if err != nil || len(units) != n {
			t.Errorf("%v, %v", units, err)
		}
		return units
	})
	f.check(t, func(k, l int) float64 {
		both := 0.0
		for r := range total {
			if starts(k, r) && starts(l, r) {
				both++
			}
		}
		if k == l && both/total != n*size[k]/total {
			t.Errorf("π of unit %d is %v by counting, want %v", k, both/total, n*size[k]/total)
		}
		return both / total
	})
}

// TestStreamSystematicSize: exactly n units, whatever the sizes.
func TestStreamSystematicSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, _ := wholeSizes(t)
		total, largest := 0, 0
		for _, x := range size {
			total, largest = total+int(x), max(largest, int(x))
		}
		n := 0
		if largest > 0 {
			n = rapid.IntRange(0, total/largest).Draw(t, "n")
		}
		rng := sampling.Source(rapid.Uint64().Draw(t, "seed"), "")
		units, err := taken(sampling.StreamSystematic(rng, n, total), size)
		if err != nil || len(units) != n {
			t.Fatalf("%d units, want %d: %v", len(units), n, err)
		}
	})
}

func TestStreamEnds(t *testing.T) {
	rng := sampling.Source(1, "")
	for _, tt := range []struct {
		name     string
		selector sampling.Selector
		x        []float64
	}{
		{"too few units", sampling.StreamPositions([]int{1}, 4), []float64{1, 1, 1}},
		{"too many units", sampling.StreamPositions([]int{1}, 2), []float64{1, 1, 1}},
		{"smaller sum", sampling.StreamSystematic(rng, 2, 10), []float64{4, 4}},
		{"larger sum", sampling.StreamSystematic(rng, 2, 10), []float64{4, 4, 4}},
		{"too large a size", sampling.StreamSystematic(rng, 2, 10), []float64{4, 6}},
		{"a size below 0", sampling.StreamSystematic(rng, 2, 10), []float64{5, 5, -1}},
		{"half a person", sampling.StreamSystematic(rng, 2, 10), []float64{4.5, 4.5, 1}},
		{"other π", sampling.StreamPi(rng, 1), []float64{0.5, 0.4}},
	} {
		if units, err := taken(tt.selector, tt.x); err == nil {
			t.Errorf("%s: %v, want an error", tt.name, units)
		}
	}
	mustPanic(t, "n > total", func() { sampling.StreamSystematic(rng, 3, 2) })
	mustPanic(t, "k = 0", func() { sampling.StreamInterval(rng, 0) })
	mustPanic(t, "p > 1", func() { sampling.StreamBernoulli(rng, 1.1) })
	mustPanic(t, "π > 1", func() { sampling.StreamPoisson(rng).Take(1.1) })
	mustPanic(t, "π > 1", func() { sampling.StreamPi(rng, 2).Take(1.1) })
}

// rows is a stream of units as from a cursor, which fails after some.
func rows(n int, failure error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if failure != nil {
			yield(0, failure)
		}
	}
}

func TestSelect(t *testing.T) {
	lost := errors.New("connection lost")
	for _, tt := range []struct {
		name    string
		rows    iter.Seq2[int, error]
		failure bool
	}{{"all rows", rows(10, nil), false}, {"a failure", rows(10, lost), true}, {"rows missing", rows(9, nil), true}} {
		var got []int
		var failure error
		for u, err := range sampling.Select(tt.rows, nil, sampling.StreamPositions([]int{0, 4, 8}, 10)) {
			if failure = err; err == nil {
				got = append(got, u)
			}
		}
		if !slices.Equal(got, []int{0, 4, 8}) || (failure != nil) != tt.failure {
			t.Errorf("%s: %v, %v", tt.name, got, failure)
		}
		if tt.name == "a failure" && !errors.Is(failure, lost) {
			t.Errorf("error %v, want %v", failure, lost)
		}
	}
	for u := range sampling.Select(rows(10, lost), func(int) float64 { return 1 }, sampling.StreamPoisson(nil)) {
		if u == 3 {
			break // the consumer may stop
		}
	}
}

// TestReservoirSubsets: all 10 samples of 2 of 5 are equally likely, in the order of the stream.
func TestReservoirSubsets(t *testing.T) {
	const draws = 20_000
	got := outcomes(draws, func(rng *rand.Rand) []int { return reservoir(rng, 2, 5) })
	if len(got) != 10 {
		t.Errorf("%d different samples, want 10", len(got))
	}
	for s, n := range got {
		if share, tol := float64(n)/draws, tolerance(0.1, draws, 10); share < 0.1-tol || share > 0.1+tol {
			t.Errorf("sample %s in %.4f of the draws, want 0.1", s, share)
		}
	}
}

func reservoir(rng *rand.Rand, n, size int) []int {
	r := sampling.NewReservoir[int](rng, n)
	for i := range size {
		r.Add(i)
	}
	if r.Seen() != size {
		panic(fmt.Sprintf("%d units seen of %d", r.Seen(), size))
	}
	return r.Sample()
}

func TestReservoirProbabilities(t *testing.T) {
	const n, size = 3, 40
	f := simulate(size, 10_000, func(rng *rand.Rand) []int { return reservoir(rng, n, size) })
	f.check(t, sampling.JointSRS(n, size).At)
}

func TestReservoirSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, size := rapid.IntRange(0, 20).Draw(t, "n"), rapid.IntRange(0, 60).Draw(t, "size")
		s := reservoir(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), n, size)
		if len(s) != min(n, size) || !strictlyRising(s) || len(s) > 0 && s[len(s)-1] >= size {
			t.Fatalf("sample %v of %d of %d", s, n, size)
		}
	})
	mustPanic(t, "n < 0", func() { sampling.NewReservoir[int](sampling.Source(1, ""), -1) })
}

// TestSmallestKeys: the sample of sorting in memory, ties to the earlier unit.
func TestSmallestKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOf(rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, 1, 2}))).Draw(t, "keys")
		n := rapid.IntRange(0, 20).Draw(t, "n")
		s := sampling.NewSmallestKeys[int](n)
		for i, k := range keys {
			s.Add(i, k)
		}
		order := sampling.Serpentine(len(keys), sampling.By(keys))
		want := slices.Sorted(slices.Values(order[:min(n, len(keys))]))
		if got := s.Sample(); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v of keys %v", got, want, keys)
		}
	})
	mustPanic(t, "n < 0", func() { sampling.NewSmallestKeys[int](-1) })
	mustPanic(t, "NaN", func() {
		s := sampling.NewSmallestKeys[int](1)
		s.Add(0, 0/zero)
	})
}

var zero = 0.0

func ExampleSelect() {
	// Rows as a cursor over the frame gives them; a query has counted them before.
	households := func(yield func(string, error) bool) {
		for _, code := range []string{"h1", "h2", "h3", "h4", "h5", "h6", "h7"} {
			if !yield(code, nil) {
				return
			}
		}
	}
	every := sampling.StreamSystematic(sampling.Source(1, "households"), 3, 7)
	for code, err := range sampling.Select(households, nil, every) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(code)
	}
	// Output:
	// h2
	// h5
	// h7
}

// BenchmarkStreamSystematic selects 400,000 of 28 million households, in memory that does not grow.
func BenchmarkStreamSystematic(b *testing.B) {
	benchmarkSelector(b, sampling.StreamSystematic)
}

func BenchmarkStreamBernoulli(b *testing.B) {
	benchmarkSelector(b, func(rng *rand.Rand, n, size int) sampling.Selector {
		return sampling.StreamBernoulli(rng, float64(n)/float64(size))
	})
}

func BenchmarkStreamSRS(b *testing.B) {
	benchmarkSelector(b, func(rng *rand.Rand, n, size int) sampling.Selector {
		return sampling.StreamPositions(sampling.SRS(rng, n, size), size)
	})
}

func benchmarkSelector(b *testing.B, selector func(rng *rand.Rand, n, size int) sampling.Selector) {
	const n, size = 400_000, 28_000_000
	b.ReportAllocs()
	for b.Loop() {
		s := selector(sampling.Source(1, "households"), n, size)
		drawn := 0
		for range size {
			if s.Take(1) {
				drawn++
			}
		}
		if err := s.End(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(drawn), "drawn")
	}
}

func BenchmarkReservoir(b *testing.B) {
	const n, size = 400_000, 28_000_000
	b.ReportAllocs()
	for b.Loop() {
		r := sampling.NewReservoir[int](sampling.Source(1, "households"), n)
		for i := range size {
			r.Add(i)
		}
		if len(r.Sample()) != n {
			b.Fatal("another number of units")
		}
	}
}
