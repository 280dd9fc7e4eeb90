package compare

import "math"

// A setting is what holds of all distances of a pair of compositions.
type setting struct {
	p, q       []float64
	all        [2]float64 // persons
	n          [2]float64 // effective
	oneBy      [2]float64 // 1/n
	total      float64    // 1/n of both: the variance of a difference of shares is p(1-p) times it
	categories float64    // that are not empty on both sides
	freedom    float64    // categories - 1
	df         float64    // of the scale
	empty      [2]bool    // a category that the other side has
}

// share are the shares of a category. near are those that errors are worked out at: the side with an error borrows half
// a person a category from the other, so that an empty category of a sample is not taken for surely empty.
func (c *setting) share(i int) (p, q, nearP, nearQ float64) {
	p, q = c.p[i]/c.all[0], c.q[i]/c.all[1]
	return p, q, c.borrowed(p, q, 0), c.borrowed(q, p, 1)
}

func (c *setting) borrowed(own, other float64, side int) float64 {
	if c.oneBy[side] == 0 {
		return own
	}
	half := c.categories / 2 * c.oneBy[side]
	return (own + half*other) / (1 + half)
}

// settingOf looks at both compositions.
func settingOf(p, q Composition) (c setting, notes DistanceNote) {
	c = setting{p: p.Persons, q: q.Persons, n: [2]float64{p.N, q.N}, oneBy: [2]float64{1 / p.N, 1 / q.N}}
	c.total = c.oneBy[0] + c.oneBy[1]
	for i, x := range c.p {
		y := c.q[i]
		c.all[0], c.all[1] = c.all[0]+x, c.all[1]+y
		if x > 0 || y > 0 {
			c.categories++
		}
		c.empty[0], c.empty[1] = c.empty[0] || x == 0 && y > 0, c.empty[1] || y == 0 && x > 0
	}
	c.freedom = c.categories - 1
	c.df = c.freedom * degreesOf(p, q)
	if !(c.all[0] > 0) || !(c.all[1] > 0) {
		return c, NobodyThere
	}
	return c, c.notes()
}

func (c *setting) notes() (notes DistanceNote) {
	if c.freedom < 1 {
		return OneCategory
	}
	if c.empty[0] || c.empty[1] {
		notes |= HalfPersons
	}
	switch perCategory := 1 / (c.total * c.categories); {
	case !(c.df > 0) || math.IsNaN(c.total):
		notes |= NoPrecision
		c.oneBy, c.total = [2]float64{}, 0
	case perCategory < 1:
		notes |= TooFew
	case perCategory < 5:
		notes |= FewPersons
	}
	if perCategory := 1 / (c.total * c.categories); perCategory >= 1 && perCategory < 20 && c.categories > 2 {
		notes |= RoughInterval
	}
	return notes
}

// degreesOf are the degrees of freedom of the sum of both errors, by Satterthwaite.
func degreesOf(p, q Composition) float64 {
	a, b := 1/p.N, 1/q.N
	switch {
	case !(a > 0) && !(b > 0):
		return math.Inf(1)
	case !(a > 0):
		return q.DF
	case !(b > 0):
		return p.DF
	}
	return (a + b) * (a + b) / (a*a/p.DF + b*b/q.DF)
}

// halved is a share with half a person more in every category, where the side has an empty one.
func (c *setting) halved(share float64, side int) float64 {
	if !c.empty[side] {
		return share
	}
	n := c.n[side]
	if c.oneBy[side] == 0 {
		n = c.all[side] // a complete count has its persons
	}
	return (n*share + 0.5) / (n + c.categories/2)
}

// sure takes away the slopes of a side without an error, which may be infinite.
func (c *setting) sure(s slopes) slopes {
	if c.oneBy[0] == 0 {
		s.p, s.pp = 0, 0
	}
	if c.oneBy[1] == 0 {
		s.q, s.qq = 0, 0
	}
	return s
}

// few brings second derivatives to what they say in categories of few persons.
func (c *setting) few(ratios []float64, p, q float64, s slopes) slopes {
	s = c.sure(s)
	if c.oneBy[0] > 0 {
		s.pp *= at(ratios, p/c.oneBy[0])
	}
	if c.oneBy[1] > 0 {
		s.qq *= at(ratios, q/c.oneBy[1])
	}
	return s
}

// variance is that of a difference of shares, or of cumulated ones.
func (c *setting) variance(p, q float64) float64 { return p*(1-p)*c.oneBy[0] + q*(1-q)*c.oneBy[1] }
