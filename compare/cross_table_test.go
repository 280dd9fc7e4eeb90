package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

var weightings = []compare.Weights{compare.Unweighted, compare.Linear, compare.Quadratic}

func crossTable(t interface{ Fatal(...any) }, n [][]int64) compare.CrossTable {
	c, err := compare.NewCrossTable(n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// drawTable has k categories; some cells, and at times a whole category, are empty. Two persons at least differ in
// category, so that chance does not give full agreement.
func drawTable(t *rapid.T, k int) [][]int64 {
	most := rapid.SampledFrom([]int64{2, 30, 100_000}).Draw(t, "most")
	n := make([][]int64, k)
	for i := range n {
		n[i] = rapid.SliceOfN(rapid.Int64Range(0, most), k, k).Draw(t, "row")
	}
	if empty := rapid.IntRange(0, 3*k).Draw(t, "empty"); empty < k {
		for i := range n {
			n[i][empty], n[empty][i] = 0, 0
		}
	}
	n[0][0]++
	n[1][1]++
	return n
}

func reordered(n [][]int64, order []int) [][]int64 {
	out := make([][]int64, len(order))
	for i, a := range order {
		for _, b := range order {
			out[i] = append(out[i], n[a][b])
		}
	}
	return out
}

func transposed(n [][]int64) [][]int64 {
	out := make([][]int64, len(n))
	for i := range n {
		for j := range n {
			out[i] = append(out[i], n[j][i])
		}
	}
	return out
}

func near(a, b, tol float64) bool {
	return scalar.Same(a, b) || scalar.EqualWithinAbsOrRel(a, b, tol, tol)
}

// TestCrossTableInR: a category with nobody in it, and categories that do not hang together. R 4.2: mcnemar.test; the
// statistic of Stuart and Maxwell with MASS::ginv, on the rank that qr gives; kappas by the formulas of Fleiss, Cohen
// and Everitt (1969) as matrix expressions.
func TestCrossTableInR(t *testing.T) {
	const tol = 1e-9
	nobody := crossTable(t, [][]int64{{9, 6, 0, 6}, {2, 9, 0, 1}, {0, 0, 0, 0}, {2, 2, 0, 7}})
	full := crossTable(t, [][]int64{{10, 1, 0}, {3, 7, 2}, {3, 4, 15}})
	apart := crossTable(t, [][]int64{{10, 5, 0}, {0, 7, 0}, {0, 0, 0}})
	discordant := full.Discordant(0)
	for name, tt := range map[string]struct{ got, want float64 }{
		"kappa, nobody":           {nobody.Kappa(compare.Unweighted).Value, 0.35938697318007667},
		"kappa, nobody, SE":       {nobody.Kappa(compare.Unweighted).SE, 0.10791945967895793},
		"kappa, nobody, null SE":  {nobody.NullSE(compare.Unweighted), 0.10213473895973357},
		"linear, nobody":          {nobody.Kappa(compare.Linear).Value, 0.34017363851617993},
		"linear, nobody, SE":      {nobody.Kappa(compare.Linear).SE, 0.12595133312540571},
		"linear, nobody, null SE": {nobody.NullSE(compare.Linear), 0.11734832776521041},
		"quadratic, nobody, SE":   {nobody.Kappa(compare.Quadratic).SE, 0.15522968278811314},
		"margins, nobody":         {nobody.StuartMaxwell().Statistic, 4.1428571428571432},
		"margins, nobody, df":     {nobody.StuartMaxwell().NDF, 2},
		"margins, nobody, p":      {nobody.StuartMaxwell().P, 0.12600564500231182},
		"symmetry, nobody":        {nobody.Symmetry().Statistic, nan},
		"symmetry, nobody, df":    {nobody.Symmetry().NDF, 6},
		"margins":                 {full.StuartMaxwell().Statistic, 4.6296296296296298},
		"margins, df":             {full.StuartMaxwell().NDF, 2},
		"symmetry":                {full.Bowker().Statistic, 4.666666666666667},
		"symmetry, p":             {full.Bowker().P, 0.19789712621036748},
		"margins, apart":          {apart.StuartMaxwell().Statistic, 5},
		"margins, apart, df":      {apart.StuartMaxwell().NDF, 1},
		"margins, apart, p":       {apart.StuartMaxwell().P, 0.025347318677468322},
		"McNemar":                 {discordant.McNemar().Statistic, 3.5714285714285716},
		"McNemar, p":              {discordant.McNemar().P, 0.058781721355358973},
		"corrected":               {discordant.Corrected().P, 0.13057001811573746},
		"exact":                   {discordant.Exact(), 0.125},
		"odds ratio from":         {discordant.OddsRatioInterval(0.95).Lower, 0.0036233783333268752},
		"odds ratio to":           {discordant.OddsRatioInterval(0.95).Upper, 1.3737362061744804},
	} {
		if !near(tt.got, tt.want, tol) {
			t.Errorf("%s: %v, want %v", name, tt.got, tt.want)
		}
	}
}

func TestCrossTableErrors(t *testing.T) {
	for _, n := range [][][]int64{{{1, 2}}, {{1, 2}, {3}}, {{1, -2}, {3, 4}}} {
		if _, err := compare.NewCrossTable(n); err == nil {
			t.Errorf("%v: no error", n)
		}
	}
}

// TestNobodyAgrees: of nobody, and of persons who are all alike, there is no kappa; tests find nothing.
func TestNobodyAgrees(t *testing.T) {
	for _, n := range [][][]int64{{{0, 0}, {0, 0}}, {{7, 0}, {0, 0}}, {}} {
		c := crossTable(t, n)
		if k := c.Kappa(compare.Unweighted); !math.IsNaN(k.Value) || !math.IsNaN(k.SE) {
			t.Errorf("%v: kappa %v, standard error %v", n, k.Value, k.SE)
		}
		if s := c.StuartMaxwell(); s.Statistic != 0 || s.NDF != 0 || !math.IsNaN(s.P) {
			t.Errorf("%v: %+v", n, s)
		}
		if s := c.BowkerOccupied(); !math.IsNaN(s.P) {
			t.Errorf("%v: %+v", n, s)
		}
	}
	d := compare.Discordant{Persons: 9}
	i := d.OddsRatioInterval(0.95)
	if d.Exact() != 1 || d.MidP() != 1 || !math.IsNaN(d.McNemar().P) || !math.IsNaN(d.OddsRatio()) ||
		i.Lower != 0 || !math.IsInf(i.Upper, 1) {
		t.Errorf("nobody is discordant: exact %v, mid-p %v, odds ratio %v to %v", d.Exact(), d.MidP(), i.Lower, i.Upper)
	}
}

// TestKappaInvariances: the order of the categories and of the sources does not matter to kappa, nor how many persons
// there are to its value; its standard error goes with one over their root. Weighted kappas know the order up to
// turning it round. A category nobody is in matters to none but by the weights.
func TestKappaInvariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 5).Draw(t, "k")
		n := drawTable(t, k)
		same := func(what string, got, want compare.Kappa, scale float64) {
			if !near(got.Value, want.Value, 1e-12) || !near(got.SE*scale, want.SE, 1e-9) {
				t.Fatalf("%s: kappa %v (%v) of %v, want %v (%v)", what, got.Value, got.SE, n, want.Value, want.SE)
			}
		}
		c := crossTable(t, n)
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(k)
		shuffled, turned := crossTable(t, reordered(n, order)), crossTable(t, transposed(n))
		reverse := make([]int, k)
		for i := range reverse {
			reverse[i] = k - 1 - i
		}
		same("shuffled", shuffled.Kappa(compare.Unweighted), c.Kappa(compare.Unweighted), 1)
		same("shuffled", shuffled.ScottPi(), c.ScottPi(), 1)
		same("shuffled", shuffled.GwetAC1(), c.GwetAC1(), 1)
		same("shuffled", shuffled.PABAK(), c.PABAK(), 1)
		tripled := make([][]int64, k)
		for i := range n {
			for _, x := range n[i] {
				tripled[i] = append(tripled[i], 3*x)
			}
		}
		for _, w := range weightings {
			same("turned", turned.Kappa(w), c.Kappa(w), 1)
			same("reversed", crossTable(t, reordered(n, reverse)).Kappa(w), c.Kappa(w), 1)
			same("tripled", crossTable(t, tripled).Kappa(w), c.Kappa(w), math.Sqrt(3))
			if x := c.Kappa(w).Value; x > 1+1e-12 || x < -1-1e-12 && k == 2 {
				t.Fatalf("kappa %v", x)
			}
		}
		if k == 2 {
			same("linear", c.Kappa(compare.Linear), c.Kappa(compare.Unweighted), 1)
			same("quadratic", c.Kappa(compare.Quadratic), c.Kappa(compare.Unweighted), 1)
		}
	})
}

