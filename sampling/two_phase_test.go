package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
)

var (
	listing    = sampling.Stage{Name: "listing", Take: sampling.TakeEqual(sampling.Exactly(6)), Draw: srs}
	interviews = sampling.Stage{
		Name: "interview", Draw: srs,
		Take: sampling.TakeEqual(func(c sampling.Cell) int { return halfAndOne(len(c.Units)) }),
	}
)

// halfAndOne is two units or more wherever there are two, so that no joint probability is 0.
func halfAndOne(size int) int { return min(size, (size+1)/2+1) }

// learnt is what the listing finds of a unit of the frame.
func learnt(unit int) string { return []string{"few", "many", "few"}[unit%3] }

// doubleSample draws 6 of 9 units, and half and one more of each kind found among them.
func doubleSample(seed uint64) (*sampling.TwoPhase, error) {
	codes := strings.Split("abcdefghi", "")
	first, err := listing.Sample(seed, sampling.StageFrame{Code: codes}, nil)
	if err != nil {
		return nil, err
	}
	var stratum []string
	for _, u := range first.Units {
		stratum = append(stratum, learnt(u.Unit))
	}
	return interviews.SecondPhase(seed, first, stratum, nil)
}

// TestTwoPhaseProbabilities: units, and pairs of them, come as often as the expectation over first phases of π2 has it.
// The first phase is a simple random sample of 6 of 9 units, of which 6 are of one kind and 3 of the other; given that,
// the second is simple random sampling in each kind.
func TestTwoPhaseProbabilities(t *testing.T) {
	f := simulate(9, 20_000, func(rng *rand.Rand) []int {
		s, err := doubleSample(rng.Uint64())
		if err != nil {
			t.Fatal(err)
		}
		var units []int
		for _, u := range s.Second.Units {
			units = append(units, s.First.Units[u.Unit].Unit)
		}
		return units
	})
	want := expectedPairs(9, 6)
	f.check(t, want.At)
}

// expectedPairs averages the joint probabilities of the second phase over all first phases.
func expectedPairs(size, n int) *mat.SymDense {
	sum, samples := mat.NewSymDense(size, nil), 0.0
	for bits := range 1 << size {
		in := func(u int) bool { return bits&(1<<u) != 0 }
		count := map[string]float64{}
		units := 0
		for u := range size {
			if in(u) {
				count[learnt(u)]++
				units++
			}
		}
		if units != n {
			continue
		}
		samples++
		for k := range size {
			for l := k; l < size; l++ {
				if in(k) && in(l) {
					sum.SetSym(k, l, sum.At(k, l)+secondJoint(count, k, l))
				}
			}
		}
	}
	sum.ScaleSym(1/samples, sum)
	return sum
}

// secondJoint is the joint probability of two units in the second phase, count having the first phase by kind.
func secondJoint(count map[string]float64, k, l int) float64 {
	drawn := func(size float64) float64 { return float64(halfAndOne(int(size))) }
	size, other := count[learnt(k)], count[learnt(l)]
	n := drawn(size)
	switch {
	case k == l:
		return n / size
	case learnt(k) == learnt(l):
		return n / size * (n - 1) / (size - 1)
	}
	return n / size * drawn(other) / other
}

// TestTwoPhaseUnbiased: Σ y/π* has the total as its mean over draws, and the estimate of variance by phase has that of
// the draws; both within the error of 4000 draws (normal quantile for falseAlarm, times the standard error seen).
func TestTwoPhaseUnbiased(t *testing.T) {
	const draws = 4000
	y := []float64{4, 8, 1, 6, 3, 9, 2, 7, 5}
	total := 45.0
	var errs, gaps []float64
	for seed := range uint64(draws) {
		s, err := doubleSample(seed)
		if err != nil {
			t.Fatal(err)
		}
		estimate, variance := phaseEstimate(s, y)
		errs = append(errs, estimate-total)
		gaps = append(gaps, variance-(estimate-total)*(estimate-total))
	}
	wantMeanZero(t, "error of the estimate", errs)
	wantMeanZero(t, "estimate of variance less squared error", gaps)
}

func wantMeanZero(t *testing.T, what string, values []float64) {
	t.Helper()
	n, sum, squares := float64(len(values)), 0.0, 0.0
	for _, v := range values {
		sum += v
		squares += v * v
	}
	mean := sum / n
	se := math.Sqrt((squares/n - mean*mean) / n)
	if z := 5.0; math.Abs(mean) > z*se { // two-sided 6e-7, below falseAlarm
		t.Errorf("%s: mean %v, standard error %v", what, mean, se)
	}
}

// phaseEstimate is the estimated total and its variance by result 9.3.1 of Särndal, Swensson and Wretman (1992).
func phaseEstimate(s *sampling.TwoPhase, y []float64) (total, variance float64) {
	units := s.Second.Units
	first, second := jointOfPhases(s)
	both := sampling.JointPhases(first, second)
	value := make([]float64, len(units))
	for i, u := range units {
		value[i] = y[s.First.Units[u.Unit].Unit]
		total += s.Weights()[i] * value[i]
	}
	for k := range units {
		for l := range units {
			p1, p2 := first.At(k, k)*first.At(l, l), second.At(k, k)*second.At(l, l)
			variance += (first.At(k, l) - p1) / both.At(k, l) * value[k] * value[l] / p1
			variance += (second.At(k, l) - p2) / second.At(k, l) * value[k] * value[l] / (p1 * p2)
		}
	}
	return total, variance
}

