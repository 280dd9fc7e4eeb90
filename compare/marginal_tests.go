package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/mat"
)

// Bowker is the test of symmetry: as many persons go from category i to j as from j to i,
//
//	Σ i<j (nij - nji)²/(nij + nji)
//
// chi-square on K(K-1)/2 degrees of freedom. It is NaN where nobody is in either of two cells, of which the sum can say
// nothing; BowkerOccupied is then the test. With two categories it is McNemar's, without correction.
//
// Bowker (1948), Journal of the American Statistical Association 43:572-574. R mcnemar.test.
func (t CrossTable) Bowker() analysis.TestResult {
	pairs := t.K() * (t.K() - 1) / 2
	x, _ := t.asymmetry(pairs)
	return chiSquare(x, pairs)
}

// Symmetry is the test of R's mcnemar.test: Bowker's for three categories or more, and for two McNemar's with
// continuity correction, as Discordant.Corrected has it.
func (t CrossTable) Symmetry() analysis.TestResult {
	if t.K() == 2 {
		return t.Discordant(0).Corrected()
	}
	return t.Bowker()
}

// BowkerOccupied is the test of symmetry over the pairs of categories between which somebody goes at all; their number
// is the degrees of freedom. It is NaN where there is none. Where the pairs have few persons each the distribution is
// not chi-square, and the test finds too little.
func (t CrossTable) BowkerOccupied() analysis.TestResult {
	return chiSquare(t.asymmetry(0))
}

// asymmetry adds up over the pairs with somebody in them, and says how many these are; where they are fewer than want,
// what is missing makes the sum NaN.
func (t CrossTable) asymmetry(want int) (x float64, occupied int) {
	for i := range t.n {
		for j := range i {
			if both := float64(t.n[i][j] + t.n[j][i]); both > 0 {
				apart := float64(t.n[i][j] - t.n[j][i])
				x += apart * apart / both
				occupied++
			}
		}
	}
	if occupied < want {
		x = math.NaN()
	}
	return x, occupied
}

// StuartMaxwell is the test that both sources have the same persons by category on the whole (marginal homogeneity),
//
//	d'V⁻d,  di = ni· - n·i,  vii = ni· + n·i - 2nii,  vij = -(nij + nji)
//
// V has no inverse, since Σd = 0; categories between which nobody goes, directly or over others, make it more singular.
// V⁻ is then a generalised inverse, which any gives the same statistic: categories are parted into sets between which
// nobody goes, and one is left out of each. The degrees of freedom are the K categories less the sets, K-1 where all
// hang together; P is NaN where they are 0. A category that nobody is in, or of which nobody disagrees, is a set of its
// own, and so counts for nothing.
//
// Stuart (1955), Biometrika 42:412-416; Maxwell (1970), British Journal of Psychiatry 116:651-655.
func (t CrossTable) StuartMaxwell() analysis.TestResult {
	x, df := 0.0, 0
	for _, set := range t.connected() {
		rest := set[1:]
		df += len(rest)
		x += t.marginalDistance(rest)
	}
	return chiSquare(x, df)
}

// marginalDistance is d'V⁻¹d over some categories of a connected set, not all: V is then positive definite.
func (t CrossTable) marginalDistance(categories []int) float64 {
	k := len(categories)
	if k == 0 {
		return 0
	}
	d, v := mat.NewVecDense(k, nil), mat.NewSymDense(k, nil)
	for a, i := range categories {
		d.SetVec(a, float64(t.rows[i]-t.cols[i]))
		v.SetSym(a, a, float64(t.rows[i]+t.cols[i]-2*t.n[i][i]))
		for b, j := range categories[:a] {
			v.SetSym(a, b, -float64(t.n[i][j]+t.n[j][i]))
		}
	}
	var c mat.Cholesky
	var solved mat.VecDense
	if !c.Factorize(v) || c.SolveVecTo(&solved, d) != nil {
		return math.NaN()
	}
	return mat.Dot(d, &solved)
}

// connected parts the categories into sets between which nobody goes.
func (t CrossTable) connected() (sets [][]int) {
	in := make([]bool, t.K())
	var gather func(set []int, i int) []int
	gather = func(set []int, i int) []int {
		in[i] = true
		set = append(set, i)
		for j := range t.n {
			if !in[j] && t.n[i][j]+t.n[j][i] > 0 {
				set = gather(set, j)
			}
		}
		return set
	}
	for i := range t.n {
		if !in[i] {
			sets = append(sets, gather(nil, i))
		}
	}
	return sets
}

// chiSquare is a test by a chi-square statistic.
func chiSquare(x float64, df int) analysis.TestResult {
	n := float64(df)
	return analysis.TestResult{Statistic: x, Distribution: analysis.ChiSquare, NDF: n, P: analysis.ChiSquareTail(x, n)}
}
