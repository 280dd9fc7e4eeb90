package screen

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// nestedModel is areas in units in units:
//
//	y = Xβ + Σl Zl ul + u + e
//
// with independent normal effects of variance τ²[0] for areas and τ²[l] for units of level l, and known var(e). All
// that the likelihood needs are cross products weighed by V⁻¹, which one pass upwards gives: V of a unit is a block
// plus τ²·11', so by Sherman and Morrison
//
//	1'V⁻¹1 = S/(1+τ²S),  a'V⁻¹b = a'W⁻¹b - τ² (1'W⁻¹a)(1'W⁻¹b)/(1+τ²S),  |V| = |W| (1+τ²S)
//
// with W the block of what lies in the unit and S = 1'W⁻¹1.
type nestedModel struct {
	x      [][]float64 // by area: intercept and covariates
	z      [][]float64 // by area with a value: the same, and the value
	d      []float64   // its variance
	groups [][]int32   // its units, level by level
	units  []int       // units of every level
	parent [][]int32   // unit above of every unit; none at the top
	p      int         // covariates and intercept
	centre float64     // taken from the values, to keep their digits
}

func (a Areas) nestedModel() (*nestedModel, error) {
	m := &nestedModel{groups: make([][]int32, len(a.Groups)), units: make([]int, len(a.Groups))}
	m.x = a.design()
	if len(m.x) == 0 {
		return nil, errors.New("screen: no areas")
	}
	m.p = len(m.x[0])
	n := 0.0
	for i, y := range a.Value {
		if math.IsNaN(y) {
			continue
		}
		if v := a.Variance[i]; !(v > 0) || math.IsInf(v, 1) {
			return nil, fmt.Errorf("screen: variance of area %d is %v, want above 0 and finite", i, v)
		}
		m.z, m.d = append(m.z, append(slices.Clone(m.x[i]), y)), append(m.d, a.Variance[i])
		for l := range a.Groups {
			m.groups[l] = append(m.groups[l], a.Groups[l][i])
		}
		m.centre, n = m.centre+y, n+1
	}
	if len(m.z) <= m.p+len(a.Groups) {
		return nil, fmt.Errorf("screen: %d areas have a value, want more than %d for so many covariates and levels",
			len(m.z), m.p+len(a.Groups))
	}
	if len(a.Groups) == 0 {
		m.groups, m.units = [][]int32{make([]int32, len(m.z))}, []int{1}
	}
	m.centre /= n
	for _, z := range m.z {
		z[m.p] -= m.centre
	}
	return m, m.nest(a.Groups)
}

// nest finds the unit above every unit, of areas with and without a value.
func (m *nestedModel) nest(groups [][]int32) error {
	for l, of := range groups {
		for _, g := range of {
			m.units[l] = max(m.units[l], int(g)+1)
		}
		if l == 0 {
			continue
		}
		parent := make([]int32, m.units[l-1])
		for i := range parent {
			parent[i] = -1
		}
		for i, g := range groups[l-1] {
			if parent[g] >= 0 && parent[g] != of[i] {
				return fmt.Errorf("screen: unit %d of level %d lies in two units of the level above", g, l-1)
			}
			parent[g] = of[i]
		}
		m.parent = append(m.parent, parent)
	}
	return nil
}

// A pass is the cross products at given variances, and the sums of every unit that the predictions need.
type pass struct {
	tau2   []float64
	s0     [][]float64 // S of every unit, level by level
	s1     [][]float64 // 1'W⁻¹z of every unit, q figures each
	cross  []float64   // z'V⁻¹z, q by q, upper triangle
	logDet float64     // log |V|
}

func (m *nestedModel) newPass() *pass {
	q := m.p + 1
	u := &pass{cross: make([]float64, q*q)}
	for _, k := range m.units {
		u.s0, u.s1 = append(u.s0, make([]float64, k)), append(u.s1, make([]float64, k*q))
	}
	return u
}

