package explain

import (
	"fmt"
	"math"
)

// Data is one level of areas, both sides. Matrices run over areas and within them over age groups; the figures of
// persons of unknown age are in the totals alone. A figure that does not exist is NaN; an area whose census total or
// register total does not exist is not explained.
type Data struct {
	Starts []int // first years of the age groups, rising from 0, the last group open

	Register      [][]float64 // by definition: areas × groups, complete counts
	RegisterTotal [][]float64 // by definition: areas

	Census, SE             []float64 // areas × groups; SE is 0 in a complete count, and NaN where it is not known
	Total, TotalSE, DF     []float64 // areas; DF of TotalSE, +Inf for normal theory
	Region                 []int32   // areas: the unit above, from 0; nil for none
	RegisterAge, CensusAge []float64 // areas × single years 0 … 100+, the register under every definition in turn; or nil
}

// Ages is the number of single years of age, the last one open.
const Ages = 101

// Areas is the number of areas.
func (d *Data) Areas() int { return len(d.Total) }

// Groups is the number of age groups.
func (d *Data) Groups() int { return len(d.Starts) }

// mustFit panics where a column has another length than it must have.
func (d *Data) mustFit() {
	n, cells := d.Areas(), d.Areas()*d.Groups()
	must := func(name string, have, want int) {
		if have != want {
			panic(fmt.Sprintf("explain: %d figures of %s, want %d", have, name, want))
		}
	}
	must("total definitions", len(d.RegisterTotal), len(d.Register))
	for k := range d.Register {
		must("the register", len(d.Register[k]), cells)
		must("register totals", len(d.RegisterTotal[k]), n)
	}
	must("the census", len(d.Census), cells)
	must("census errors", len(d.SE), cells)
	must("errors of totals", len(d.TotalSE), n)
	must("degrees of freedom", len(d.DF), n)
	if d.Region != nil {
		must("regions", len(d.Region), n)
	}
	if d.CensusAge != nil {
		must("single ages of the census", len(d.CensusAge), n*Ages)
	}
	if d.RegisterAge != nil {
		must("single ages of the register", len(d.RegisterAge), len(d.Register)*n*Ages)
	}
}

// row is area i of a matrix of areas and groups.
func (d *Data) row(m []float64, i int) []float64 { return m[i*d.Groups() : (i+1)*d.Groups()] }

// registerAges are the single ages of area i under definition k, nil where they are not known.
func (d *Data) registerAges(k, i int) []float64 {
	if d.RegisterAge == nil {
		return nil
	}
	at := k*d.Areas() + i
	return d.RegisterAge[at*Ages : (at+1)*Ages]
}

// censusAges are the single ages of area i, nil where they are not known.
func (d *Data) censusAges(i int) []float64 {
	if d.CensusAge == nil {
		return nil
	}
	return d.CensusAge[i*Ages : (i+1)*Ages]
}

// group is the age group of a single year.
func (d *Data) groupOf() (of [Ages]int) {
	g := 0
	for a := range of {
		for g+1 < len(d.Starts) && d.Starts[g+1] <= a {
			g++
		}
		of[a] = g
	}
	return of
}

// speaks tells whether both sides have figures of an area under every definition.
func (d *Data) speaks(i int) bool {
	sum := d.Total[i]
	for k := range d.Register {
		sum += d.RegisterTotal[k][i]
		for _, v := range d.row(d.Register[k], i) {
			sum += v
		}
	}
	for _, v := range d.row(d.Census, i) {
		sum += v
	}
	return !math.IsNaN(sum) && d.Total[i] > 0
}
