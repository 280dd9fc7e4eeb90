package analysis_test

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// A drawn first phase is one of equally likely samples: units of a population, with the design columns of each.
type firstPhase struct {
	units  []int
	stages []analysis.StageColumns
}

// A drawn second phase has a probability, and says what NewTwoPhase needs.
type secondPhase struct {
	prob float64
	analysis.SecondPhase
}

// subsets are those of n of some values.
func subsets(of []int, n int) (all [][]int) {
	for s := uint(0); s < 1<<len(of); s++ {
		if bits.OnesCount(s) == n {
			var one []int
			for _, k := range members(s) {
				one = append(one, of[k])
			}
			all = append(all, one)
		}
	}
	return all
}

// crossJoin puts every list of a with every one of b.
func crossJoin(a, b [][]int) (all [][]int) {
	for _, x := range a {
		for _, y := range b {
			all = append(all, append(append([]int(nil), x...), y...))
		}
	}
	return all
}

// simpleFirst are the simple random samples of n of N units.
func simpleFirst(size, n int) (all []firstPhase) {
	for _, units := range subsets(indices(size), n) {
		all = append(all, firstPhase{units, []analysis.StageColumns{{Population: slices.Repeat([]float64{float64(size)}, n)}}})
	}
	return all
}

// stratifiedFirst are the samples of 3 of the first 4 units and 2 of the other 3.
func stratifiedFirst() (all []firstPhase) {
	for _, units := range crossJoin(subsets([]int{0, 1, 2, 3}, 3), subsets([]int{4, 5, 6}, 2)) {
		all = append(all, firstPhase{units, []analysis.StageColumns{{
			Stratum: []int32{0, 0, 0, 1, 1}, Population: []float64{4, 4, 4, 3, 3},
		}}})
	}
	return all
}

// clusteredFirst are the samples of 2 of 3 PSUs, and in each of 2 of its 3 units.
func clusteredFirst() (all []firstPhase) {
	for _, psus := range subsets(indices(3), 2) {
		in := func(p int) [][]int { return subsets([]int{3 * p, 3*p + 1, 3*p + 2}, 2) }
		for _, units := range crossJoin(in(psus[0]), in(psus[1])) {
			all = append(all, firstPhase{units, []analysis.StageColumns{
				{Unit: []int32{0, 0, 1, 1}, Population: slices.Repeat([]float64{3}, 4)}, {Population: slices.Repeat([]float64{3}, 4)},
			}})
		}
	}
	return all
}

// stratifiedSecond are the samples, from every stratum there is, of two units, or of the only one.
func stratifiedSecond(stratum []int32) (all []secondPhase) {
	joined := [][]int{nil}
	for _, rows := range groupRows(indices(len(stratum)), stratum) {
		joined = crossJoin(joined, subsets(rows, min(2, len(rows))))
	}
	for _, rows := range joined {
		taken := make([]bool, len(stratum))
		for _, i := range rows {
			taken[i] = true
		}
		all = append(all, secondPhase{1 / float64(len(joined)), analysis.SecondPhase{Taken: taken, Stratum: stratum}})
	}
	return all
}

// poissonSecond are all samples of units taken independently.
func poissonSecond(pi []float64) (all []secondPhase) {
	for s := uint(0); s < 1<<len(pi); s++ {
		taken, prob := make([]bool, len(pi)), 1.0
		for i, p := range pi {
			if taken[i] = s&(1<<i) != 0; taken[i] {
				prob *= p
			} else {
				prob *= 1 - p
			}
		}
		all = append(all, secondPhase{prob, analysis.SecondPhase{Taken: taken, Pi: pi}})
	}
	return all
}

// entropySecond are the samples of n units of maximum entropy.
func entropySecond(odds []float64, n int) (all []secondPhase) {
	p := maximumEntropy(odds, n)
	for i, s := range p.samples {
		taken := make([]bool, len(odds))
		for _, k := range members(s) {
			taken[k] = true
		}
		all = append(all, secondPhase{p.prob[i], analysis.SecondPhase{Taken: taken, Joint: takeJoint(p.joint, members(s))}})
	}
	return all
}

