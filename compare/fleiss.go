package compare

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// FleissKappa is the agreement, corrected for chance, of m sources that put each of N persons into one of K categories:
// ratings[i][k] sources put person i into k. It need not be the same sources for every person.
//
//	po = Σi Σk nik(nik-1) / (Nm(m-1)),  pe = Σ pk²,  pk = Σi nik/(Nm)
//
// The standard error is the one under no agreement beyond chance, for a test, not an interval:
//
//	√(2/(Nm(m-1))) √((Σ pk qk)² - Σ pk qk(qk-pk)) / Σ pk qk,  qk = 1 - pk
//
// The error says of which person the sources are not m, or a count is below 0. For two sources it is Scott's pi.
//
// Fleiss (1971), Psychological Bulletin 76:378-382; Fleiss, Nee and Landis (1979), Psychological Bulletin 86:974-977.
func FleissKappa(ratings [][]int64) (Kappa, error) {
	sources, err := sourcesOf(ratings)
	if err != nil {
		return Kappa{}, err
	}
	n, m := float64(len(ratings)), float64(sources)
	k := Kappa{Observed: pairsThatAgree(ratings) / (n * m * (m - 1))}
	var pq, skew float64
	for _, x := range byCategory(ratings) {
		p := x / (n * m)
		k.Expected += p * p
		pq += p * (1 - p)
		skew += p * (1 - p) * (1 - 2*p)
	}
	k.Value, k.DF, k.N = (k.Observed-k.Expected)/(1-k.Expected), math.Inf(1), int64(len(ratings))
	k.SE = math.Sqrt(2/(n*m*(m-1))) * math.Sqrt(pq*pq-skew) / pq
	return k, nil
}

// sourcesOf is the number of sources, the same for everybody.
func sourcesOf(ratings [][]int64) (sources int64, err error) {
	for i, row := range ratings {
		var m int64
		for _, x := range row {
			if x < 0 {
				return 0, fmt.Errorf("compare: person %d: %d sources in a category", i+1, x)
			}
			m += x
		}
		if i == 0 {
			sources = m
		}
		switch {
		case len(row) != len(ratings[0]):
			return 0, fmt.Errorf("compare: person %d has %d categories, the first %d", i+1, len(row), len(ratings[0]))
		case m != sources:
			return 0, fmt.Errorf("compare: person %d is in %d sources, the first in %d", i+1, m, sources)
		}
	}
	return sources, nil
}

func pairsThatAgree(ratings [][]int64) float64 {
	pairs := make([]float64, len(ratings))
	for i, row := range ratings {
		for _, x := range row {
			pairs[i] += float64(x * (x - 1))
		}
	}
	return analysis.Sum(pairs)
}

// byCategory are the sources in every category, over all persons.
func byCategory(ratings [][]int64) []float64 {
	if len(ratings) == 0 {
		return nil
	}
	counts := make([]float64, len(ratings[0]))
	for _, row := range ratings {
		for k, x := range row {
			counts[k] += float64(x)
		}
	}
	return counts
}
