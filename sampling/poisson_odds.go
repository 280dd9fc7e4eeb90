package sampling

import (
	"fmt"
	"math"
	"slices"
)

// An oddsSearch looks for the odds p/(1-p) of the Poisson design that, conditional on its size n, has the inclusion
// probabilities wanted. It maximises Σ π_k·ln(odds_k) - ln P(n units), which is concave in ln(odds): its gradient is
// what the inclusion probabilities still lack, its second derivative minus their covariance. Newton steps with the
// matrix V of covarianceWeights instead of the covariance cost N operations,
//
//	Δ ln(odds_k) = a·(π_k - π_k(odds))/b_k
//
// The length a is 1 at first and then that of Barzilai and Borwein, by which the last step would best have explained
// the change it made. Frames take about 4 steps; mixtures of almost certain with almost impossible units take up to 30.
//
// Chen, Dempster and Liu (1994), Biometrika 81:457-469, for the concave function; Barzilai and Borwein (1988), IMA
// Journal of Numerical Analysis 8:141-148.
type oddsSearch struct {
	n      int
	target []float64
	b      []float64
	odds   []float64
	p, q   []float64
	lack   []float64 // target less the inclusion probabilities by the odds
	step   []float64
	length float64 // a
}

// A search ends when every π is met within relativeLack·π(1-π) + absoluteLack. Rounding leaves less, with a million
// units too, but not always where some π are nearer to 0 or 1 than 1e-9; after longestSearch steps lastLack will do.
const (
	relativeLack  = 1e-11
	absoluteLack  = 1e-14
	lastLack      = 1e-10
	longestSearch = 200
)

// poissonOdds panics if the search does not end, which no π is known to bring about.
func poissonOdds(pi []float64, n int) []float64 {
	if n == 0 {
		return nil
	}
	s := newOddsSearch(pi, n)
	for step := 0; !s.met(relativeLack, absoluteLack); step++ {
		if step == longestSearch && s.met(0, lastLack) {
			break
		}
		if step == longestSearch {
			panic(fmt.Sprintf("sampling: no parameters of conditional Poisson sampling found for %d of %d units", n, len(pi)))
		}
		s.walk()
	}
	return s.odds
}

func newOddsSearch(pi []float64, n int) *oddsSearch {
	s := &oddsSearch{n: n, length: 1, b: covarianceWeights(pi, n)}
	for _, v := range []*[]float64{&s.target, &s.odds, &s.p, &s.q, &s.lack, &s.step} {
		*v = make([]float64, len(pi))
	}
	for k, p := range pi {
		s.odds[k] = p / (1 - p)
	}
	s.scale() // Σπ is whole but for rounding; without the rest the target can be met
	copy(s.target, s.p)
	s.compare()
	return s
}

// scale multiplies the odds, which does not change the conditional design, so that Σp = n. By Newton's method the step
// after one of 1e-8 is the last that counts.
func (s *oddsSearch) scale() {
	for range longestSearch {
		missing := s.missing() / dot(s.p, s.q)
		for k := range s.odds {
			s.odds[k] *= growth(missing)
		}
		if math.Abs(missing) < 1e-8 {
			break
		}
	}
	s.missing()
}

// missing sets p and q by the odds and gives n - Σp. What units near 1 lack to 1 is summed, so that small p count.
func (s *oddsSearch) missing() float64 {
	whole, sum := s.n, 0.0
	for k, o := range s.odds {
		s.q[k] = 1 / (1 + o)
		s.p[k] = o * s.q[k]
		if o > 1 {
			whole--
			sum += s.q[k]
		} else {
			sum -= s.p[k]
		}
	}
	return float64(whole) + sum
}

// growth is exp(x), nearly, by products and sums that are the same on every machine; x beyond ±2 is cut off.
func growth(x float64) float64 {
	x = math.Max(-2, math.Min(2, x))
	even, odd := 1+float64(x*x/12), x/2
	return (even + odd) / (even - odd)
}

// compare works out what the present odds lack.
func (s *oddsSearch) compare() {
	inclusion := conditionalInclusion(s.p, s.q, s.n)
	for k := range s.lack {
		s.lack[k] = s.target[k] - inclusion[k]
	}
}

func (s *oddsSearch) met(relative, absolute float64) bool {
	for k, t := range s.target {
		if !(math.Abs(s.lack[k]) <= absolute+float64(relative*t*(1-t))) {
			return false
		}
	}
	return true
}

// walk takes a step and sets the length of the next.
func (s *oddsSearch) walk() {
	for k := range s.odds {
		s.step[k] = s.length * s.lack[k] / s.b[k]
		s.odds[k] *= growth(s.step[k])
	}
	s.scale()
	before := slices.Clone(s.lack)
	s.compare()
	explained, change := 0.0, 0.0
	for k := range before {
		y := before[k] - s.lack[k]
		explained += float64(s.step[k] * y)
		change += float64(y * y / s.b[k])
	}
	s.length = math.Max(0.1, math.Min(10, explained/change))
	if math.IsNaN(s.length) {
		s.length = 1
	}
}

// conditionalInclusion is π_k = p_k·P(S - I_k = n-1)/P(S = n).
func conditionalInclusion(p, q []float64, n int) []float64 {
	pi, total := make([]float64, len(p)), 0.0
	for _, z := range contour(len(p), n, dot(p, q)) {
		weight := z.generating(p, q).product(z.share)
		total += weight.re
		for k := range pi {
			pi[k] += realProduct(weight, z.member(p[k], q[k]))
		}
	}
	for k := range pi {
		pi[k] /= total
	}
	return pi
}
