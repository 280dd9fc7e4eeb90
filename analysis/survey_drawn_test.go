package analysis_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// microdata are a stratified sample of clusters with variables of all kinds: a number, a positive number, a share, and
// two factors.
type microdata struct {
	columns       analysis.SampleColumns
	y, x          []float64
	binary        []float64
	first, second []int32 // of three categories and two
}

// drawMicrodata draws two strata of clusters, every category with somebody in it.
func drawMicrodata(t *rapid.T) microdata {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	var m microdata
	stage := analysis.StageColumns{}
	for cluster := range int32(rapid.IntRange(8, 14).Draw(t, "clusters")) {
		shift := rng.NormFloat64()
		for range 4 + rng.IntN(4) {
			stage.Unit, stage.Stratum = append(stage.Unit, cluster), append(stage.Stratum, cluster%2)
			stage.Population = append(stage.Population, 40)
			m.columns.Weights = append(m.columns.Weights, 1+9*rng.Float64())
			m.y, m.x = append(m.y, 50+shift+5*rng.NormFloat64()), append(m.x, 1+rng.ExpFloat64())
			m.binary = append(m.binary, float64(rng.IntN(2)))
			m.first, m.second = append(m.first, int32(rng.IntN(3))), append(m.second, int32(rng.IntN(2)))
		}
	}
	for i := range int32(6) { // everybody in the cells of both factors, with either answer
		m.first[i], m.second[i], m.binary[i] = i%3, i/3, float64(i%2)
		m.first[i+6], m.second[i+6], m.binary[i+6] = i%3, i/3, float64((i+1)%2)
	}
	m.columns.Rows, m.columns.Stages = len(m.y), []analysis.StageColumns{stage}
	return m
}

func (m microdata) sample(t testing.TB) *analysis.Sample { return newSample(t, m.columns) }

func newSample(t rapid.TB, c analysis.SampleColumns) *analysis.Sample {
	t.Helper()
	s, err := analysis.NewSample(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reordered are the same rows in another order.
func (m microdata) reordered(order []int) microdata {
	s := m.columns.Stages[0]
	m.columns.Weights = reorder(m.columns.Weights, order)
	m.columns.Stages = []analysis.StageColumns{{
		Unit: reorder(s.Unit, order), Stratum: reorder(s.Stratum, order), Population: reorder(s.Population, order),
	}}
	m.y, m.x, m.binary = reorder(m.y, order), reorder(m.x, order), reorder(m.binary, order)
	m.first, m.second = reorder(m.first, order), reorder(m.second, order)
	return m
}

// rescaled has all weights times a constant.
func (m microdata) rescaled(by float64) microdata {
	m.columns.Weights = slices.Clone(m.columns.Weights)
	for i := range m.columns.Weights {
		m.columns.Weights[i] *= by
	}
	return m
}

func reorder[T any](v []T, order []int) []T {
	out := make([]T, len(v))
	for i, at := range order {
		out[i] = v[at]
	}
	return out
}

func drawOrder(t *rapid.T, n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return rapid.Permutation(order).Draw(t, "order")
}

func is(code []int32, of int32) []bool {
	out := make([]bool, len(code))
	for i, c := range code {
		out[i] = c == of
	}
	return out
}

func (m microdata) firstDomains() [][]bool {
	return [][]bool{is(m.first, 0), is(m.first, 1), is(m.first, 2)}
}

// sameEstimates holds values and covariances of two lists of estimates against each other.
func sameEstimates(t interface {
	Helper()
	Errorf(string, ...any)
}, got, want *analysis.Estimates, tol float64) {
	t.Helper()
	if got.Len() != want.Len() {
		t.Errorf("%d estimates, want %d", got.Len(), want.Len())
		return
	}
	for i := range got.Len() {
		if !closeTo(got.Values[i], want.Values[i], tol) {
			t.Errorf("estimate %d is %v, want %v", i, got.Values[i], want.Values[i])
		}
		for j := range got.Len() {
			// Where a variance is 0 but for rounding, errors of 3e-8 of the values are nothing.
			nothing := 1e-15 * (1 + math.Abs(want.Values[i])) * (1 + math.Abs(want.Values[j]))
			most := tol*want.SE(i)*want.SE(j) + nothing
			if d := got.Cov.At(i, j) - want.Cov.At(i, j); !(math.Abs(d) <= most) {
				t.Errorf("covariance %d,%d is %v, want %v", i, j, got.Cov.At(i, j), want.Cov.At(i, j))
			}
		}
	}
}
