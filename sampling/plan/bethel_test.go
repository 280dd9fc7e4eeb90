package plan_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// bethelProblem is what Bethel is asked.
type bethelProblem struct {
	cost, least, most []float64
	constraints       []plan.Constraint
}

func (p bethelProblem) solve() (plan.Optimum, error) {
	return plan.Bethel(p.cost, p.least, p.most, p.constraints)
}

func on(strata []int, a []float64, bound float64) plan.Constraint {
	return plan.Constraint{Name: fmt.Sprint(strata), Strata: strata, A: a, Bound: bound}
}

func TestBethel(t *testing.T) {
	both := []int{0, 1}
	for _, tt := range []struct {
		what string
		p    bethelProblem
		n    []float64
		m    []float64
	}{
		// One constraint is Neyman's problem, Cochran (1977), equation 5.26: n = √(A/c)·Σ√(Ac)/Bound and λ = (Σ√(Ac)/Bound)².
		{"one constraint", bethelProblem{cost: []float64{1, 4}, constraints: []plan.Constraint{on(both, []float64{9, 4}, 0.5)}},
			[]float64{42, 14}, []float64{196}},
		{"a most binds: 9/20 of the bound is gone", bethelProblem{[]float64{1, 4}, nil, []float64{20, math.Inf(1)},
			[]plan.Constraint{on(both, []float64{9, 4}, 0.5)}}, []float64{20, 80}, []float64{6400}},
		{"a least binds: 4/40 is gone", bethelProblem{[]float64{1, 4}, []float64{0, 40}, nil,
			[]plan.Constraint{on(both, []float64{9, 4}, 0.5)}}, []float64{22.5, 40}, []float64{56.25}},
		{"least is enough", bethelProblem{[]float64{1, 4}, []float64{100, 100}, nil,
			[]plan.Constraint{on(both, []float64{9, 4}, 0.5)}}, []float64{100, 100}, []float64{0}},
		{"a census is just enough", bethelProblem{[]float64{1, 4}, nil, []float64{36, 16},
			[]plan.Constraint{on(both, []float64{9, 4}, 0.5)}}, []float64{36, 16}, []float64{256}},
		{"one stratum each", bethelProblem{[]float64{1, 4}, nil, nil,
			[]plan.Constraint{on([]int{0}, []float64{9}, 0.5), on([]int{1}, []float64{4}, 0.5)}}, []float64{18, 8}, []float64{36, 64}},
		{"the stricter of two on one stratum", bethelProblem{[]float64{1, 4}, nil, nil,
			[]plan.Constraint{on([]int{0}, []float64{9}, 0.5), on([]int{0}, []float64{9}, 0.25)}}, []float64{36, 0}, []float64{0, 144}},
		{"zero spread is no constraint", bethelProblem{[]float64{1, 4}, []float64{2, 3}, nil,
			[]plan.Constraint{on(both, []float64{0, 0}, 0.5)}}, []float64{2, 3}, []float64{0}},
		{"one of two binds", bethelProblem{cost: []float64{1, 4},
			constraints: []plan.Constraint{on(both, []float64{9, 4}, 0.5), on(both, []float64{9, 4}, 0.6)}},
			[]float64{42, 14}, []float64{196, 0}},
		{"no constraints", bethelProblem{cost: []float64{1, 4}, least: []float64{1, 0}}, []float64{1, 0}, []float64{}},
	} {
		o, err := tt.p.solve()
		if err != nil || !floats.EqualApprox(o.N, tt.n, 1e-9*floats.Max(tt.n)) || !floats.EqualApprox(o.Multipliers, tt.m, 1e-7) {
			t.Errorf("%s: %v, multipliers %v, %v; want %v, %v", tt.what, o.N, o.Multipliers, err, tt.n, tt.m)
		}
		if !scalar.EqualWithinRel(o.Cost, floats.Dot(tt.p.cost, tt.n), 1e-9) {
			t.Errorf("%s: cost %v", tt.what, o.Cost)
		}
	}
}

