package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// HorvitzThompsonTotal estimates the total of y over the population from a sample drawn with inclusion probabilities π:
//
//	t̂ = Σ yk/πk
//
// It is in the unit of y, and 0 for an empty sample. It panics unless y and π have the same length.
//
// Horvitz and Thompson (1952), Journal of the American Statistical Association 47:663-685.
func HorvitzThompsonTotal(y, pi []float64) float64 {
	sameLength(y, pi)
	total := 0.0
	for k, v := range y {
		total += v / pi[k]
	}
	return total
}

// HajekMean estimates the mean of y over the population where its size is not known or not used:
//
//	ȳ = Σ yk/πk / Σ 1/πk
//
// Multiplying all π by a constant changes nothing. It is NaN for an empty sample, and panics unless y and π have the
// same length.
//
// Hájek (1971), in Godambe and Sprott (eds), Foundations of Statistical Inference, p. 236; Särndal, Swensson and
// Wretman (1992), Model Assisted Survey Sampling, section 5.7.
func HajekMean(y, pi []float64) float64 {
	sameLength(y, pi)
	total, size := 0.0, 0.0
	for k, v := range y {
		total += v / pi[k]
		size += 1 / pi[k]
	}
	return total / size
}

// HajekTotal estimates the total of y over a population of the given size by size·HajekMean(y, π). Beside the
// Horvitz–Thompson total it gains where y has little to do with π, or where the size of the sample is random.
func HajekTotal(y, pi []float64, size float64) float64 { return size * HajekMean(y, pi) }

func sameLength(a, b []float64) {
	if len(a) != len(b) {
		panic(fmt.Sprintf("analysis: %d values and %d of another variable", len(a), len(b)))
	}
}

// A Covariance estimates the covariance of the Horvitz–Thompson totals of y and z, both observed on the units of one
// sample whose inclusion probabilities are π. It is bilinear and symmetric in y and z; with y for both it estimates
// the variance of a total, in the unit of y squared. It is NaN where the sample is too small for it.
//
// A Covariance panics unless all three have the same length. It takes for granted that 0 < π ≤ 1, which
// NewUnequalDesign checks.
type Covariance func(y, z, pi []float64) float64

// expand gives y/π.
func expand(y, pi []float64) []float64 {
	sameLength(y, pi)
	a := make([]float64, len(y))
	for k, v := range y {
		a[k] = v / pi[k]
	}
	return a
}

// HorvitzThompson is the estimator of Horvitz and Thompson from joint inclusion probabilities πkl (πkk = πk):
//
//	v = Σk Σl Δ̌kl yk/πk zl/πl,  Δ̌kl = (πkl - πk πl)/πkl
//
// joint holds πkl of the sampled units. The estimator has no bias under any design whose πkl are all positive, but it
// can be negative, and where the size of the sample is fixed YatesGrundy is steadier. Units that are certain
// contribute nothing. An error names the units of which πkl is not in (0, min(πk, πl)], since such a sample is
// impossible, or is below πk + πl - 1. The work is n² for n sampled units. The estimator panics where it is given a π
// that is not the diagonal.
//
// Horvitz and Thompson (1952), Journal of the American Statistical Association 47:663-685; Särndal, Swensson
// and Wretman (1992), Model Assisted Survey Sampling, result 2.8.1.
func HorvitzThompson(joint mat.Symmetric) (Covariance, error) {
	check, err := relativeCovariances(joint)
	if err != nil {
		return nil, err
	}
	return func(y, z, pi []float64) float64 {
		checkDiagonal(check, pi)
		a, b := expand(y, pi), expand(z, pi)
		sum := 0.0
		for k := range a {
			row := upperRow(check, k)
			sum += row[0] * a[k] * b[k]
			for i, c := range row[1:] {
				l := k + 1 + i
				sum += c * (a[k]*b[l] + a[l]*b[k])
			}
		}
		return sum
	}, nil
}

