package plan

import "math"

// dual is an iterate of Newton's method on the dual problem: multipliers of the rows, slacks that are to become 1 -
// use, and the strata's answer to the multipliers.
type dual struct {
	multipliers, slack []float64
	z                  []float64 // the best against the multipliers
	bend               []float64 // -dz/dworth, 0 at a bound
	use                []float64
}

// exactSteps is a limit for hopeless cases; from where the interior-point method ends it takes some 10 steps.
const exactSteps = 300

// refine goes from multipliers near the optimum to the optimum, by Newton's method on
//
//	use(multipliers) + slack = 1,  multiplier·slack = product
//
// with the product going to 0. 1 - use is the slope of the dual, which is concave but for the sign: a step is cut
// until the slope along it has not turned to more than half of what it was, the other way. Multipliers of rows that do
// not bind come out as 0. ok tells whether it got there.
func (c *convex) refine(multipliers []float64) (refined []float64, ok bool) {
	d := c.answer(multipliers)
	d.slack = make([]float64, c.rows)
	cost, rows := c.value(d.z), float64(c.rows)
	for j, m := range multipliers {
		d.slack[j] = max(1-d.use[j], near*cost/rows/m)
	}
	shrink, t := 0.1, 1.0
	for range exactSteps {
		gap := d.gap() / cost
		if d.missed() < 1e-9 && (gap < 1e-20 || gap < 1e-14 && t < 0.9) {
			break
		}
		var next *dual
		if next, t = c.dualStep(d, shrink*gap*cost/rows); next == nil {
			break
		}
		d, shrink = next, nextShrink(shrink, t)
	}
	return c.withoutIdle(d, cost), d.missed() < 1e-9
}

// nextShrink goes for smaller products the better the steps go.
func nextShrink(shrink, t float64) float64 {
	switch {
	case t > 0.9:
		return max(min(shrink, 0.3)*min(shrink, 0.3), 1e-3)
	case t > 0.3:
		return 0.3
	}
	return 1
}

func (d *dual) gap() float64 {
	sum := 0.0
	for j, m := range d.multipliers {
		sum += m * d.slack[j]
	}
	return sum
}

func (d *dual) missed() float64 {
	worst := 0.0
	for j, u := range d.use {
		worst = max(worst, math.Abs(u+d.slack[j]-1))
	}
	return worst
}

// answer is what the strata do best against the multipliers: 1/n = √(cost·width/worth), within the bounds.
func (c *convex) answer(multipliers []float64) *dual {
	d := &dual{multipliers: multipliers, z: make([]float64, len(c.cost)), bend: make([]float64, len(c.cost))}
	for h, cost := range c.cost {
		worth := c.worth(h, multipliers)
		y := math.Sqrt(cost * c.width[h] / worth)
		d.z[h] = min(max((y-c.low[h])/c.width[h], 0), 1)
		if d.z[h] > 0 && d.z[h] < 1 {
			d.bend[h] = y / (2 * worth * c.width[h])
		}
	}
	d.use = c.use(d.z)
	return d
}

// dualStep is the next iterate and the share of Newton's step that it took.
func (c *convex) dualStep(d *dual, product float64) (*dual, float64) {
	factor, ok := c.newton(d.bend, d.slack, d.multipliers)
	if !ok {
		return nil, 0
	}
	right := d.gradient(product)
	step, slack := solution(&factor, right), make([]float64, c.rows)
	t, rise := 1.0, 0.0
	for j, m := range d.multipliers {
		slack[j] = (product - m*d.slack[j] - d.slack[j]*step[j]) / m
		t = min(t, 0.995*untilZero(m, step[j]), 0.995*untilZero(d.slack[j], slack[j]))
		rise += right[j] * step[j]
	}
	for range 40 {
		next := c.answer(along(d.multipliers, t, step))
		next.slack = along(d.slack, t, slack)
		if dot(next.gradient(product), step) >= -0.5*rise || next.missed() < d.missed()/2 {
			return next, t
		}
		t /= 2
	}
	return nil, 0
}

// gradient is that of the dual with product·Σ log multiplier added.
func (d *dual) gradient(product float64) []float64 {
	g := make([]float64, len(d.use))
	for j, u := range d.use {
		g[j] = u - 1 + product/d.multipliers[j]
	}
	return g
}

func along(x []float64, t float64, step []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v + t*step[i]
	}
	return y
}

// withoutIdle sets the multipliers to 0 that are small beside the slack of their row, unless rows are missed then.
func (c *convex) withoutIdle(d *dual, cost float64) []float64 {
	idle := make([]float64, c.rows)
	for j, m := range d.multipliers {
		if m > d.slack[j]*cost {
			idle[j] = m
		}
	}
	for _, u := range c.answer(idle).use {
		if u > 1+1e-10 {
			return d.multipliers
		}
	}
	return idle
}