// TestBethelRepeated: constraints that repeat one another leave the allocation as it is; the multipliers add up to that
// of one.
func TestBethelRepeated(t *testing.T) {
	c := []plan.Constraint{on([]int{0, 1}, []float64{9, 4}, 0.5), on([]int{1, 0}, []float64{8, 18}, 1), on([]int{0, 1}, []float64{9, 4}, 0.5)}
	o, err := plan.Bethel([]float64{1, 4}, nil, nil, c)
	sum := o.Multipliers[0] + 2*o.Multipliers[1] + o.Multipliers[2]
	if err != nil || !floats.EqualApprox(o.N, []float64{42, 14}, 1e-7) || !scalar.EqualWithinRel(sum, 196, 1e-8) {
		t.Errorf("%v, multipliers %v, %v", o.N, o.Multipliers, err)
	}
}

func TestBethelErrors(t *testing.T) {
	both, one := []int{0, 1}, []float64{1, 1}
	for says, p := range map[string]bethelProblem{
		`"too strict" cannot be met: at best it comes to 0.2, and 0.1 is asked for`: {one, nil, []float64{10, 10},
			[]plan.Constraint{on(both, one, 0.3), {Name: "too strict", Strata: both, A: one, Bound: 0.1}}},
		`"closed" cannot be met: at best it comes to +Inf`: {one, nil, []float64{10, 0},
			[]plan.Constraint{{Name: "closed", Strata: both, A: one, Bound: 0.1}}},
		`"near" cannot be met: at best it comes to 0.5, and 0.5 is asked for`: {one, nil, []float64{2, math.Inf(1)},
			[]plan.Constraint{{Name: "near", Strata: both, A: one, Bound: 0.5}}},
		`"[0 1]" has A = -1 in stratum 1`:              {one, nil, nil, []plan.Constraint{on(both, []float64{1, -1}, 1)}},
		`"[0 1]" has A = NaN in stratum 0`:             {one, nil, nil, []plan.Constraint{on(both, []float64{math.NaN(), 1}, 1)}},
		`"[0 1]" has the bound 0`:                      {one, nil, nil, []plan.Constraint{on(both, one, 0)}},
		`"[0 1]" has the bound NaN`:                    {one, nil, nil, []plan.Constraint{on(both, one, math.NaN())}},
		`stratum 1 costs 0`:                            {[]float64{1, 0}, nil, nil, nil},
		`stratum 0 costs +Inf`:                         {[]float64{math.Inf(1), 1}, nil, nil, nil},
		`stratum 1 is to get at least 2 and at most 1`: {one, []float64{0, 2}, one, nil},
	} {
		o, err := p.solve()
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, %v, want %s", o, err, says)
		}
		var infeasible *plan.InfeasibleError
		if errors.As(err, &infeasible) != strings.Contains(says, "cannot be met") {
			t.Errorf("%v is of type %T", err, err)
		}
		if _, err := plan.IntegerBethel(p.cost, p.least, p.most, p.constraints); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("in whole numbers %v, want %s", err, says)
		}
	}
	if _, err := plan.IntegerBethel(one, nil, []float64{10.9, 10.9}, []plan.Constraint{on(both, one, 2/10.5)}); err == nil {
		t.Error("what only part of a unit can meet is met in whole numbers")
	}
	for name, p := range map[string]bethelProblem{
		"no such stratum": {one, nil, nil, []plan.Constraint{on([]int{2}, []float64{1}, 1)}},
		"twice":           {one, nil, nil, []plan.Constraint{on([]int{1, 1}, one, 1)}},
		"lengths":         {one, nil, nil, []plan.Constraint{on([]int{1}, one, 1)}},
		"least":           {one, []float64{1}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("want a panic")
				}
			}()
			_, _ = p.solve()
		})
	}
}

