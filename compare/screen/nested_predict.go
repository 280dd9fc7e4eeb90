package screen

import "math"

// predict gives the best linear unbiased predictions of all areas about the centre. SE is the mean squared error here,
// not yet its root, for variances that are known.
//
// Given the effect h of the unit above, a unit's effect has mean (h + τ² s₁)/(1+τ²S) and variance τ²/(1+τ²S); what
// lies elsewhere tells of it through h alone. So one pass downwards gives all effects and their variances, and the
// same pass over the covariates, as if they were values, gives what the error of β adds.
func (a Areas) predict(m *nestedModel, u *pass, s solution) []Shrunken {
	p, q := m.p, m.p+1
	effects, variances := m.down(u)
	out, off := make([]Shrunken, len(a.Value)), make([]float64, p)
	for i, y := range a.Value {
		d, seen := a.Variance[i], !math.IsNaN(y)
		b := 1.0
		if seen {
			b = d / (d + u.tau2[0])
		}
		g := m.unit(a, i)
		effect := effects[g*q : g*q+q]
		e := Shrunken{Prior: effect[p], Kept: 1 - b}
		for j, v := range m.x[i] {
			e.Prior += s.beta[j] * (v - effect[j])
			off[j] = b * (v - effect[j])
		}
		e.Value = e.Prior
		if seen {
			e.Value += (1 - b) * (y - m.centre - e.Prior)
		}
		e.SE = b*u.tau2[0] + b*b*variances[g] + s.scaled(off)
		out[i] = e
	}
	return out
}

// down gives the effects of the lowest units, of the values and of every covariate, and their variances.
func (m *nestedModel) down(u *pass) (effects, variances []float64) {
	q := m.p + 1
	var above, aboveVariance []float64
	for l := len(u.s0) - 1; l >= 0; l-- {
		t := u.tau2[l+1]
		effects, variances = make([]float64, len(u.s1[l])), make([]float64, len(u.s0[l]))
		for g, s := range u.s0[l] {
			k := 1 / (1 + t*s)
			variances[g] = t * k
			h := -1
			if l+1 < len(u.s0) {
				h = int(m.parent[l][g])
			}
			if h >= 0 {
				variances[g] += k * k * aboveVariance[h]
			}
			for j := range q {
				effects[g*q+j] = t * k * u.s1[l][g*q+j]
				if h >= 0 {
					effects[g*q+j] += k * above[h*q+j]
				}
			}
		}
		above, aboveVariance = effects, variances
	}
	return effects, variances
}

// unit is the unit that an area lies in; without units, all lie in one.
func (m *nestedModel) unit(a Areas, i int) int {
	if len(a.Groups) == 0 {
		return 0
	}
	return int(a.Groups[0][i])
}
