package compare

import "math"

// A slopes is the first and second derivatives of a divergence Σ φ(p, q) by the shares of a category.
type slopes struct{ p, q, pp, qq float64 }

// A smooth adds up what the error of a divergence is made of, over categories.
type smooth struct {
	value                  float64
	bendP, bendQ           float64 // Σ φ" s(1-s) of the shares s
	slopeP, slopeQ         float64 // Σ s φ'
	steepnessP, steepnessQ float64 // Σ s φ'²
}

// add adds a category: the value of φ, and its derivatives with the shares they are at.
func (s *smooth) add(value, p, q float64, d slopes) {
	s.value += value
	s.bendP += d.pp * p * (1 - p)
	s.bendQ += d.qq * q * (1 - q)
	s.slopeP, s.slopeQ = s.slopeP+p*d.p, s.slopeQ+q*d.q
	s.steepnessP, s.steepnessQ = s.steepnessP+p*d.p*d.p, s.steepnessQ+q*d.q*d.q
}

// law is the distribution of the divergence: its bias ½ tr(HV), with H the second derivatives and V the covariances of
// shares; at 0 the noise of a chi-square with that mean; and far from it the variance by the delta method.
func (s *smooth) law(c *setting) squaredLaw {
	l := squaredLaw{bias: s.bendP*c.oneBy[0]/2 + s.bendQ*c.oneBy[1]/2, df: c.df}
	l.noise = 2 * l.bias * l.bias / c.freedom
	l.slope = 4 * l.bias / c.freedom
	if delta := s.delta(c); s.value > 0 && delta > 0 {
		l.slope = delta / s.value
	}
	return l
}

// delta is the variance by the delta method.
func (s *smooth) delta(c *setting) float64 {
	v := (s.steepnessP-s.slopeP*s.slopeP)*c.oneBy[0] + (s.steepnessQ-s.slopeQ*s.slopeQ)*c.oneBy[1]
	return math.Max(0, v)
}

// hellingerTerm is φ = ½ (√p - √q)².
func hellingerTerm(p, q float64) float64 {
	d := math.Sqrt(p) - math.Sqrt(q)
	return d * d / 2
}

// Its derivatives, but for ½ in both first ones, which shares that add up to 1 do not feel.
func hellingerSlopes(p, q float64) slopes {
	r := math.Sqrt(p / q)
	return slopes{p: -1 / (2 * r), q: -r / 2, pp: 1 / (4 * r * p), qq: r / (4 * q)}
}

// kullbackSlopes are the derivatives of φ = p log(p/q), with the logarithm given.
func kullbackSlopes(p, q, log float64) slopes {
	return slopes{p: log, q: -p / q, pp: 1 / p, qq: p / (q * q)}
}

// jeffreysSlopes are those of φ = (p - q) log(p/q).
func jeffreysSlopes(p, q, log float64) slopes {
	return slopes{p: log - q/p, q: -log - p/q, pp: 1/p + q/(p*p), qq: 1/q + p/(q*q)}
}

// shannonTerm is φ = ½ p log(p/m) + ½ q log(q/m), m = (p + q)/2.
func shannonTerm(p, q float64) float64 {
	m := (p + q) / 2
	return (timesLog(p, p/m) + timesLog(q, q/m)) / 2
}

func shannonSlopes(p, q float64) slopes {
	all := p + q
	return slopes{
		p: math.Log(2*p/all) / 2, q: math.Log(2*q/all) / 2, pp: q / (2 * p * all), qq: p / (2 * q * all),
	}
}

// cramerTerm is φ = ab (p - q)²/m, m = ap + bq, of a table of two rows that have the shares a and b of all persons:
// its sum is X²/N.
func cramerTerm(p, q, a, b float64) float64 {
	if m := a*p + b*q; m > 0 {
		return a * b * (p - q) * (p - q) / m
	}
	return 0
}

func cramerSlopes(p, q, a, b float64) slopes {
	m, e := a*p+b*q, q-p
	return slopes{
		p: a * b * (-2*e/m - a*e*e/(m*m)), q: a * b * (2*e/m - b*e*e/(m*m)),
		pp: 2 * a * b * q * q / (m * m * m), qq: 2 * a * b * p * p / (m * m * m),
	}
}
