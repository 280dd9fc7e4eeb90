package compare

import "math"

// Figures are what one side of a comparison says, cell by cell. Slices run over cells; Value is in persons.
//
// SE is 0 where the value is a complete count, NaN where the side does not state its error. DF are the degrees of
// freedom of SE, +Inf for normal theory. Noise is the standard deviation, in persons, of what a disclosure rule added to
// the value on purpose: it is known rather than estimated, has mean 0 and infinite degrees of freedom, is independent
// of everything else, and is no part of SE. Nil is no noise anywhere, 0 none in a cell, NaN noise of unknown size, under
// which nothing can be tested.
//
// Silent gives the reason where the side cannot speak about a cell and is empty where it can; Value is then whatever is
// known of it, often NaN. Notes are carried to the rows.
//
// Below and Above are how many persons fewer and more than Value there might be where the source does not determine it, as
// where an old unit was split and it is not known how; 0 where it does, or nil where it does everywhere.
//
// Name is what notes call the side; empty stands for the register or the census, by its place.
type Figures struct {
	Name          string
	Value, SE, DF []float64
	Below, Above  []float64
	Noise         []float64
	Silent, Notes []string
}

// Complete is the figures of a complete count.
func Complete(counts []int64) Figures {
	f := NewFigures(len(counts))
	for i, n := range counts {
		f.Value[i] = float64(n)
	}
	return f
}

// NewFigures makes figures of k cells, all zero and without error.
func NewFigures(k int) Figures {
	return Figures{
		Value: make([]float64, k), SE: make([]float64, k), DF: make([]float64, k), Noise: make([]float64, k),
		Below: make([]float64, k), Above: make([]float64, k),
		Silent: make([]string, k), Notes: make([]string, k),
	}
}

// A Figure is what one side says of one cell; its fields are those of Figures.
type Figure struct {
	Value, SE, DF, Noise float64
	Silent, Note         string
	Below, Above         float64
}

// NoFigure is the figure of a side that cannot speak, for the reason given.
func NoFigure(reason string) Figure {
	return Figure{Value: math.NaN(), SE: math.NaN(), DF: math.NaN(), Silent: reason}
}

// Set puts a figure at a cell of figures that NewFigures made.
func (f Figures) Set(cell int, x Figure) {
	f.Value[cell], f.SE[cell], f.DF[cell], f.Noise[cell] = x.Value, x.SE, x.DF, x.Noise
	f.Silent[cell], f.Notes[cell] = x.Silent, x.Note
	f.Below[cell], f.Above[cell] = x.Below, x.Above
}

// noise is the variance of the noise of a cell.
func (f *Figures) noise(cell int) float64 {
	if f.Noise == nil {
		return 0
	}
	return f.Noise[cell] * f.Noise[cell]
}

// Error is the standard error of a cell with that of its noise, for whoever needs one error of a figure.
func (f *Figures) Error(cell int) float64 { return math.Sqrt(f.SE[cell]*f.SE[cell] + f.noise(cell)) }

// sampling is the variance of a cell without its noise: that of the sample, or under a superpopulation the count itself
// where it is complete, as of a Poisson variable.
func (f *Figures) sampling(cell int, superpopulation bool) float64 {
	v := f.SE[cell] * f.SE[cell]
	if superpopulation && v == 0 {
		return math.Max(0, f.Value[cell])
	}
	return v
}

// degrees of freedom of the variance of a cell: those of a complete count are not asked for.
func (f *Figures) degrees(cell int) float64 {
	if f.SE[cell] == 0 {
		return math.Inf(1)
	}
	return f.DF[cell]
}