// TestTwoPhaseWithoutBias goes through all samples of both phases of small populations: the estimated total has the
// true one for its mean, and the estimated covariance of two totals has the true one.
func TestTwoPhaseWithoutBias(t *testing.T) {
	y := []float64{4, 8, 1, 6, 3, 9, 2, 7, 5}
	x := []float64{1, 2, 2, 5, 1, 4, 7, 1, 3}
	pi := []float64{0.3, 0.8, 0.5, 1, 0.6, 0.4, 0.7, 0.9, 0.2}
	kind := []int32{5, 2, 5, 5, 2, 2, 5, 2, 5}
	strata := func(f firstPhase) []secondPhase { return stratifiedSecond(take(kind, f.units)) }
	poisson := func(f firstPhase) []secondPhase { return poissonSecond(take(pi, f.units)) }
	entropy := func(f firstPhase) []secondPhase { return entropySecond(take(x, f.units), 3) }
	for name, tt := range map[string]struct {
		size   int
		first  []firstPhase
		second func(firstPhase) []secondPhase
	}{
		"simple, strata":           {6, simpleFirst(6, 4), strata},
		"strata, strata":           {7, stratifiedFirst(), strata},
		"two stages, strata":       {9, clusteredFirst(), strata},
		"simple, Poisson":          {6, simpleFirst(6, 4), poisson},
		"two stages, Poisson":      {9, clusteredFirst(), poisson},
		"simple, joint":            {6, simpleFirst(6, 4), entropy},
		"two stages, joint":        {9, clusteredFirst(), entropy},
		"everybody, then strata":   {6, simpleFirst(6, 6), strata},
		"strata, then their joint": {7, stratifiedFirst(), entropy},
	} {
		ty, tx := sumOver(y, indices(tt.size)), sumOver(x, indices(tt.size))
		var mean, true_, estimated [3]float64
		for _, f := range tt.first {
			for _, s := range tt.second(f) {
				e := estimateTwoPhase(t, f, s, y, x)
				p := s.prob / float64(len(tt.first))
				dy, dx := e.Values[0]-ty, e.Values[1]-tx
				for i, v := range [3][3]float64{
					{dy, dy * dy, e.Cov.At(0, 0)}, {dx, dx * dy, e.Cov.At(0, 1)}, {0, dx * dx, e.Cov.At(1, 1)},
				} {
					mean[i], true_[i], estimated[i] = mean[i]+p*v[0], true_[i]+p*v[1], estimated[i]+p*v[2]
				}
			}
		}
		for i := range mean {
			if math.Abs(mean[i]) > 1e-9 || !scalar.EqualWithinAbsOrRel(estimated[i], true_[i], 1e-9, 1e-9) {
				t.Errorf("%s, %d: mean error %v, variance %v, want %v", name, i, mean[i], estimated[i], true_[i])
			}
		}
	}
}

// estimateTwoPhase estimates the totals of y and x; where nobody was taken they are 0, and so is their variance.
func estimateTwoPhase(t *testing.T, f firstPhase, s secondPhase, y, x []float64) *analysis.Estimates {
	first, err := analysis.NewSample(analysis.SampleColumns{Rows: len(f.units), Stages: f.stages})
	if err != nil {
		t.Fatal(err)
	}
	both, err := analysis.NewTwoPhase(first, s.SecondPhase)
	if err != nil {
		t.Fatal(err)
	}
	e := both.Estimate(analysis.TotalOf(take(y, f.units), take(x, f.units)), nil)
	if e.N == 0 {
		e.Cov = mat.NewSymDense(2, nil)
	}
	return e
}

