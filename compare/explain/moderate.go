package explain

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// A moderation is what areas together say of the scale of chance: the mean squares sᵢ² of areas, in units uᵢ that make
// them alike, on d degrees of freedom each, scatter about s0² as if that rested on d0 degrees of freedom.
//
//	s̃² = u (d0 s0² + d s²/u) / (d0 + d)
//
// is steadier than the s² of an area alone, and tests with it have d0 + d degrees of freedom. d0 and s0² fit mean and
// variance of log s². Smyth (2004), Statistical Applications in Genetics and Molecular Biology 3:1, article 3.
type moderation struct{ s0, d0 float64 }

// leastScale is the least a mean square may be, in its unit: a hundredth of what chance in counts makes of it.
const leastScale = 0.01

// moderate fits the moderation to the mean squares in their units, on d degrees of freedom; NaN says nothing.
func moderate(ratios []float64, d float64) moderation {
	var logs []float64
	for _, r := range ratios {
		if !math.IsNaN(r) {
			logs = append(logs, math.Log(math.Max(r, leastScale))-mathext.Digamma(d/2)+math.Log(d/2))
		}
	}
	switch len(logs) {
	case 0:
		return moderation{math.NaN(), 0}
	case 1, 2:
		return moderation{math.Exp(sumOf(logs) / float64(len(logs))), 0}
	}
	slices.Sort(logs) // the order of areas is nothing to the sums
	mean := sumOf(logs) / float64(len(logs))
	spread := 0.0
	for _, l := range logs {
		spread += (l - mean) * (l - mean)
	}
	beyond := spread/float64(len(logs)-1) - trigamma(d/2)
	if !(beyond > 0) {
		return moderation{math.Exp(mean), math.Inf(1)}
	}
	d0 := 2 * inverseTrigamma(beyond)
	return moderation{math.Exp(mean + mathext.Digamma(d0/2) - math.Log(d0/2)), d0}
}

// of is the moderated ratio of an area with the ratio given, and the degrees of freedom of it.
func (m moderation) of(ratio, d float64) (moderated, df float64) {
	ratio = math.Max(ratio, leastScale)
	if math.IsInf(m.d0, 1) {
		return math.Max(m.s0, leastScale), m.d0
	}
	return math.Max((m.d0*m.s0+d*ratio)/(m.d0+d), leastScale), m.d0 + d
}

// trigamma is ψ'(x), for x above 0: Hurwitz's ζ(2, x).
func trigamma(x float64) float64 { return mathext.Zeta(2, x) }

// inverseTrigamma solves ψ'(x) = y by Newton's steps on 1/ψ', which is nearly linear. Smyth (2004), appendix.
func inverseTrigamma(y float64) float64 {
	if y > 1e7 {
		return 1 / math.Sqrt(y)
	}
	x := 0.5 + 1/y
	for range 50 {
		t := trigamma(x)
		step := t * (1 - t/y) / -(2 * mathext.Zeta(3, x))
		x += step
		if math.Abs(step) < 1e-10*x {
			break
		}
	}
	return x
}
