package plan

import "math"

// point is an iterate of the interior-point method, or a step between two: z and what it lacks to 1, kept apart since
// 1 - z loses the digits that matter; the multipliers of both; the multipliers and slacks of the rows.
type point struct{ z, rest, atZero, atOne, multipliers, slack []float64 }

// near and nearest are the shares of the cost that may be left to gain when the interior-point method ends. It also
// ends after nearSteps; the hardest problems tried took some 50.
const (
	near      = 1e-9
	nearest   = 1e-13
	nearSteps = 100
)

// approach is Mehrotra's predictor-corrector method: each step solves the conditions of optimality, linearised, while
// the products of multiplier and slack go to 0 together. The products are not let fall faster than the slopes come
// into balance, and 1/n not by more than 0.7 in a step; beyond that the linearisation of 1/n is poor.
//
// Nocedal and Wright (2006), Numerical Optimization, algorithm 14.3; den Hertog (1994), Interior Point Approach to
// Linear, Quadratic and Convex Programming, chapter 3, on functions like 1/n.
func (c *convex) approach(p *point, tolerance float64) {
	still, products := c.newPoint(), float64(2*len(p.z)+c.rows)
	for range nearSteps {
		gap, unbalanced := p.gap(0, still), c.unbalanced(p)
		if gap+unbalanced < tolerance*c.value(p.z) {
			return
		}
		system, ok := c.linearise(p)
		if !ok {
			return
		}
		predictor := system.step(0, still)
		left := math.Pow(p.gap(p.reach(predictor), predictor)/gap, 3)
		corrector := system.step(max(left*gap, 0.1*unbalanced)/products, predictor)
		p.move(min(1, 0.995*p.reach(corrector), 0.7*c.untilFlat(p, corrector)), corrector)
	}
}

func (c *convex) newPoint() *point {
	h, j := len(c.cost), c.rows
	return &point{make([]float64, h), make([]float64, h), make([]float64, h), make([]float64, h), make([]float64, j),
		make([]float64, j)}
}

// start is a point well inside: every stratum has half of what the row that presses it most would give it, were that
// row alone (Neyman's allocation of each row), and all products are the same.
func (c *convex) start() *point {
	p, sums := c.newPoint(), make([]float64, c.rows)
	for h, column := range c.columns {
		for _, e := range column {
			sums[e.row] += math.Sqrt(c.cost[h] * e.a / c.width[h])
		}
	}
	product := 0.0
	for h, column := range c.columns {
		p.z[h] = 0.5
		for _, e := range column {
			p.z[h] = min(p.z[h], 0.5*math.Sqrt(c.cost[h]/(e.a*c.width[h]))/sums[e.row])
		}
		p.rest[h] = 1 - p.z[h]
		product += c.slope(h, p.z[h]) * p.z[h] / float64(len(p.z))
	}
	for j, u := range c.use(p.z) {
		p.slack[j] = 1 - u
		p.multipliers[j] = product / p.slack[j]
	}
	for h, z := range p.z {
		p.atZero[h], p.atOne[h] = product/z, product/p.rest[h]
	}
	return p
}

// unbalanced is how far the multipliers are from balancing the slopes, in units of the cost.
func (c *convex) unbalanced(p *point) float64 {
	sum := 0.0
	for h, z := range p.z {
		sum += math.Abs(c.worth(h, p.multipliers)+p.atOne[h]-p.atZero[h]-c.slope(h, z)) * z
	}
	return sum
}

// gap is the sum of the products of multiplier and slack after t of the step.
func (p *point) gap(t float64, step *point) float64 {
	sum := 0.0
	for h, z := range p.z {
		sum += (p.atZero[h]+t*step.atZero[h])*(z+t*step.z[h]) + (p.atOne[h]+t*step.atOne[h])*(p.rest[h]+t*step.rest[h])
	}
	for j, s := range p.slack {
		sum += (p.multipliers[j] + t*step.multipliers[j]) * (s + t*step.slack[j])
	}
	return sum
}

// pairs are the parts of an iterate beside those of a step.
func (p *point) pairs(step *point) [6][2][]float64 {
	return [6][2][]float64{{p.z, step.z}, {p.rest, step.rest}, {p.atZero, step.atZero}, {p.atOne, step.atOne},
		{p.multipliers, step.multipliers}, {p.slack, step.slack}}
}

// reach is how much of the step, at most all of it, keeps everything at 0 or above.
func (p *point) reach(step *point) float64 {
	t := 1.0
	for _, part := range p.pairs(step) {
		for i, x := range part[0] {
			t = min(t, untilZero(x, part[1][i]))
		}
	}
	return t
}

func (p *point) move(t float64, step *point) {
	for _, part := range p.pairs(step) {
		for i, d := range part[1] {
			part[0][i] += t * d
		}
	}
}

// untilFlat is how much of the step takes the first 1/n to 0.
func (c *convex) untilFlat(p, step *point) float64 {
	t := math.Inf(1)
	for h, z := range p.z {
		t = min(t, untilZero(c.low[h]+c.width[h]*z, c.width[h]*step.z[h]))
	}
	return t
}
