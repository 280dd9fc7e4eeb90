package compare

import (
	"fmt"
	"math"
	"slices"
)

// Indices are measures of how two groups of persons are spread over areas. With xᵢ and yᵢ the persons of the groups in
// area i, X and Y their sums, tᵢ = xᵢ + yᵢ, T = X + Y and P = X/T:
type Indices struct {
	Dissimilarity float64 // ½ Σ |xᵢ/X - yᵢ/Y|: share of the group that would have to move
	Isolation     float64 // Σ (xᵢ/X)(xᵢ/tᵢ): share of the group in the area of a member of it
	Interaction   float64 // Σ (xᵢ/X)(yᵢ/tᵢ): share of the others there; 1 - Isolation
	Eta2          float64 // (Isolation - P)/(1 - P): the correlation ratio, isolation without the effect of P
	TheilH        float64 // Σ tᵢ (E - Eᵢ)/(ET), Eᵢ the entropy of area i, E that of all: information
	Gini          float64 // ½ Σᵢ Σⱼ |xᵢyⱼ - xⱼyᵢ|/(XY)
}

// A Segregation is the indices of two groups.
type Segregation struct {
	Areas int     // with anybody in them
	X, Y  float64 // persons
	Indices
}

// Segregate measures the segregation of x from y over areas. Areas without anybody do not count. Measures are NaN where
// a group has nobody. Isolation and interaction go with the share of the group; all grow with ever smaller areas, and
// see nothing of where areas lie. It panics where areas differ in number or a count is negative.
//
// Massey and Denton (1988), Social Forces 67:281-315; James and Taeuber (1985), Sociological Methodology 15:1-32;
// Theil (1972), Statistical Decomposition Analysis.
func Segregate(x, y []float64) Segregation {
	s, _ := segregated(x, y)
	return s
}

// segregated gives the areas in order of the share of x besides.
func segregated(x, y []float64) (Segregation, []ranked) {
	s := Segregation{}
	s.X, s.Y, s.Areas = groupSums(x, y)
	if !(s.X > 0) || !(s.Y > 0) {
		s.Indices = noIndices()
		return s, nil
	}
	p := s.X / (s.X + s.Y)
	all := entropyOfTwo(p)
	for i := range x {
		t := x[i] + y[i]
		if t == 0 {
			continue
		}
		s.Dissimilarity += math.Abs(x[i]/s.X-y[i]/s.Y) / 2
		s.Isolation += x[i] / s.X * (x[i] / t)
		s.Interaction += x[i] / s.X * (y[i] / t)
		s.TheilH += t / (s.X + s.Y) * (all - entropyOfTwo(x[i]/t)) / all
	}
	s.Eta2 = (s.Isolation - p) / (1 - p)
	order := byShare(x, y, s.Areas)
	s.Gini = giniOf(x, y, order, s.X, s.Y)
	return s, order
}

func noIndices() Indices {
	nan := math.NaN()
	return Indices{nan, nan, nan, nan, nan, nan}
}

func groupSums(x, y []float64) (allX, allY float64, areas int) {
	if len(x) != len(y) {
		panic(fmt.Sprintf("compare: groups over %d and %d areas", len(x), len(y)))
	}
	for i := range x {
		if !(x[i] >= 0) || !(y[i] >= 0) {
			panic(fmt.Sprintf("compare: %v and %v persons in an area", x[i], y[i]))
		}
		allX, allY = allX+x[i], allY+y[i]
		if x[i]+y[i] > 0 {
			areas++
		}
	}
	return allX, allY, areas
}

// entropyOfTwo is -p log p - (1-p) log(1-p).
func entropyOfTwo(p float64) float64 { return -timesLog(p, p) - timesLog(1-p, 1-p) }

// A ranked is an area with the share of x in it.
type ranked struct {
	share float64
	area  int
}

// byShare are the areas in order of the share of x, without the empty ones.
func byShare(x, y []float64, areas int) []ranked {
	order := make([]ranked, 0, areas)
	for i := range x {
		if t := x[i] + y[i]; t > 0 {
			order = append(order, ranked{x[i] / t, i})
		}
	}
	slices.SortFunc(order, func(a, b ranked) int {
		switch {
		case a.share < b.share:
			return -1
		case a.share > b.share:
			return 1
		}
		return a.area - b.area
	})
	return order
}

// giniOf is the sum over pairs, areas in order of the share of x.
func giniOf(x, y []float64, order []ranked, allX, allY float64) (sum float64) {
	fx, fy := 0.0, 0.0 // of the areas before
	for _, r := range order {
		i := r.area
		sum += fy*(x[i]/allX) - fx*(y[i]/allY)
		fx, fy = fx+x[i]/allX, fy+y[i]/allY
	}
	return sum
}

// Delta is how a group is concentrated on little land: the share of it that would have to move for the density to be
// the same everywhere,
//
//	½ Σ |xᵢ/X - aᵢ/A|
//
// with aᵢ the extent of area i, in any unit. It panics where areas differ in number.
//
// Duncan, Cuzzort and Duncan (1961), Statistical Geography.
func Delta(x, extent []float64) float64 { return Dissimilarity(x, extent) }
