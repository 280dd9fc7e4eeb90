package simulate

import (
	"math"
	"reflect"
	"testing"
)

// TestWeightsAreUnbiased draws many censuses without errors. By design the weighted total has the true total as its
// mean, for the country and for any part of it; each check fails by chance once in 16,000 (four standard errors).
func TestWeightsAreUnbiased(t *testing.T) {
	f, err := Population(Options{Persons: 120_000, Seed: 31})
	if err != nil {
		t.Fatal(err)
	}
	domains := map[string]func(s *Sample, i int) bool{
		"everybody":          func(*Sample, int) bool { return true },
		"women over 60":      func(s *Sample, i int) bool { return s.Sex[i] == "F" && s.Age[i] > 60 },
		"district 001 urban": func(s *Sample, i int) bool { return s.Stratum[i] == "001-urban" },
		"one commune":        func(s *Sample, i int) bool { return s.Commune[i] == "00301" },
	}
	everyone := f.Everyone()
	truth, sum, squares := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for name, in := range domains {
		truth[name] = weighted(&everyone, in)
	}
	const draws = 1000
	for seed := range uint64(draws) {
		s := f.Draw(seed)
		for name, in := range domains {
			d := weighted(&s, in) - truth[name]
			sum[name] += d
			squares[name] += d * d
		}
	}
	for name := range domains {
		mean := sum[name] / draws
		se := math.Sqrt((squares[name]/draws - mean*mean) / draws)
		if truth[name] == 0 || math.Abs(mean) > 4*se {
			t.Errorf("%s: mean estimate off by %.1f of %.0f, want within 4 × %.1f", name, mean, truth[name], se)
		}
	}
}

// weighted is the weighted number of persons in a domain.
func weighted(s *Sample, in func(*Sample, int) bool) (sum float64) {
	for i, w := range s.Weight {
		if in(s, i) {
			sum += w
		}
	}
	return sum
}

func TestDrawIsReproducible(t *testing.T) {
	f, err := Population(Options{Persons: 20_000, Seed: 32, Rates: DefaultRates()})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(f.Draw(9), f.Draw(9)) {
		t.Error("one seed gave two samples")
	}
	if reflect.DeepEqual(f.Draw(9), f.Draw(10)) {
		t.Error("two seeds gave one sample")
	}
}

// TestRunDrawsWhatTheFrameDraws holds census.csv against Draw from the same seed: same people, same selection.
func TestRunDrawsWhatTheFrameDraws(t *testing.T) {
	o := Options{Persons: 50_000, Seed: 33, Rates: DefaultRates()}
	f, err := Population(o)
	if err != nil {
		t.Fatal(err)
	}
	want := f.Draw(o.Seed)
	s, dir := run(t, o)
	if int64(len(want.Age)) != s.CensusRows || f.Residents() != s.Residents {
		t.Fatalf("Draw: %d rows of %d people, Run: %d of %d", len(want.Age), f.Residents(), s.CensusRows, s.Residents)
	}
	rows, err := open(t, dir).Query(`SELECT stratum, ea, household, weight, n_ea, n_hh, sex, age FROM
		read_csv('` + dir + `/census.csv', types = {'commune': 'VARCHAR'})`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		var got, exp row
		if err := rows.Scan(&got.stratum, &got.ea, &got.household, &got.weight, &got.nEA, &got.nHH, &got.sex, &got.age); err != nil {
			t.Fatal(err)
		}
		exp = row{want.Stratum[i], want.EA[i], want.Household[i], want.Weight[i], want.NEA[i], want.NHH[i], want.Sex[i], want.Age[i]}
		if got != exp {
			t.Fatalf("row %d: %+v, want %+v", i, got, exp)
		}
	}
}

// row is a row of census.csv without what a Sample does not hold.
type row struct {
	stratum, ea string
	household   int64
	weight      float64
	nEA, nHH    int64
	sex         string
	age         int
}

func TestSelectionSizes(t *testing.T) {
	plan := DefaultCensus()
	for n, want := range map[int]int{1: 1, 2: 2, 5: 2, 10: 2, 13: 3, 100: 20} {
		if got := plan.areasDrawn(n); got != want {
			t.Errorf("%d areas drawn of %d, want %d", got, n, want)
		}
	}
	var taken []int
	sample(stream(1, forSelection, 1), 10, 10, func(i int) { taken = append(taken, i) })
	if !reflect.DeepEqual(taken, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		t.Errorf("a sample of everything is %v", taken)
	}
}

// TestAreaSizesVary checks the frame: areas of some 140 households, a fifth to a quarter of that up and down.
func TestAreaSizesVary(t *testing.T) {
	f, err := Population(Options{Persons: 1_000_000, Seed: 34})
	if err != nil {
		t.Fatal(err)
	}
	var n, sum, squares float64
	for _, s := range f.settled {
		for e := range len(s.areas) - 1 {
			x := float64(s.listed(e))
			n, sum, squares = n+1, sum+x, squares+x*x
		}
	}
	mean := sum / n
	cv := math.Sqrt(squares/n-mean*mean) / mean
	if mean < 135 || mean > 145 || cv < 0.19 || cv > 0.26 {
		t.Errorf("areas of %.1f households with a CV of %.2f, want about 140 and 0.20 to 0.25", mean, cv)
	}
}
