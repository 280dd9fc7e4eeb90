package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// UnitData are persons of a sample, in any order.
type UnitData struct {
	Y    []float64   // study variable, one value a person
	X    [][]float64 // covariates, one column each with one value a person; an intercept is a column of ones
	Area []int32     // area of every person, a position in the population
}

// AreaPopulation is what the register knows of all areas, also of those without a sample.
type AreaPopulation struct {
	Means [][]float64 // one row an area: the means of the covariates over its population; NaN is missing
	Sizes []float64   // persons of every area, or nil where they are unknown
}

// A nested sample is what the model needs of the persons. In areas only means matter, and within them only sums of
// products: their triangular factor stands for all persons in least squares.
type nested struct {
	rows     sampledAreas // p rows for the persons within areas, then one for every sampled area: its means
	size     []float64    // persons of each sampled area
	place    []int        // of every area of the population among the sampled ones, -1 if it is none
	units    int
	within   float64 // residual sum of squares with an effect of every area
	freedom  float64 // its degrees of freedom
	between  float64 // Σ r̄² over areas, of the coefficients within areas
	smallest float64 // sampled area, in persons
	largest  float64
}

// newNested checks the data and sums them up. Any order of persons gives the same bits.
func newNested(u UnitData, pop AreaPopulation) (*nested, error) {
	if err := u.check(pop); err != nil {
		return nil, err
	}
	n := &nested{units: len(u.Y), rows: sampledAreas{p: len(u.X)}}
	columns := append(append([][]float64(nil), u.X...), u.Y)
	means := n.areaMeans(u, columns, len(pop.Means))
	n.addWithin(u, columns, means)
	for d, at := range n.place {
		if at >= 0 {
			n.rows.add(means[len(u.X)][d], 1, rowOf(means[:len(u.X)], d))
		}
	}
	return n, n.fits()
}

// areaMeans are the means of all columns by area, and notes which areas have a sample.
func (n *nested) areaMeans(u UnitData, columns [][]float64, areas int) [][]float64 {
	count := make([]float64, areas)
	for _, d := range u.Area {
		count[d]++
	}
	n.smallest = math.Inf(1)
	for _, c := range count {
		at := -1
		if c > 0 {
			at, n.size = len(n.size), append(n.size, c)
			n.smallest, n.largest = min(n.smallest, c), max(n.largest, c)
		}
		n.place = append(n.place, at)
	}
	means := make([][]float64, len(columns))
	for j, v := range columns {
		means[j] = sumByCell(v, u.Area, areas)
		for d := range means[j] {
			means[j][d] /= count[d]
		}
	}
	return means
}

// addWithin adds the rows of the triangular factor of the sums of products within areas.
func (n *nested) addWithin(u UnitData, columns, means [][]float64) {
	p := len(u.X)
	centred, raw := make([][]float64, p+1), make([]float64, p+1)
	for j, v := range columns {
		centred[j] = make([]float64, len(v))
		for i, d := range u.Area {
			centred[j][i] = v[i] - means[j][d]
		}
		raw[j] = sum(products(v, v))
	}
	within := mat.NewSymDense(p+1, nil)
	for j := range p + 1 {
		for k := range j + 1 {
			within.SetSym(j, k, sum(products(centred[j], centred[k])))
		}
	}
	upper, rank := semidefiniteFactor(within, raw)
	for j := range p {
		row := upper.RawRowView(j)
		n.rows.add(row[p], 1, append([]float64(nil), row[:p]...))
	}
	n.within = upper.At(p, p) * upper.At(p, p)
	n.freedom = float64(n.units - len(n.size) - rank)
}

// semidefiniteFactor is the upper triangular R with R'R = s, where some columns may depend on those before them: their
// rows are 0. rank is that of all columns but the last. raw are the sums of squares about 0, of which sums of squares
// about means are lost in rounding where they are small.
func semidefiniteFactor(s *mat.SymDense, raw []float64) (upper *mat.Dense, rank int) {
	const lost, lostMean = 1e-12, 1e-24
	n := s.SymmetricDim()
	upper = mat.NewDense(n, n, nil)
	for j := range n {
		pivot := s.At(j, j)
		for i := range j {
			pivot -= upper.At(i, j) * upper.At(i, j)
		}
		if !(pivot > lost*s.At(j, j) && pivot > lostMean*raw[j]) {
			continue
		}
		if j < n-1 {
			rank++
		}
		upper.Set(j, j, math.Sqrt(pivot))
		for k := j + 1; k < n; k++ {
			v := s.At(j, k)
			for i := range j {
				v -= upper.At(i, j) * upper.At(i, k)
			}
			upper.Set(j, k, v/upper.At(j, j))
		}
	}
	return upper, rank
}

// check refuses impossible figures.
func (u UnitData) check(pop AreaPopulation) error {
	if len(u.Area) != len(u.Y) || pop.Sizes != nil && len(pop.Sizes) != len(pop.Means) {
		panic("analysis: columns of persons, or means and sizes of areas, differ in length")
	}
	for j, x := range append(append([][]float64(nil), u.X...), u.Y) {
		if len(x) != len(u.Y) {
			panic("analysis: columns of persons differ in length")
		}
		for i, v := range x {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("analysis: %s of person %d is %v", variableName(j, len(u.X)), i, v)
			}
		}
	}
	for d, row := range pop.Means {
		if len(row) != len(u.X) || len(row) == 0 {
			return fmt.Errorf("analysis: area %d has means of %d covariates, want %d and at least 1",
				d, len(row), len(u.X))
		}
		for j, v := range row {
			if math.IsInf(v, 0) {
				return fmt.Errorf("analysis: mean of covariate %d of area %d is %v", j, d, v)
			}
		}
	}
	return u.checkSizes(pop)
}

func variableName(j, covariates int) string {
	if j == covariates {
		return "study variable"
	}
	return fmt.Sprintf("covariate %d", j)
}

// checkSizes refuses areas with fewer persons than were sampled.
func (u UnitData) checkSizes(pop AreaPopulation) error {
	count := make([]int, len(pop.Means))
	for i, d := range u.Area {
		if d < 0 || int(d) >= len(count) {
			panic(fmt.Sprintf("analysis: person %d is of area %d of %d", i, d, len(count)))
		}
		count[d]++
	}
	for d, size := range pop.Sizes {
		if !(size >= float64(count[d]) && size > 0) || math.IsInf(size, 1) {
			return fmt.Errorf("analysis: area %d has %v persons, and %d in the sample", d, size, count[d])
		}
	}
	return nil
}

// fits refuses what the model cannot be fitted to.
func (n *nested) fits() error {
	p := n.rows.p
	if len(n.size) <= p {
		return fmt.Errorf("analysis: %d areas have a sample, want more than the %d covariates", len(n.size), p)
	}
	if !(n.freedom > 0) || !(n.within > 0) {
		return fmt.Errorf("analysis: persons within areas leave no variance: %d persons in %d areas",
			n.units, len(n.size))
	}
	if j := dependent(n.at(0).upper); j >= 0 {
		return fmt.Errorf("analysis: covariate %d depends on those before it in the sample", j)
	}
	// Nearly all weight on the persons within areas: of the coefficients that fit them best those that fit the areas
	// best.
	inside := n.at(1e12 / n.smallest)
	for _, r := range inside.residual {
		n.between += r * r
	}
	return nil
}
