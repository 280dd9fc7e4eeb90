package analysis

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// An adjustedCells gives variances of cells of a sample whose weights were fitted. The weighted linearised value of a
// cell, z, is 0 outside it, but its residual is not:
//
//	z - a x'B,  B = M⁻¹ Σ c x z
//
// B is of the cell, and a x is not: over units, the residuals of all cells come from the sums of z by unit and cell and
// from those of a x by unit. No row is looked at again for another cell. With several steps, a x and B stand for those
// of all steps, the last one first.
type adjustedCells struct {
	s     *Sample
	steps []*regressionStep // the last step first
	slots [][]slot
	begin []int          // first column of every step, with the number of columns at the end
	x     []sparse       // by column: Σ a x over the rows of a unit
	cross [][]*mat.Dense // [later][earlier]: what the earlier step gathers of the columns a x of the later one
}

// newAdjustedCells gathers what the cells of a sample have in common.
func newAdjustedCells(s *Sample) *adjustedCells {
	a := &adjustedCells{s: s}
	for i := len(s.adjust) - 1; i >= 0; i-- {
		step := s.adjust[i]
		slots := step.slots()
		a.begin = append(a.begin, len(a.x))
		a.steps, a.slots = append(a.steps, step), append(a.slots, slots)
		a.x = append(a.x, step.byUnit(slots, s.rows)...)
	}
	a.begin = append(a.begin, len(a.x))
	for later := range a.steps {
		a.cross = append(a.cross, make([]*mat.Dense, len(a.steps)))
		for earlier := later + 1; earlier < len(a.steps); earlier++ {
			a.cross[later][earlier] = a.steps[earlier].gatherColumns(a.slots[earlier], a.steps[later], a.slots[later])
		}
	}
	return a
}

// coefficients gives B of every cell, by column, for columns where it is not 0. z has one value a row.
func (a *adjustedCells) coefficients(z []float64, cell []int32, k int) []sparse {
	gathered := make([][]sparse, len(a.steps)) // by step and cell
	for n, step := range a.steps {
		gathered[n] = step.gather(a.slots[n], z, cell, k)
	}
	out := make([]sparse, k)
	for c := range out {
		for n, step := range a.steps {
			right := gathered[n][c]
			for later := range n {
				right = right.minus(a.cross[later][n], out[c].between(a.begin[later], a.begin[later+1]), step.columns())
			}
			out[c] = out[c].and(step.solveSparse(right), a.begin[n])
		}
	}
	return out
}

// settle gives estimates of cells the standard errors that the steps leave. z are the weighted linearised values by
// unit and cell, b is B of every cell.
func (a *adjustedCells) settle(estimates []Estimate, s *cellSums, z []float64, b []sparse) {
	quadratic := a.form(len(estimates))
	for c, column := range byCell(s, z) {
		e := &estimates[c]
		if e.N == 0 || !isFinite(e.Value) {
			continue
		}
		before, v := e.SE*e.SE, math.NaN()
		if quadratic != nil {
			v = quadratic.variance(before, column, b[c])
		}
		if !(v > lostDigits*before) {
			v, e.Notes = a.dense(column, b[c], e.Notes)
		}
		e.SE = math.Sqrt(v)
	}
}

// lostDigits is the share of the variance of z below which that of its residual, as a difference, has lost too many
// digits: some 10 are left.
const lostDigits = 1e-6

// dense is the variance of a cell by its residual over every unit, as Estimate has it.
func (a *adjustedCells) dense(z, b sparse, notes Notes) (float64, Notes) {
	residual := make([]float64, a.s.tree.units())
	member := make([]bool, len(residual))
	for e, u := range z.at {
		residual[u], member[u] = z.v[e], true
	}
	for e, j := range b.at {
		for i, u := range a.x[j].at {
			residual[u] -= float64(b.v[e] * a.x[j].v[i])
		}
	}
	cov, more := a.s.tree.covariance([][]float64{residual}, member)
	return cov.At(0, 0), notes | more
}

// byCell are values by unit and cell, by cell.
func byCell(s *cellSums, z []float64) []sparse {
	out := make([]sparse, s.k)
	for u := range len(s.first) - 1 {
		for e := s.first[u]; e < s.first[u+1]; e++ {
			c := &out[s.cell[e]]
			c.at, c.v = append(c.at, int32(u)), append(c.v, z[e])
		}
	}
	return out
}
