package demography

import (
	"fmt"
	"math"
)

// A Kind says what sort of number an index is, on which its error hangs.
type Kind uint8

const (
	// Ratio indices are smooth functions of the counts, above or below None as ages are sought or shunned.
	Ratio Kind = iota + 1
	// Distance indices add up absolute deviations. They are never below 0, and chance alone puts them above it.
	Distance
	// Composite indices mix both: they have a value and a linearised error, and no correction for chance.
	Composite
)

// An Index tells of errors in stated ages. It is a function of persons by cell, homogeneous of degree 0: ten times the
// persons give the same index. Cells are single ages from 0, or age groups by sex, as its maker says.
type Index struct {
	Name      string
	Kind      Kind
	None      float64 // its value where no age is preferred and numbers change evenly with age
	Tolerable float64 // up to here the data are held to be fair; see the maker
	Minimum   float64 // independent persons in its cells, below which chance drowns what is tolerable
	Cells     int     // cells that it reads; more may be given

	form  form
	share bool // one ratio of some persons to all in its cells: a proportion times Full
	full  float64
}

// A form is the parts of an index, as functions of the counts. The index is the first part of a Ratio or Composite,
// and the sum of the absolute parts of a Distance.
type form interface {
	parts() int
	// values sets the parts, NaN where one is not defined.
	values(p, part []float64)
	// gradients sets the derivatives of every part by every cell, cells varying fastest.
	gradients(p, part, by []float64, cells int)
}

// Value is the index of persons by cell, NaN where it is not defined: where a sum below a line is 0. It panics where
// there are fewer cells than the index reads.
func (x Index) Value(p []float64) float64 {
	return x.valueOf(p, make([]float64, x.form.parts()))
}

func (x Index) valueOf(p, part []float64) float64 {
	x.mustRead(p)
	x.form.values(p[:x.Cells], part)
	return x.total(part)
}

func (x Index) total(part []float64) float64 {
	if x.Kind != Distance {
		return part[0]
	}
	sum := 0.0
	for _, v := range part {
		sum += math.Abs(v)
	}
	return sum
}

// Parts are the signed numbers whose absolute values a Distance adds up, in order of digits, or of groups: half the
// deviation of the share of a digit from 10 %, in the index of Myers. Of a Ratio it is the index alone.
func (x Index) Parts(p []float64) []float64 {
	x.mustRead(p)
	part := make([]float64, x.form.parts())
	x.form.values(p[:x.Cells], part)
	return part
}

// Gradient is the index with its derivatives by the persons of every cell, which it puts into grad:
//
//	Σ P(a) ∂f/∂P(a) = 0
//
// as f is homogeneous of degree 0. Where a part of a Distance is 0 its absolute value has no derivative, and 0 is
// taken. It panics where grad or p has fewer cells than the index reads; cells beyond are 0.
func (x Index) Gradient(p, grad []float64) float64 {
	x.mustRead(grad)
	w := x.workspace()
	clear(grad)
	value := x.valueOf(p, w.part)
	x.form.gradients(p[:x.Cells], w.part, w.by, x.Cells)
	for j, v := range w.part {
		w.weight[j] = sign(v)
	}
	if x.Kind != Distance {
		w.weight[0] = 1
	}
	w.combine(grad[:x.Cells])
	return value
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func (x Index) mustRead(p []float64) {
	if len(p) < x.Cells {
		panic(fmt.Sprintf("demography: %d cells, and %s reads %d", len(p), x.Name, x.Cells))
	}
}

// Values are the index of many areas. counts has cells numbers an area, area by area. It panics where that does not go
// into the counts, or is less than the index reads.
func (x Index) Values(counts []float64, cells int) []float64 {
	if cells < x.Cells || len(counts)%cells != 0 {
		panic(fmt.Sprintf("demography: %d counts of %d cells an area, and %s reads %d", len(counts), cells, x.Name, x.Cells))
	}
	out, part := make([]float64, len(counts)/cells), make([]float64, x.form.parts())
	for i := range out {
		x.form.values(counts[i*cells:i*cells+x.Cells], part)
		out[i] = x.total(part)
	}
	return out
}
