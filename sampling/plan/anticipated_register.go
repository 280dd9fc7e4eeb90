package plan

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// A RegisterModel says how a census count comes from the register's. A household k of PSU i in cluster c, for which the
// register has x_k persons, counts
//
//	y_k = R_i m_i + ρ r (x_k - m_i) + e_k,   R_i = ρ (1 + τ u_c)(1 + ω v_i),   V e_k = ρ²(1-r²)S²_i,
//
// with m_i and S²_i the mean and variance of x_k in the PSU, u_c and v_i of mean 0 and variance 1, everything independent.
// So the census has the household sizes of the register but for ρ, and within a PSU the two counts of a household have
// correlation r.
type RegisterModel struct {
	Ratio       float64 // ρ, census count over register count, above 0
	ClusterCV   float64 // τ, coefficient of variation of that ratio between clusters
	PSUCV       float64 // ω, and between the PSUs of a cluster
	Correlation float64 // r, from 0 to 1
}

// RegisterPSUs is what the register tells of the PSUs of a frame. Where it does not tell them one by one, the count of a
// PSU is random: its households come from a population with mean m_i and variance S²_i, and m_i varies too.
type RegisterPSUs struct {
	Households []float64 // H
	Count      []float64 // X, persons; expected where not Known
	Expected   []float64 // X̃, from which ρ leads to the expected census count; nil for X
	Between    []float64 // V(H m_i): how the PSU differs from what is expected; not used where Known
	Spread     []float64 // S², variance of the count of a household within the PSU
	Cluster    []int     // not decreasing
	Known      bool      // whether the register tells the PSUs
}

// Totals is the model of the totals of the PSUs, less β times what the register has of the same households. The slope β is
// 0 unless households are matched one by one; see Slope. With W(β) as Within gives it,
//
//	E(Y_i - βX_i) = ρX̃_i - βX_i,   cov of two PSUs of a cluster = ρ²τ² X̃_i X̃_j,
//	V(Y_i - βX_i) = V(R)(X̃_i² + B_i) + (ρ-β)²B_i + W(β) H_i S²_i,   V(R) = ρ²(τ² + ω² + τ²ω²)
//
// where B is Between. Where the register tells the PSUs, B is 0 and W(β) is replaced by ρ²(1-r²): x_k - m_i adds up to 0.
func (m RegisterModel) Totals(p RegisterPSUs, slope float64) Model {
	n, rho, tau, omega := len(p.Count), m.Ratio, m.ClusterCV, m.PSUCV
	out := Model{Mean: make([]float64, n), Shared: make([]float64, n), Own: make([]float64, n), Cluster: p.Cluster}
	ratio := rho * rho * (tau*tau + omega*omega + tau*tau*omega*omega)
	homes := m.Within(slope)
	if p.Known {
		homes = rho * rho * (1 - m.Correlation*m.Correlation)
	}
	expected := p.Expected
	if expected == nil {
		expected = p.Count
	}
	for i, x := range expected {
		out.Mean[i] = rho*x - slope*p.Count[i]
		out.Shared[i] = rho * tau * x
		between := 0.0
		if !p.Known {
			between = p.Between[i]
		}
		own := ratio*(x*x+between) - out.Shared[i]*out.Shared[i]
		out.Own[i] = own + (rho-slope)*(rho-slope)*between + homes*p.Households[i]*p.Spread[i]
	}
	return out
}

// Within is the variance of y_k - βx_k within a PSU, in units of S²:
//
//	ρ² - 2ρrβ + β²
func (m RegisterModel) Within(slope float64) float64 {
	return m.Ratio*m.Ratio - 2*m.Ratio*m.Correlation*slope + slope*slope
}

// Slope is that of the regression of y_k on x_k over all households of a cluster, of whose variance a share δ, the
// intraclass correlation, lies between PSUs:
//
//	β = ρ (r(1-δ) + δ)
func (m RegisterModel) Slope(intraclass float64) float64 {
	return m.Ratio * (m.Correlation*(1-intraclass) + intraclass)
}

// SecondStage is the variance that drawing k of the H households of every PSU drawn adds, by simple random sampling
// without replacement:
//
//	H²(1 - k/H) S² / (kπ),   0 where k ≥ H
//
// take is k, the same in every PSU; 0 means all. It panics unless lengths agree.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 4.3.
func SecondStage(households, spread, probability []float64, take int) []float64 {
	if len(spread) != len(households) || len(probability) != len(households) {
		panic(fmt.Sprintf("plan: %d, %d and %d values of PSUs", len(households), len(spread), len(probability)))
	}
	out := make([]float64, len(households))
	if take == 0 {
		return out
	}
	k := float64(take)
	for i, h := range households {
		if h > k {
			out[i] = h * (h - k) * spread[i] / (k * probability[i])
		}
	}
	return out
}

// Split divides the households of an area into PSUs of unequal size: whole numbers that add up, with a coefficient of
// variation near cv, spaced like the quantiles of a normal distribution. There are no more parts than households. It
// stands in for a frame of PSUs that is not at hand.
func Split(households int, parts int, cv float64) []float64 {
	parts = max(1, min(parts, households))
	score := normalScores(parts)
	sizes, sum, before := make([]float64, parts), 0.0, 0.0
	for j := range sizes {
		sum += max(0.1, 1+cv*score[j])
		sizes[j] = sum
	}
	for j := range sizes {
		end := math.Round(float64(households) * sizes[j] / sum)
		sizes[j], before = end-before, end
	}
	return sizes
}

// normalScores are the quantiles of (j-1/2)/n, scaled to variance 1.
func normalScores(n int) []float64 {
	score, square := make([]float64, n), 0.0
	for j := range score {
		score[j] = distuv.UnitNormal.Quantile((float64(j) + 0.5) / float64(n))
		square += score[j] * score[j]
	}
	if square > 0 {
		scale := math.Sqrt(float64(n) / square)
		for j := range score {
			score[j] *= scale
		}
	}
	return score
}
