package plan_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// The strata of the tables: Nh, Sh, ch and totals of a population of 1,000 units in four strata, the last without
// spread.
var (
	tableUnits = []float64{400, 300, 200, 100}
	tableSD    = []float64{10, 20, 40, 0}
	tableCost  = []float64{1, 4, 16, 1}
)

func TestAllocations(t *testing.T) {
	none := []float64(nil)
	for _, tt := range []struct {
		name string
		got  func() ([]float64, error)
		want []float64
	}{
		// The formulas of Cochran (1977), chapter 5, worked by hand: scores over their sum, times n.
		{"equal", func() ([]float64, error) { return plan.Equal(100, 4, none, none) }, []float64{25, 25, 25, 25}},
		{"proportional", func() ([]float64, error) { return plan.Proportional(100, tableUnits, none, none) },
			[]float64{40, 30, 20, 10}},
		{"square root", func() ([]float64, error) { return plan.SquareRoot(100, []float64{400, 100, 900}, none, none) },
			[]float64{100. / 3, 100. / 6, 50}},
		{"Neyman: 4000, 6000, 8000, 0", func() ([]float64, error) { return plan.Neyman(90, tableUnits, tableSD, none, none) },
			[]float64{20, 30, 40, 0}},
		{"by cost: 4000, 3000, 2000, 0", func() ([]float64, error) {
			return plan.CostOptimal(90, tableUnits, tableSD, tableCost, none, none)
		}, []float64{40, 30, 20, 0}},
		{"power: 2·0.5, 3·0.5, 10·0.25", func() ([]float64, error) {
			return plan.Power(50, 0.5, []float64{4, 9, 100}, []float64{0.5, 0.5, 0.25}, none, none)
		}, []float64{10, 15, 25}},
		{"power 0: the coefficients of variation", func() ([]float64, error) {
			return plan.Power(50, 0, []float64{0, 9, 100}, []float64{0.5, 0.5, 0.25}, none, none)
		}, []float64{20, 20, 10}},
		{"a most binds, and the rest is shared anew", func() ([]float64, error) {
			return plan.Neyman(90, tableUnits, tableSD, none, []float64{400, 300, 30, 100})
		}, []float64{24, 36, 30, 0}},
		{"a least binds, without spread too", func() ([]float64, error) {
			return plan.Neyman(90, tableUnits, tableSD, []float64{30, 0, 0, 10}, none)
		}, []float64{30, 150. / 7, 200. / 7, 10}},
		{"both bind", func() ([]float64, error) {
			return plan.Share(10, []float64{1, 1, 8}, []float64{0, 3, 0}, []float64{1, 9, 9})
		}, []float64{7. / 9, 3, 56. / 9}},
	} {
		got, err := tt.got()
		if err != nil || !floats.EqualApprox(got, tt.want, 1e-12) {
			t.Errorf("%s: %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}

// TestShareAtItsBounds: n from the sum of least to the sum of most, both included, with infinite bounds and none.
func TestShareAtItsBounds(t *testing.T) {
	score, least, most := []float64{3, 0, 1, 2}, []float64{1, 2, 0, 0}, []float64{5, 2, 0.5, 0}
	for n, want := range map[float64][]float64{
		3: {1, 2, 0, 0}, 3.25: {1, 2, 0.25, 0}, 7.5: {5, 2, 0.5, 0}, 4: {1.5, 2, 0.5, 0},
	} {
		got, err := plan.Share(n, score, least, most)
		if err != nil || !floats.EqualApprox(got, want, 1e-12) {
			t.Errorf("%v: %v, %v, want %v", n, got, err, want)
		}
	}
	for _, n := range []float64{2.9, 7.6, math.NaN(), math.Inf(1), -1} {
		if got, err := plan.Share(n, score, least, most); err == nil {
			t.Errorf("%v: %v, want an error", n, got)
		}
	}
	if got, err := plan.Share(0, nil, nil, nil); err != nil || len(got) != 0 {
		t.Errorf("no strata: %v, %v", got, err)
	}
	if got, err := plan.Share(0, []float64{0, 0}, nil, nil); err != nil || !slices.Equal(got, []float64{0, 0}) {
		t.Errorf("nothing over scores of 0: %v, %v", got, err)
	}
}

func TestAllocationErrors(t *testing.T) {
	one := []float64{1, 1}
	for _, tt := range []struct {
		says string
		err  error
	}{
		{"stratum 1 is NaN", second(plan.Share(1, []float64{1, math.NaN()}, nil, nil))},
		{"stratum 0 is -1", second(plan.Share(1, []float64{-1, 1}, nil, nil))},
		{"stratum 1 is +Inf", second(plan.Share(1, []float64{1, math.Inf(1)}, nil, nil))},
		{"stratum 1 is to get at least 3 and at most 2", second(plan.Share(1, one, []float64{0, 3}, []float64{1, 2}))},
		{"stratum 0 is to get at least -1", second(plan.Share(1, one, []float64{-1, 0}, nil))},
		{"stratum 0 is to get at least +Inf", second(plan.Share(1, one, []float64{math.Inf(1), 0}, nil))},
		{"smaller than the least", second(plan.Share(1, one, one, nil))},
		{"larger than the greatest", second(plan.Share(3, one, nil, one))},
		{"1 that strata with a score above 0", second(plan.Share(2, []float64{1, 0}, nil, one))},
		{"stratum 1 costs 0", second(plan.CostOptimal(2, one, one, []float64{1, 0}, nil, nil))},
		{"stratum 1 is NaN", second(plan.Neyman(2, one, []float64{1, math.NaN()}, nil, nil))},
	} {
		if tt.err == nil || !strings.Contains(tt.err.Error(), tt.says) {
			t.Errorf("%v, want an error with %q", tt.err, tt.says)
		}
	}
}

func second(_ []float64, err error) error { return err }

func TestAllocationPanics(t *testing.T) {
	short, two := []float64{1}, []float64{1, 1}
	for name, f := range map[string]func(){
		"share":            func() { _, _ = plan.Share(1, two, short, nil) },
		"neyman":           func() { _, _ = plan.Neyman(1, two, short, nil, nil) },
		"cost":             func() { _, _ = plan.CostOptimal(1, two, two, short, nil, nil) },
		"power":            func() { _, _ = plan.Power(1, 1, two, short, nil, nil) },
		"variance":         func() { plan.TotalVariance(two, two, short) },
		"largest":          func() { plan.LargestRemainder([]float64{0.5, 0.4}) },
		"largest, NaN":     func() { plan.LargestRemainder([]float64{math.NaN(), 1}) },
		"integer Neyman":   func() { _, _ = plan.IntegerNeyman(1, []int{1, 1}, short, nil, nil) },
		"integer, a least": func() { _, _ = plan.IntegerNeyman(1, []int{1, 1}, two, []int{1}, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("want a panic")
				}
			}()
			f()
		})
	}
}

// TestShareProperties holds Share against its definition, with k found by bisection.
func TestShareProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata := rapid.IntRange(1, 12).Draw(t, "strata")
		score, least, most := make([]float64, strata), make([]float64, strata), make([]float64, strata)
		floor, reach := 0.0, 0.0
		for h := range strata {
			score[h] = rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(1e-6, 1e6)).Draw(t, "score")
			least[h] = rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 100)).Draw(t, "least")
			most[h] = least[h] + rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1000)).Draw(t, "room")
			floor += least[h]
			if score[h] > 0 {
				reach += most[h] - least[h]
			}
		}
		n := floor + rapid.OneOf(rapid.Float64Range(0, 1), rapid.Just(0.0), rapid.Just(1.0)).Draw(t, "part")*reach
		got, err := plan.Share(n, score, least, most)
		if err != nil {
			t.Fatal(err)
		}
		if sum := floats.Sum(got); !scalar.EqualWithinRel(sum, n, 1e-12) && math.Abs(sum-n) > 1e-12 {
			t.Fatalf("%v add up to %v, want %v", got, sum, n)
		}
		if want := shareByBisection(n, score, least, most); !floats.EqualApprox(got, want, 1e-9*(1+n)) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

