package plan

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// convex is the problem
//
//	minimise Σ cost/(low + width·z)  subject to  Σ a·z ≤ 1 in every row,  0 ≤ z ≤ 1
//
// in which low + width·z is 1/n of a stratum. A column holds the a of one stratum, its rows ascending.
type convex struct {
	cost, low, width []float64
	columns          [][]entry
	strata           []int // positions outside
	rows             int
	steps            int // of either method, each with one matrix to factor
}

// entry is one coefficient of a sparse matrix.
type entry struct {
	row int
	a   float64
}

// minimise gives the multipliers of the rows at the optimum. The interior-point method comes near it from anywhere;
// Newton's method on the dual, which has the bounds of z exactly, gets there. That may fail where more rows and bounds
// meet than there are strata. Then the interior-point method must come nearer, and z is as it leaves it.
func (c *convex) minimise() (multipliers, z []float64) {
	p := c.start()
	c.approach(p, near)
	if multipliers, ok := c.refine(p.multipliers); ok {
		return multipliers, nil
	}
	c.approach(p, nearest)
	return p.multipliers, p.z
}

func (c *convex) value(z []float64) float64 {
	sum := 0.0
	for h, x := range z {
		sum += c.cost[h] / (c.low[h] + c.width[h]*x)
	}
	return sum
}

// slope is what the cost falls by as z rises.
func (c *convex) slope(h int, z float64) float64 {
	y := c.low[h] + c.width[h]*z
	return c.cost[h] * c.width[h] / (y * y)
}

func (c *convex) curvature(h int, z float64) float64 {
	return 2 * c.slope(h, z) * c.width[h] / (c.low[h] + c.width[h]*z)
}

// worth is Σ multiplier·a of a stratum, what a unit of its z costs the rows.
func (c *convex) worth(h int, multipliers []float64) float64 {
	sum := 0.0
	for _, e := range c.columns[h] {
		sum += e.a * multipliers[e.row]
	}
	return sum
}

// use is Σ a·z of every row.
func (c *convex) use(z []float64) []float64 {
	sum := make([]float64, c.rows)
	for h, x := range z {
		for _, e := range c.columns[h] {
			sum[e.row] += e.a * x
		}
	}
	return sum
}

// newton is the matrix of both methods, factorised: Σ a·a'·weight over the strata, plus slack/multiplier of every row.
// Rows that repeat one another make it singular as the slacks vanish; its diagonal is raised by as little as will do,
// which leaves the steps good enough.
func (c *convex) newton(weight, slack, multipliers []float64) (factor mat.Cholesky, ok bool) {
	c.steps++
	matrix := mat.NewSymDense(c.rows, nil)
	for j, s := range slack {
		matrix.SetSym(j, j, s/multipliers[j])
	}
	upper := matrix.RawSymmetric()
	for h, w := range weight {
		if w == 0 {
			continue
		}
		for i, e := range c.columns[h] {
			for _, f := range c.columns[h][i:] {
				upper.Data[e.row*upper.Stride+f.row] += e.a * f.a * w
			}
		}
	}
	for raise := 1e-13; raise < 1e-3 && !ok; raise *= 100 {
		for j := range slack {
			matrix.SetSym(j, j, matrix.At(j, j)*(1+raise))
		}
		ok = factor.Factorize(matrix)
	}
	return factor, ok
}

// solution solves for the step of the multipliers. gonum warns of a nearly singular matrix, which does not matter
// here.
func solution(factor *mat.Cholesky, right []float64) []float64 {
	step := make([]float64, len(right))
	_ = factor.SolveVecTo(mat.NewVecDense(len(step), step), mat.NewVecDense(len(right), right))
	return step
}

// untilZero is how many steps of dx take x to 0.
func untilZero(x, dx float64) float64 {
	if dx >= 0 {
		return math.Inf(1)
	}
	return -x / dx
}
