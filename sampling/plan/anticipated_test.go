package plan_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/sampling/plan"
)

// A frame is a small random frame with everything Anticipate asks for.
type frame struct {
	design plan.Design
	model  plan.Model
	assist plan.Assistance
	group  []int
}

// randomFrame has clusters of a few PSUs; strata and groups are cut from the clusters independently of one another, so
// that either may hold several of the other.
func randomFrame(t *rapid.T) frame {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	f := frame{design: plan.Design{Balance: make([][]float64, rapid.IntRange(0, 2).Draw(t, "balance"))}}
	f.assist.Auxiliary = make([][]float64, rapid.IntRange(0, 2).Draw(t, "auxiliaries"))
	clusters := rapid.IntRange(2, 8).Draw(t, "clusters")
	strata, groups := rapid.IntRange(1, 3).Draw(t, "strata"), rapid.IntRange(1, 3).Draw(t, "groups")
	for c := range clusters {
		for range 1 + rng.IntN(6) {
			f.add(rng, c, c*strata/clusters, c*groups/clusters)
		}
	}
	return f
}

func (f *frame) add(rng *rand.Rand, cluster, stratum, group int) {
	f.design.Stratum = append(f.design.Stratum, stratum)
	f.design.Probability = append(f.design.Probability, min(1, 0.1+rng.Float64()))
	f.group = append(f.group, group)
	f.model.Cluster = append(f.model.Cluster, cluster)
	f.model.Mean = append(f.model.Mean, 100*rng.Float64())
	f.model.Shared = append(f.model.Shared, 10*rng.Float64())
	f.model.Own = append(f.model.Own, 50*rng.Float64())
	for j := range f.design.Balance {
		f.design.Balance[j] = append(f.design.Balance[j], 20+10*rng.Float64())
	}
	for j := range f.assist.Auxiliary {
		f.assist.Auxiliary[j] = append(f.assist.Auxiliary[j], 20+10*rng.Float64())
	}
	f.assist.Weight = append(f.assist.Weight, rng.Float64())
}

// covariance is Σ, written out, with what fitting costs.
func (f frame) covariance(first *plan.FirstStage) *mat.Dense {
	n := len(f.group)
	s := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			if f.model.Cluster[i] == f.model.Cluster[j] {
				s.Set(i, j, f.model.Shared[i]*f.model.Shared[j])
			}
		}
		s.Set(i, i, s.At(i, i)+f.model.Own[i])
	}
	for i := range n {
		row := mat.Row(nil, i, s)
		floats.Scale(first.Fitted(f.group[i]), row)
		s.SetRow(i, row)
	}
	return s
}

// residual is the matrix that takes Y to E.
func (f frame) residual() *mat.Dense {
	n, p := len(f.group), len(f.assist.Auxiliary)
	r := mat.NewDense(n, n, nil)
	for i := range n {
		r.Set(i, i, 1)
	}
	if p == 0 {
		return r
	}
	groups := f.group[n-1] + 1
	for g := range groups {
		a, wa := mat.NewDense(n, p, nil), mat.NewDense(n, p, nil)
		for i := range n {
			for k := range p {
				if f.group[i] == g {
					a.Set(i, k, f.assist.Auxiliary[k][i])
					wa.Set(i, k, f.assist.Weight[i]*f.assist.Auxiliary[k][i])
				}
			}
		}
		var normal, b, fit mat.Dense
		normal.Mul(wa.T(), a)
		b.Mul(pseudoInverse(&normal), wa.T())
		fit.Mul(a, &b)
		r.Sub(r, &fit)
	}
	return r
}

// pseudoInverse by eigenvalues: another way than the package's.
func pseudoInverse(m *mat.Dense) *mat.Dense {
	n, _ := m.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			s.SetSym(i, j, m.At(i, j))
		}
	}
	var e mat.EigenSym
	e.Factorize(s, true)
	var v mat.Dense
	e.VectorsTo(&v)
	values := e.Values(nil)
	out := mat.NewDense(n, n, nil)
	for k, l := range values {
		if l > 1e-9*values[n-1] {
			u := mat.NewDense(n, 1, mat.Col(nil, k, &v))
			var uu mat.Dense
			uu.Mul(u, u.T())
			uu.Scale(1/l, &uu)
			out.Add(out, &uu)
		}
	}
	return out
}

