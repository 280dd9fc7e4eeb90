package compare

import (
	"fmt"
	"math"
)

// Entropy is -Σ p log p in nats, 0·log 0 being 0: log k where k categories are alike, 0 where all are in one.
//
// Shannon (1948), Bell System Technical Journal 27:379-423.
func Entropy(p []float64) float64 {
	all, sum := sumOfShares(p), 0.0
	for _, x := range p {
		sum -= timesLog(x/all, x/all)
	}
	return sum + 0 // not -0
}

// Bits turns nats into bits.
func Bits(nats float64) float64 { return nats / math.Ln2 }

// timesLog is p log r, 0 where p is 0.
func timesLog(p, r float64) float64 {
	if p == 0 {
		return 0
	}
	return p * math.Log(r)
}

// KullbackLeibler is the divergence of q from p in nats,
//
//	Σ p log(p/q)
//
// It is not symmetric, and +Inf where q has nobody in a category of p: with a sample on the side of q that is as good
// as certain when categories are many. EmptyRule gives what to do.
//
// Kullback and Leibler (1951), Annals of Mathematical Statistics 22:79-86.
func KullbackLeibler(p, q []float64) float64 {
	return overCategories(p, q, func(p, q float64) float64 { return timesLog(p, p/q) })
}

// Jeffreys is the symmetric divergence Σ (p - q) log(p/q), both Kullback-Leibler divergences together, in nats. It is
// +Inf where a category is empty on one side. Applied work calls it the population stability index.
//
// Jeffreys (1946), Proceedings of the Royal Society A 186:453-461.
func Jeffreys(p, q []float64) float64 {
	return overCategories(p, q, func(p, q float64) float64 {
		if p == q {
			return 0
		}
		return (p - q) * math.Log(p/q)
	})
}

// An EmptyRule says what an empty category counts for in a measure that takes logarithms of shares.
type EmptyRule uint8

const (
	EmptyInfinite EmptyRule = iota // nothing is done: the measure is +Inf where one side has nobody in a category
	EmptyOmit                      // categories that are empty on either side are left out of the sum
	EmptyHalf                      // where any is, every category of that side counts half a person more
)

// StabilityIndex is the population stability index Σ (p - q) log(p/q) of two distributions in persons, under a rule for
// empty categories. Under EmptyHalf it depends on the number of persons, and tends to Jeffreys as these grow. Rules of
// thumb (0.1, 0.25) take no account of the number of categories, nor of sampling: two samples of n alike give 2(k-1)/n.
func StabilityIndex(p, q []float64, rule EmptyRule) float64 {
	switch rule {
	case EmptyInfinite:
		return Jeffreys(p, q)
	case EmptyOmit:
		return overCategories(p, q, func(p, q float64) float64 {
			if p == 0 || q == 0 {
				return 0
			}
			return (p - q) * math.Log(p/q)
		})
	case EmptyHalf:
		return Jeffreys(withHalf(p), withHalf(q))
	}
	panic(fmt.Sprintf("compare: EmptyRule(%d)", rule))
}

// withHalf is a distribution with half a person more in every category where one is empty.
func withHalf(p []float64) []float64 {
	out, empty := make([]float64, len(p)), false
	for i, x := range p {
		out[i], empty = x+0.5, empty || x == 0
	}
	if !empty {
		return p
	}
	return out
}

// JensenShannon is the divergence of both distributions from their mean, in nats:
//
//	½ Σ p log(p/m) + ½ Σ q log(q/m),  m = (p + q)/2
//
// between 0 and log 2. It is symmetric, and finite with empty categories. Its root is a metric: see
// JensenShannonDistance.
//
// Lin (1991), IEEE Transactions on Information Theory 37:145-151.
func JensenShannon(p, q []float64) float64 {
	return overCategories(p, q, func(p, q float64) float64 {
		m := (p + q) / 2
		return (timesLog(p, p/m) + timesLog(q, q/m)) / 2
	})
}

// JensenShannonDistance is the root of the divergence in bits, a metric between 0 and 1.
//
// Endres and Schindelin (2003), IEEE Transactions on Information Theory 49:1858-1860.
func JensenShannonDistance(p, q []float64) float64 {
	return math.Sqrt(math.Max(0, Bits(JensenShannon(p, q))))
}

// JensenShannonOf is the divergence of several distributions from their mean by weights, in nats:
//
//	S(Σ wᵢ pᵢ) - Σ wᵢ S(pᵢ)
//
// with S the entropy: how much is known of which distribution a person is from by knowing the category. Weights are
// divided by their sum. It panics when weights are not one a distribution, or distributions differ in length.
func JensenShannonOf(distributions [][]float64, weights []float64) float64 {
	if len(distributions) != len(weights) || len(weights) == 0 {
		panic(fmt.Sprintf("compare: %d weights of %d distributions", len(weights), len(distributions)))
	}
	all, apart := sumOfShares(weights), 0.0
	mean := make([]float64, len(distributions[0]))
	for d, p := range distributions {
		if len(p) != len(mean) {
			panic(fmt.Sprintf("compare: distributions over %d and %d categories", len(mean), len(p)))
		}
		w, sum := weights[d]/all, sumOfShares(p)
		for i, x := range p {
			mean[i] += w * x / sum
		}
		apart += w * Entropy(p)
	}
	return Entropy(mean) - apart
}
