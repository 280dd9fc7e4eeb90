package plan

import "gonum.org/v1/gonum/mat"

// linearised are the conditions of optimality about a point, reduced to the multipliers of the rows.
type linearised struct {
	*convex
	at     *point
	weight []float64 // of the strata: 1 / (curvature + multiplier/slack at both ends)
	factor mat.Cholesky
}

func (c *convex) linearise(p *point) (*linearised, bool) {
	l := &linearised{convex: c, at: p, weight: make([]float64, len(p.z))}
	for h, z := range p.z {
		l.weight[h] = 1 / (c.curvature(h, z) + p.atZero[h]/z + p.atOne[h]/p.rest[h])
	}
	var ok bool
	l.factor, ok = c.newton(l.weight, p.slack, p.multipliers)
	return l, ok
}

// step goes for products equal to the given one, less the products the predictor would leave.
func (l *linearised) step(product float64, predictor *point) *point {
	p, step := l.at, l.newPoint()
	right := make([]float64, l.rows)
	for j, s := range p.slack {
		right[j] = (product-predictor.multipliers[j]*predictor.slack[j])/p.multipliers[j] - s
	}
	for h, z := range p.z {
		step.atZero[h] = (product-predictor.z[h]*predictor.atZero[h])/z - p.atZero[h]
		step.atOne[h] = (product-predictor.rest[h]*predictor.atOne[h])/p.rest[h] - p.atOne[h]
		step.z[h] = l.slope(h, z) - l.worth(h, p.multipliers) + step.atZero[h] + p.atZero[h] - step.atOne[h] - p.atOne[h]
		for _, e := range l.columns[h] {
			right[e.row] += e.a * step.z[h] * l.weight[h]
		}
	}
	step.multipliers = solution(&l.factor, right)
	l.substitute(step)
	return step
}

// substitute completes a step from that of the multipliers of the rows.
func (l *linearised) substitute(step *point) {
	for h, z := range l.at.z {
		step.z[h] = (step.z[h] - l.worth(h, step.multipliers)) * l.weight[h]
		step.rest[h] = -step.z[h]
		step.atZero[h] -= l.at.atZero[h] / z * step.z[h]
		step.atOne[h] -= l.at.atOne[h] / l.at.rest[h] * step.rest[h]
	}
	for j, u := range l.use(step.z) {
		step.slack[j] = -u
	}
}
