package plan

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// large are the problems of a country: provinces by kinds of place for many variables, and communes that are each to be
// reported on, beside overlapping domains.
var large = []struct {
	name               string
	strata             int
	single             bool
	overlapping, share int // a domain has one stratum in so many
}{
	{"700 strata, 768 overlapping", 700, false, 768, 11},
	{"10,598 strata, one each and 64 overlapping", 10_598, true, 64, 8},
}

// largeProblem has spreads from 1 to 100, costs from 1 to 4, and targets that a census meets 10 to 500 times over.
func largeProblem(strata int, single bool, overlapping, share int) (cost, least, most []float64, rows []Constraint) {
	rng := rand.New(rand.NewPCG(700, 768))
	for range strata {
		cost, least, most = append(cost, 1+3*rng.Float64()), append(least, 2), append(most, math.Round(math.Exp(4+4*rng.Float64())))
	}
	add := func(of []int) {
		c := Constraint{Name: fmt.Sprintf("target %d", len(rows)), Strata: of}
		for _, h := range of {
			a := most[h] * math.Exp(2*math.Log(10)*rng.Float64())
			c.A = append(c.A, a*most[h])
			c.Bound += a
		}
		c.Bound *= 10 + 490*rng.Float64()
		if len(of) == 1 {
			c.Bound = c.A[0] / (2 + 20*rng.Float64())
		}
		rows = append(rows, c)
	}
	for j := range overlapping {
		var of []int
		for h := range strata {
			if h%overlapping == j || rng.IntN(share) == 0 {
				of = append(of, h)
			}
		}
		add(of)
	}
	for h := range strata {
		if single {
			add([]int{h})
		}
	}
	return cost, least, most, rows
}

// BenchmarkBethel says beside the time how many matrices were factored, and how many constraints bind.
func BenchmarkBethel(b *testing.B) {
	for _, l := range large {
		b.Run(l.name, func(b *testing.B) {
			cost, least, most, rows := largeProblem(l.strata, l.single, l.overlapping, l.share)
			for b.Loop() {
				if _, err := Bethel(cost, least, most, rows); err != nil {
					b.Fatal(err)
				}
			}
			steps, binding := bethelSteps(b, cost, least, most, rows)
			b.ReportMetric(float64(steps), "steps")
			b.ReportMetric(float64(binding), "binding")
		})
	}
}

func bethelSteps(t testing.TB, cost, least, most []float64, rows []Constraint) (steps, binding int) {
	p, err := newProgram(cost, least, most, rows)
	if err != nil {
		t.Fatal(err)
	}
	c := p.convex(p.slack())
	multipliers, _ := c.minimise()
	for _, m := range multipliers {
		if m > 0 {
			binding++
		}
	}
	return c.steps, binding
}

func BenchmarkIntegerBethel(b *testing.B) {
	for _, l := range large {
		b.Run(l.name, func(b *testing.B) {
			cost, least, most, rows := largeProblem(l.strata, l.single, l.overlapping, l.share)
			for b.Loop() {
				o, err := IntegerBethel(cost, least, most, rows)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(100*o.Excess/o.Cost, "%excess")
			}
		})
	}
}

// TestLargeBethel: products of multiplier and slack within 1e-7 of the cost, from few steps.
func TestLargeBethel(t *testing.T) {
	l := large[1]
	cost, least, most, rows := largeProblem(l.strata, l.single, l.overlapping, l.share)
	o, err := Bethel(cost, least, most, rows)
	if err != nil {
		t.Fatal(err)
	}
	left := 0.0
	for j, c := range rows {
		left += math.Abs(o.Multipliers[j] * (c.Bound - o.Achieved[j]))
	}
	steps, binding := bethelSteps(t, cost, least, most, rows)
	if left > 1e-7*o.Cost || steps > 100 || binding < 5 {
		t.Errorf("%d constraints bind after %d steps, %v of the cost to gain", binding, steps, left/o.Cost)
	}
}
