package analysis

import "fmt"

// KappaOf is Cohen's kappa, the agreement of two classifications into the same k categories beyond what chance would
// give:
//
//	κ = (po - pe)/(1 - pe),  po = Σ pkk,  pe = Σ pk·p·k
//
// with p the shares of the population. The linearised variable is
//
//	u = ((1-pe) up + (po-1) ue)/(1-pe)²,  up = (1[a=b] - po)/N,  ue = (p·a + pb· - 2pe)/N
//
// for a row with categories a and b. It is NaN where all have the same category in both. Rows where a category is
// missing are to be outside the domain. It panics where categories are not one a row below k.
//
// Cohen (1960), Educational and Psychological Measurement 20:37-46. R survey, svykappa.
func KappaOf(first, second []int32, k int) Statistic {
	if len(first) != len(second) {
		panic(fmt.Sprintf("analysis: classifications of %d and %d rows", len(first), len(second)))
	}
	mustBeBelow(first, k)
	mustBeBelow(second, k)
	return kappaOf{first, second, k}
}

type kappaOf struct {
	first, second []int32
	k             int
}

func (s kappaOf) Values(w []float64) []float64 {
	a := s.agreement(w)
	return []float64{(a.observed - a.chance) / (1 - a.chance)}
}

func (s kappaOf) Influence(w, _ []float64) [][]float64 {
	a := s.agreement(w)
	u := make([]float64, len(w))
	for i, x := range w {
		if x == 0 {
			continue
		}
		up, ue := -a.observed, a.second[s.first[i]]+a.first[s.second[i]]-2*a.chance
		if s.first[i] == s.second[i] {
			up = 1 - a.observed
		}
		u[i] = ((1-a.chance)*up + (a.observed-1)*ue) / ((1 - a.chance) * (1 - a.chance) * a.size)
	}
	return [][]float64{u}
}

// agreement is how often two classifications agree, and would by chance, with the shares of the categories.
type agreement struct {
	size, observed, chance float64
	first, second          []float64
}

func (s kappaOf) agreement(w []float64) agreement {
	if len(w) != len(s.first) {
		panic(fmt.Sprintf("analysis: classifications of %d rows for a sample of %d", len(s.first), len(w)))
	}
	rows := rowsWithWeight(w)
	a := agreement{size: sum(w)}
	weights, same := pick(w, rows), make([]float64, len(rows))
	for n, i := range rows {
		if s.first[i] == s.second[i] {
			same[n] = 1
		}
	}
	a.observed = weightedSum(weights, same) / a.size
	a.first = scaled(sumByCell(weights, pick(s.first, rows), s.k), 1/a.size)
	a.second = scaled(sumByCell(weights, pick(s.second, rows), s.k), 1/a.size)
	for c, p := range a.first {
		a.chance += p * a.second[c]
	}
	return a
}
