package compare

import "math"

// A SegregationEstimate is indices with what is known of them.
type SegregationEstimate struct {
	Segregation
	SE        Indices // areas taken as independent draws from a superpopulation of areas
	Random    Indices // that persons spread at random would show: see Randomness
	Corrected Indices // for Random
}

// EstimateSegregation measures segregation with standard errors by the infinitesimal jackknife over areas, and corrected
// for what chance alone shows in areas of n persons each; nil is x + y. It panics where areas differ in number.
//
// The standard error is that of another set of areas like these. It holds what sampling adds within areas, as far as
// areas are sampled independently, but says nothing of the error that all areas share. With few areas it is too small.
//
// Jaeckel (1972), The Infinitesimal Jackknife, Bell Laboratories; Cortese, Falk and Cohen (1976), American Sociological
// Review 41:630-637, for the correction.
func EstimateSegregation(x, y, n []float64) SegregationEstimate {
	e := SegregationEstimate{Segregation: Segregate(x, y), SE: noIndices(), Random: noIndices(), Corrected: noIndices()}
	if math.IsNaN(e.Dissimilarity) {
		return e
	}
	f := newInfluence(x, y, e.Segregation)
	var sums Indices
	f.each(func(z Indices) { sums.add(z.times(z)) })
	e.SE = sums.rootOf(e.Areas)
	e.Random = Randomness(x, y, n)
	e.Corrected = e.Indices.above(e.Random, e.X/(e.X+e.Y))
	return e
}

// SegregationChange is the difference of the indices of two pairs of groups over the same areas, second less first, with
// its standard error: areas are drawn with both. It panics where areas differ in number.
func SegregationChange(x, y, laterX, laterY []float64) (change, se Indices) {
	a, b := Segregate(x, y), Segregate(laterX, laterY)
	if len(x) != len(laterX) {
		panic("compare: segregation over different numbers of areas")
	}
	change, se = b.Indices.minus(a.Indices), noIndices()
	if math.IsNaN(change.Dissimilarity) {
		return change, se
	}
	before := make([]Indices, 0, len(x))
	newInfluence(x, y, a).each(func(z Indices) { before = append(before, z) })
	var sums Indices
	i := 0
	newInfluence(laterX, laterY, b).each(func(z Indices) {
		d := z.minus(before[i])
		sums.add(d.times(d))
		i++
	})
	return change, sums.rootOf(max(a.Areas, b.Areas))
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

func newInfluence(x, y []float64, s Segregation) *influence {
	f := &influence{x: x, y: y, s: s, p: s.X / (s.X + s.Y), gini: make([]float64, len(x))}
	f.entropy = entropyOfTwo(f.p)
	f.within = f.entropy * (1 - s.TheilH)
	for i := range x {
		sign := f.sign(i)
		f.moved[0] += sign * x[i] / s.X
		f.moved[1] += sign * y[i] / s.Y
	}
	belowX, belowY := 0.0, 0.0
	for _, i := range byShare(x, y) {
		fx, fy := x[i]/s.X, y[i]/s.Y
		f.gini[i] = fx*belowY - fy*belowX + fy*(1-belowX-fx) - fx*(1-belowY-fy)
		belowX, belowY = belowX+fx, belowY+fy
	}
	return f
}

func (f *influence) sign(i int) float64 { return math.Copysign(1, f.x[i]/f.s.X-f.y[i]/f.s.Y) }

// each gives the influence of one area after the other; that of an empty one is 0.
func (f *influence) each(see func(Indices)) {
	for i := range f.x {
		t := f.x[i] + f.y[i]
		if t == 0 {
			see(Indices{})
			continue
		}
		see(f.of(f.x[i], f.y[i], t, i))
	}
}

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
