package analysis

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Estimate gives the estimates of a statistic with their covariance by Taylor linearisation: that of the totals of its
// linearised variables. Stages of the design enter as they do in Design.Totals. Weights that were fitted to totals
// leave the residuals of the linearised variables in their place.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.5; Binder (1983), International
// Statistical Review 51:279-292.
func (s *Sample) Estimate(st Statistic, domain []bool) *Estimates {
	w := inDomain(s.weights, domain)
	values := st.Values(w)
	u := st.Influence(w, values)
	e := newEstimates(w, values, u)
	e.DF = s.DF(domain)
	e.Cov, e.Notes = s.covariance(w, u)
	e.settle()
	return e
}

// covariance is that of the totals Σ wu; w is 0 outside the domain.
func (s *Sample) covariance(w []float64, u [][]float64) (*mat.SymDense, Notes) {
	if len(u) == 0 {
		return &mat.SymDense{}, 0
	}
	z := make([][]float64, len(u))
	for j, v := range u {
		row := weightedRows(w, v)
		for _, a := range slices.Backward(s.adjust) { // the last step is the outermost function of the weights
			a.residuals(row)
		}
		z[j] = s.unitSums(row)
	}
	member := make([]bool, s.tree.units())
	for i, u := range s.unit {
		member[u] = member[u] || w[i] != 0
	}
	return s.tree.covariance(z, member)
}

// unitSums adds up values over the rows of every unit of the last stage. Any order of rows gives the same bits.
func (s *Sample) unitSums(z []float64) []float64 {
	units := s.tree.units()
	if longest(s.rows.first) <= 1 {
		out := make([]float64, units)
		for i, u := range s.unit {
			out[u] = z[i]
		}
		return out
	}
	return sumByCell(z, s.unit, units)
}

// covariance is the covariance matrix of the totals of some variables. z[j][u] is the weighted and linearised sum of
// variable j over unit u of the last stage; member tells which of these units have a row in the domain.
func (t *tree) covariance(z [][]float64, member []bool) (*mat.SymDense, Notes) {
	w := &covarianceWalk{t: t, z: transposed(z, t.units()), p: len(z), member: member}
	w.first, w.within = mat.NewSymDense(w.p, nil), mat.NewSymDense(w.p, nil)
	for h := range int32(t.stages[0].strata()) {
		w.stratum(h)
	}
	w.settle()
	w.first.AddSym(w.first, w.within)
	return w.first, w.notes
}

// transposed turns columns into rows, one a unit.
func transposed(z [][]float64, units int) [][]float64 {
	flat, rows := make([]float64, units*len(z)), make([][]float64, units)
	for u := range rows {
		rows[u] = flat[u*len(z) : (u+1)*len(z) : (u+1)*len(z)]
		for j := range z {
			rows[u][j] = z[j][u]
		}
	}
	return rows
}

// A covarianceWalk carries vectors of sums up the stages, as a varianceWalk does numbers by cell.
type covarianceWalk struct {
	t      *tree
	z      [][]float64 // by unit of the last stage
	p      int
	member []bool        // by unit of the last stage: whether it is in the domain
	first  *mat.SymDense // first stage
	within *mat.SymDense // further stages
	strata int           // that count
	lonely []lonelyVectors
	psus   int
	total  []float64
	notes  Notes
}

// lonelyVectors are the PSUs of a lonely stratum.
type lonelyVectors struct {
	z [][]float64
	f float64
}

// stratum goes through a stratum of the first stage.
func (w *covarianceWalk) stratum(h int32) {
	level := &w.t.stages[0]
	n, f := level.sampled(h), level.fraction(h)
	z, members := w.units(0, h, 1)
	counts := members > 0
	if counts {
		w.strata++
		w.psus += n
		w.notes |= w.t.notes(h)
		w.total = plus(w.total, sumOf(z, w.p))
	}
	switch {
	case f == 1:
	case counts && w.t.isLonely(n, members, f):
		w.lonely = append(w.lonely, lonelyVectors{z, f})
	case n > 1:
		addSpread(w.first, (1-f)*expansion(n), z, meanOf(z, w.p))
	}
}

