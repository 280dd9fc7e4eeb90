package analysis_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// TestMedianAgeByHand: of 100 persons of known age 30 are below 15 and 40 are 15 to 64: m = 15 + 50·20/40 = 40.
// Wilson's limits for 50 of 100 are 0.40383 and 0.59617 (Newcombe 1998, method 3), at ages 15 + 50·(100p-30)/40.
func TestMedianAgeByHand(t *testing.T) {
	tally := &analysis.Tally{
		Dims: peopleOf("male 0-14", "male 65+", "female 15-64", "female missing", "male 15-64"), N: []int64{30, 30, 25, 7, 15},
	}
	list, err := analysis.MedianAge().Complete(tally, []int32{0, 0, 0, 0, 0}, 2, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	got := list[0]
	if got.Value != 40 || got.N != 100 || got.Unknown != 7 || got.Assumed != 0 || got.Interval.Basis != analysis.Superpopulation {
		t.Errorf("%+v", got)
	}
	if i := got.Interval; math.Abs(i.Lower-(15+50*10.383/40)) > 1e-3 || math.Abs(i.Upper-(15+50*29.617/40)) > 1e-3 {
		t.Errorf("%+v", i)
	}
	if e := list[1]; e.Notes != analysis.Unsampled || !math.IsNaN(e.Value) || !math.IsNaN(e.Interval.Upper) {
		t.Errorf("nobody: %+v", e)
	}
	// Women alone: 25 aged 15 to 64; the one of missing age may be any.
	list, err = analysis.MedianAge().Where(analysis.Is("sex", "female")).Complete(tally, make([]int32, 5), 1, 0.95)
	if err != nil || list[0].Value != 40 || list[0].N != 25 || list[0].Unknown != 7 {
		t.Errorf("women: %+v, %v", list, err)
	}
	tally.N = []int64{3, 300, 2, 7, 1}
	list, _ = analysis.MedianAge().Complete(tally, make([]int32, 5), 1, 0.95)
	if list[0].Assumed != 300 || !(list[0].Value > 65 && list[0].Value < 70) {
		t.Errorf("median in the open group: %+v", list[0])
	}
	for want, dims := range map[string][]analysis.Dim{
		"overlap": peopleOf("male 0-4", "male 3"), "no age": peopleOf("male x", "male 3"), `"age"`: {{Name: "sex", Levels: []string{"male"}, Code: []int32{0, 0}}},
	} {
		tally := &analysis.Tally{Dims: dims, N: make([]int64, 2)}
		if _, err := analysis.MedianAge().Complete(tally, make([]int32, 2), 1, 0.95); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestMedianAgePaths: a tally and its microdata give the same, and half the persons are younger.
func TestMedianAgePaths(t *testing.T) {
	levels := peopleOf("male 0", "female 1", "male 2-4", "female 5-19", "male 20-49", "female 50-79", "male 80+", "female missing")
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		s.Lonely = analysis.LonelyRemove
		s.complete()
		rows := s.rows()
		s.Tally.Dims = pickRows(levels, s.Tally.Rows())
		for i := range s.N {
			s.N[i] = 1
		}
		a, err := analysis.MedianAge().Estimate(s.Design.Cells(s.Tally), s.Tally.Dims, s.cell, s.k, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		b, err := analysis.MedianAge().Estimate(rows.sample(t), pickRows(levels, rows.Rows), rows.cell, s.k, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		for c := range a {
			x, y := a[c], b[c]
			if !nearOrNone(x.Value, y.Value) || !nearOrNone(x.SE, y.SE) || !nearOrNone(x.Interval.Lower, y.Interval.Lower) ||
				!nearOrNone(x.Interval.Upper, y.Interval.Upper) || x.N != y.N || x.DF != y.DF || x.Unknown != y.Unknown || x.Assumed != y.Assumed {
				t.Fatalf("cell %d: tally %+v, rows %+v", c, x, y)
			}
			if x.Interval.Lower > x.Value+1e-9 || x.Interval.Upper < x.Value-1e-9 {
				t.Fatalf("cell %d: %+v", c, x)
			}
		}
	})
}

// TestMedianAgeCoverage draws 3,000 samples of 30 of 300 enumeration areas, as TestMeasureCoverage does, with its
// tolerance. The mean of the squared standard errors is near the variance of the medians.
func TestMedianAgeCoverage(t *testing.T) {
	const areas, n, draws = 300, 30, 3000
	rng := rand.New(rand.NewPCG(6, 12))
	w := newMeasureWorld(rng, areas)
	country := w.tally(rng.Perm(areas), 1)
	list, err := analysis.MedianAge().Complete(country, make([]int32, country.Rows()), 1, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	truth := list[0].Value
	d, err := analysis.NewDesign([]analysis.Stratum{{Population: areas}}, make([]analysis.PSU, n), nil)
	if err != nil {
		t.Fatal(err)
	}
	covered, spread, variance := 0.0, 0.0, 0.0
	for range draws {
		s := w.tally(rng.Perm(areas)[:n], areas/n)
		list, err := analysis.MedianAge().Estimate(d.Cells(s), s.Dims, make([]int32, s.Rows()), 1, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		m := list[0]
		if m.Interval.Lower <= truth && truth <= m.Interval.Upper {
			covered += 1. / draws
		}
		spread += (m.Value - truth) * (m.Value - truth) / draws
		variance += m.SE * m.SE / draws
	}
	z := distuv.UnitNormal.Quantile(1 - 1e-6/2)
	t.Logf("coverage %.4f, variance %.4f of the true one", covered, variance/spread)
	if math.Abs(covered-0.95) > 0.01+z*math.Sqrt(0.95*0.05/draws) {
		t.Errorf("coverage %.4f", covered)
	}
	if !scalar.EqualWithinAbs(variance/spread, 1, 0.01+z*math.Sqrt(2./draws)) {
		t.Errorf("variance %.4f of the true one", variance/spread)
	}
}
