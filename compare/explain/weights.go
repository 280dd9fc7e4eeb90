package explain

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// logLikelihoods are those of the definitions by area, less a constant of the area: -Q/2φ.
func logLikelihoods(distance [][]float64, groups int) [][]float64 {
	out := make([][]float64, len(distance))
	for k := range out {
		out[k] = make([]float64, len(distance[k]))
	}
	for i := range distance[0] {
		least := math.Inf(1)
		for k := range distance {
			least = math.Min(least, distance[k][i])
		}
		for k := range distance {
			out[k][i] = -float64(groups) * distance[k][i] / (2 * math.Max(1, least))
		}
	}
	return out
}

// fitting weighs the definitions over some areas.
func fitting(distance, likelihood [][]float64, of []int) Fitting {
	kinds := len(distance)
	f := Fitting{Distance: make([]float64, kinds), Weight: make([]float64, kinds), Areas: len(of)}
	total := 0.0
	for k := range kinds {
		for _, i := range of {
			f.Distance[k] += distance[k][i] / float64(len(of))
		}
		f.Weight[k] = 1
		for j := range kinds {
			if j != k {
				f.Weight[k] *= better(likelihood[k], likelihood[j], of)
			}
		}
		total += f.Weight[k]
	}
	for k := range f.Weight {
		f.Weight[k] /= total
		if len(of) == 0 {
			f.Distance[k], f.Weight[k] = math.NaN(), math.NaN()
		}
	}
	return f
}

// fewAreas is the number of areas below which the scatter of their likelihoods is too poorly known to judge by.
const fewAreas = 3

// better is the probability that one definition fits better than another, by the scatter of the difference over areas; of
// one or two areas, by their likelihoods alone.
func better(a, b []float64, of []int) float64 {
	n, mean := float64(len(of)), 0.0
	for _, i := range of {
		mean += (a[i] - b[i]) / n
	}
	if len(of) < fewAreas {
		return 1 / (1 + math.Exp(-n*mean))
	}
	squares := 0.0
	for _, i := range of {
		squares += (a[i] - b[i] - mean) * (a[i] - b[i] - mean)
	}
	if squares == 0 {
		return 0.5 + 0.5*sign(mean)
	}
	return 1 - analysis.UpperTail(mean/math.Sqrt(squares/(n-1)/n), n-1)
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// rounds is how often shares are found anew; they hardly change after some ten.
const rounds = 60

// posteriors finds the shares of areas that definitions are best in, and the weights of areas.
func posteriors(likelihood [][]float64, heard []int, weight [][]float64) []float64 {
	kinds := len(likelihood)
	shares := make([]float64, kinds)
	for k := range shares {
		shares[k] = 1 / float64(kinds)
	}
	next := make([]float64, kinds)
	for range rounds {
		clear(next)
		for _, i := range heard {
			posterior(likelihood, shares, i, weight)
			for k := range kinds {
				next[k] += weight[k][i] / float64(len(heard))
			}
		}
		copy(shares, next)
	}
	return shares
}

// posterior writes the weights of one area.
func posterior(likelihood [][]float64, shares []float64, i int, weight [][]float64) {
	top, total := math.Inf(-1), 0.0
	for k := range shares {
		top = math.Max(top, likelihood[k][i])
	}
	for k, share := range shares {
		weight[k][i] = share * math.Exp(likelihood[k][i]-top)
		total += weight[k][i]
	}
	for k := range shares {
		weight[k][i] /= total
	}
}