// TestKappaIsThatOfPersons: analysis.KappaOf has the same kappa of the persons one by one. Its error is that of a
// sample with replacement, which divides by one person less.
func TestKappaIsThatOfPersons(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := make([][]int64, 3)
		for i := range n {
			n[i] = rapid.SliceOfN(rapid.Int64Range(0, 9), 3, 3).Draw(rt, "row")
			n[i][i]++
		}
		var first, second []int32
		for i, row := range n {
			for j, x := range row {
				for range x {
					first, second = append(first, int32(i)), append(second, int32(j))
				}
			}
		}
		persons := float64(len(first))
		weights := make([]float64, len(first))
		for i := range weights {
			weights[i] = 1
		}
		s, err := analysis.NewSample(analysis.SampleColumns{Rows: len(first), Weights: weights})
		if err != nil {
			t.Fatal(err)
		}
		want := s.Estimate(analysis.KappaOf(first, second, 3), nil)
		got := crossTable(rt, n).Kappa(compare.Unweighted)
		if !near(got.Value, want.Values[0], 1e-12) || !near(got.SE, want.SE(0)*math.Sqrt((persons-1)/persons), 1e-9) {
			rt.Fatalf("kappa %v (%v), want %v (%v)", got.Value, got.SE, want.Values[0], want.SE(0))
		}
	})
}

