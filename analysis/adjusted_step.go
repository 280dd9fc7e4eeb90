package analysis

import "gonum.org/v1/gonum/mat"

// columns is the number of columns of all parts.
func (s *regressionStep) columns() int {
	n := 0
	for i := range s.parts {
		n += s.parts[i].b.columns()
	}
	return n
}

// A slot is a column with its value, of every row: the first one that a profile has, or the second, and so on.
type slot struct {
	column []int32 // -1 for none
	v      []float64
}

// slots are the auxiliary values of every row, by the columns that count.
func (s *regressionStep) slots() (slots []slot) {
	p := s.profiles
	most, offset := 0, 0
	column, value := make([][]int32, len(p.q)), make([][]float64, len(p.q))
	for part := range s.parts {
		b := s.parts[part].b
		for k := range b.d {
			col, val := b.entries(k)
			at := int(p.begin[part]) + k
			value[at] = val
			for _, j := range col {
				column[at] = append(column[at], int32(offset)+j)
			}
			most = max(most, len(col))
		}
		offset += b.columns()
	}
	for n := range most {
		out := slot{make([]int32, len(p.of)), make([]float64, len(p.of))}
		for i, at := range p.of {
			out.column[i] = -1
			if n < len(column[at]) {
				out.column[i], out.v[i] = column[at][n], value[at][n]
			}
		}
		slots = append(slots, out)
	}
	return slots
}

// byUnit is Σ a x over the rows of every unit, by column.
func (s *regressionStep) byUnit(slots []slot, rows rowsByUnit) []sparse {
	out := make([]sparse, s.columns())
	for _, slot := range slots {
		sums := rows.sumCells(len(out), slot.column, nil, products(s.take, slot.v))
		for j, more := range byCell(sums, sums.sums[0]) {
			out[j] = merged(out[j], more)
		}
	}
	return out
}

// gather is Σ c x z over the rows of every cell, by column.
func (s *regressionStep) gather(slots []slot, z []float64, cell []int32, k int) []sparse {
	weighted := products(s.give, z)
	out := make([]sparse, k)
	for _, slot := range slots {
		column, in := make([]int32, len(cell)), make([]int32, len(cell)) // a row in no cell has no column
		for i, c := range cell {
			if column[i] = -1; c >= 0 {
				column[i], in[i] = slot.column[i], c
			}
		}
		sums := sumCells(k, s.columns(), in, column, nil, products(weighted, slot.v))
		for c := range out {
			out[c] = merged(out[c], sums.ofUnit(c))
		}
	}
	return out
}

// ofUnit are the sums of the first variable over the rows of a unit, by cell.
func (s *cellSums) ofUnit(u int) sparse {
	from, to := s.first[u], s.first[u+1]
	return sparse{s.cell[from:to:to], s.sums[0][from:to:to]}
}

// gatherColumns is what the step gathers of the columns a x of a later one: row i is column i of this step.
func (s *regressionStep) gatherColumns(slots []slot, later *regressionStep, laterSlots []slot) *mat.Dense {
	p := later.columns()
	if s.columns() == 0 || p == 0 {
		return nil
	}
	out := mat.NewDense(s.columns(), p, nil)
	for _, slot := range laterSlots {
		for j, column := range s.gather(slots, products(later.take, slot.v), slot.column, p) {
			for e, i := range column.at {
				out.Set(int(i), j, out.At(int(i), j)+column.v[e])
			}
		}
	}
	return out
}

// solveSparse is B of what was gathered, in the parts where that is anything.
func (s *regressionStep) solveSparse(right sparse) (out sparse) {
	offset, e := 0, 0
	for part := range s.parts {
		n := s.parts[part].b.columns()
		begin := e
		for e < len(right.at) && int(right.at[e]) < offset+n {
			e++
		}
		if e > begin {
			dense := make([]float64, n)
			for i := begin; i < e; i++ {
				dense[int(right.at[i])-offset] = right.v[i]
			}
			for j, v := range s.parts[part].solve(dense) {
				out.at, out.v = append(out.at, int32(offset+j)), append(out.v, v)
			}
		}
		offset += n
	}
	return out
}