// YatesGrundy is the estimator of Sen, Yates and Grundy from joint inclusion probabilities, for samples of fixed size:
//
//	v = -Σk<l Δ̌kl (yk/πk - yl/πl)(zk/πk - zl/πl),  Δ̌kl = (πkl - πk πl)/πkl
//
// joint is as in HorvitzThompson, errors too. Where the size of the sample is fixed and all πkl are positive it has no
// bias, and where πkl ≤ πk πl for all pairs (as for Sampford's, Tillé's, Midzuno's and maximum-entropy sampling) the
// variance is never negative. Values proportional to π have no variance. Units that are certain contribute nothing. The
// work is n² for n sampled units.
//
// Sen (1953), Journal of the Indian Society of Agricultural Statistics 5:119-127; Yates and Grundy (1953), Journal of
// the Royal Statistical Society B 15:253-261; Särndal, Swensson and Wretman (1992), result 2.8.2.
func YatesGrundy(joint mat.Symmetric) (Covariance, error) {
	check, err := relativeCovariances(joint)
	if err != nil {
		return nil, err
	}
	return func(y, z, pi []float64) float64 {
		checkDiagonal(check, pi)
		a, b := expand(y, pi), expand(z, pi)
		sum := 0.0
		for k := range a {
			for i, c := range upperRow(check, k)[1:] {
				l := k + 1 + i
				sum -= c * (a[k] - a[l]) * (b[k] - b[l])
			}
		}
		return sum
	}, nil
}

// relativeCovariances gives Δ̌kl = 1 - πk πl/πkl, on the diagonal 1 - πk.
func relativeCovariances(joint mat.Symmetric) (*mat.SymDense, error) {
	if m, ok := joint.(*mat.SymDense); ok && m == nil || joint.SymmetricDim() == 0 {
		return &mat.SymDense{}, nil // an empty sample
	}
	n := joint.SymmetricDim()
	check := mat.NewSymDense(n, nil)
	for k := range n {
		pk := joint.At(k, k)
		if !(pk > 0 && pk <= 1) {
			return nil, fmt.Errorf("analysis: π of unit %d is %v, want above 0 and at most 1", k, pk)
		}
		check.SetSym(k, k, 1-pk)
		for l := range k {
			pl, both := joint.At(l, l), joint.At(k, l)
			if err := possible(k, l, pk, pl, both); err != nil {
				return nil, err
			}
			check.SetSym(k, l, 1-pk*pl/both)
		}
	}
	return check, nil
}

// possible says whether two sampled units can have the joint probability given. Probabilities that were computed or
// printed miss the bounds by rounding, hence the slack.
func possible(k, l int, pk, pl, both float64) error {
	const slack = 1e-9
	if !(both > 0) || both > math.Min(pk, pl)*(1+slack) || both < pk+pl-1-slack {
		return fmt.Errorf("analysis: joint π of units %d and %d is %v, want above 0, at most %v and at least %v",
			k, l, both, math.Min(pk, pl), pk+pl-1)
	}
	return nil
}

// checkDiagonal panics where the joint probabilities are not those of the units.
func checkDiagonal(check *mat.SymDense, pi []float64) {
	if n := check.SymmetricDim(); n != len(pi) {
		panic(fmt.Sprintf("analysis: joint π of %d units for a sample of %d", n, len(pi)))
	}
	for k, p := range pi {
		if diagonal := 1 - check.At(k, k); math.Abs(diagonal-p) > 1e-9 {
			panic(fmt.Sprintf("analysis: π of unit %d is %v, and %v among the joint ones", k, p, diagonal))
		}
	}
}

// upperRow is row k of a symmetric matrix from the diagonal on.
func upperRow(m *mat.SymDense, k int) []float64 {
	raw := m.RawSymmetric()
	return raw.Data[k*raw.Stride+k : k*raw.Stride+raw.N]
}
