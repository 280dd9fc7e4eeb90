package plan

import "math"

// symmetric is a small symmetric matrix, stored whole. While square sums are added up only the lower triangle is kept;
// mirror completes it.
type symmetric struct {
	n int
	x []float64
}

func newSymmetric(n int) symmetric { return symmetric{n, make([]float64, n*n)} }

func (s symmetric) at(i, j int) float64 { return s.x[i*s.n+j] }

// add adds w·v·v' to the lower triangle.
func (s symmetric) add(w float64, v []float64) {
	if w == 0 {
		return
	}
	for i := range s.n {
		wv := w * v[i]
		row := s.x[i*s.n : i*s.n+i+1]
		for j := range row {
			row[j] += wv * v[j]
		}
	}
}

func (s symmetric) mirror() {
	for i := range s.n {
		for j := range i {
			s.x[j*s.n+i] = s.x[i*s.n+j]
		}
	}
}

// addBlock adds the upper left block of a larger matrix.
func (s symmetric) addBlock(of symmetric) {
	for i := range s.n {
		for j := range s.n {
			s.x[i*s.n+j] += of.at(i, j)
		}
	}
}

func (s symmetric) scale(by float64) {
	for i := range s.x {
		s.x[i] *= by
	}
}

// column copies the first entries of a column.
func (s symmetric) column(j int, to []float64) {
	for i := range to {
		to[i] = s.at(i, j)
	}
}

func (s symmetric) times(v []float64) []float64 {
	out := make([]float64, s.n)
	for i := range out {
		out[i] = dot(s.x[i*s.n:(i+1)*s.n], v)
	}
	return out
}

// form is v'Sv.
func (s symmetric) form(v []float64) float64 { return dot(v, s.times(v)) }

// trace is tr(ST).
func (s symmetric) trace(t symmetric) float64 { return dot(s.x, t.x) }

// sandwich is STS.
func (s symmetric) sandwich(t symmetric) symmetric {
	out := newSymmetric(s.n)
	for i := range s.n {
		half := t.times(s.x[i*s.n : (i+1)*s.n])
		for j := range s.n {
			out.x[i*s.n+j] = dot(half, s.x[j*s.n:(j+1)*s.n])
		}
	}
	return out
}

// singular is the share of a variable's own square sum below which what the others leave of it counts as nothing.
const singular = 1e-10

// inverse is a generalised inverse of a matrix of square sums, and its rank: variables that depend on those before them
// are left out. By sweeping one variable after another; Goodnight (1979), American Statistician 33:149-158.
func (s symmetric) inverse() (symmetric, int) {
	a, rank, out := symmetric{s.n, append([]float64(nil), s.x...)}, 0, make([]bool, s.n)
	for k := range s.n {
		d := a.at(k, k)
		if !(d > singular*s.at(k, k)) || math.IsInf(d, 1) {
			out[k] = true
			continue
		}
		rank++
		a.sweep(k, d)
	}
	for k := range s.n {
		for j := range s.n {
			if out[k] || out[j] {
				a.x[k*s.n+j] = 0
			}
		}
	}
	return a, rank
}

// sweep is one step of Gauss and Jordan on pivot d at k, after which the swept block is its inverse.
func (s symmetric) sweep(k int, d float64) {
	for i := range s.n {
		if i == k {
			continue
		}
		b := s.at(i, k) / d
		for j := range s.n {
			if j != k {
				s.x[i*s.n+j] -= b * s.at(k, j)
			}
		}
		s.x[i*s.n+k] = -b
	}
	for j := range s.n {
		s.x[k*s.n+j] /= d
	}
	s.x[k*s.n+k] = 1 / d
}