// units are the vectors of the units of a stratum, and how many of them are in the domain; what varies below them is
// added on the way. within is the product of the sampling fractions of the strata above.
func (w *covarianceWalk) units(s int, h int32, within float64) (z [][]float64, members int) {
	level := &w.t.stages[s]
	from, to := level.firstUnit[h], level.firstUnit[h+1]
	if s == w.t.last() {
		z, members = w.z[from:to], trues(w.member[from:to])
	} else {
		for u := from; u < to; u++ {
			v, below := w.unit(s, u, within*level.fraction(h))
			z, members = append(z, v), members+min(below, 1)
		}
	}
	if w.t.anonymous && s == w.t.last() {
		z = sortedVectors(z)
	}
	return z, members
}

// unit is the vector of a unit above the last stage, and how many of the units below it are in the domain.
func (w *covarianceWalk) unit(s int, u int32, within float64) (all []float64, members int) {
	all = make([]float64, w.p)
	from, to := w.t.strata(s+1, u)
	level := &w.t.stages[s+1]
	for g := from; g < to; g++ {
		z, below := w.units(s+1, g, within)
		all, members = plus(all, sumOf(z, w.p)), members+below
		if within == 0 {
			continue
		}
		n := level.sampled(g)
		if below > 0 {
			w.notes |= level.notes(g)
		}
		if n > 1 && level.population[g] > 0 {
			addSpread(w.within, within*(1-level.fraction(g))*expansion(n), z, meanOf(z, w.p))
		}
	}
	return all, members
}

// settle applies the policy for lonely strata to the covariance of the first stage.
func (w *covarianceWalk) settle() {
	if len(w.lonely) == 0 {
		return
	}
	w.notes |= LonelyPolicy
	switch w.t.lonely {
	case LonelyFail:
		w.notes ^= LonelyPolicy | SinglePSU
		w.first.ScaleSym(math.NaN(), w.first)
	case LonelyAverage:
		w.first.ScaleSym(float64(w.strata)/float64(w.strata-len(w.lonely)), w.first)
	case LonelyAdjust:
		mean := scaled(w.total, 1/float64(w.psus))
		for _, l := range w.lonely {
			scale := 1 - l.f
			if len(l.z) > 1 {
				scale *= expansion(len(l.z))
			}
			addSpread(w.first, scale, l.z, mean)
		}
	}
}

// addSpread adds to m the scaled Σ (z - mean)(z - mean)'.
func addSpread(m *mat.SymDense, scale float64, z [][]float64, mean []float64) {
	raw := m.RawSymmetric()
	dev := make([]float64, len(mean))
	for _, v := range z {
		for j := range dev {
			dev[j] = v[j] - mean[j]
		}
		for i, d := range dev {
			if d == 0 {
				continue
			}
			row := raw.Data[i*raw.Stride : i*raw.Stride+raw.N]
			for j := i; j < len(dev); j++ {
				row[j] += scale * d * dev[j]
			}
		}
	}
}

func trues(list []bool) (n int) {
	for _, yes := range list {
		if yes {
			n++
		}
	}
	return n
}

func sumOf(z [][]float64, p int) []float64 {
	out := make([]float64, p)
	for _, v := range z {
		for j := range out {
			out[j] += v[j]
		}
	}
	return out
}

// meanOf is the mean of vectors; by deviations from the first one, so that of vectors that are just alike it is exact.
func meanOf(z [][]float64, p int) []float64 {
	out := make([]float64, p)
	for _, v := range z {
		for j := range out {
			out[j] += v[j] - z[0][j]
		}
	}
	for j := range out {
		out[j] = z[0][j] + out[j]/float64(len(z))
	}
	return out
}

func scaled(v []float64, by float64) []float64 {
	out := make([]float64, len(v))
	for j := range v {
		out[j] = v[j] * by
	}
	return out
}

// plus adds b to a; a may be nil.
func plus(a, b []float64) []float64 {
	if a == nil {
		return append([]float64(nil), b...)
	}
	for j := range a {
		a[j] += b[j]
	}
	return a
}