// TestCorrectedErrors: the standard errors of all kappas are those of the delta method on the shares of the table, with
// derivatives taken as differences: √((Σ p g² - (Σ p g)²)/n), g what a kappa changes by with a share.
func TestCorrectedErrors(t *testing.T) {
	kappas := map[string]func(compare.CrossTable) compare.Kappa{
		"quadratic": func(c compare.CrossTable) compare.Kappa { return c.Kappa(compare.Quadratic) },
		"PABAK":     compare.CrossTable.PABAK, "Scott": compare.CrossTable.ScottPi, "Gwet": compare.CrossTable.GwetAC1,
	}
	const step = 1_000 // of ten million persons a cell
	n := [][]int64{
		{31_000_000, 4_000_000, 1_000_000}, {2_000_000, 22_000_000, 6_000_000}, {3_000_000, 1_000_000, 30_000_000},
	}
	total := 100_000_000.0
	for name, kappa := range kappas {
		var mean, squares float64
		for i := range n {
			for j, x := range n[i] {
				n[i][j] = x + step
				above := kappa(crossTable(t, n)).Value
				n[i][j] = x - step
				below := kappa(crossTable(t, n)).Value
				n[i][j] = x
				p, g := float64(x)/total, (above-below)/(2*step)*total
				mean, squares = mean+p*g, squares+p*g*g
			}
		}
		want := math.Sqrt((squares - mean*mean) / total)
		if got := kappa(crossTable(t, n)).SE; !near(got/want, 1, 1e-6) {
			t.Errorf("%s: standard error %v, want %v", name, got, want)
		}
	}
}

