package analysis

import "math"

// A nestedFit is generalised least squares at λ = σu²/σe². With V = σe² V₀, the mean of an area has the weight
// vd = nd/(1 + λnd) in X'V₀⁻¹X, and the persons within areas count as they are.
type nestedFit struct {
	weighted           // of X'V₀⁻¹X = R'R
	lambda   float64   // λ
	v        []float64 // vd of sampled areas
	residual []float64 // ȳd - x̄d'β̂
	leverage []float64 // vd x̄d'(X'V₀⁻¹X)⁻¹x̄d, between 0 and 1
	rss      float64   // (y - Xβ̂)'V₀⁻¹(y - Xβ̂)
}

// at fits the coefficients with λ = lambda.
func (n *nested) at(lambda float64) nestedFit {
	f := nestedFit{lambda: lambda, rss: n.within}
	p := n.rows.p
	for _, size := range n.size {
		f.v = append(f.v, size/(1+lambda*size))
	}
	f.weighted = n.rows.leastSquares(func(i int) float64 {
		if i < p {
			return 1
		}
		return math.Sqrt(f.v[i-p])
	})
	for i, row := range n.rows.x {
		r := n.rows.y[i] - dot(row, f.beta)
		if i < p {
			f.rss += r * r
			continue
		}
		v := f.v[i-p]
		f.rss += v * r * r
		f.residual = append(f.residual, r)
		f.leverage = append(f.leverage, v*f.scaled(row))
	}
	return f
}

// degrees are those by which the residual sum of squares gives σe².
func (n *nested) degrees(restricted bool) float64 {
	if restricted {
		return float64(n.units - n.rows.p)
	}
	return float64(n.units)
}

// profile is the log-likelihood at λ with the σe² that makes it greatest, up to a constant.
func (n *nested) profile(f nestedFit, restricted bool) float64 {
	l := -n.degrees(restricted)*math.Log(f.rss)/2 - n.logDeterminant(f)/2
	if restricted {
		for j := range f.beta {
			l -= math.Log(math.Abs(f.upper.At(j, j)))
		}
	}
	return l
}

// logDeterminant is log |V₀| = Σ log(1 + λnd).
func (n *nested) logDeterminant(f nestedFit) (sum float64) {
	for _, size := range n.size {
		sum += math.Log1p(f.lambda * size)
	}
	return sum
}

func (n *nested) logLikelihood(f nestedFit, unit float64) float64 {
	return -(float64(n.units)*math.Log(2*math.Pi*unit) + n.logDeterminant(f) + f.rss/unit) / 2
}

// score is twice the derivative of the profile by λ:
//
//	ν Σ vd² r̄d²/rss - Σ vd (1 - hd)
//
// with ν degrees of freedom, and hd the leverages, which only the restricted likelihood has.
func (n *nested) score(f nestedFit, restricted bool) float64 {
	squares, trace := 0.0, 0.0
	for d, v := range f.v {
		squares += v * v * f.residual[d] * f.residual[d]
		trace += v
		if restricted {
			trace -= v * f.leverage[d]
		}
	}
	return n.degrees(restricted)*squares/f.rss - trace
}

// maximise finds the λ of the greatest likelihood.
//
// The score is negative for good from λ = max(1/least n, 2ν·between/(within·(m-p))) on. The areas add at most Σ vd r̄d²
// ≤ between/λ to the residual sum of squares at λ, or the coefficients within areas would do better, so the first sum
// is at most ν·between/(λ² within). The second is at least (m-p)/(λ + 1/least n), as the leverages add up to p or less.
func (n *nested) maximise(restricted bool) float64 {
	end := 2 * n.degrees(restricted) * n.between / (n.within * float64(len(n.size)-n.rows.p))
	return highest(
		func(l float64) float64 { return n.score(n.at(l), restricted) },
		func(l float64) float64 { return n.profile(n.at(l), restricted) },
		1/n.largest, max(1/n.smallest, end))
}

// constants estimates σu² and σe² by the fitting of constants, from ordinary least squares with and without effects of
// areas:
//
//	σe² = within/freedom,  σu² = max{0, (rss - (n-p)σe²)/n*},  n* = Σ nd (1 - hd)
//
// Henderson (1953), Biometrics 9:226-252, method 3; Rao and Molina (2015), section 7.1.1.
func (n *nested) constants(none nestedFit) (area, unit float64) {
	unit = n.within / n.freedom
	return max(0, (none.rss-n.degrees(true)*unit)/none.effective()), unit
}

// effective is tr(Z'MZ) = Σ nd (1 - hd), M the projection on the residuals of ordinary least squares, Z the areas.
func (f nestedFit) effective() (sum float64) {
	for d, v := range f.v {
		sum += v * (1 - f.leverage[d])
	}
	return sum
}
