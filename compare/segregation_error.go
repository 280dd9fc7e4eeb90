package compare

import "math"

// A SegregationEstimate is indices with what is known of them.
type SegregationEstimate struct {
	Segregation
	SE        Indices // areas taken as independent draws from a superpopulation of areas
	Random    Indices // that persons spread at random would show: see Randomness
	Corrected Indices // for Random

	influences []Indices // of areas
}

// EstimateSegregation measures segregation with standard errors by the infinitesimal jackknife over areas, and
// corrected for what chance alone shows in areas of n persons each; nil is x + y. It panics where areas differ in
// number.
//
// The standard error is that of another set of areas like these. It holds what sampling adds within areas, as far as
// areas are sampled independently, but says nothing of the error that all areas share. With few areas it is too small.
//
// Jaeckel (1972), The Infinitesimal Jackknife, Bell Laboratories; Cortese, Falk and Cohen (1976), American Sociological
// Review 41:630-637, for the correction.
func EstimateSegregation(x, y, n []float64) SegregationEstimate {
	s, order := segregated(x, y)
	e := SegregationEstimate{Segregation: s, SE: noIndices(), Random: noIndices(), Corrected: noIndices()}
	if order == nil {
		return e
	}
	e.influences = influencesOf(x, y, s, order)
	var sums Indices
	for _, z := range e.influences {
		sums.add(z.times(z))
	}
	e.SE = sums.rootOf(e.Areas)
	e.Random = Randomness(x, y, n)
	e.Corrected = e.Indices.above(e.Random, e.X/(e.X+e.Y))
	return e
}

// ChangeTo is the difference to the indices of other groups over the same areas, these less ours, with its standard
// error: areas are drawn with both. It panics where areas differ in number.
func (e SegregationEstimate) ChangeTo(later SegregationEstimate) (change, se Indices) {
	if e.influences == nil || later.influences == nil {
		return noIndices(), noIndices()
	}
	if len(e.influences) != len(later.influences) {
		panic("compare: segregation over different numbers of areas")
	}
	var sums Indices
	for i, z := range later.influences {
		d := z.minus(e.influences[i])
		sums.add(d.times(d))
	}
	return later.Indices.minus(e.Indices), sums.rootOf(max(e.Areas, later.Areas))
}

// An influence is by how much the indices grow with the weight of an area.
type influence struct {
	x, y    []float64
	s       Segregation
	p       float64
	entropy float64 // of all
	within  float64 // mean of that of areas
	moved   [2]float64
	gini    []float64 // Σⱼ |xᵢyⱼ - xⱼyᵢ|/(XY)
}

// influencesOf gives the influence of every area; that of an empty one is 0.
func influencesOf(x, y []float64, s Segregation, order []ranked) []Indices {
	f, out := newInfluence(x, y, s, order), make([]Indices, len(x))
	for i := range x {
		if t := x[i] + y[i]; t > 0 {
			out[i] = f.of(x[i], y[i], t, i)
		}
	}
	return out
}

func newInfluence(x, y []float64, s Segregation, order []ranked) *influence {
	f := &influence{x: x, y: y, s: s, p: s.X / (s.X + s.Y), gini: make([]float64, len(x))}
	f.entropy = entropyOfTwo(f.p)
	f.within = f.entropy * (1 - s.TheilH)
	for i := range x {
		sign := f.sign(i)
		f.moved[0] += sign * x[i] / s.X
		f.moved[1] += sign * y[i] / s.Y
	}
	belowX, belowY := 0.0, 0.0
	for _, r := range order {
		i := r.area
		fx, fy := x[i]/s.X, y[i]/s.Y
		f.gini[i] = fx*belowY - fy*belowX + fy*(1-belowX-fx) - fx*(1-belowY-fy)
		belowX, belowY = belowX+fx, belowY+fy
	}
	return f
}

func (f *influence) sign(i int) float64 { return math.Copysign(1, f.x[i]/f.s.X-f.y[i]/f.s.Y) }

func (f *influence) of(x, y, t float64, i int) (z Indices) {
	all, p := f.s.X+f.s.Y, f.p
	share := (x - p*t) / all // of P
	sign := f.sign(i)
	z.Dissimilarity = (sign*(x/f.s.X-y/f.s.Y) - x/f.s.X*f.moved[0] + y/f.s.Y*f.moved[1]) / 2
	z.Isolation = (x*x/t - f.s.Isolation*x) / f.s.X
	z.Interaction = -z.Isolation
	z.Eta2 = (z.Isolation-share)/(1-p) + (f.s.Isolation-p)/((1-p)*(1-p))*share
	z.TheilH = -t/all*(entropyOfTwo(x/t)-f.within)/f.entropy + f.within/(f.entropy*f.entropy)*math.Log((1-p)/p)*share
	z.Gini = f.gini[i] - f.s.Gini*(x/f.s.X+y/f.s.Y)
	return z
}

func (a *Indices) add(b Indices) {
	a.Dissimilarity, a.Isolation = a.Dissimilarity+b.Dissimilarity, a.Isolation+b.Isolation
	a.Interaction, a.Eta2 = a.Interaction+b.Interaction, a.Eta2+b.Eta2
	a.TheilH, a.Gini = a.TheilH+b.TheilH, a.Gini+b.Gini
}

func (a Indices) times(b Indices) Indices {
	return Indices{
		a.Dissimilarity * b.Dissimilarity, a.Isolation * b.Isolation, a.Interaction * b.Interaction, a.Eta2 * b.Eta2,
		a.TheilH * b.TheilH, a.Gini * b.Gini,
	}
}

func (a Indices) minus(b Indices) Indices {
	return Indices{
		a.Dissimilarity - b.Dissimilarity, a.Isolation - b.Isolation, a.Interaction - b.Interaction, a.Eta2 - b.Eta2,
		a.TheilH - b.TheilH, a.Gini - b.Gini,
	}
}

// rootOf are standard errors of sums of squared influences over n areas; none of one area.
func (a Indices) rootOf(n int) Indices {
	if n < 2 {
		return noIndices()
	}
	root := func(x float64) float64 { return math.Sqrt(x * float64(n) / float64(n-1)) }
	return Indices{
		root(a.Dissimilarity), root(a.Isolation), root(a.Interaction), root(a.Eta2), root(a.TheilH), root(a.Gini),
	}
}
