package sampling

import "math"

// A metric measures imbalance: d'(Σ c_i c_i')⁻ d for a vector d of deviations of the totals, where the sum is over the
// columns of all units. It does not depend on the units of the variables nor on variables that follow from others. It
// is |z|² with z = L⁻¹d, where L is the Cholesky factor for the variables that do not follow from those before them.
type metric struct {
	equations
	kept   []int       // variables
	factor [][]float64 // L, row by row
}

func newMetric(e equations) metric {
	const dependent = 1e-10 // of the sum of squares of a variable, when less is left of it after those before
	m := metric{equations: e}
	for j := range e.x {
		row := make([]float64, 0, len(m.kept)+1)
		for _, k := range m.kept {
			row = append(row, e.product(j, k))
		}
		m.substitute(row)
		own := e.product(j, j)
		rest := own - dot(row, row)
		if rest > dependent*own {
			m.kept, m.factor = append(m.kept, j), append(m.factor, append(row, math.Sqrt(rest)))
		}
	}
	return m
}

// product is Σ c_ij c_ik.
func (e equations) product(j, k int) (sum float64) {
	for i, p := range e.pi {
		if p > 0 {
			sum += float64(e.x[j][i] / p * (e.x[k][i] / p))
		}
	}
	return sum
}

// substitute turns v into L⁻¹v.
func (m metric) substitute(v []float64) {
	for r := range v {
		v[r] = (v[r] - dot(m.factor[r][:r], v[:r])) / m.factor[r][r]
	}
}

// coordinates returns L⁻¹c of the given units, a slice for every kept variable.
func (m metric) coordinates(units []int) [][]float64 {
	z := make([][]float64, len(m.kept))
	for r := range z {
		z[r] = make([]float64, len(units))
	}
	column := make([]float64, len(m.kept))
	for k, u := range units {
		for r, j := range m.kept {
			column[r] = m.x[j][u] / m.pi[u]
		}
		m.substitute(column)
		for r, v := range column {
			z[r][k] = v
		}
	}
	return z
}

// dot rounds every product before it is added.
func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}