// TestTwoPhaseTakesAll: with all units taken by the second phase, every estimate is that of the first.
func TestTwoPhaseTakesAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, rapid.IntRange(1, 3).Draw(t, "stages"))
		m.Lonely = rapid.SampledFrom([]analysis.LonelyPSU{analysis.LonelyRemove, analysis.LonelyCertainty}).Draw(t, "policy")
		first := m.sample(t)
		all := make([]bool, m.Rows)
		for i := range all {
			all[i] = true
		}
		st := together{analysis.TotalOf(m.y), analysis.RatioOf(m.y, m.x), analysis.MeanOf(m.x)}
		for name, c := range map[string]analysis.SecondPhase{
			"one stratum": {Taken: all}, "Poisson": {Taken: all, Pi: ones(m.Rows)},
		} {
			s, err := analysis.NewTwoPhase(first, c)
			if err != nil {
				t.Fatal(err)
			}
			for _, domain := range [][]bool{nil, m.domain} {
				a, b := first.Estimate(st, domain), s.Estimate(st, domain)
				for i := range a.Values {
					// A variance that is only what rounding left may be below 0 in one of the two.
					if !alikeToBits(a.Values[i], b.Values[i]) || !nearOrNone(a.Cov.At(i, i), b.Cov.At(i, i)) {
						t.Fatalf("%s: %v, variance %v, first phase %v, %v", name, b.Values[i], b.Cov.At(i, i), a.Values[i], a.Cov.At(i, i))
					}
				}
				if a.N != b.N || b.DF > a.DF {
					t.Fatalf("%s: %+v, first phase %+v", name, b, a)
				}
			}
		}
	})
}

// TestTwoPhaseByPairs: simple random sampling and Poisson sampling by formula are what their joint probabilities give.
func TestTwoPhaseByPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, rapid.IntRange(1, 3).Draw(t, "stages"))
		m.Lonely = analysis.LonelyRemove
		first := m.sample(t)
		unitOf, units := lastUnits(m)
		stratum, size, drawn := make([]int32, units), make([]float64, 2), make([]float64, 2)
		taken := make([]bool, units)
		for u := range units {
			stratum[u] = int32(u % 2)
			size[u%2]++
		}
		for u := range units {
			if h := u % 2; drawn[h] < 2 || rapid.Bool().Draw(t, "taken") {
				taken[u] = true
				drawn[h]++
			}
		}
		var at []int
		seen := make([]bool, units)
		for _, u := range unitOf {
			if taken[u] && !seen[u] {
				at = append(at, u)
			}
			seen[u] = true
		}
		simple, poisson := mat.NewSymDense(len(at), nil), mat.NewSymDense(len(at), nil)
		pi := make([]float64, units)
		for i, k := range at {
			g := stratum[k]
			pi[k] = drawn[g] / size[g]
			for j, l := range at[:i] {
				both := pi[k] * pi[l]
				if h := stratum[l]; h == g {
					both = drawn[g] * (drawn[g] - 1) / (size[g] * (size[g] - 1))
				}
				simple.SetSym(i, j, both)
				poisson.SetSym(i, j, pi[k]*pi[l])
			}
			simple.SetSym(i, i, pi[k])
			poisson.SetSym(i, i, pi[k])
		}
		c := analysis.SecondPhase{Taken: spread(taken, unitOf), Stratum: spread(stratum, unitOf)}
		st := together{analysis.TotalOf(m.y), analysis.RatioOf(m.y, m.x)}
		for name, joint := range map[string]mat.Symmetric{"simple": simple, "Poisson": poisson} {
			a, b := c, c
			b.Joint = joint
			if name == "Poisson" {
				a.Pi = spread(pi, unitOf)
			}
			x, y := estimatePhases(t, first, a, st, m.domain), estimatePhases(t, first, b, st, m.domain)
			for i := range x.Values {
				size := 1 + math.Abs(y.Cov.At(i, i)) + x.Values[i]*x.Values[i]
				if !alikeToBits(x.Values[i], y.Values[i]) || !(math.Abs(x.Cov.At(i, i)-y.Cov.At(i, i)) <= 1e-8*size || x.N == 0 ||
					math.IsNaN(x.Values[i])) || x.DF != y.DF {
					t.Fatalf("%s: %v, variance %v, by pairs %v, %v", name, x.Values[i], x.Cov.At(i, i), y.Values[i], y.Cov.At(i, i))
				}
			}
		}
	})
}

func estimatePhases(t *rapid.T, first *analysis.Sample, c analysis.SecondPhase, st analysis.Statistic, domain []bool) *analysis.Estimates {
	s, err := analysis.NewTwoPhase(first, c)
	if err != nil {
		t.Fatal(err)
	}
	return s.Estimate(st, domain)
}

