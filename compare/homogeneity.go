package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// test refers Pearson's statistic to F.
func (d *Distances) test(c *setting) {
	d.X2, d.G = 0, 0
	if c.total == 0 {
		d.X2, d.G = math.NaN(), math.NaN()
		return
	}
	weight := c.oneBy[1] / c.total // of p in the pooled shares
	for i := range c.p {
		p, q := c.certain(c.p[i]/c.all[0], 0), c.certain(c.q[i]/c.all[1], 1)
		m := weight*p + (1-weight)*q
		if m == 0 {
			continue
		}
		d.X2 += (p - q) * (p - q) / m / c.total
		d.G += c.likelihood(p, m, 0) + c.likelihood(q, m, 1)
	}
	d.NDF, d.DDF = c.freedom, c.df
	d.P = analysis.FTail(d.X2/d.NDF, d.NDF, d.DDF)
}

// certain is a share; of a side without an error, with half a person more in every category where one is empty, since
// chance is then measured by its shares.
func (c *setting) certain(share float64, side int) float64 {
	if c.oneBy[side] != 0 {
		return share
	}
	return c.halved(share, side)
}

// likelihood is 2n s log(s/m) of a side with an error.
func (c *setting) likelihood(share, pooled float64, side int) float64 {
	if c.oneBy[side] == 0 {
		return 0
	}
	return 2 * timesLog(share, share/pooled) / c.oneBy[side]
}
