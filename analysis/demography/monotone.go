package demography

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// A spline graduates by a monotone cubic spline through the cumulated counts of the closed groups.
//
// The slopes b at the bounds of the groups, with widths h and mean counts a year S = counts/h, solve
//
//	b₍ᵢ₋₁₎/h₍ᵢ₋₁₎ + 2bᵢ(1/h₍ᵢ₋₁₎ + 1/hᵢ) + b₍ᵢ₊₁₎/hᵢ = 3(S₍ᵢ₋₁₎/h₍ᵢ₋₁₎ + Sᵢ/hᵢ)
//
// and, at the ends, give the outer cubics the third derivative of the cubic through the four outer bounds (Forsythe,
// Malcolm and Moler 1977, Computer Methods for Mathematical Computations, chapter 4). They are linear in the counts.
// They are then cut to 0 ≤ bᵢ ≤ 3 min(S₍ᵢ₋₁₎, Sᵢ), which makes the spline rise (Hyman 1983, SIAM Journal on Scientific
// and Statistical Computing 4:645-654): the graduation is linear piece by piece, and its matrix at given counts is
// exact as long as no other slope comes to be cut.
type spline struct {
	groups Groups
	width  []float64
	slopes *mat.Dense // bounds by closed groups, before they are cut
}

func newSpline(g Groups) *spline {
	s := &spline{groups: g}
	for i := range g.Closed() {
		s.width = append(s.width, float64(g.Above(i)-g.Start[i]))
	}
	if n := len(s.width); n > 1 {
		left, right := s.system()
		s.slopes = mat.NewDense(n+1, n, nil)
		if err := s.slopes.Solve(left, right); err != nil {
			panic("demography: the equations of a spline have no solution: " + err.Error())
		}
	}
	return s
}

// system is the equations of the slopes: left times slopes is right times counts.
func (s *spline) system() (left, right *mat.Dense) {
	n, h := len(s.width), s.width
	left, right = mat.NewDense(n+1, n+1, nil), mat.NewDense(n+1, n, nil)
	for i := 1; i < n; i++ {
		left.Set(i, i-1, 1/h[i-1])
		left.Set(i, i, 2/h[i-1]+2/h[i])
		left.Set(i, i+1, 1/h[i])
		right.Set(i, i-1, 3/(h[i-1]*h[i-1]))
		right.Set(i, i, 3/(h[i]*h[i]))
	}
	s.end(left, right, 0, 0, 1)
	s.end(left, right, n, n-1, -1)
	return left, right
}

// end sets the equation of an end, b₀ + b₁ = 2S₀ + h₀² f[x₀,x₁,x₂,x₃]: bound is its row, group its outer group, and
// step leads inwards. With fewer than three groups the divided difference is taken for 0.
func (s *spline) end(left, right *mat.Dense, bound, group, step int) {
	h := func(i int) float64 { return s.width[group+i*step] }
	left.Set(bound, bound, 1)
	left.Set(bound, bound+step, 1)
	right.Set(bound, group, 2/h(0))
	if len(s.width) < 3 {
		return
	}
	outer, inner := h(0)+h(1), h(1)+h(2)
	by := h(0) * h(0) / (outer + inner - h(1))
	right.Set(bound, group, 2/h(0)+by/(outer*h(0)))
	right.Set(bound, group+step, -by*(1/outer+1/inner)/h(1))
	right.Set(bound, group+2*step, by/(inner*h(2)))
}

// graduate splits counts.
func (s *spline) graduate(counts []float64) Carried {
	singles := s.groups.Singles().Len()
	out := Carried{Value: make([]float64, singles), Jacobian: mat.NewDense(singles, len(counts), nil)}
	slopes := s.cut(counts)
	row := 0
	for i, h := range s.width {
		for year := 0.0; year < h; year++ {
			by := out.Jacobian.RawRowView(row)
			s.part(by, slopes, i, year/h, (year+1)/h)
			for j, d := range by {
				out.Value[row] += d * counts[j]
			}
			out.Value[row] = math.Max(out.Value[row], 0) // what is below is of rounding
			row++
		}
	}
	if s.groups.IsOpen() {
		out.Value[row] = counts[len(counts)-1]
		out.Jacobian.Set(row, len(counts)-1, 1)
	}
	return out
}

// cut gives the slopes, by bound and closed group, cut so that the spline rises.
func (s *spline) cut(counts []float64) *mat.Dense {
	n := len(s.width)
	if n < 2 {
		return nil
	}
	out := mat.DenseCopyOf(s.slopes)
	for i := range n + 1 {
		row := out.RawRowView(i)
		b := 0.0
		for j, d := range row {
			b += d * counts[j]
		}
		before, after := max(i-1, 0), min(i, n-1)
		low := before
		if counts[after]/s.width[after] < counts[before]/s.width[before] {
			low = after
		}
		most := 3 * counts[low] / s.width[low]
		if b >= 0 && b <= most {
			continue
		}
		clear(row)
		if b > most {
			row[low] = 3 / s.width[low]
		}
	}
	return out
}

// part adds the derivatives of the persons from u to v of group i, in parts of its width: the difference of the Hermite
// cubic
//
//	y₀ + (y₁-y₀)(3t²-2t³) + h b₀(t-2t²+t³) + h b₁(t³-t²)
func (s *spline) part(row []float64, slopes *mat.Dense, i int, u, v float64) {
	if slopes == nil { // one group: even
		row[i] += v - u
		return
	}
	r0, f0, l0 := hermite(u)
	r1, f1, l1 := hermite(v)
	row[i] += r1 - r0
	by0, by1 := s.width[i]*(f1-f0), s.width[i]*(l1-l0)
	below, above := slopes.RawRowView(i), slopes.RawRowView(i+1)
	for j, d := range below {
		row[j] += by0*d + by1*above[j]
	}
}

// hermite are the polynomials of the rise and of the slopes at the first and the last bound.
func hermite(t float64) (rise, first, last float64) {
	return t * t * (3 - 2*t), t * (1 - t) * (1 - t), t * t * (t - 1)
}
