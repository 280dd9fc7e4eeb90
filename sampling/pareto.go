package sampling

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Pareto draws a sample of fixed size by Pareto order sampling with target inclusion probabilities λ: the n units with
// the smallest
//
//	q_k = (u_k/(1-u_k)) / (λ_k/(1-λ_k)),  u_k independent and uniform on [0, 1)
//
// The inclusion probabilities are near the targets but not equal to them; ParetoInclusionProbabilities has them. The
// difference falls as Σλ(1-λ) grows: it was up to 0.005 for 3 of 8 units, and 5e-6 for 100 of 1,000. The time is that
// of a sort.
//
// Units with λ = 1 are always drawn, those with λ = 0 never; positions ascend. Pareto panics if a λ is outside [0, 1]
// or NaN, or Σλ is not whole.
//
// Rosén (1997), Journal of Statistical Planning and Inference 62:135-158 and 159-191.
func Pareto(rng *rand.Rand, lambda []float64) []int {
	f := newFixedSize(lambda)
	key, order := make([]float64, len(f.p)), make([]int, len(f.p))
	for k, l := range f.p {
		u := rng.Float64()
		key[k], order[k] = u*(1-l)/((1-u)*l), k
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(key[a], key[b]), a-b) })
	return f.sample(order[:f.n])
}

// ParetoInclusionProbabilities gives the exact inclusion probabilities of Pareto with targets λ: those to divide by in
// a Horvitz-Thompson estimate where the difference from λ matters. It panics as Pareto does. See JointPareto for the
// method.
func ParetoInclusionProbabilities(lambda []float64) []float64 {
	pi, _ := paretoDesign(newFixedSize(lambda))
	return pi
}

// JointPareto gives the joint inclusion probabilities of Pareto with targets λ; on the diagonal are the inclusion
// probabilities, not λ. A sample s of n units has probability
//
//	P(s) = Σ_{l∈s} c_l Π_{k∈s} θ_k,  c_l = ∫ t^(n-1)/(1+t·θ_l) Π_k 1/(1+t·θ_k) dt,  θ = λ/(1-λ)
//
// where the term of l is the chance that l has the largest q in s. They are exact but for rounding and quadrature,
// within about 1e-13. It panics as Pareto does.
//
// Aires (1999), Methodology and Computing in Applied Probability 1:457-469, has them by recursion; Traat, Bondesson and
// Meister (2004), Journal of Statistical Planning and Inference 123:395-413, have P(s).
func JointPareto(lambda []float64) *mat.SymDense { return PairsPareto(lambda).All() }

// PairsPareto is JointPareto pair by pair.
func PairsPareto(lambda []float64) Pairs {
	f := newFixedSize(lambda)
	pi, design := paretoDesign(f)
	f.pi = pi
	return f.conditionedPairs(design)
}

func paretoDesign(f fixedSize) (pi []float64, design *conditioned) {
	pi = slices.Clone(f.pi)
	if f.n == 0 {
		return pi, nil
	}
	q := complements(f.p)
	design = newConditioned(f.p, q, f.n, 0, largestIntegrals(f.p, q, f.n))
	for k, i := range f.open {
		pi[i] = design.single(k)
	}
	return pi, design
}

// largestIntegrals gives c up to a common factor. With t = exp(x) the integrand, apart from 1/(1+t·θ_l), is
//
//	g(x) = exp(n·x) / Π(q_k + p_k·exp(x))
//
// which is log-concave, has its largest value at x = 0 since Σp = n, and a curvature there of d = Σpq. The trapezoidal
// rule in x then has an error below 1e-16, as for a normal density and as for functions with poles at ±iπ.
func largestIntegrals(p, q []float64, n int) []float64 {
	const end = -60 // ln g beyond which nothing counts
	c := make([]float64, len(p))
	spacing := 0.5 / math.Sqrt(1+dot(p, q))
	for _, side := range []float64{-spacing, spacing} {
		for x := side; addIntegrand(c, p, q, n, x) > end; x += side {
		}
	}
	addIntegrand(c, p, q, n, 0)
	return c
}

// addIntegrand adds g(x)/(1+t·θ) to every c and returns ln g.
func addIntegrand(c, p, q []float64, n int, x float64) float64 {
	t, more, g := math.Exp(x), math.Expm1(x), float64(n)*x
	for k := range p {
		g -= math.Log1p(p[k] * more)
	}
	height := math.Exp(g)
	for k := range c {
		c[k] += height * q[k] / (q[k] + p[k]*t)
	}
	return g
}
