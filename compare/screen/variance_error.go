package screen

import "math"

// A place among the variances that the data allow.
type place struct {
	tau2   []float64
	weight float64
}

// allowForVariances sets the standard errors of a fit: of its values, with all variances averaged over.
func (a Areas) allowForVariances(m *nestedModel, f *Fit) {
	u := m.newPass()
	mse, values := make([]float64, len(f.Areas)), f.Areas
	for _, at := range m.places(f.Tau2, u) {
		m.up(at.tau2, u)
		s, ok := m.solve(u)
		if !ok {
			continue
		}
		for i, e := range a.predict(m, u, s) {
			off := e.Value + m.centre - values[i].Value
			mse[i] += at.weight * (e.SE + off*off)
		}
	}
	for i, v := range mse {
		f.Areas[i].SE = math.Sqrt(v)
	}
}

// places are the midpoints of a grid over the standard deviations, as far as the likelihood reaches to each side of its
// maximum when the others stay, with weights that add up to 1.
func (m *nestedModel) places(tau2 []float64, u *pass) []place {
	const points = 5
	levels := len(m.units) + 1
	mode := make([]float64, levels)
	copy(mode, tau2) // without units above, the one that stands for none has no variance
	likelihood := func(tau2 []float64) float64 {
		m.up(tau2, u)
		s, ok := m.solve(u)
		if !ok {
			return math.Inf(-1)
		}
		return s.likelihood
	}
	top := likelihood(mode)
	all := []place{{tau2: mode}}
	for l := range len(tau2) {
		low, high := m.reach(mode, l, top, likelihood)
		var next []place
		for _, p := range all {
			for k := range points {
				t := low + (high-low)*(float64(k)+0.5)/points
				q := place{append([]float64(nil), p.tau2...), p.weight}
				q.tau2[l] = t * t
				if l == 0 {
					q.weight += math.Log(t) // flat for τ²
				}
				next = append(next, q)
			}
		}
		all = next
	}
	return normalised(all, top, likelihood)
}

// normalised turns logarithms of priors into weights that add up to 1.
func normalised(all []place, top float64, likelihood func([]float64) float64) []place {
	sum := 0.0
	kept := all[:0]
	for _, p := range all {
		p.weight = math.Exp(p.weight + likelihood(p.tau2) - top)
		sum += p.weight
		kept = append(kept, p)
	}
	const least = 1e-4
	some := kept[:0]
	left := 0.0
	for _, p := range kept {
		if p.weight > least*sum {
			some, left = append(some, p), left+p.weight
		}
	}
	for i := range some {
		some[i].weight /= left
	}
	return some
}

// reach is between which standard deviations of a level the logarithm of the likelihood is within 4.5 of its top, three
// standard errors of it, and no farther than four times the spread of the values.
func (m *nestedModel) reach(mode []float64, l int, top float64, likelihood func([]float64) float64) (low,
	high float64) {
	at := func(t float64) float64 {
		tau2 := append([]float64(nil), mode...)
		tau2[l] = t * t
		return likelihood(tau2) - top + 4.5
	}
	centre, most := math.Sqrt(mode[l]), 4*m.spread()
	edge := func(in, out float64) float64 {
		if at(out) >= 0 {
			return out
		}
		for range 12 {
			if middle := (in + out) / 2; at(middle) >= 0 {
				in = middle
			} else {
				out = middle
			}
		}
		return out
	}
	return edge(centre, 0), edge(centre, math.Max(most, 2*centre))
}
