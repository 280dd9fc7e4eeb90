package screen

import (
	"math"
	"slices"
	"sort"
)

// A Rank is the place of an area among all, 1 for the largest value.
type Rank struct {
	Expected     float64 // mean of the rank; NaN for an area without a value
	Lower, Upper float64 // whole ranks between which it lies with the probability asked for
}

// Ranks are the ranks of areas whose values are uncertain, as independent normal distributions with the given means and
// standard errors (shrunken ones, so that the places of small areas are not noise):
//
//	E[rank of i] = 1 + Σ over j≠i of P(θj > θi)
//
// Given θi = x the rank is 1 and a Poisson-binomial count with mean G(x) = Σ P(θj > x) and variance Σ P(1-P), taken
// as normal; it is averaged over x at 32 points. G is found once, on points that lie where the areas do, so that n
// areas take about 500·n steps rather than n². An expected rank is within some 0.1 % of n of the sum; of a handful of
// areas, some of them known far better than others, within 3 % of n.
//
// An expected rank is drawn to the middle where nothing is known, and is no whole number: order by it for a league
// table. An area without a value or error has NaN. It panics where the slices differ in length.
//
// Laird and Louis (1989), Journal of Educational Statistics 14:29-46; Lin, Louis, Paddock and Ridgeway (2006), Bayesian
// Analysis 1:915-946.
func Ranks(value, se []float64, level float64) []Rank {
	if len(value) != len(se) {
		panic("screen: values and standard errors differ in length")
	}
	z, weight := normalPoints()
	c := crowdOf(value, se)
	ranks := make([]Rank, len(value))
	mean, sd := make([]float64, len(z)), make([]float64, len(z))
	for i, v := range value {
		if math.IsNaN(v + se[i]) {
			ranks[i] = Rank{nan, nan, nan}
			continue
		}
		sum := 0.0
		for k, zk := range z {
			x := v + se[i]*zk
			g, variance := c.above(x)
			own := normalAbove(zk) // of the area itself, which is in G
			if se[i] == 0 {
				own = 0.5
			}
			mean[k], sd[k] = 1+math.Max(0, g-own), math.Sqrt(math.Max(0, variance-own*(1-own)))
			sum += weight[k] * mean[k]
		}
		ranks[i].Expected = sum
		ranks[i].Lower = rankQuantile(mean, sd, weight, (1-level)/2, c.n)
		ranks[i].Upper = rankQuantile(mean, sd, weight, (1+level)/2, c.n)
	}
	return ranks
}

// normalPoints are points of the standard normal distribution with their weights: even steps, which integrate what is
// smooth to many digits.
func normalPoints() (z, weight []float64) {
	const points, reach = 32, 4.5
	sum := 0.0
	for k := range points {
		x := reach * (2*(float64(k)+0.5)/points - 1)
		z, weight = append(z, x), append(weight, math.Exp(-x*x/2))
		sum += weight[k]
	}
	for k := range weight {
		weight[k] /= sum
	}
	return z, weight
}

// rankQuantile is the lowest rank at or under which the mean of the distribution functions, each normal with half a
// rank for continuity, is p.
func rankQuantile(mean, sd, weight []float64, p float64, n int) float64 {
	below := func(r int) float64 {
		sum := 0.0
		for k, m := range mean {
			switch d := float64(r) + 0.5 - m; {
			case d > 6*sd[k]:
				sum += weight[k]
			case d > -6*sd[k]:
				sum += weight[k] * (1 - normalAbove(d/sd[k]))
			}
		}
		return sum
	}
	return float64(1 + sort.Search(n-1, func(r int) bool { return below(r+1) >= p }))
}

// A crowd is how many areas lie above a point, on average and in variance, between which it is a straight line.
type crowd struct {
	n              int
	at             []float64
	mean, variance []float64
}

func crowdOf(value, se []float64) *crowd {
	const most = 400
	c := &crowd{}
	var ends []float64
	for i, v := range value {
		if math.IsNaN(v + se[i]) {
			continue
		}
		c.n++
		for _, z := range []float64{-4, -2.5, -1.5, -0.75, 0, 0.75, 1.5, 2.5, 4} {
			ends = append(ends, v+z*se[i])
		}
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	points := min(len(ends), most)
	for k := range points {
		c.at = append(c.at, ends[k*(len(ends)-1)/max(1, points-1)])
	}
	c.at = slices.Compact(c.at)
	c.mean, c.variance = make([]float64, len(c.at)), make([]float64, len(c.at))
	for i, v := range value {
		if !math.IsNaN(v + se[i]) {
			c.add(v, se[i])
		}
	}
	return c
}

// add counts an area in. Far from it, it is above or not.
func (c *crowd) add(v, se float64) {
	for k, x := range c.at {
		switch z := (x - v) / se; {
		case x < v && (se == 0 || z < -6):
			c.mean[k]++
		case x == v && se == 0:
			c.mean[k] += 0.5
			c.variance[k] += 0.25
		case se > 0 && z < 6:
			p := normalAbove(z)
			c.mean[k] += p
			c.variance[k] += p * (1 - p)
		case x > v:
			return
		}
	}
}

// above is how many areas lie above x.
func (c *crowd) above(x float64) (mean, variance float64) {
	k := sort.SearchFloat64s(c.at, x)
	switch {
	case k == len(c.at):
		return 0, 0
	case c.at[k] == x:
		return c.mean[k], c.variance[k]
	case k == 0:
		return float64(c.n), 0
	}
	share := (x - c.at[k-1]) / (c.at[k] - c.at[k-1])
	return c.mean[k-1] + share*(c.mean[k]-c.mean[k-1]), c.variance[k-1] + share*(c.variance[k]-c.variance[k-1])
}
