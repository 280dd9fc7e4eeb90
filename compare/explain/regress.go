package explain

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// sign fits the signatures of all areas, shrinks them, and leaves the rest.
func (x *Explanation) sign(s *signatures, left, variance []float64) {
	fits := x.fits(s, left, variance)
	own := x.own(s, fits)
	p := len(s.names)
	spreads := make([]spread, p)
	for k := range spreads {
		spreads[k] = spreadOf(own.theta[k], own.variance[k])
	}
	at := len(x.Parts)
	levels := nans(x.data.Areas())
	for k, name := range s.names {
		x.Parts = append(x.Parts, x.signature(name, k, s, fits, own, spreads[k], levels))
	}
	x.leave(s, fits, own, spreads, x.Parts[at:], left, variance)
}

// fits regresses area by area, and finds the scale of chance: samples together, and complete counts together.
func (x *Explanation) fits(s *signatures, left, variance []float64) []fit {
	d := x.data
	fits, shape := make([]fit, d.Areas()), d.structure()
	var ratios [2][]float64
	for i := range fits {
		if x.df[i] = math.NaN(); !d.speaks(i) {
			continue
		}
		expected := d.row(x.expected, i)
		shape.expected(d.row(d.Register[x.Definitions.Chosen[i]], i), d.Total[i], expected)
		fits[i] = s.fit(d.row(left, i), expected)
		if x.Fitted[i] = fits[i].ok && x.noises[i].known(); x.Fitted[i] {
			ratios[kindOf(x.noises[i])] = append(ratios[kindOf(x.noises[i])], fits[i].ratio/x.noises[i].kappa)
		}
	}
	df := float64(d.Groups() - len(s.names))
	scales := [2]moderation{moderate(ratios[0], df), moderate(ratios[1], df)}
	for i := range fits {
		if x.Fitted[i] {
			x.judge(i, &fits[i], scales[kindOf(x.noises[i])], df, d.row(variance, i))
		}
	}
	return fits
}

// judge sets the scale of chance of an area: moderated, and its own where that is more, since what no signature explains
// must not be taken for one. The error of parts taken out before is added where it is more than the fit shows.
func (x *Explanation) judge(i int, f *fit, scale moderation, df float64, variance []float64) {
	n := x.noises[i]
	ratio, degrees := scale.of(f.ratio/n.kappa, df)
	x.scale[i], x.df[i] = math.Max(ratio*n.kappa, f.ratio), degrees
	total := sumOf(x.data.row(x.expected, i))
	x.common[i] = (n.common*x.data.Total[i]*x.data.Total[i] + sumOf(variance)) / (total * total)
}

// estimates are those of areas, by signature; NaN where there is none.
type estimates struct{ theta, variance, df, z [][]float64 }

func (x *Explanation) own(s *signatures, fits []fit) *estimates {
	n, e := x.data.Areas(), new(estimates)
	for k := range s.names {
		theta, variance, df, z := nans(n), nans(n), nans(n), nans(n)
		for i := range fits {
			if !x.Fitted[i] {
				continue
			}
			theta[i] = fits[i].theta[k]
			variance[i], df[i] = x.scale[i]*fits[i].cov[k][k], x.df[i]
			test := x.scale[i] * fits[i].test[k][k]
			if k == 0 {
				test += x.common[i] * x.levelled(i)
				variance[i], df[i] = levelError(variance[i], df[i], x.common[i], x.noises[i].df)
			}
			z[i] = theta[i] / math.Sqrt(test)
		}
		e.theta, e.variance = append(e.theta, theta), append(e.variance, variance)
		e.df, e.z = append(e.df, df), append(e.z, z)
	}
	return e
}

// levelled is what to take of the common part of the variance in a test of the level. It goes by the census as it is, and in
// proportion to persons: where the census is too small by chance, so is its error.
func (x *Explanation) levelled(i int) float64 {
	total := x.data.Total[i]
	root := (math.Sqrt(sumOf(x.data.row(x.expected, i))) + math.Sqrt(total)) / 2
	return math.Max(1, root*root/total)
}

// levelError adds the common part of the sampling variance, with degrees of freedom by Satterthwaite.
func levelError(variance, df, common, commonDF float64) (sum, degrees float64) {
	sum = variance + common
	inverse := variance*variance/df + common*common/commonDF
	if inverse == 0 {
		return sum, math.Inf(1)
	}
	return sum, sum * sum / inverse
}