// TestSymmetryOfTwo: for two categories Bowker's test, that of the margins and McNemar's are the same.
func TestSymmetryOfTwo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawTable(t, 2)
		n[0][1]++
		c := crossTable(t, n)
		want := c.Discordant(0).McNemar()
		for name, got := range map[string]analysis.TestResult{
			"Bowker": c.Bowker(), "occupied": c.BowkerOccupied(), "Stuart-Maxwell": c.StuartMaxwell(),
			"other category": c.Discordant(1).McNemar(),
		} {
			if !near(got.Statistic, want.Statistic, 1e-12) || !near(got.P, want.P, 1e-9) || got.NDF != 1 {
				t.Fatalf("%s of %v: %+v, want %+v", name, n, got, want)
			}
		}
	})
}

// TestStuartMaxwellIsGeneralisedInverse: the statistic is d'V⁺d with Moore and Penrose's inverse, by singular values,
// and the degrees of freedom are the rank of V.
func TestStuartMaxwellIsGeneralisedInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 6).Draw(t, "k")
		n := drawTable(t, k)
		for i := range n { // sets between which nobody goes
			for j := range n {
				if i%2 != j%2 && rapid.IntRange(0, 9).Draw(t, "gone") > 0 {
					n[i][j] = 0
				}
			}
		}
		d, v := make([]float64, k), mat.NewDense(k, k, nil)
		for i := range n {
			for j := range n {
				d[i] += float64(n[i][j] - n[j][i])
				if i != j {
					v.Set(i, j, -float64(n[i][j]+n[j][i]))
					v.Set(i, i, v.At(i, i)+float64(n[i][j]+n[j][i]))
				}
			}
		}
		var svd mat.SVD
		svd.Factorize(v, mat.SVDFull)
		var u mat.Dense
		svd.UTo(&u)
		values := svd.Values(nil)
		want, rank := 0.0, 0
		for c, s := range values {
			if s > 1e-9*values[0] && s > 0 {
				along := 0.0
				for i := range d {
					along += u.At(i, c) * d[i]
				}
				want, rank = want+along*along/s, rank+1
			}
		}
		if got := crossTable(t, n).StuartMaxwell(); !near(got.Statistic, want, 1e-6) || got.NDF != float64(rank) {
			t.Fatalf("%v: %v on %v, want %v on %d", n, got.Statistic, got.NDF, want, rank)
		}
	})
}

// TestCategories: what one source calls sensitivity is the predictive value of the other, net differences cancel, and
// the specific agreement is their harmonic mean.
func TestCategories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 5).Draw(t, "k")
		n := drawTable(t, k)
		c, turned, net := crossTable(t, n), crossTable(t, transposed(n)), 0.0
		for i := range k {
			a, b := c.Category(i), turned.Category(i)
			net += a.NetDifference.Value
			if a.Sensitivity != b.PPV || a.Specificity != b.NPV ||
				!near(a.NetDifference.Value, -b.NetDifference.Value, 1e-12) {
				t.Fatalf("category %d of %v: %+v, turned %+v", i, n, a, b)
			}
			s, p := a.Sensitivity.Value(), a.PPV.Value()
			if s+p > 0 && !near(a.F1.Value, 2*s*p/(s+p), 1e-12) {
				t.Fatalf("F1 %v of %v and %v", a.F1.Value, s, p)
			}
		}
		if math.Abs(net) > 1e-9 {
			t.Fatalf("net differences add up to %v", net)
		}
		if x := c.InconsistencyIndex(); !near(x.Value, 100*(1-c.Kappa(compare.Unweighted).Value), 1e-12) {
			t.Fatalf("index of inconsistency %v", x.Value)
		}
	})
}