// up fills a pass.
func (m *nestedModel) up(tau2 []float64, u *pass) {
	q := m.p + 1
	u.tau2 = tau2
	for l := range u.s0 {
		clear(u.s0[l])
		clear(u.s1[l])
	}
	clear(u.cross)
	s0, s1, group := u.s0[0], u.s1[0], m.groups[0]
	product, exponent := 1.0, 0
	for i, z := range m.z {
		v := tau2[0] + m.d[i]
		product *= v
		if product < 1e-200 || product > 1e200 { // log once for many factors
			f, e := math.Frexp(product)
			product, exponent = f, exponent+e
		}
		w := 1 / v
		g := int(group[i])
		s0[g] += w
		sums := s1[g*q : g*q+q]
		for j, a := range z {
			wa := w * a
			sums[j] += wa
			for k := j; k < q; k++ {
				u.cross[j*q+k] += wa * z[k]
			}
		}
	}
	u.logDet = math.Log(product) + float64(exponent)*math.Ln2
	for l := range u.s0 {
		m.upUnits(l, u)
	}
}

// upUnits takes the effects of the units of a level into account, and hands their sums to the units above.
func (m *nestedModel) upUnits(l int, u *pass) {
	q, t := m.p+1, u.tau2[l+1]
	for g, s := range u.s0[l] {
		by := 1 + t*s
		u.logDet += math.Log(by)
		sums := u.s1[l][g*q : g*q+q]
		for j, a := range sums {
			for k := j; k < q; k++ {
				u.cross[j*q+k] -= t / by * a * sums[k]
			}
		}
		if l+1 < len(u.s0) && m.parent[l][g] >= 0 {
			h := int(m.parent[l][g])
			u.s0[l+1][h] += s / by
			for j, a := range sums {
				u.s1[l+1][h*q+j] += a / by
			}
		}
	}
}

// A solution is β at given variances.
type solution struct {
	beta       []float64
	factor     []float64 // Cholesky factor of X'V⁻¹X, p by p, lower
	likelihood float64   // restricted, up to a constant
}

// solve fits β; ok is false where a covariate depends on those before it.
func (m *nestedModel) solve(u *pass) (s solution, ok bool) {
	p, q := m.p, m.p+1
	s.factor, s.beta = make([]float64, p*p), make([]float64, p)
	half := make([]float64, p) // L⁻¹X'V⁻¹y
	logDet, quadratic := 0.0, u.cross[p*q+p]
	for j := range p {
		for k := range j + 1 {
			sum := u.cross[k*q+j]
			for i := range k {
				sum -= s.factor[j*p+i] * s.factor[k*p+i]
			}
			if k < j {
				s.factor[j*p+k] = sum / s.factor[k*p+k]
				continue
			}
			if !(sum > 1e-10*u.cross[j*q+j]) {
				return s, false
			}
			s.factor[j*p+j] = math.Sqrt(sum)
			logDet += math.Log(sum)
		}
		half[j] = u.cross[j*q+p]
		for k := range j {
			half[j] -= s.factor[j*p+k] * half[k]
		}
		half[j] /= s.factor[j*p+j]
		quadratic -= half[j] * half[j]
	}
	for j := p - 1; j >= 0; j-- {
		sum := half[j]
		for k := j + 1; k < p; k++ {
			sum -= s.factor[k*p+j] * s.beta[k]
		}
		s.beta[j] = sum / s.factor[j*p+j]
	}
	s.likelihood = -(u.logDet + logDet + quadratic) / 2
	return s, true
}

// scaled is x'(X'V⁻¹X)⁻¹x; x is overwritten.
func (s solution) scaled(x []float64) (sum float64) {
	p := len(x)
	for j := range x {
		for k := range j {
			x[j] -= s.factor[j*p+k] * x[k]
		}
		x[j] /= s.factor[j*p+j]
		sum += x[j] * x[j]
	}
	return sum
}