// signature is the part of a signature: shrunk persons, and a test of the area's own. The first is that of the level, which
// it writes to levels; the shares of the others are of those expected at it.
func (e *Explanation) signature(name string, k int, s *signatures, fits []fit, own *estimates, usual spread, levels []float64) Part {
	d := e.data
	p := newPart(name, d.Areas(), d.Groups())
	p.Own, p.OwnSE, p.ShrunkZ = nans(d.Areas()), nans(d.Areas()), nans(d.Areas())
	for i := range fits {
		if p.Basis[i] = DesignBased; e.noises[i].complete {
			p.Basis[i] = OfCount
		}
		if !e.Fitted[i] {
			p.unknown(i, d.Groups())
			continue
		}
		x := usual.shrunk(own.theta[k][i], own.variance[k][i])
		theta, se, size := x.value, math.Sqrt(x.variance), 1.0
		if k == 0 {
			levels[i] = theta
		} else {
			size = math.Max(leastLeft, 1-levels[i])
		}
		for g, persons := range d.row(e.expected, i) {
			c := i*d.Groups() + g
			p.Persons[c], p.SE[c] = exact(theta*s.x[k][g]*persons*size), se*s.x[k][g]*persons*size
		}
		p.total(i, d.Groups())
		base := fits[i].base[k] * size
		p.TotalSE[i], p.DF[i] = se*base, own.df[k][i]
		p.Own[i] = own.theta[k][i] * base
		p.OwnSE[i], p.ShrunkZ[i] = math.Sqrt(own.variance[k][i])*base, x.z
		p.Z[i] = own.z[k][i]
		p.P[i] = 2 * analysis.UpperTail(math.Abs(p.Z[i]), own.df[k][i])
	}
	return p
}

// leave makes the rest: the difference less all parts.
func (x *Explanation) leave(s *signatures, fits []fit, own *estimates, spreads []spread, signed []Part, left, variance []float64) {
	d := x.data
	p := newPart(Unexplained, d.Areas(), d.Groups())
	for i := range fits {
		if p.Basis[i] = DesignBased; x.noises[i].complete {
			p.Basis[i] = OfCount
		}
		if !d.speaks(i) {
			continue
		}
		for g := range d.Groups() {
			c := i*d.Groups() + g
			rest := left[c]
			for k := range signed {
				rest -= signed[k].Persons[c]
			}
			p.Persons[c] = rest
		}
		p.total(i, d.Groups())
		p.Total[i] += x.unknownAge(i)
		p.DF[i] = x.df[i]
		x.restErrors(s, &fits[i], own, spreads, &p, i, variance)
	}
	x.Parts = append(x.Parts, p)
}

// unknownAge is the difference in total that no age group has: persons of unknown age, and of published figures what
// groups do not add up to. What rounding makes of the sum of groups is none.
func (x *Explanation) unknownAge(i int) float64 {
	d := x.data
	chosen := x.Definitions.Chosen[i]
	sum := exact(d.RegisterTotal[chosen][i] - d.Total[i])
	for g := range d.Groups() {
		c := i*d.Groups() + g
		sum -= exact(d.Register[chosen][c] - d.Census[c])
	}
	if math.Abs(sum) <= float64(d.Groups()+1)/perUnit {
		return 0
	}
	return sum
}

// restErrors are those of the rest. With a' = a - a* the error of what was left for the signatures, of variance V,
// A = cov θ̂, Λ the part of an estimate that is kept and B the variance between areas, the rest is off by
// a' - Xθ̃ + Xθ*, so that
//
//	Var = V + X {ΛAΛ + (I-Λ)B(I-Λ) - 2AΛ} X'
//
// and the variance of parts taken out before is added.
func (x *Explanation) restErrors(s *signatures, f *fit, own *estimates, spreads []spread, p *Part, i int, variance []float64) {
	d := x.data
	if !x.Fitted[i] {
		p.unknown(i, d.Groups())
		return
	}
	m := x.restMatrix(f, own, spreads, i)
	k := len(s.names)
	expected := d.row(x.expected, i)
	var column [mostSignatures]float64
	total, given := 0.0, 0.0
	for g, e := range expected {
		for j := range k {
			column[j] = s.x[j][g] * e
		}
		c := i*d.Groups() + g
		v := x.scale[i]*e + x.noises[i].common*e*e + quadratic(m, &column, k)
		p.SE[c] = math.Sqrt(math.Max(0, v) + variance[c])
		total, given = total+e, given+variance[c]
	}
	v := x.scale[i]*total + x.noises[i].common*total*total + quadratic(m, &f.base, k)
	p.TotalSE[i] = math.Sqrt(math.Max(0, v) + given)
}

// restMatrix is ΛAΛ + (I-Λ)B(I-Λ) - AΛ - ΛA.
func (x *Explanation) restMatrix(f *fit, own *estimates, spreads []spread, i int) *square {
	m := new(square)
	for a := range spreads {
		keepA := spreads[a].shrunk(own.theta[a][i], own.variance[a][i]).keep
		for b := range spreads {
			keepB := spreads[b].shrunk(own.theta[b][i], own.variance[b][i]).keep
			cov := x.scale[i] * f.cov[a][b]
			if a == 0 && b == 0 {
				cov += x.noises[i].common
			}
			m[a][b] = cov * (keepA*keepB - keepA - keepB)
		}
		m[a][a] += (1 - keepA) * (1 - keepA) * spreads[a].between
	}
	return m
}

func quadratic(m *square, v *[mostSignatures]float64, p int) (sum float64) {
	for a := range p {
		for b := range p {
			sum += v[a] * m[a][b] * v[b]
		}
	}
	return sum
}
