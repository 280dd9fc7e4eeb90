package estimation_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/concord-stat/concord/internal/estimation"
)

// four are rows of which y has the total 40 and the standard error √(4/3 · Σ(wy-10)²) = √200, as wy is 5, 10, 5 and 20.
// Of z, whose values are of both signs, the total is 40, too. Everybody has a, nobody b.
const four = "y,z,all,w\n1,-5,a,5\n2,10,a,5\n1,-5,a,5\n4,8,a,5\n"

func fourRows(t *testing.T) estimation.Options {
	path := filepath.Join(t.TempDir(), "four.csv")
	if err := os.WriteFile(path, []byte(four), 0o600); err != nil {
		t.Fatal(err)
	}
	o := base()
	o.File, o.Strata, o.PSU, o.FPC = path, nil, nil, nil
	return o
}

// TestSkewIntervals: with the quantile 3.182446305284263 of Student's distribution on 3 degrees of freedom, the ends are
// 40 ∓ 45.006587 and 40 exp(∓ 1.125165).
func TestSkewIntervals(t *testing.T) {
	o := fourRows(t)
	o.Totals, o.Means, o.Ratios = []string{"y,z,1"}, []string{"y"}, []string{"y/z", "y/1"}
	want := map[string]map[string]string{
		"auto": {"total y": "log", "total z": "t", "total 1": "t", "mean y": "t", "ratio y/z": "t",
			"ratio y/1": "log"},
		"t": {"total y": "t", "total z": "t", "total 1": "t", "mean y": "t", "ratio y/z": "t", "ratio y/1": "t"},
		"log": {"total y": "log", "total z": "log", "total 1": "log", "mean y": "t", "ratio y/z": "log",
			"ratio y/1": "log"},
	}
	ends := map[string][2]float64{"t": {40 - 45.006587, 40 + 45.006587},
		"log": {40 * math.Exp(-1.12516468), 40 * math.Exp(1.12516468)}}
	for choice, names := range want {
		o.Interval = choice
		r := run(t, o)
		for row, name := range names {
			if e := find(t, r, row); e.Interval != name {
				t.Errorf("%s, %s: %s, want %s", choice, row, e.Interval, name)
			}
		}
		e := find(t, r, "total y")
		if end := ends[e.Interval]; math.Abs(float64(e.Lower)-end[0]) > 1e-4 || math.Abs(float64(e.Upper)-end[1]) > 1e-4 {
			t.Errorf("%s: from %v to %v, want %v", choice, e.Lower, e.Upper, end)
		}
	}
}

// TestSkewFrom: the scale of logarithms is for a coefficient of variation above 10 %, and from 3
// degrees of freedom on.
func TestSkewFrom(t *testing.T) {
	o := base()
	o.Totals = []string{"persons", "income", "sex = 2", "1"}
	o.By = []string{"region"}
	byRegion := run(t, o).Estimates
	o.By = []string{"province"}
	names := map[string]int{}
	for _, e := range append(byRegion, run(t, o).Estimates...) {
		names[e.Interval]++
		if logarithms := e.CV > 0.1 && e.DF >= 3; logarithms != (e.Interval == "log") {
			t.Errorf("%s %v: %s at a coefficient of variation of %v on %v degrees of freedom", e.Variable, e.By, e.Interval,
				e.CV, e.DF)
		}
	}
	if names["log"] == 0 || names["t"] == 0 {
		t.Errorf("intervals are %v, want both", names)
	}
}

// TestShareOfAll: Korn and Graubard's interval of 4 rows of 4, who have 3 degrees of freedom, is that of Clopper and
// Pearson: from 0.025^(1/4).
func TestShareOfAll(t *testing.T) {
	o := fourRows(t)
	o.Proportions = []string{"all"}
	for method, lower := range map[string]float64{"logit": math.Pow(0.025, 0.25), "wald": 1} {
		o.Method = method
		e := find(t, run(t, o), "proportion alla")
		if math.Abs(float64(e.Lower)-lower) > 1e-12 || e.Upper != 1 {
			t.Errorf("%s: from %v to %v, want from %v to 1", method, e.Lower, e.Upper, lower)
		}
		if name := map[string]string{"logit": "korn-graubard", "wald": "wald"}[method]; e.Interval != name {
			t.Errorf("%s: %s, want %s", method, e.Interval, name)
		}
	}
}
