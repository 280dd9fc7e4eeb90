package plan

import (
	"fmt"
	"math"
)

// ClusterRatios measures the ratio ρ of a RegisterModel and its coefficient of variation τ between clusters from a census
// of some of them: y the counts, v their sampling variances, x the register's counts. Groups of clusters may have ratios of
// their own; ρ is that of all together,
//
//	ρ = Σy / Σx,   τ² = max(0, (Q - (n - G)) / (Σw - Σ_g Σ_g w²/Σ_g w)),   Q = Σ w (r - r̄_g)²
//
// with r = y/(ρ_g x), w = (ρ_g x)²/v, r̄_g the mean of r in its group weighted by w, n clusters and G groups. Where any v is
// 0, all are taken to be, and τ² is the variance of r within groups. Clusters with x = 0 are left out, and n is what was
// used; τ is NaN unless n > G. ClusterRatios panics if lengths differ.
//
// DerSimonian and Laird (1986), Controlled Clinical Trials 7:177-188.
func ClusterRatios(x, y, v []float64, group []int) (ratio, cv float64, n int) {
	if len(y) != len(x) || len(v) != len(x) || len(group) != len(x) {
		panic(fmt.Sprintf("plan: %d, %d, %d and %d values of clusters", len(x), len(y), len(v), len(group)))
	}
	sumX, sumY := 0.0, 0.0
	groups := make(map[int]*ratioGroup)
	var order []*ratioGroup // a sum over a mapping would depend on chance in its last digits
	exact := false
	for i := range x {
		if !(x[i] > 0) {
			continue
		}
		g := groups[group[i]]
		if g == nil {
			g = &ratioGroup{}
			groups[group[i]] = g
			order = append(order, g)
		}
		n++
		exact = exact || v[i] == 0
		sumX, sumY = sumX+x[i], sumY+y[i]
		g.x, g.y, g.v = append(g.x, x[i]), append(g.y, y[i]), append(g.v, v[i])
	}
	q, scale := 0.0, 0.0
	for _, g := range order {
		dq, ds := g.heterogeneity(exact)
		q, scale = q+dq, scale+ds
	}
	free := float64(n - len(order))
	if free <= 0 {
		return sumY / sumX, math.NaN(), n
	}
	if exact {
		return sumY / sumX, math.Sqrt(q / free), n
	}
	return sumY / sumX, math.Sqrt(max(0, (q-free)/scale)), n
}

// ratioGroup is the clusters of one group.
type ratioGroup struct{ x, y, v []float64 }

// heterogeneity is what a group adds to Q and to the divisor of τ²; with equal weights of 1 if counts are exact.
func (g *ratioGroup) heterogeneity(exact bool) (q, scale float64) {
	rho := sum(g.y) / sum(g.x)
	weight, ratio := make([]float64, len(g.x)), make([]float64, len(g.x))
	mean, total, squares := 0.0, 0.0, 0.0
	for i := range g.x {
		expected := rho * g.x[i]
		ratio[i], weight[i] = g.y[i]/expected, 1
		if !exact {
			weight[i] = expected * expected / g.v[i]
		}
		mean += weight[i] * ratio[i]
		total += weight[i]
		squares += weight[i] * weight[i]
	}
	mean /= total
	for i := range ratio {
		q += weight[i] * (ratio[i] - mean) * (ratio[i] - mean)
	}
	return q, total - squares/total
}

func sum(v []float64) float64 {
	total := 0.0
	for _, x := range v {
		total += x
	}
	return total
}
