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
	groups, exact := ratioGroups(x, y, v, group)
	sumX, sumY, q, scale := 0.0, 0.0, 0.0, 0.0
	for _, g := range groups {
		dq, ds := g.heterogeneity(exact)
		q, scale = q+dq, scale+ds
		sumX, sumY = sumX+sum(g.x), sumY+sum(g.y)
		n += len(g.x)
	}
	ratio = sumY / sumX
	free := float64(n - len(groups))
	switch {
	case free <= 0:
		return ratio, math.NaN(), n
	case exact:
		return ratio, math.Sqrt(q / free), n
	}
	return ratio, math.Sqrt(max(0, (q-free)/scale)), n
}

// ratioGroups sorts the clusters into groups, in order of appearance, and tells whether any count is exact.
func ratioGroups(x, y, v []float64, group []int) (groups []*ratioGroup, exact bool) {
	at := make(map[int]*ratioGroup)
	for i := range x {
		if !(x[i] > 0) {
			continue
		}
		g := at[group[i]]
		if g == nil {
			g = &ratioGroup{}
			at[group[i]] = g
			groups = append(groups, g)
		}
		exact = exact || v[i] == 0
		g.x, g.y, g.v = append(g.x, x[i]), append(g.y, y[i]), append(g.v, v[i])
	}
	return groups, exact
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