func shareByBisection(n float64, score, least, most []float64) []float64 {
	shares := make([]float64, len(score))
	low, high := 0.0, 1e12
	for range 200 {
		k := math.Sqrt(max(low, 1e-12)) * math.Sqrt(high) // k spans many powers of ten
		if k <= low || k >= high {
			k = (low + high) / 2
		}
		for h, s := range score {
			shares[h] = min(max(k*s, least[h]), most[h])
		}
		if floats.Sum(shares) < n {
			low = k
		} else {
			high = k
		}
	}
	return shares
}

// TestShareIsOptimal: no transfer between two strata lowers Σ score²/n, from which there is no better allocation, the
// sum being convex.
func TestShareIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata := rapid.IntRange(2, 8).Draw(t, "strata")
		units := rapid.SliceOfN(rapid.Float64Range(10, 1000), strata, strata).Draw(t, "units")
		sd := rapid.SliceOfN(rapid.Float64Range(0.1, 10), strata, strata).Draw(t, "sd")
		least := plan.OrAll(2, units)
		n := floats.Sum(least) + rapid.Float64Range(0, 1).Draw(t, "part")*(floats.Sum(units)-floats.Sum(least))
		got, err := plan.Neyman(n, units, sd, least, units)
		if err != nil {
			t.Fatal(err)
		}
		best := plan.TotalVariance(units, sd, got)
		for from := range strata {
			for to := range strata {
				step := 1e-3 * min(1, got[from]-least[from], units[to]-got[to])
				if from == to || step <= 0 {
					continue
				}
				other := slices.Clone(got)
				other[from], other[to] = other[from]-step, other[to]+step
				if v := plan.TotalVariance(units, sd, other); v < best*(1-1e-12)-1e-9 {
					t.Fatalf("%v has variance %v, %v has %v", got, best, other, v)
				}
			}
		}
	})
}

