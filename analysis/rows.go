package analysis

// rowsWithWeight are the rows whose weight is not 0.
func rowsWithWeight(w []float64) (rows []int32) {
	for i, x := range w {
		if x != 0 {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// rowsInCells orders rows by cell: rows order[first[c]:first[c+1]] are those of cell c. Rows in no cell or without
// weight are left out.
func rowsInCells(w []float64, cell []int32, k int) (order, first []int32) {
	first = make([]int32, k+1)
	for i, c := range cell {
		if c >= 0 && w[i] != 0 {
			first[c+1]++
		}
	}
	accumulate(first)
	next := append([]int32(nil), first[:k]...)
	order = make([]int32, first[k])
	for i, c := range cell {
		if c >= 0 && w[i] != 0 {
			order[next[c]] = int32(i)
			next[c]++
		}
	}
	return order, first
}

// identity are the numbers from 0 to n-1.
func identity[N int | int32](n int) []N {
	order := make([]N, n)
	for i := range order {
		order[i] = N(i)
	}
	return order
}

// pick is what stands at some places.
func pick[T any, N int | int32](v []T, at []N) []T {
	out := make([]T, len(at))
	for i, k := range at {
		out[i] = v[k]
	}
	return out
}

// whereWeighted are the values of rows with weight, 0 for others, whose values are not looked at.
func whereWeighted(w, v []float64) []float64 {
	out := make([]float64, len(w))
	for i, x := range w {
		if x != 0 {
			out[i] = v[i]
		}
	}
	return out
}

// weightedRows are wv, 0 for rows without weight, whose values are not looked at.
func weightedRows(w, v []float64) []float64 {
	out := make([]float64, len(w))
	for i, x := range w {
		if x != 0 {
			out[i] = x * v[i]
		}
	}
	return out
}
