package compare

import (
	"math"
	"slices"
	"sort"

	"github.com/concord-stat/concord/analysis"
)

// A CramerVonMises is the two-sample test that two samples of independent values are from one distribution, by the
// squared difference of their distributions F and G over the values of both.
type CramerVonMises struct {
	T float64 // mn/(m+n)² Σ (F - G)²

	steps steps
	s     int64 // Σ (F - G)² (mn)²
}

// NewCramerVonMises compares two samples. Tied values each count with the difference after the last of them. The error
// is ErrNoValues or ErrNotANumber.
//
// Anderson (1962), Annals of Mathematical Statistics 33:1148-1159.
func NewCramerVonMises(x, y []float64) (*CramerVonMises, error) {
	s, gap, err := stepsOf(x, y)
	if err != nil {
		return nil, err
	}
	c := &CramerVonMises{steps: s}
	for i, times := range s.sizes() {
		c.s += times * gap[i] * gap[i]
	}
	m, n := float64(s.m), float64(s.n)
	c.T = float64(c.s) / (m * n * (m + n) * (m + n))
	return c, nil
}

// sizes are how many values end after each step: 0 within ties.
func (s steps) sizes() []int64 {
	out, tied := make([]int64, len(s.ends)), int64(0)
	for k, end := range s.ends {
		tied++
		if end {
			out[k], tied = tied, 0
		}
	}
	return out
}

// mostSums is how many sums Exact keeps at a point of the path, at most.
const mostSums = 200_000

// Exact is P(T ≥ t) over all ways in which the pooled values may fall to the two samples. The number of sums that T may
// come to grows fast where m and n have no common divisor; the error is ErrBeyondExact.
//
// Xiao, Gordon and Yakovlev (2007), Journal of Statistical Software 17(8).
func (c *CramerVonMises) Exact() (float64, error) {
	s, times := c.steps, c.steps.sizes()
	at := make([]sums, s.n+1)
	for i := 0; i <= s.m; i++ {
		for j := 0; j <= s.n; j++ {
			if i+j == 0 {
				at[0] = sums{values: []int64{0}, share: []float64{1}}
				continue
			}
			at[j] = merged(at, i, j)
			g := s.gap(i, j)
			at[j].add(times[i+j-1]*g*g, c.s)
			if len(at[j].values) > mostSums {
				return math.NaN(), ErrBeyondExact
			}
		}
	}
	return at[s.n].reached, nil
}

// sums are the sums so far over the paths to a point, below that of the samples, with their shares, and the share of
// the paths that have reached it.
type sums struct {
	values  []int64
	share   []float64
	reached float64
}

// merged are the sums of the two points before (i, j), by the shares of the paths that come from each.
func merged(at []sums, i, j int) sums {
	left, below := sums{}, sums{}
	if i > 0 {
		left = at[j]
	}
	if j > 0 {
		below = at[j-1]
	}
	a, b := float64(i)/float64(i+j), float64(j)/float64(i+j)
	out := sums{reached: a*left.reached + b*below.reached}
	out.values, out.share = slices.Grow(out.values, len(left.values)), slices.Grow(out.share, len(left.values))
	for x, y := 0, 0; x < len(left.values) || y < len(below.values); {
		switch {
		case y == len(below.values) || x < len(left.values) && left.values[x] < below.values[y]:
			out.values, out.share = append(out.values, left.values[x]), append(out.share, a*left.share[x])
			x++
		case x == len(left.values) || below.values[y] < left.values[x]:
			out.values, out.share = append(out.values, below.values[y]), append(out.share, b*below.share[y])
			y++
		default:
			both := a*left.share[x] + b*below.share[y]
			out.values, out.share = append(out.values, left.values[x]), append(out.share, both)
			x, y = x+1, y+1
		}
	}
	return out
}

// add raises all sums, and moves those that reach a value to where nothing counts them any more.
func (s *sums) add(by, reach int64) {
	for i := range s.values {
		s.values[i] += by
	}
	from := sort.Search(len(s.values), func(i int) bool { return s.values[i] >= reach })
	for i := len(s.values) - 1; i >= from; i-- {
		s.reached += s.share[i]
	}
	s.values, s.share = s.values[:from], s.share[:from]
}

// Asymptotic is P(T ≥ t) in large samples without ties: T, brought to the mean and variance of its limit, as a sum of
// chi-squares with weights 1/(πj)².
//
// Anderson (1962), section 3; Rosenblatt (1952), Annals of Mathematical Statistics 23:617-623, for the limit.
func (c *CramerVonMises) Asymptotic() float64 {
	m, n := float64(c.steps.m), float64(c.steps.n)
	all := m + n
	mean := (1 + 1/all) / 6
	variance := (all + 1) / (45 * all * all) * (4*m*n*all - 3*(m*m+n*n) - 2*m*n) / (4 * m * n)
	return CramerVonMisesTail((c.T-mean)/math.Sqrt(45*variance) + 1.0/6)
}

// CramerVonMisesTail is P(∫ B² > x) of the Brownian bridge. Chi-squares beyond the hundredth count with their mean.
func CramerVonMisesTail(x float64) float64 {
	const terms = 100
	lambda, rest := make([]float64, terms), 1.0/6
	for j := range lambda {
		lambda[j] = 1 / (math.Pi * math.Pi * float64((j+1)*(j+1)))
		rest -= lambda[j]
	}
	return analysis.ChiSquareMixtureTail(x-rest, lambda)
}
