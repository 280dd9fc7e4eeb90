package compare

import "math"

// Hommel keeps the chance of a single false discovery when the tests are independent or positively dependent: it is
// the closed testing procedure with Simes's test, and finds at least what Hochberg finds. With
//
//	α(n) = min over i ≤ n of n·p(m-n+i)/i
//
// the p-value of Simes's test of the n largest, a set of more than k hypotheses is still accepted at rates below
// a(k) = max over n > k of α(n), and
//
//	p(i): min over k of max(a(k), k·p(i))
//
// α(n)/n is the least slope from the point (m-n, 0) to a point (j, p(j)) on its right, which is where the line touches
// the lower convex hull of these: all of them take m·log(m) steps.
//
// It misleads where tests are negatively dependent, as the shares of one whole are.
//
// Hommel (1988), Biometrika 75:383-386; Meijer, Krebs and Goeman (2019), Biometrical Journal 61:73-82.
func Hommel(p []float64) []float64 {
	return stepped(p, func(sorted []rankedP) {
		bound := simesBounds(sorted)
		k := len(sorted)
		for i := range sorted { // the best k falls as p rises
			v := sorted[i].p
			for k > 0 && math.Max(bound[k-1], float64(k-1)*v) <= math.Max(bound[k], float64(k)*v) {
				k--
			}
			sorted[i].p = math.Min(1, math.Max(v, math.Max(bound[k], float64(k)*v)))
		}
	})
}

// simesBounds are a(0), …, a(m).
func simesBounds(sorted []rankedP) []float64 {
	m := len(sorted)
	simes, hull := make([]float64, m+1), newHull(sorted)
	for n := 1; n <= m; n++ {
		hull.add(m - n)
		simes[n] = float64(n) * hull.slope(m-n)
	}
	bound := make([]float64, m+1)
	for k := m - 1; k >= 0; k-- {
		bound[k] = math.Max(bound[k+1], simes[k+1])
	}
	return bound
}

// A hull is the lower convex hull of the points (i+1, sorted[i].p) from one index on; its points are kept from the
// right to the left.
type hull struct {
	sorted []rankedP
	points []int32
}

func newHull(sorted []rankedP) *hull { return &hull{sorted: sorted} }

// between is the slope between two points.
func (h *hull) between(i, j int32) float64 { return (h.sorted[j].p - h.sorted[i].p) / float64(j-i) }

// add adds the point to the left of all others.
func (h *hull) add(i int) {
	left := int32(i)
	for n := len(h.points); n >= 2; n-- {
		if h.between(left, h.points[n-1]) < h.between(h.points[n-1], h.points[n-2]) {
			break
		}
		h.points = h.points[:n-1]
	}
	h.points = append(h.points, left)
}

// slope is the least slope from (x, 0), which is left of all points, to one of them: it falls along the hull up to the
// point where the line touches, and rises from there.
func (h *hull) slope(x int) float64 {
	from := func(at int) float64 {
		i := int(h.points[at])
		return h.sorted[i].p / float64(i+1-x)
	}
	low, high := 0, len(h.points)-1 // from the right to the left
	for low < high {
		if mid := (low + high) / 2; from(mid) <= from(mid+1) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return from(low)
}