// mustBeOptimal holds an answer against the conditions of Karush, Kuhn and Tucker, which are enough for an optimum since
// the problem is convex in 1/n: constraints and bounds hold, multipliers are not negative and 0 where there is slack,
// and n is what least or most leave of √(Σ λA/cost).
func mustBeOptimal(t interface {
	Helper()
	Fatalf(string, ...any)
}, p bethelProblem, o plan.Optimum) {
	t.Helper()
	worth, slackness := make([]float64, len(p.cost)), 0.0
	for j, c := range p.constraints {
		sum := 0.0
		for i, h := range c.Strata {
			worth[h] += o.Multipliers[j] * c.A[i]
			if c.A[i] > 0 {
				sum += c.A[i] / o.N[h]
			}
		}
		if !(sum <= c.Bound*(1+1e-9)) || o.Multipliers[j] < 0 || !scalar.EqualWithinRel(sum, o.Achieved[j], 1e-12) {
			t.Fatalf("constraint %d of %v comes to %v (said to be %v), multiplier %v", j, c, sum, o.Achieved[j], o.Multipliers[j])
		}
		slackness += o.Multipliers[j] * math.Abs(c.Bound-sum)
	}
	if slackness > 1e-7*o.Cost {
		t.Fatalf("products of multiplier and slack add up to %v of the cost", slackness/o.Cost)
	}
	for h, n := range o.N {
		want := math.Sqrt(worth[h] / p.cost[h])
		if p.least != nil {
			want = max(want, p.least[h])
		}
		if p.most != nil {
			want = min(want, p.most[h])
		}
		if !scalar.EqualWithinRel(n, want, 1e-9) && math.Abs(n-want) > 1e-300 {
			t.Fatalf("stratum %d has %v, its multipliers are for %v", h, n, want)
		}
	}
	if !scalar.EqualWithinRel(o.Cost, floats.Dot(p.cost, o.N), 1e-12) {
		t.Fatalf("cost %v", o.Cost)
	}
}

// drawBethel draws a problem that can be met, with every kind of trouble: spreads of 0, strata that are no matter to
// anybody, bounds met only by a census, redundant and repeated constraints, costs and spreads up to 900 times others.
func drawBethel(t *rapid.T, strata int) bethelProblem {
	p := bethelProblem{cost: make([]float64, strata), least: make([]float64, strata), most: make([]float64, strata)}
	scale := rapid.SampledFrom([]float64{1, 3, 30}).Draw(t, "scale")
	spread := func(name string) float64 { return math.Pow(scale, rapid.Float64Range(-1, 1).Draw(t, name)) }
	for h := range strata {
		p.cost[h] = spread("cost")
		p.least[h] = rapid.SampledFrom([]float64{0, 0, 2, 30}).Draw(t, "least")
		p.most[h] = rapid.SampledFrom([]float64{30, 100, 1e5, math.Inf(1)}).Draw(t, "most")
	}
	for range rapid.IntRange(0, 6).Draw(t, "constraints") {
		c := plan.Constraint{Name: "drawn"}
		atMost, census := 0.0, 1.0
		for h := range strata {
			if rapid.IntRange(0, 2).Draw(t, "in") > 0 {
				a := rapid.SampledFrom([]float64{0, 1, 1, 1}).Draw(t, "some") * spread("a")
				c.Strata, c.A = append(c.Strata, h), append(c.A, a)
				atMost += a / p.most[h]
				if a > 0 && math.IsInf(p.most[h], 1) {
					census = 1.01 // there is none
				}
			}
		}
		c.Bound = atMost * rapid.SampledFrom([]float64{census, 1.001, 1.2, 3, 1e3}).Draw(t, "bound")
		if c.Bound == 0 {
			c.Bound = spread("free bound")
		}
		p.constraints = append(p.constraints, c)
		if rapid.IntRange(0, 5).Draw(t, "again") == 0 {
			p.constraints = append(p.constraints, c)
		}
	}
	return p
}

func TestBethelIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawBethel(t, rapid.IntRange(1, 9).Draw(t, "strata"))
		o, err := p.solve()
		if err != nil {
			t.Fatal(err)
		}
		mustBeOptimal(t, p, o)
	})
}

