package analysis

import (
	"gonum.org/v1/gonum/mat"
)

// covariance is that of the totals Σz over units of the first phase, of both phases; e takes the place of z in the
// second.
func (t *TwoPhase) covariance(z, e [][]float64, member []bool) (*mat.SymDense, Notes) {
	if len(z) == 0 {
		return &mat.SymDense{}, 0
	}
	v, notes := t.first.tree.covariance(z, member)
	if t.joint != nil {
		form := t.first.tree.form()
		return symmetric(len(z), func(i, j int) float64 {
			return t.pairs(form, [2][]float64{z[i], z[j]}, [2][]float64{e[i], e[j]})
		}), notes
	}
	t.firstOfTaken(v, z, member)
	t.second(v, e)
	return v, notes
}

// pairs is the covariance of two totals as a sum over pairs, where the first phase has the variance of the form.
func (t *TwoPhase) pairs(form *treeForm, z, e [2][]float64) (sum float64) {
	for i, k := range t.taken {
		for j, l := range t.taken {
			ratio := t.pi[i] * t.pi[j] / t.joint.At(i, j)
			sum += z[0][k]*z[1][l]*form.at(k, l)*ratio + e[0][k]*e[1][l]*(1-ratio)
		}
	}
	return sum
}

// firstOfTaken makes of v, which is the first-phase covariance as if the units not taken had been 0, its estimate from
// the taken ones. With Akl as in TwoPhase, and c = π2kl/(π2k π2l), which is 1 but for k = l, and for pairs of one
// stratum g under simple random sampling,
//
//	Σkl Akl zk zl/c = Σkl Akl zk zl + Σg (1/cg - 1)(Σkl in g Akl zk zl - Σk in g Akk zk²) - Σk Akk (1-π2k) zk²
func (t *TwoPhase) firstOfTaken(v *mat.SymDense, z [][]float64, member []bool) {
	form := t.first.tree.form()
	for i, k := range t.taken {
		addSquare(v, -form.at(k, k)*(1-t.pi[i]), z, k)
	}
	if !t.simple {
		return
	}
	for g := range t.size {
		n, m := float64(t.size[g]), float64(t.drawn[g])
		if m == n {
			continue
		}
		more := (n-1)*m/(n*(m-1)) - 1
		inStratum, _ := t.first.tree.covariance(t.only(z, int32(g)), member)
		inStratum.ScaleSym(more, inStratum)
		v.AddSym(v, inStratum)
		for i, k := range t.taken {
			if t.stratum[i] == int32(g) {
				addSquare(v, -more*form.at(k, k), z, k)
			}
		}
	}
}

// second adds the covariance of the second phase.
func (t *TwoPhase) second(v *mat.SymDense, e [][]float64) {
	if !t.simple {
		for i, k := range t.taken {
			addSquare(v, 1-t.pi[i], e, k)
		}
		return
	}
	strata := make([][][]float64, len(t.size))
	for i, k := range t.taken {
		strata[t.stratum[i]] = append(strata[t.stratum[i]], rowOf(e, k))
	}
	for g, units := range strata {
		if m, n := len(units), t.size[g]; m < n {
			addSpread(v, (1-float64(m)/float64(n))*expansion(m), units, meanOf(units, len(e)))
		}
	}
}

// only are the values of units of one stratum of the second phase, 0 for others.
func (t *TwoPhase) only(z [][]float64, g int32) [][]float64 {
	out := make([][]float64, len(z))
	for j := range z {
		out[j] = make([]float64, len(z[j]))
		for i, k := range t.taken {
			if t.stratum[i] == g {
				out[j][k] = z[j][k]
			}
		}
	}
	return out
}

// addSquare adds the scaled zz' of a unit.
func addSquare(v *mat.SymDense, scale float64, z [][]float64, k int32) {
	addSpread(v, scale, [][]float64{rowOf(z, k)}, make([]float64, len(z)))
}
