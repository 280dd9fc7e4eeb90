package sampling

import "slices"

// A fixedSize is a design of fixed size with what is not left to chance set aside: units with π = 1 are in every
// sample, units with π = 0 in none, and the design itself draws n of the others, the open units.
type fixedSize struct {
	pi      []float64 // π of every unit, as given
	certain []int     // positions of the units in every sample
	open    []int     // positions of the open units, ascending
	p       []float64 // π of the open units, each between 0 and 1
	n       int       // how many of the open units are drawn, 0 < n < len(open) if there are any
}

// newFixedSize panics if a π is outside [0, 1] or NaN, or if Σπ is not whole.
//
// Open units whose π are so near to 0 or 1 that the whole number next to their sum is 0 or their number are not open
// after all: they are all left out, or all taken.
func newFixedSize(pi []float64) fixedSize {
	f := openUnits(pi)
	f.n = mustBeWhole(sumOf(f.p)+float64(len(f.certain))) - len(f.certain)
	if f.n == len(f.open) {
		f.certain, f.n = append(f.certain, f.open...), 0
	}
	if f.n == 0 {
		f.open, f.p = nil, nil
	}
	return f
}

// openUnits tells open units from others, and panics if a π is outside [0, 1] or NaN.
func openUnits(pi []float64) fixedSize {
	f := fixedSize{pi: pi}
	for i, p := range pi {
		mustBeProbability(i, p)
		switch {
		case p == 1:
			f.certain = append(f.certain, i)
		case p > 0:
			f.open, f.p = append(f.open, i), append(f.p, p)
		}
	}
	return f
}

// sample gives the positions of the certain units and of the open units with the given indices, ascending.
func (f fixedSize) sample(indices []int) []int {
	units := make([]int, 0, len(f.certain)+len(indices))
	units = append(units, f.certain...)
	for _, k := range indices {
		units = append(units, f.open[k])
	}
	slices.Sort(units)
	return units
}

// complements gives 1 - p.
func complements(p []float64) []float64 {
	q := make([]float64, len(p))
	for k := range p {
		q[k] = 1 - p[k]
	}
	return q
}