// TestBethelAgainstGrid looks for anything cheaper on a fine grid of two strata: for every n of the first, the least n
// of the second that meets the constraints.
func TestBethelAgainstGrid(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	for range 100 {
		p := bethelProblem{cost: []float64{1, 0.2 + 3*rng.Float64()}, least: []float64{1, 1}, most: []float64{400, 400}}
		for range 1 + rng.IntN(4) {
			p.constraints = append(p.constraints, on([]int{0, 1}, []float64{rng.ExpFloat64(), rng.ExpFloat64()}, 0.02+0.1*rng.Float64()))
		}
		o, err := p.solve()
		if err != nil {
			continue // cannot be met
		}
		best := math.Inf(1)
		for first := 1.0; first <= 400; first += 0.01 {
			need := 1.0
			for _, c := range p.constraints {
				left := c.Bound - c.A[0]/first
				if left <= 0 {
					need = math.Inf(1)
					break
				}
				need = max(need, c.A[1]/left)
			}
			if need <= 400 {
				best = min(best, first+p.cost[1]*need)
			}
		}
		// The grid is 0.005 from the optimum at most, and the cost has slope 1 there at most but for the second stratum.
		if o.Cost > best*(1+1e-9) || o.Cost < best*(1-1e-3) {
			t.Errorf("cost %v, on the grid %v, for %v", o.Cost, best, p)
		}
	}
}

// TestIntegerBethel holds whole allocations against all there are, in small problems.
func TestIntegerBethel(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 6))
	optimal, tried := 0, 0
	for range 300 {
		p := bethelProblem{cost: []float64{1, 0.5 + 2*rng.Float64(), 0.5 + 2*rng.Float64()}, least: []float64{0, 1.5, 0}, most: []float64{14, 14.5, 14}}
		for range 1 + rng.IntN(3) {
			p.constraints = append(p.constraints,
				on([]int{0, 1, 2}, []float64{rng.ExpFloat64(), rng.ExpFloat64(), rng.ExpFloat64()}, 0.2+2*rng.Float64()))
		}
		o, err := plan.IntegerBethel(p.cost, p.least, p.most, p.constraints)
		best := cheapestWhole(p)
		if (err == nil) != !math.IsInf(best, 1) {
			t.Fatalf("%v, the best is %v", err, best)
		}
		if err != nil {
			continue
		}
		mustBeWhole(t, p, o)
		if o.Cost < best*(1-1e-12) || o.Cost-o.Excess > best*(1+1e-12) {
			t.Fatalf("%v costs %v, the best %v, excess %v", o.N, o.Cost, best, o.Excess)
		}
		tried++
		if o.Cost <= best*(1+1e-12) {
			optimal++
		}
	}
	t.Logf("the optimum in %d of %d", optimal, tried)
	if tried < 100 || optimal < tried/2 {
		t.Errorf("the optimum in %d of %d", optimal, tried)
	}
}

func cheapestWhole(p bethelProblem) float64 {
	best := math.Inf(1)
	for i := range 15 {
		for j := 2; j < 15; j++ {
			for k := range 15 {
				n := []float64{float64(i), float64(j), float64(k)}
				if meets(p.constraints, n) {
					best = min(best, floats.Dot(p.cost, n))
				}
			}
		}
	}
	return best
}

func meets(constraints []plan.Constraint, n []float64) bool {
	return !slices.ContainsFunc(constraints, func(c plan.Constraint) bool {
		sum := 0.0
		for i, h := range c.Strata {
			if c.A[i] > 0 {
				sum += c.A[i] / n[h]
			}
		}
		return sum > c.Bound*(1+1e-11)
	})
}

func mustBeWhole(t interface {
	Helper()
	Fatalf(string, ...any)
}, p bethelProblem, o plan.IntegerOptimum) {
	t.Helper()
	n := make([]float64, len(o.N))
	for h, k := range o.N {
		n[h] = float64(k)
		if n[h] < p.least[h] || n[h] > p.most[h] {
			t.Fatalf("stratum %d gets %d, between %v and %v", h, k, p.least[h], p.most[h])
		}
	}
	if !meets(p.constraints, n) || !scalar.EqualWithinRel(o.Cost, floats.Dot(p.cost, n), 1e-12) || o.Excess < -1e-8*o.Cost {
		t.Fatalf("%v: cost %v, excess %v, achieved %v of %v", o.N, o.Cost, o.Excess, o.Achieved, p.constraints)
	}
}

func TestIntegerBethelProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawBethel(t, rapid.IntRange(1, 9).Draw(t, "strata"))
		o, err := plan.IntegerBethel(p.cost, p.least, p.most, p.constraints)
		if err != nil {
			t.Fatal(err)
		}
		mustBeWhole(t, p, o)
	})
}