// lastUnits numbers the units of the last stage by row, in order of first rows.
func lastUnits(m *stagedRows) (of []int, units int) {
	seen := map[string]int{}
	for i := range m.Rows {
		var key strings.Builder
		for _, s := range m.Stages {
			unit := int32(-1 - i)
			if s.Unit != nil {
				unit = s.Unit[i]
			}
			fmt.Fprint(&key, s.Stratum[i], "/", unit, " ")
		}
		u, ok := seen[key.String()]
		if !ok {
			u = len(seen)
			seen[key.String()] = u
		}
		of = append(of, u)
	}
	return of, len(seen)
}

// spread gives every row what its unit has.
func spread[T any](v []T, unit []int) []T {
	out := make([]T, len(unit))
	for i, u := range unit {
		out[i] = v[u]
	}
	return out
}

// TestTwoPhaseAgainstR: R survey 4.1-1,
//
//	p <- twophase(id = list(~id, ~id), strata = list(NULL, ~g), fpc = list(~N, NULL), subset = ~s, data = d, method = "full")
//	vcov(svytotal(~y + x, p)); svymean(~y, p); svyratio(~y, ~x, p); q <- subset(p, x > 1 & x < 6); svymean(~y, q); degf(q)
//
// with the columns below and N = 24. With strata in the first phase, too (~h, of which N is 20 and 15), R's covariance
// matrix is not symmetric. The figures here are then those of result 9.3.1 of Särndal, Swensson and Wretman (1992),
// pair by pair in rational numbers; TestTwoPhaseWithoutBias has such a case, stratified in both phases.
func TestTwoPhaseAgainstR(t *testing.T) {
	y, x := []float64{4, 8, 1, 6, 3, 9, 2, 7, 5, 10, 12, 6}, []float64{1, 2, 2, 5, 1, 4, 7, 1, 3, 2, 6, 5}
	h, g := []int32{1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2}, []int32{1, 2, 1, 2, 1, 1, 2, 2, 1, 1, 2, 2}
	taken, population, domain := make([]bool, 12), make([]float64, 12), make([]bool, 12)
	for i := range taken {
		taken[i] = i != 4 && i != 7 && i != 8 && i != 11
		population[i] = []float64{20, 15}[h[i]-1]
		domain[i] = x[i] > 1 && x[i] < 6
	}
	design := func(stage analysis.StageColumns) *analysis.TwoPhase {
		first, err := analysis.NewSample(analysis.SampleColumns{Rows: 12, Stages: []analysis.StageColumns{stage}})
		if err != nil {
			t.Fatal(err)
		}
		s, err := analysis.NewTwoPhase(first, analysis.SecondPhase{Taken: taken, Stratum: g})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := design(analysis.StageColumns{Population: slices.Repeat([]float64{24}, 12)})
	strata := design(analysis.StageColumns{Stratum: h, Population: population}).Estimate(analysis.TotalOf(y, x), nil)
	totals, part := s.Estimate(analysis.TotalOf(y, x), nil), s.Estimate(analysis.MeanOf(y), domain)
	for what, tt := range map[string][2]float64{
		"variance of y":          {totals.Cov.At(0, 0), 796.727272727273},
		"covariance":             {totals.Cov.At(0, 1), 18},
		"variance of x":          {totals.Cov.At(1, 1), 189.2727272727273},
		"mean":                   {s.Estimate(analysis.MeanOf(y), nil).SE(0), 1.176098240244866},
		"ratio":                  {s.Estimate(analysis.RatioOf(y, x), nil).SE(0), 0.4208731780888612},
		"mean in a domain":       {part.Values[0], 6.8},
		"its standard error":     {part.SE(0), 1.296758974668708},
		"its degrees of freedom": {part.DF, 3},
		"the domain as a cell":   {s.Ratios(y, nil, cellOf(domain), 1)[0].SE, 1.296758974668708},
		"its rows by weights":    {s.Totals(nil, cellOf(domain), 1)[0].Value, part.SumWeights},
		"strata: total of y":     {strata.Values[0], 220.0714285714286},
		"strata: total of x":     {strata.Values[1], 121.0714285714286},
		"strata: variance of y":  {strata.Cov.At(0, 0), 1480.5051020408164},
		"strata: covariance":     {strata.Cov.At(0, 1), -74.9234693877551},
		"strata: variance of x":  {strata.Cov.At(1, 1), 380.5765306122449},
	} {
		if !scalar.EqualWithinRel(tt[0], tt[1], 1e-12) {
			t.Errorf("%s: %v, want %v", what, tt[0], tt[1])
		}
	}
}

func cellOf(domain []bool) []int32 {
	cell := make([]int32, len(domain))
	for i, in := range domain {
		if !in {
			cell[i] = -1
		}
	}
	return cell
}

func TestTwoPhaseRefuses(t *testing.T) {
	sample := func(c analysis.SampleColumns) *analysis.Sample {
		c.Rows, c.Weights = 4, ones(4)
		s, err := analysis.NewSample(c)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	pairs := sample(analysis.SampleColumns{Stages: []analysis.StageColumns{{Unit: []int32{0, 0, 1, 1}}}})
	rows := sample(analysis.SampleColumns{})
	yes := []bool{true, true, true, true}
	for name, tt := range map[string]struct {
		first *analysis.Sample
		c     analysis.SecondPhase
		want  string
	}{
		"a unit taken in part":    {pairs, analysis.SecondPhase{Taken: []bool{true, false, true, true}}, "row 1"},
		"a unit of two strata":    {pairs, analysis.SecondPhase{Taken: yes, Stratum: []int32{0, 0, 0, 1}}, "row 3"},
		"a unit of two π":         {pairs, analysis.SecondPhase{Taken: yes, Pi: []float64{1, 1, 1, 0.5}}, "row 3"},
		"a stratum without any":   {rows, analysis.SecondPhase{Taken: []bool{true, true, false, false}, Stratum: []int32{0, 0, 1, 1}}, "row 2"},
		"a single one of several": {rows, analysis.SecondPhase{Taken: []bool{true, true, true, false}, Stratum: []int32{0, 0, 1, 1}}, "row 2"},
		"π above 1":               {rows, analysis.SecondPhase{Taken: yes, Pi: []float64{1, 1, 1.5, 1}}, "row 2"},
		"π of 0":                  {rows, analysis.SecondPhase{Taken: yes, Pi: []float64{0, 1, 1, 1}}, "row 0"},
		"impossible joint π":      {rows, analysis.SecondPhase{Taken: []bool{true, true, false, false}, Joint: mat.NewSymDense(2, []float64{0.5, 0, 0, 0.5})}, "joint π"},
		"adjust":                  {sample(analysis.SampleColumns{Lonely: analysis.LonelyAdjust}), analysis.SecondPhase{Taken: yes}, "adjust"},
	} {
		if s, err := analysis.NewTwoPhase(tt.first, tt.c); s != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]analysis.SecondPhase{
		"rows":    {Taken: yes[:3]},
		"strata":  {Taken: yes, Stratum: []int32{0}},
		"π":       {Taken: yes, Pi: []float64{1}},
		"joint π": {Taken: yes, Joint: mat.NewSymDense(2, nil)},
	} {
		if !panics(func() { analysis.NewTwoPhase(rows, c) }) {
			t.Errorf("%s that do not fit: no panic", name)
		}
	}
}

// TestTwoPhaseRegression: R survey 4.1-1, on the data of TestTwoPhaseAgainstR,
//
//	q <- calibrate(p, phase = 2, formula = ~x, calfun = "linear"); weights(q); svytotal(~y + x, q); svymean(~y, q)
//	svyratio(~I(y * (y > 3)), ~I(y > 3), q)
//
// The last is the mean in the domain y > 3, of which R's svymean(~y, subset(q, y > 3)) has another standard error,
// 0.9176.
func TestTwoPhaseRegression(t *testing.T) {
	y, x := []float64{4, 8, 1, 6, 3, 9, 2, 7, 5, 10, 12, 6}, []float64{1, 2, 2, 5, 1, 4, 7, 1, 3, 2, 6, 5}
	g, taken, domain := []int32{1, 2, 1, 2, 1, 1, 2, 2, 1, 1, 2, 2}, make([]bool, 12), make([]bool, 12)
	for i := range taken {
		taken[i], domain[i] = i != 4 && i != 7 && i != 8 && i != 11, y[i] > 3
	}
	first, err := analysis.NewSample(analysis.SampleColumns{Rows: 12, Stages: []analysis.StageColumns{{Population: slices.Repeat([]float64{24}, 12)}}})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := analysis.NewTwoPhase(first, analysis.SecondPhase{Taken: taken, Stratum: g})
	if err != nil {
		t.Fatal(err)
	}
	s, err := plain.Regressed(ones(12), x)
	if err != nil {
		t.Fatal(err)
	}
	totals, part := s.Estimate(analysis.TotalOf(y, x), nil), s.Estimate(analysis.MeanOf(y), domain)
	for what, tt := range map[string][2]float64{
		"weight":             {s.Weights()[0], 3.697416974169742},
		"last weight":        {s.Weights()[10], 2.369003690036901},
		"total of y":         {totals.Values[0], 154.53874538745390},
		"total of x":         {totals.Values[1], 78},
		"variance of y":      {totals.Cov.At(0, 0), 750.58213394978907},
		"covariance":         {totals.Cov.At(0, 1), -10.39970984748422},
		"variance of x":      {totals.Cov.At(1, 1), 45.60786085552910},
		"mean":               {s.Estimate(analysis.MeanOf(y), nil).SE(0), 1.138486391469152},
		"mean in a domain":   {part.Values[0], 7.955635491606715},
		"its standard error": {part.SE(0), 0.9252521834374348},
	} {
		if !scalar.EqualWithinRel(tt[0], tt[1], 1e-12) {
			t.Errorf("%s: %v, want %v", what, tt[0], tt[1])
		}
	}
	joint := mat.NewSymDense(8, nil)
	var at []int
	for i, in := range taken {
		if in {
			at = append(at, i)
		}
	}
	for i, k := range at {
		for j, l := range at[:i] {
			joint.SetSym(i, j, 4./6*4/6)
			if g[k] == g[l] {
				joint.SetSym(i, j, 4.*3/6/5)
			}
		}
		joint.SetSym(i, i, 4./6)
	}
	pairs, err := analysis.NewTwoPhase(first, analysis.SecondPhase{Taken: taken, Joint: joint})
	if err != nil {
		t.Fatal(err)
	}
	if pairs, err = pairs.Regressed(ones(12), x); err != nil {
		t.Fatal(err)
	}
	if got, want := pairs.Estimate(analysis.MeanOf(y), domain).SE(0), part.SE(0); !scalar.EqualWithinRel(got, want, 1e-10) {
		t.Errorf("standard error by pairs %v, want %v", got, want)
	}
	if _, err := plain.Regressed(x, x); err == nil {
		t.Error("variables that depend on each other are taken")
	}
	if _, err := s.Regressed(x); err == nil {
		t.Error("weights are fitted twice")
	}
}

// TestTwoPhaseQuantiles: a median of two phases looks at taken rows alone, and is that of the taken rows under their
// weights.
func TestTwoPhaseQuantiles(t *testing.T) {
	y, taken := make([]float64, 40), make([]bool, 40)
	var kept []float64
	for i := range y {
		y[i] = math.NaN()
		if taken[i] = i%2 == 0; taken[i] {
			y[i] = float64(i * 7 % 41)
			kept = append(kept, y[i])
		}
	}
	first, err := analysis.NewSample(analysis.SampleColumns{Rows: 40, Stages: []analysis.StageColumns{{Population: slices.Repeat([]float64{400}, 40)}}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := analysis.NewTwoPhase(first, analysis.SecondPhase{Taken: taken})
	if err != nil {
		t.Fatal(err)
	}
	// Two phases of simple random sampling are one.
	one, err := analysis.NewSample(analysis.SampleColumns{Rows: 20, Stages: []analysis.StageColumns{{Population: slices.Repeat([]float64{400}, 20)}}})
	if err != nil {
		t.Fatal(err)
	}
	request := analysis.QuantileRequest{P: []float64{0.5}}
	got, want := analysis.Quantiles(s, y, nil, request)[0], analysis.Quantiles(one, kept, nil, request)[0]
	if got.Value != want.Value || !scalar.EqualWithinRel(got.SE, want.SE, 1e-9) || got.Limits != want.Limits {
		t.Errorf("%+v, as one phase %+v", got, want)
	}
}
