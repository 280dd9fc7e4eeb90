package analysis

import "gonum.org/v1/gonum/mat"

// A regressionStep takes from weighted linearised values what a regression on auxiliary variables tells of them,
//
//	z → z - a x'B,  B = M⁻¹ Σ c x z
//
// with M the sum of m x x' over rows, part by part. Calibration has a = w, c = r/w and m = r: see ResidualWeights.
// Models of response have others.
//
// Deville and Särndal (1992), Journal of the American Statistical Association 87:376-382, section 3.
type regressionStep struct {
	profiles *profiles
	parts    []stepPart
	take     []float64 // a, by row
	give     []float64 // c, by row
}

// A stepPart is a part with the columns that count, and its M.
type stepPart struct {
	b      *block
	basis  *basis
	matrix mat.Cholesky

	// rounds is how often Gauss and Seidel's method goes through the columns in place of solving; 0 solves. The columns
	// are then all there are.
	rounds int
	gram   *mat.SymDense
}

// newRegressionStep makes a step; m is by profile and not below 0.
func newRegressionStep(p *profiles, m, take, give []float64) *regressionStep {
	s := &regressionStep{profiles: p, take: take, give: give, parts: make([]stepPart, p.parts)}
	for part := range s.parts {
		whole := p.part(part, m, make([]float64, p.p))
		at := &s.parts[part]
		at.basis = newBasis(whole)
		at.b = whole.reduced(at.basis.columns, at.basis.scale)
		if at.b.columns() > 0 {
			at.matrix.Factorize(at.b.gram(at.b.d)) // its rank is full: the columns were chosen so
		}
	}
	return s
}

// residuals replaces weighted linearised values, one a row, by their residuals. Values are those under the final
// weights, 0 outside the domain.
func (s *regressionStep) residuals(z []float64) {
	p := s.profiles
	v := make([]float64, len(z))
	for i, x := range z {
		v[i] = s.give[i] * x
	}
	sums := sumByCell(v, p.of, len(p.q))
	fitted := make([]float64, len(p.q))
	for part := range s.parts {
		at := &s.parts[part]
		from, to := p.begin[part], p.begin[part+1]
		copy(fitted[from:to], at.b.predictor(at.solve(at.b.totals(sums[from:to]))))
	}
	for i := range z {
		// The conversion forbids a fused multiply-add, which would leave a residual of what is told in full.
		z[i] -= float64(s.take[i] * fitted[p.of[i]])
	}
}

// solve is M⁻¹ of a vector, in the scaled columns.
func (at *stepPart) solve(right []float64) []float64 {
	switch {
	case len(right) == 0:
		return nil
	case at.rounds > 0:
		return gaussSeidel(at.gram, right, at.rounds)
	}
	var out mat.VecDense
	// The only error is a Condition, with which the solution is given all the same.
	_ = at.matrix.SolveVecTo(&out, mat.NewVecDense(len(right), right))
	return out.RawVector().Data
}

// byRounds takes rounds through all columns in place of solving. As the columns of a margin have nothing in common, a
// round takes the means by margin out, one margin after the other.
func (s *regressionStep) byRounds(rounds int, m []float64) {
	p := s.profiles
	for part := range s.parts {
		at := &s.parts[part]
		whole := p.part(part, m, make([]float64, p.p))
		at.basis = everything(whole)
		at.b = whole.reduced(at.basis.columns, at.basis.scale)
		at.gram, at.rounds = at.b.gram(at.b.d), rounds
	}
}

// everything is the columns of a block of which there is something, as they are.
func everything(b *block) *basis {
	out := &basis{}
	for j, size := range b.size {
		if size > 0 {
			out.columns, out.scale = append(out.columns, j), append(out.scale, 1)
		}
	}
	return out
}

// gaussSeidel goes through the equations mx = right from x = 0, solving each for its own unknown.
func gaussSeidel(m *mat.SymDense, right []float64, rounds int) []float64 {
	x := make([]float64, len(right))
	for range rounds {
		for j := range x {
			left := right[j]
			for i, v := range x {
				if i != j {
					left -= m.At(i, j) * v
				}
			}
			x[j] = left / m.At(j, j)
		}
	}
	return x
}
