package analysis

import "math"

// HartleyRao is the Horvitz–Thompson estimator with the joint probabilities that Hartley and Rao approximate for
// systematic sampling of a list in random order, as R survey gives it for pps = HR():
//
//	v = Σk Σl Δ̌kl yk/πk zl/πl,  Δ̌kl = (πk + πl - 1 - p)/(n-1) for k ≠ l,  Δ̌kk = 1 - πk
//
// p = Σ π²/n over the whole population, given as meanSquare; 0 says it is not known, and p is estimated by the mean
// of π over the sample. n is the number of sampled units, certain ones included; these disturb it, so set them aside
// (CertainAside). It can be negative, then see HartleyRaoYatesGrundy. It is NaN where n = 1, unless the unit is
// certain.
//
// Hartley and Rao (1962), Annals of Mathematical Statistics 33:350-374; R survey 4.1, HR.
func HartleyRao(meanSquare float64) Covariance {
	return func(y, z, pi []float64) float64 {
		return hartleyRao(pi, meanSquare).horvitzThompson(y, z, pi)
	}
}

// HartleyRaoYatesGrundy is the estimator of Hartley and Rao itself, that of Yates and Grundy with the joint
// probabilities of HartleyRao:
//
//	v = 1/(n-1) Σk<l (1 - πk - πl + p)(yk/πk - yl/πl)(zk/πk - zl/πl)
//
// Hartley and Rao (1962), Annals of Mathematical Statistics 33:350-374.
func HartleyRaoYatesGrundy(meanSquare float64) Covariance {
	return func(y, z, pi []float64) float64 {
		return hartleyRao(pi, meanSquare).yatesGrundy(y, z, pi)
	}
}

// Overton is the Horvitz–Thompson estimator with Overton's approximate joint probabilities, as R survey gives it for
// pps = "overton":
//
//	v = Σk Σl Δ̌kl yk/πk zl/πl,  Δ̌kl = ((πk + πl)/2 - 1)/(n-1) for k ≠ l,  Δ̌kk = 1 - πk
//
// n is the number of sampled units. It can be negative, above all where some units are certain: set them aside
// (CertainAside). Its bias grows with the level of y/π; it is here to compare with. It is NaN where n = 1, unless the
// unit is certain.
//
// Stehman and Overton (1994), Journal of the American Statistical Association 89:30-43; R survey 4.1, svydesign.
func Overton(y, z, pi []float64) float64 {
	less := float64(len(pi) - 1)
	return pairs{constant: -1 / less, slope: 0.5 / less}.horvitzThompson(y, z, pi)
}

// pairs are relative covariances of the form Δ̌kl = constant + slope·(πk + πl), 1 - πk on the diagonal. Their sums over
// pairs take n steps: values are split into mean and deviation, so that large totals do not eat the digits of a small
// variance, and what the mean adds needs the sums over rows alone, rk = Σl Δ̌kl.
type pairs struct{ constant, slope float64 }

func hartleyRao(pi []float64, meanSquare float64) pairs {
	if meanSquare == 0 {
		for _, p := range pi {
			meanSquare += p / float64(len(pi))
		}
	}
	less := float64(len(pi) - 1)
	return pairs{constant: -(1 + meanSquare) / less, slope: 1 / less}
}

// horvitzThompson is Σk Σl Δ̌kl ak bl. Of the deviations a', b' from the means, whose sums are 0, the pairs give
// Σ (Δ̌kk - constant - 2·slope·πk) a'k b'k; of the means, āb̄ Σ r + ā Σ r b' + b̄ Σ r a'.
func (p pairs) horvitzThompson(y, z, pi []float64) float64 {
	if single(pi) {
		return p.alone(pi)
	}
	a, b := expand(y, pi), expand(z, pi)
	meanA, meanB := centre(a, nil), centre(b, nil)
	sum, r := 0.0, p.rows(pi)
	for k, pk := range pi {
		sum += (1 - pk - p.constant - 2*p.slope*pk) * a[k] * b[k]
		sum += r[k] * (meanA*meanB + meanA*b[k] + meanB*a[k])
	}
	return sum
}

// yatesGrundy is -Σk<l Δ̌kl (ak - al)(bk - bl) = Σk Σl Δ̌kl a'k b'l - Σk rk a'k b'k.
func (p pairs) yatesGrundy(y, z, pi []float64) float64 {
	if single(pi) {
		return p.alone(pi)
	}
	a, b := expand(y, pi), expand(z, pi)
	centre(a, nil)
	centre(b, nil)
	sum, r := 0.0, p.rows(pi)
	for k, pk := range pi {
		sum += (1 - pk - p.constant - 2*p.slope*pk - r[k]) * a[k] * b[k]
	}
	return sum
}

// rows gives Σl Δ̌kl.
func (p pairs) rows(pi []float64) []float64 {
	total, others := 0.0, float64(len(pi)-1)
	for _, pk := range pi {
		total += pk
	}
	r := make([]float64, len(pi))
	for k, pk := range pi {
		r[k] = 1 - pk + others*(p.constant+p.slope*pk) + p.slope*(total-pk)
	}
	return r
}

func single(pi []float64) bool { return len(pi) == 1 }

// alone is the variance of a sample of one unit: unknown, unless it had to come.
func (pairs) alone(pi []float64) float64 {
	if pi[0] == 1 {
		return 0
	}
	return math.NaN()
}
