package demography

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A Sample is what a census sample tells of some areas: persons by area and cell, to be assessed by any index.
type Sample struct {
	rows        analysis.CellEstimator
	cell, area  []int32
	areas       int
	cells       int
	counts      []float64 // estimated persons, by area and cell
	interviewed []int64   // persons interviewed
}

// NewSample estimates the persons of every area and cell. rows is a sample tally under its design (Design.Cells) or
// microdata; area[i] is the area of row i and cell[i] its cell, an age or a group of age and sex, -1 for none. It
// panics where these differ in length.
func NewSample(rows analysis.CellEstimator, area []int32, areas int, cell []int32, cells int) *Sample {
	if len(area) != len(cell) {
		panic(fmt.Sprintf("demography: areas of %d rows and cells of %d", len(area), len(cell)))
	}
	s := &Sample{rows: rows, cell: cell, areas: areas, cells: cells, area: make([]int32, len(area))}
	both := make([]int32, len(area))
	for i, a := range area {
		s.area[i], both[i] = -1, -1
		if a >= 0 && cell[i] >= 0 {
			s.area[i], both[i] = a, a*int32(cells)+cell[i]
		}
	}
	s.counts, s.interviewed = make([]float64, areas*cells), make([]int64, areas*cells)
	for i, e := range rows.Totals(nil, both, areas*cells) {
		s.counts[i], s.interviewed[i] = e.Value, e.N
	}
	return s
}

// Counts are the estimated persons of an area by cell.
func (s *Sample) Counts(area int) []float64 { return s.counts[area*s.cells : (area+1)*s.cells] }

// Interviewed are the persons interviewed in an area, in cells that have a number.
func (s *Sample) Interviewed(area int) (n int64) {
	for _, v := range s.interviewed[area*s.cells : (area+1)*s.cells] {
		n += v
	}
	return n
}

// priorDF is how many degrees of freedom the common design effect counts for beside the own one of an area.
const priorDF = 10

// Assess gives an index of every area with its design-based error.
//
// The variance of an index is that of the total of its linearised variable, ∂f/∂P at the cell of a person in his area:
// one pass over the rows for all areas. Over the variance that as many independent persons would give,
//
//	(N/n) Σ P(a) f'(a)²   N persons estimated, n interviewed in the cells of the index
//
// it is the design effect of the area. A commune with three enumeration areas has two degrees of freedom to tell it
// with, so it is drawn towards the mean d₀ of all areas, weighed by degrees of freedom:
//
//	d = (df·d(own) + df₀·d₀)/(df + df₀),  df₀ = 10, or what other areas have if that is less
//
// and Index.Assess goes on with Scale d·N/n on df + df₀ degrees of freedom. Of all areas together df₀ is 0 and the
// error is the design's own. Where no area has degrees of freedom, nothing is known of the error.
//
// Moderated variances: Smyth (2004), Statistical Applications in Genetics and Molecular Biology 3(1), article 3, with
// a given df₀.
func (s *Sample) Assess(x Index, level float64) []Quality {
	chance, lacking := s.chances(x, level), math.NaN()
	out, w := make([]Quality, s.areas), x.workspace()
	for i := range out {
		out[i] = w.assess(s.Counts(i), chance[i])
		if !(chance[i].DF > 0) {
			out[i].DF, out[i].SE, out[i].None, out[i].Fair = 0, lacking, lacking, lacking
		}
	}
	return out
}

// chances are those of the areas.
func (s *Sample) chances(x Index, level float64) []Chance {
	counted := x.counted()
	design, independent := s.variances(x, counted)
	own := make([]float64, s.areas)
	sum, df := 0.0, 0.0
	for i, e := range design {
		own[i] = e.SE * e.SE / independent[i]
		if !(own[i] > 0) || math.IsInf(own[i], 1) || !(e.DF > 0) {
			own[i], design[i].DF = 0, 0
		}
		sum, df = sum+design[i].DF*own[i], df+design[i].DF
	}
	out := make([]Chance, s.areas)
	for i, e := range design {
		prior := math.Min(priorDF, df-e.DF)
		effect := (e.DF*own[i] + prior*sum/df) / (e.DF + prior)
		out[i] = Chance{Scale: effect * s.standsFor(counted, i), DF: e.DF + prior, Basis: analysis.DesignBased, Level: level}
	}
	return out
}

// variances are the totals of the linearised variable, and the variances that independent persons would give them.
func (s *Sample) variances(x Index, counted []int) (design []analysis.Estimate, independent []float64) {
	grad := make([]float64, s.areas*s.cells)
	independent = make([]float64, s.areas)
	for i := range independent {
		g := grad[i*s.cells : (i+1)*s.cells]
		x.Gradient(s.Counts(i), g)
		for a, v := range g {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				g[a] = 0
			}
		}
		independent[i] = varianceOf(s.Counts(i), g, s.standsFor(counted, i))
	}
	y := make([]float64, len(s.cell))
	for row, c := range s.cell {
		if a := s.area[row]; a >= 0 {
			y[row] = grad[int(a)*s.cells+int(c)]
		}
	}
	return s.rows.Totals(y, s.area, s.areas), independent
}

// standsFor is how many persons one who was interviewed in some cells stands for.
func (s *Sample) standsFor(counted []int, area int) float64 {
	at := area * s.cells
	persons, n := 0.0, int64(0)
	for _, a := range counted {
		persons, n = persons+s.counts[at+a], n+s.interviewed[at+a]
	}
	return persons / float64(n)
}

// counted are the cells that can move the index: those by which it has derivatives where numbers are uneven.
func (x Index) counted() (cells []int) {
	uneven := make([]float64, x.Cells)
	for a := range uneven {
		uneven[a] = 1 + math.Mod(float64(a)*math.Phi, 1)
	}
	w := x.workspace()
	x.form.values(uneven, w.part)
	x.form.gradients(uneven, w.part, w.by, x.Cells)
	for a := range uneven {
		for j := range w.part {
			if w.by[j*x.Cells+a] != 0 {
				cells = append(cells, a)
				break
			}
		}
	}
	return cells
}