// jointOfPhases are the joint probabilities of the units of the second phase.
func jointOfPhases(s *sampling.TwoPhase) (first, second *mat.SymDense) {
	units := s.Second.Units
	count := map[string]float64{}
	for _, kind := range s.Stratum {
		count[kind]++
	}
	first, second = mat.NewSymDense(len(units), nil), mat.NewSymDense(len(units), nil)
	frame := s.First.Units[0].Population
	all := sampling.JointSRS(len(s.First.Units), frame)
	for k := range units {
		for l := k; l < len(units); l++ {
			a, b := s.First.Units[units[k].Unit].Unit, s.First.Units[units[l].Unit].Unit
			first.SetSym(k, l, all.At(a, b))
			second.SetSym(k, l, secondJoint(count, a, b))
		}
	}
	return first, second
}

func TestTwoPhaseColumns(t *testing.T) {
	s, err := doubleSample(3)
	if err != nil {
		t.Fatal(err)
	}
	c := s.Columns()
	size := map[string]int{}
	for _, kind := range c.Stratum {
		size[kind]++
	}
	drawn := map[string]int{}
	for i, in := range c.Second {
		n := halfAndOne(size[c.Stratum[i]])
		pi := float64(n) / float64(size[c.Stratum[i]])
		if c.Population[i] != size[c.Stratum[i]] || c.First.Weight[i] != 1.5 {
			t.Errorf("row %d: %d units of the stratum, first weight %v", i, c.Population[i], c.First.Weight[i])
		}
		if in {
			drawn[c.Stratum[i]]++
		}
		weight := 1.5 / pi
		if !in {
			pi, weight = math.NaN(), 0
		}
		if !scalar.Same(c.Pi[i], pi) || !scalar.EqualWithinRel(c.Weight[i], weight, 1e-15) {
			t.Errorf("row %d: π2 %v, weight %v, want %v and %v", i, c.Pi[i], c.Weight[i], pi, weight)
		}
	}
	for kind, n := range size {
		if drawn[kind] != halfAndOne(n) {
			t.Errorf("%d of %d drawn of kind %s", drawn[kind], n, kind)
		}
	}
}

// TestTwoPhaseWithoutStrata draws from all of the first phase, with other random numbers than the first.
func TestTwoPhaseWithoutStrata(t *testing.T) {
	half := sampling.Stage{Name: "listing", Take: sampling.TakeRate(0.5), Draw: sampling.Poisson}
	frame := sampling.StageFrame{Code: strings.Split(strings.Repeat("x", 50), "")}
	first, _ := sampling.Stage{Name: "listing", Take: sampling.TakeRate(1)}.Sample(1, frame, nil)
	same, _ := half.Sample(1, frame, nil)
	s, err := half.SecondPhase(1, first, nil, nil)
	if err != nil || slices.Equal(positions(s.Second), positions(same)) {
		t.Errorf("second phase %v, %v, as if drawn by the numbers of the first", positions(s.Second), err)
	}
	if c := s.Columns(); c.Stratum[0] != "all" || c.Population[49] != 50 {
		t.Errorf("%+v", c)
	}
}

func TestTwoPhaseRefuses(t *testing.T) {
	first, _ := listing.Sample(1, sampling.StageFrame{Code: strings.Split("abcdefghi", "")}, nil)
	seven := sampling.Stage{Name: "interview", Take: sampling.TakeEqual(sampling.Exactly(7))}
	if s, err := seven.SecondPhase(1, first, nil, nil); err == nil || s != nil {
		t.Errorf("7 of 6: %v, want an error", s)
	}
	if s, err := seven.SecondPhase(1, first, nil, []float64{1, 2, 3, 4, 5, math.NaN()}); err == nil {
		t.Errorf("a size that is none: %v, want an error", s)
	}
	mustPanic(t, "self-weighting", func() { sampling.Stage{SelfWeighting: 0.1}.SecondPhase(1, first, nil, nil) })
	mustPanic(t, "strata of other units", func() { seven.SecondPhase(1, first, []string{"x"}, nil) })
	mustPanic(t, "sizes differ", func() { sampling.JointPhases(sampling.JointSRS(1, 2), sampling.JointSRS(1, 3)) })
}

func ExampleStage_SecondPhase() {
	listing := sampling.Stage{Name: "listing", Take: sampling.TakeEqual(sampling.Exactly(4)), Draw: srs}
	listed, _ := listing.Sample(1, sampling.StageFrame{Code: []string{"a", "b", "c", "d", "e", "f", "g", "h"}}, nil)
	farm := []string{"no", "yes", "yes", "no"} // found when listing
	interview := sampling.Stage{Name: "interview", Take: sampling.TakeEqual(sampling.Exactly(1)), Draw: srs}
	sample, err := interview.SecondPhase(1, listed, farm, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, w := range sample.Weights() {
		fmt.Println(sample.Second.Units[i].Code, w)
	}
	// Output:
	// f 4
	// g 4
}