// form is the matrix of the quadratic form of one stratum, after the landing where the design is balanced.
func (f frame) form(stratum int) *mat.Dense {
	balanced, spread := f.balancedOn(f.design.Balance, stratum)
	if len(f.design.Balance) == 0 || spread == 0 {
		return balanced
	}
	landing := min(1, 1/spread)
	plain, _ := f.balancedOn(nil, stratum)
	plain.Scale(landing, plain)
	balanced.Scale(1-landing, balanced)
	balanced.Add(balanced, plain)
	return balanced
}

// balancedOn is the form of a design balanced on π and some variables, and Σπ(1-π).
func (f frame) balancedOn(balance [][]float64, stratum int) (*mat.Dense, float64) {
	n, q := len(f.group), 1+len(balance)
	d, z := mat.NewDense(n, n, nil), mat.NewDense(n, q, nil)
	m, spread := 0.0, 0.0
	for i := range n {
		if pi := f.design.Probability[i]; f.design.Stratum[i] == stratum && pi < 1 {
			m++
			spread += pi * (1 - pi)
			d.Set(i, i, (1-pi)/pi)
			z.Set(i, 0, pi)
			for j, x := range balance {
				z.Set(i, 1+j, x[i])
			}
		}
	}
	var wz, k, half, out mat.Dense
	wz.Mul(d, z)
	k.Mul(z.T(), &wz)
	inverse := pseudoInverse(&k)
	half.Mul(&wz, inverse)
	out.Mul(&half, wz.T())
	out.Sub(d, &out)
	rank := mat.Sum(diagonal(inverse, &k))
	out.Scale(m/max(1, m-math.Round(rank)), &out)
	return &out, spread
}

// diagonal is that of a product: K⁻K is a projection, whose trace is its rank.
func diagonal(a, b *mat.Dense) *mat.VecDense {
	var p mat.Dense
	p.Mul(a, b)
	n, _ := p.Dims()
	v := mat.NewVecDense(n, nil)
	for i := range n {
		v.SetVec(i, p.At(i, i))
	}
	return v
}

// TestAnticipateIsTheForm holds the single pass against μ'Qμ + tr(QΣ) with every matrix written out, for every area and
// stratum.
func TestAnticipateIsTheForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := randomFrame(t)
		first := plan.Anticipate(f.design, f.model, f.assist, f.group)
		for _, area := range [][]int{{0, 0, 0}, {0, 1, 2}, {0, 0, 1}, {-1, 0, -1}} {
			for _, part := range first.Parts(area) {
				want := f.brute(first, part, area)
				if !scalar.EqualWithinAbsOrRel(part.Variance, want, 1e-4, 1e-7) {
					t.Fatalf("areas %v, %+v: want %v", area, part, want)
				}
			}
		}
	})
}

// brute is the variance of a part by matrices.
func (f frame) brute(first *plan.FirstStage, part plan.Part, area []int) float64 {
	n := len(f.group)
	r := f.residual()
	for i := range n {
		if area[f.group[i]] != part.Area {
			r.SetRow(i, make([]float64, n))
		}
	}
	var half, q, qs mat.Dense
	half.Mul(r.T(), f.form(part.Stratum))
	q.Mul(&half, r)
	qs.Mul(&q, f.covariance(first))
	mu := mat.NewVecDense(n, f.model.Mean)
	return mat.Trace(&qs) + mat.Inner(mu, &q, mu)
}

// TestFitted: two coefficients from 6 of 10 PSUs cost 1 + 0.4·2/4; auxiliaries that repeat one another cost one.
func TestFitted(t *testing.T) {
	n := 10
	ones, rising, pi := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		ones[i], rising[i], pi[i] = 1, float64(i+1), 0.6
	}
	d, m := plan.Design{Stratum: make([]int, n), Probability: pi}, plan.Model{Mean: ones, Shared: ones, Own: ones, Cluster: make([]int, n)}
	for _, tt := range []struct {
		auxiliary [][]float64
		want      float64
	}{{nil, 1}, {[][]float64{ones}, 1 + 0.4/5}, {[][]float64{ones, rising}, 1.2}, {[][]float64{rising, rising}, 1 + 0.4/5}} {
		got := plan.Anticipate(d, m, plan.Assistance{Auxiliary: tt.auxiliary, Weight: ones}, make([]int, n)).Fitted(0)
		if !scalar.EqualWithinRel(got, tt.want, 1e-12) {
			t.Errorf("%d auxiliaries: %v, want %v", len(tt.auxiliary), got, tt.want)
		}
	}
}
