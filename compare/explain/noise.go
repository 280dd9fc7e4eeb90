package explain

import "math"

// A noise is the sampling variance of the age groups of an area in two numbers. Persons of an area are sampled
// together, so its groups go up and down together when more or larger enumeration areas are drawn; beyond that they
// scatter about as counts do:
//
//	V = κ diag(E) + v EE'
//
// E are the persons expected in the groups. v comes from the errors of groups sₖ and that of the total S,
//
//	v = (S² - Σs²) / (C² - ΣCg²),  κ = (Σs² - vΣCg²) / C
//
// and neither is let below 0. A common correlation of groups would say the same of groups of one size; this says it of
// unequal ones.
type noise struct {
	kappa, common, df float64
	complete          bool // a complete count: κ is 1, and the scale of chance is found from the areas
}

// leastKappa is the least part of Σs²/C that κ may be.
const leastKappa = 0.1

// noises are those of all areas; where the census does not state its error κ is NaN.
func (d *Data) noises() []noise {
	all := make([]noise, d.Areas())
	for i := range all {
		if d.TotalSE[i] == 0 {
			all[i] = noise{kappa: 1, df: math.Inf(1), complete: true}
			continue
		}
		all[i] = noiseOf(d.row(d.Census, i), d.row(d.SE, i), d.TotalSE[i], d.DF[i])
	}
	return all
}

func noiseOf(census, se []float64, totalSE, df float64) noise {
	c, squares, variances := 0.0, 0.0, 0.0
	for g, v := range census {
		c, squares = c+v, squares+v*v
		if v > 0 {
			variances += se[g] * se[g]
		}
	}
	n := noise{df: df}
	if c*c > squares {
		n.common = math.Max(0, (totalSE*totalSE-variances)/(c*c-squares))
	}
	n.kappa = math.Max((variances-n.common*squares)/c, leastKappa*variances/c)
	if !(n.kappa > 0) || !(df > 0) || math.IsNaN(n.common) {
		n.kappa = math.NaN()
	}
	return n
}

// known tells whether there is anything to test with.
func (n noise) known() bool { return n.kappa > 0 }
