package sampling

import "math"

// A conditioned design is a Poisson design conditional on its size, with samples made more or less likely by a sum over
// their units:
//
//	P(s) ∝ (b + Σ_{k∈s} c_k) Π_{k∈s} p_k Π_{k∉s} q_k,  |s| = n,  q = 1 - p
//
// Conditional Poisson sampling is b = 1, c = 0; Sampford's is b = 0, c = 1 - p; Pareto sampling is b = 0 and c an
// integral. With the points z and φ of contour.go, G_k = p_k·z/(q_k + p_k·z) and T = b + Σ c_k·G_k,
//
//	π_k·C  = Σ_z z^-n φ (T·G_k + c_k(1 - G_k)G_k),  C = Σ_z z^-n φ T
//	π_kl·C = Σ_z z^-n φ (T·G_k·G_l + c_k(1 - G_k)G_k·G_l + c_l(1 - G_l)G_l·G_k)
//
// The sums are of order 1 beside C; π of order 1e-7 keep their digits since G has the factor p.
//
// Bondesson, Traat and Lundqvist (2006), Scandinavian Journal of Statistics 33:699-720, for the three designs in one
// form.
type conditioned struct {
	member [][]complexNumber // G of a unit, over the points
	tilt   [][]complexNumber // c(1 - G)G of a unit; nil where c is
	weight []complexNumber   // z^-n φ/C
	common []complexNumber   // z^-n φ T/C
}

// newConditioned takes q beside p, as 1 - p would lose the digits of a small q. A nil c stands for zeros.
func newConditioned(p, q []float64, n int, b float64, c []float64) *conditioned {
	points := contour(len(p), n, dot(p, q))
	g := &conditioned{member: make([][]complexNumber, len(p))}
	total := make([]complexNumber, len(points))
	for j := range total {
		total[j].re = b
	}
	for k := range p {
		g.member[k] = make([]complexNumber, len(points))
		for j, z := range points {
			g.member[k][j] = z.member(p[k], q[k])
			if c != nil {
				total[j] = total[j].plus(g.member[k][j].times(c[k]))
			}
		}
	}
	g.weigh(points, p, q, total)
	g.tilts(c)
	return g
}

// weigh gives the points their weights; total is T.
func (g *conditioned) weigh(points []contourPoint, p, q []float64, total []complexNumber) {
	c := 0.0
	for j, z := range points {
		g.weight = append(g.weight, z.generating(p, q).product(z.share))
		c += realProduct(g.weight[j], total[j])
	}
	for j := range g.weight {
		g.weight[j] = g.weight[j].times(1 / c)
		g.common = append(g.common, g.weight[j].product(total[j]))
	}
}

func (g *conditioned) tilts(c []float64) {
	for k, v := range c {
		tilt := make([]complexNumber, len(g.weight))
		for j, x := range g.member[k] {
			tilt[j] = x.product(complexNumber{1 - x.re, -x.im}).times(v)
		}
		g.tilt = append(g.tilt, tilt)
	}
}

// single is π_k.
func (g *conditioned) single(k int) float64 {
	sum := 0.0
	for j, x := range g.member[k] {
		sum += realProduct(g.common[j], x)
		if g.tilt != nil {
			sum += realProduct(g.weight[j], g.tilt[k][j])
		}
	}
	return sum
}

// pair is π_kl of two different units. Rounding may leave a value that should be 0, or π_k, a little beyond.
func (g *conditioned) pair(k, l int) float64 {
	a, b := g.member[k], g.member[l]
	sum := 0.0
	for j := range a {
		sum += realProduct(g.common[j], a[j].product(b[j]))
	}
	if g.tilt != nil {
		for j := range a {
			both := g.tilt[k][j].product(b[j]).plus(g.tilt[l][j].product(a[j]))
			sum += realProduct(g.weight[j], both)
		}
	}
	return sum
}

// conditionedPairs are the pairs of a conditioned design of the open units, of which there are none if it is nil. What
// should be 0 or π_k may come out a little beyond by rounding; that is cut off.
func (f fixedSize) conditionedPairs(g *conditioned) Pairs {
	return f.pairs(func(k, l int) float64 {
		most := math.Min(f.pi[f.open[k]], f.pi[f.open[l]])
		return math.Max(0, math.Min(g.pair(k, l), most))
	})
}
