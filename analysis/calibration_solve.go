package analysis

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// A solution of a block is g of every profile.
type solution struct {
	g          []float64
	lambda     []float64
	iterations int
	miss       float64 // of the total furthest off, relative to its size
	impossible bool    // λ proves that no g within the bounds has the totals
}

// missAllowed is how far from its target a total may be, relative to its size, after a calibration.
const missAllowed = 1e-10

func (s *solution) converged() bool { return s.miss <= missAllowed }

// A dualProblem is the concave function whose maximum is the calibration,
//
//	D(λ) = T'λ - Σ (d/q) Φ(q x'λ) - ½ρ|λ|²,  Φ' = F
//
// ρ is 0 unless the totals may be missed: then the miss is ρλ.
type dualProblem struct {
	b   *block
	f   distance
	rho float64
}

// at gives D at λ with what its derivatives need.
func (d *dualProblem) at(lambda []float64) dualPoint {
	p := dualPoint{lambda: lambda, v: d.b.predictor(lambda)}
	p.g, p.slope = make([]float64, len(p.v)), make([]float64, len(p.v))
	w := make([]float64, len(p.v))
	for k, v := range p.v {
		var integral float64
		p.g[k], p.slope[k], integral = d.f.at(d.b.q[k] * v)
		part := d.b.d[k] / d.b.q[k] * integral
		p.value -= part
		p.size += math.Abs(part)
		w[k] = d.b.d[k] * p.g[k]
	}
	p.totals = d.b.totals(w)
	p.gradient = make([]float64, len(lambda))
	for j, l := range lambda {
		p.gradient[j] = d.b.target[j] - p.totals[j] - d.rho*l
		p.value += d.b.target[j]*l - d.rho*l*l/2
		p.size += math.Abs(d.b.target[j] * l)
	}
	return p
}

type dualPoint struct {
	lambda, v, g, slope []float64
	totals, gradient    []float64
	value, size         float64 // D, and the size of what it is the sum of
}

// solve finds the maximum of the dual by Newton's method, halving steps that go too far.
func (d *dualProblem) solve(start []float64, maxIterations int) *solution {
	point := d.at(start)
	s := &solution{g: point.g, lambda: start, miss: d.miss(&point)}
	for s.miss > 1e-15 && s.iterations < maxIterations {
		s.iterations++
		next, moved := d.step(&point)
		miss := d.miss(&next)
		if !moved || s.miss <= missAllowed && !(miss < s.miss/2) {
			break
		}
		point = next
		s.g, s.lambda, s.miss = point.g, point.lambda, miss
		if s.impossible = d.proves(&point); s.impossible {
			break
		}
	}
	return s
}

// miss is how far the gradient is from 0, in shares of the totals.
func (d *dualProblem) miss(p *dualPoint) (worst float64) {
	for j, g := range p.gradient {
		worst = larger(worst, math.Abs(g)/d.b.size[j])
	}
	return worst
}

// step goes from a point towards the maximum.
func (d *dualProblem) step(p *dualPoint) (next dualPoint, moved bool) {
	direction, ok := d.direction(p)
	if !ok {
		return *p, false
	}
	rise := 0.0
	for j, g := range p.gradient {
		rise += g * direction[j]
	}
	lambda := make([]float64, len(direction))
	for length := 1.0; length > 1e-12; length /= 2 {
		for j := range lambda {
			lambda[j] = p.lambda[j] + length*direction[j]
		}
		// What is gained near the maximum is less than the rounding of D.
		next = d.at(append([]float64(nil), lambda...))
		if next.value >= p.value+1e-4*length*rise-1e-13*p.size {
			return next, true
		}
	}
	return *p, false
}

// direction is Newton's. Where too many units are at a bound for the slopes to tell one, those units are taken as if
// they could still move a little.
func (d *dualProblem) direction(p *dualPoint) ([]float64, bool) {
	w := make([]float64, len(p.slope))
	for _, least := range []float64{0, 1e-6, 1e-2} {
		for k, s := range p.slope {
			w[k] = d.b.d[k] * d.b.q[k] * max(s, least)
		}
		h := d.b.gram(w)
		for j := range p.lambda {
			h.SetSym(j, j, h.At(j, j)+d.rho)
		}
		var chol mat.Cholesky
		if !chol.Factorize(h) || chol.Cond() > 1e14 {
			continue
		}
		var out mat.VecDense
		if err := chol.SolveVecTo(&out, mat.NewVecDense(len(p.gradient), p.gradient)); err == nil {
			return out.RawVector().Data, true
		}
	}
	return nil, false
}

// proves tells whether λ proves the totals out of reach: no g within the bounds brings Σ d g x'λ up to T'λ.
func (d *dualProblem) proves(p *dualPoint) bool {
	if d.rho > 0 || math.IsInf(d.f.lower, -1) {
		return false
	}
	want, most, size := 0.0, 0.0, 0.0
	for j, l := range p.lambda {
		want += l * d.b.target[j]
		size += math.Abs(l * d.b.target[j])
	}
	for k, v := range p.v {
		if d.b.d[k] == 0 {
			continue
		}
		m := d.b.d[k] * d.f.most(v)
		most += m
		size += math.Abs(m)
	}
	return want-most > 1e-9*size
}