func TestTotalVariance(t *testing.T) {
	inf := math.Inf(1)
	for _, tt := range []struct{ units, sd, n, want []float64 }{
		// By hand: 100²·4·(1/10 - 1/100) + 50²·9·(1/5 - 1/50).
		{[]float64{100, 50}, []float64{2, 3}, []float64{10, 5}, []float64{3600 + 4050}},
		{[]float64{100, 50}, []float64{2, 3}, []float64{100, 50}, []float64{0}},  // a census
		{[]float64{100, 50}, []float64{2, 3}, []float64{100, 0}, []float64{inf}}, // nobody asked
		{[]float64{100, 50}, []float64{2, 0}, []float64{100, 0}, []float64{0}},   // nobody need be
		{[]float64{0, 50}, []float64{2, 0}, []float64{0, 0}, []float64{0}},       // nobody there
		{[]float64{100}, []float64{math.NaN()}, []float64{10}, []float64{math.NaN()}},
	} {
		if got := plan.TotalVariance(tt.units, tt.sd, tt.n); !scalar.Same(got, tt.want[0]) && !scalar.EqualWithinRel(got, tt.want[0], 1e-14) {
			t.Errorf("%v: %v, want %v", tt, got, tt.want[0])
		}
	}
}

func TestLargestRemainder(t *testing.T) {
	for _, tt := range []struct {
		share []float64
		want  []int
	}{
		// By hand: cut to 3, 1, 0, 4 there are 2 left, for the remainders 0.8 and 0.6.
		{[]float64{3.2, 1.6, 0.8, 4.4}, []int{3, 2, 1, 4}},
		{[]float64{0.5, 0.5, 1}, []int{1, 0, 1}},            // ties to the earlier
		{[]float64{2.9999999, 1.0000001}, []int{3, 1}},      // rounding
		{[]float64{1. / 3, 1. / 3, 1. / 3}, []int{1, 0, 0}}, //
		{[]float64{4, 0, 2}, []int{4, 0, 2}},                // whole already
		{nil, []int{}},                                      //
		{[]float64{0.1, 0.2, 0.3, 0.4}, []int{0, 0, 0, 1}},  //
		{[]float64{99.6, 0.2, 0.2}, []int{100, 0, 0}},       //
		{[]float64{1e9 + 0.75, 1e9 + 0.25}, []int{1e9 + 1, 1e9}},
	} {
		if got := plan.LargestRemainder(tt.share); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.share, got, tt.want)
		}
	}
}

func TestLargestRemainderProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.SliceOfN(rapid.Float64Range(1, 1e5), 1, 40).Draw(t, "units")
		n := rapid.IntRange(0, int(floats.Sum(units))).Draw(t, "n")
		share, err := plan.Proportional(float64(n), units, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for h, w := range plan.LargestRemainder(share) {
			sum += w
			if math.Abs(float64(w)-share[h]) >= 1 {
				t.Fatalf("%v became %d", share[h], w)
			}
		}
		if sum != n {
			t.Fatalf("%d in all, want %d", sum, n)
		}
	})
}

func TestPrecision(t *testing.T) {
	units, n := []float64{100, 50, 10}, []float64{10, 5, 1}
	p := plan.Precision{Name: "girls", Strata: []int{2, 0}, SD: []float64{1, 2}, Total: -400, CV: 0.15}
	// By hand: 10²·1·(1-1/10) + 100²·4·(1/10 - 1/100) = 90 + 3600.
	if got, want := p.Achieved(units, n), math.Sqrt(3690)/400; !scalar.EqualWithinRel(got, want, 1e-14) {
		t.Errorf("CV %v, want %v", got, want)
	}
	c, err := p.Constraint(units)
	if err != nil {
		t.Fatal(err)
	}
	// The constraint holds exactly when the precision does: of the sample that just reaches a CV it is 1.
	p.CV = p.Achieved(units, n)
	if c, err = p.Constraint(units); err != nil || !scalar.EqualWithinRel(c.A[0]/n[2]+c.A[1]/n[0], c.Bound, 1e-14) {
		t.Errorf("constraint %v, %v", c, err)
	}
	for says, bad := range map[string]plan.Precision{
		`"a" asks for a coefficient of variation of 0`:    {Name: "a", Total: 1},
		`"b" asks for a coefficient of variation of NaN`:  {Name: "b", Total: 1, CV: math.NaN()},
		`"c" is relative to a total of 0`:                 {Name: "c", CV: 1},
		`"d" is relative to a total of NaN`:               {Name: "d", CV: 1, Total: math.NaN()},
		`"e" asks for a coefficient of variation of +Inf`: {Name: "e", CV: math.Inf(1), Total: 1},
	} {
		if _, err := plan.Constraints(units, []plan.Precision{p, bad}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %s", err, says)
		}
	}
}

func TestOrAll(t *testing.T) {
	if got := plan.OrAll(2, []float64{5, 1, 2}); !slices.Equal(got, []float64{2, 1, 2}) {
		t.Error(got)
	}
}
