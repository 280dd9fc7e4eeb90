package screen

import (
	"errors"
	"math"
)

// nested fits the model with units above by REML, and predicts all areas.
func (a Areas) nested() (*Fit, error) {
	m, err := a.nestedModel()
	if err != nil {
		return nil, err
	}
	u := m.newPass()
	tau2, err := m.maximise(u)
	if err != nil {
		return nil, err
	}
	m.up(tau2, u)
	s, _ := m.solve(u)
	f := &Fit{Beta: s.beta, Tau2: tau2, Used: len(m.z)}
	f.Areas = a.predict(m, u, s)
	s.beta[0] += m.centre
	for i := range f.Areas {
		e := &f.Areas[i]
		e.Prior, e.Value = e.Prior+m.centre, e.Value+m.centre
	}
	a.allowForVariances(m, f)
	return f, nil
}

// maximise finds the variances of the highest restricted likelihood, one after the other until none moves. Steps are
// on the scale of standard deviations, where 0 is a point like others.
func (m *nestedModel) maximise(u *pass) ([]float64, error) {
	tau := make([]float64, len(m.units)+1)
	tau2 := make([]float64, len(tau))
	at := func(l int, t float64) float64 {
		before := tau[l]
		tau[l] = t
		for k, v := range tau {
			tau2[k] = v * v
		}
		tau[l] = before
		m.up(tau2, u)
		s, ok := m.solve(u)
		if !ok {
			return math.NaN()
		}
		return s.likelihood
	}
	most := 2 * m.spread()
	for l := range tau {
		tau[l] = most / 4 / float64(len(tau))
	}
	if math.IsNaN(at(0, tau[0])) {
		return nil, errors.New("screen: a covariate depends on those before it in the areas with a value")
	}
	const rounds, precision = 60, 1e-5
	reach := most
	for range rounds {
		moved := 0.0
		for l := range tau {
			low, high := math.Max(0, tau[l]-reach), math.Min(most, tau[l]+reach)
			t := highest(func(t float64) float64 { return at(l, t) }, low, high, precision*most/10)
			moved, tau[l] = math.Max(moved, math.Abs(t-tau[l])), t
		}
		if moved < precision*most {
			break
		}
		reach = math.Min(reach, 4*moved)
	}
	for k, v := range tau {
		tau2[k] = v * v
	}
	return tau2, nil
}

// spread is the root mean square of the values about their mean.
func (m *nestedModel) spread() float64 {
	sum := 0.0
	for _, z := range m.z {
		sum += z[m.p] * z[m.p]
	}
	return math.Sqrt(sum / float64(len(m.z)))
}

// highest finds the maximum of a function with one, by the golden section; the lower end wins a tie, and 0 is it
// where the function is no higher elsewhere.
func highest(f func(float64) float64, low, high, precision float64) float64 {
	const golden = 0.6180339887498949
	start := low
	c, d := high-golden*(high-low), low+golden*(high-low)
	fc, fd := f(c), f(d)
	for high-low > precision {
		if fc >= fd {
			high, d, fd = d, c, fc
			c = high - golden*(high-low)
			fc = f(c)
		} else {
			low, c, fc = c, d, fd
			d = low + golden*(high-low)
			fd = f(d)
		}
	}
	best := (low + high) / 2
	if start == 0 && f(0) >= f(best) {
		return 0
	}
	return best
}
