package analysis

import "gonum.org/v1/gonum/mat"

// sparse are values at some places, in order; 0 elsewhere.
type sparse struct {
	at []int32
	v  []float64
}

// merged adds two of them.
func merged(a, b sparse) (out sparse) {
	switch {
	case len(a.at) == 0:
		return b
	case len(b.at) == 0:
		return a
	}
	i, j := 0, 0
	for i < len(a.at) || j < len(b.at) {
		switch {
		case j == len(b.at) || i < len(a.at) && a.at[i] < b.at[j]:
			out.at, out.v = append(out.at, a.at[i]), append(out.v, a.v[i])
			i++
		case i == len(a.at) || b.at[j] < a.at[i]:
			out.at, out.v = append(out.at, b.at[j]), append(out.v, b.v[j])
			j++
		default:
			out.at, out.v = append(out.at, a.at[i]), append(out.v, a.v[i]+b.v[j])
			i, j = i+1, j+1
		}
	}
	return out
}

// times is s multiplied by a number.
func (s sparse) times(by float64) sparse { return sparse{s.at, scaled(s.v, by)} }

// and appends values whose places begin at an offset past those there are.
func (s sparse) and(o sparse, offset int) sparse {
	for e, j := range o.at {
		s.at, s.v = append(s.at, j+int32(offset)), append(s.v, o.v[e])
	}
	return s
}

// between are the values at places from:to, which then begin at 0.
func (s sparse) between(from, to int) (out sparse) {
	for e, j := range s.at {
		if int(j) >= from && int(j) < to {
			out.at, out.v = append(out.at, j-int32(from)), append(out.v, s.v[e])
		}
	}
	return out
}

// minus is s - mb, of length n.
func (s sparse) minus(m *mat.Dense, b sparse, n int) (out sparse) {
	if m == nil || len(b.at) == 0 {
		return s
	}
	dense := make([]float64, n)
	for e, j := range s.at {
		dense[j] = s.v[e]
	}
	for i := range dense {
		for e, j := range b.at {
			dense[i] -= m.At(i, int(j)) * b.v[e]
		}
	}
	for i, v := range dense {
		if v != 0 {
			out.at, out.v = append(out.at, int32(i)), append(out.v, v)
		}
	}
	return out
}

// dot is the scalar product with a column of values at every place.
func (s sparse) dot(column []float64) float64 {
	products := make([]float64, len(s.at))
	for e, j := range s.at {
		products[e] = s.v[e] * column[j]
	}
	return sum(products)
}