// TestSizeOfMidP counts, over all tables of 40 discordant persons, how often the mid-p value is at most 5 % where both
// sources have the category as often; the binomial probabilities are exact. The size is near the level, where that of
// the exact test is below it.
func TestSizeOfMidP(t *testing.T) {
	size := func(p func(compare.Discordant) float64) (sum float64) {
		probability := math.Ldexp(1, -40)
		for b := range int64(41) {
			if p(compare.Discordant{First: b, Second: 40 - b, Persons: 100}) <= 0.05 {
				sum += probability
			}
			probability *= float64(40-b) / float64(b+1)
		}
		return sum
	}
	mid, exact := size(compare.Discordant.MidP), size(compare.Discordant.Exact)
	if mid < 0.035 || mid > 0.0575 || exact > 0.05 || exact > mid {
		t.Errorf("size of mid-p %v, exact %v", mid, exact)
	}
}

// TestFleissOfTwo: of two sources Fleiss's kappa is Scott's pi.
func TestFleissOfTwo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawTable(t, 3)
		var ratings [][]int64
		for i := range n {
			for j := range n {
				n[i][j] %= 7
				for range n[i][j] {
					row := make([]int64, 3)
					row[i]++
					row[j]++
					ratings = append(ratings, row)
				}
			}
		}
		if len(ratings) == 0 {
			t.Skip("nobody")
		}
		got, err := compare.FleissKappa(ratings)
		if want := crossTable(t, n).ScottPi(); err != nil || !near(got.Value, want.Value, 1e-9) {
			t.Fatalf("%v (%v), want %v", got.Value, err, want.Value)
		}
	})
}

// TestFleissUnderChance: where five sources agree by chance alone, kappa has the standard error it states. The variance
// over the simulations has a relative standard error of √(2/n) for normal values, doubled for skewness.
func TestFleissUnderChance(t *testing.T) {
	const simulations, persons, sources = 4000, 60, 5
	rng := rand.New(rand.NewPCG(7, 7))
	var squares, stated float64
	for range simulations {
		ratings := make([][]int64, persons)
		for i := range ratings {
			ratings[i] = make([]int64, 3)
			for range sources {
				ratings[i][[]int{0, 0, 0, 1, 1, 2}[rng.IntN(6)]]++
			}
		}
		k, err := compare.FleissKappa(ratings)
		if err != nil {
			t.Fatal(err)
		}
		squares, stated = squares+k.Value*k.Value/simulations, stated+k.SE*k.SE/simulations
	}
	z := 4.9 // leaves 1e-6
	if ratio := squares / stated; math.Abs(ratio-1) > z*2*math.Sqrt(2./simulations) {
		t.Errorf("variance %v times what is stated", ratio)
	}
}

func TestFleissErrors(t *testing.T) {
	for _, ratings := range [][][]int64{{{1, 1}, {2, 1}}, {{1, 1}, {2}}, {{3, -1}}} {
		if _, err := compare.FleissKappa(ratings); err == nil {
			t.Errorf("%v: no error", ratings)
		}
	}
	if k, err := compare.FleissKappa(nil); err != nil || !math.IsNaN(k.Value) {
		t.Errorf("nobody: %v, %v", k.Value, err)
	}
}

func ExampleCrossTable() {
	linked, err := compare.NewCrossTable([][]int64{ // marital status, register (rows) and census
		{420, 15, 2},
		{12, 830, 7},
		{3, 9, 88},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	k := linked.Kappa(compare.Unweighted)
	lower, upper := k.Interval(0.95)
	fmt.Printf("kappa %.3f (%.3f to %.3f)\n", k.Value, lower, upper)
	fmt.Printf("of the married in the register, the census has %.1f %%\n", 100*linked.Category(1).Sensitivity.Value())
	fmt.Printf("margins p = %.2f\n", linked.StuartMaxwell().P)
	// Output:
	// kappa 0.933 (0.915 to 0.952)
	// of the married in the register, the census has 97.8 %
	// margins p = 0.72
}
