package analysis

// sums adds values by cell and remembers which cells it touched, so that emptying it costs what was put in, not the
// number of cells.
type sums struct {
	value   []float64
	seen    []bool
	touched []int32
}

func newSums(k int) sums { return sums{value: make([]float64, k), seen: make([]bool, k)} }

func (s *sums) add(cell int32, v float64) {
	if !s.seen[cell] {
		s.seen[cell] = true
		s.touched = append(s.touched, cell)
	}
	s.value[cell] += v
}

// drain yields the sum of every touched cell, in order of first touch, and empties s.
func (s *sums) drain(yield func(cell int32, v float64)) {
	for _, c := range s.touched {
		v := s.value[c]
		s.value[c], s.seen[c] = 0, false
		yield(c, v)
	}
	s.touched = s.touched[:0]
}

// spread gathers one value a unit and cell and gives the sum of squares about the mean over n units, those without a
// value counting zero. The squares are taken in a second pass over the values, since Σz² - (Σz)²/n loses the digits
// that matter when units are alike.
type spread struct {
	entries []cellValue
	mean    sums
	ss      []float64
	members []int32
}

func newSpread(k int) spread {
	return spread{mean: newSums(k), ss: make([]float64, k), members: make([]int32, k)}
}

func (s *spread) add(cell int32, z float64) {
	s.entries = append(s.entries, cellValue{cell, z})
	s.mean.add(cell, z)
}

// drain yields, for every cell with a value, Σ(z - z̄)² over the n units and the number of units with a value, and
// empties s.
func (s *spread) drain(n int, yield func(cell int32, ss float64, members int)) {
	for _, e := range s.entries {
		dev := e.v - s.mean.value[e.cell]/float64(n)
		s.ss[e.cell] += dev * dev
		s.members[e.cell]++
	}
	s.entries = s.entries[:0]
	s.mean.drain(func(cell int32, sum float64) {
		mean, members := sum/float64(n), int(s.members[cell])
		ss := s.ss[cell] + float64(n-members)*mean*mean
		s.ss[cell], s.members[cell] = 0, 0
		yield(cell, ss, members)
	})
}
