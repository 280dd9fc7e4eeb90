package simulate

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// coverageRows are the rows of the table. Those below the blank repeat the communes with ten areas or more, by what is
// known before anything is drawn.
var coverageRows = []string{
	"province",
	"commune, 0 areas drawn", "commune, 1 area drawn", "commune, 2-4 areas drawn", "commune, 5-9 areas drawn",
	"commune, 10+ areas drawn",
	"  of these 10-19 drawn", "  of these 20+ drawn",
	"  of these a stratum by itself", "  of these part of a stratum", "  of these under 10 expected",
	"commune, under 2 areas expected", "commune, 2-5 areas expected", "commune, 5-10 areas expected",
	"commune, 10+ areas expected",
}

// Positions in coverageRows.
const (
	provinceRow = iota
	drawnRow
	manyRow        = drawnRow + 4
	ofTheseRow     = manyRow + 1
	underTenRow    = ofTheseRow + 4
	expectedRow    = underTenRow + 1
	tenExpectedRow = expectedRow + 3
)

// TestCoverage draws 1,000 censuses of a small country of 261 communes and asks how often the 95 % intervals of totals
// contain the truth.
//
// The number of areas drawn in a commune is settled beforehand where the commune is a stratum by itself, as a town is;
// else it is chance, and part of the error. To take the communes in which ten areas or more were drawn is then to select
// on the outcome: a commune in which five were expected is seen among them only when it is overestimated, and one in
// which twenty were expected is seen below them only when it is underestimated. Besides, the degrees of freedom of a
// commune, the areas drawn there less one, are fewer than its variance deserves, since areas of the stratum drawn
// elsewhere inform it too: with few areas the intervals are too wide. Enumeration areas are therefore small here, so that
// most communes expect well above ten; the lower rows of the table sort communes by what is expected, which selects
// nothing. The last country is the plan of a mid-term census, where a commune has few areas.
//
// The shares have a standard error from the simulation of at most 0.3 points (6,000 totals of provinces) in the first
// country and 0.6 in the others; seeds are fixed.
func TestCoverage(t *testing.T) {
	// A census is some megabytes, thrown away at once: collecting less often halves the time.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	dense := CensusPlan{AreaFraction: 0.25, HouseholdsPerArea: 2, AreaHouseholds: 6}
	for _, tt := range []struct {
		name     string
		censuses int
		o        Options
	}{
		{"everybody answers", 1000, Options{Persons: 600_000, Census: dense}},
		{"three per cent do not answer", 200, Options{Persons: 600_000, Census: dense, Rates: Rates{Nonresponse: 0.03}}},
		{"large areas", 200, Options{Persons: 1_000_000, Census: DefaultCensus()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Seed = 7
			testCoverage(t, tt.o, tt.censuses)
		})
	}
}

// testCoverage asserts the shares of provinces and, where any commune expects so many, of communes with ten areas or more.
func testCoverage(t *testing.T, o Options, censuses int) {
	f, err := Population(o)
	if err != nil {
		t.Fatal(err)
	}
	rows := newExperiment(f).run(t, censuses)
	fmt.Printf("%s: %d censuses of %d people in %d communes, %d enumeration areas\n%s", t.Name(), censuses, f.Residents(),
		len(f.c.communes), f.c.areas, rows)
	for _, r := range []int{provinceRow, manyRow} {
		if r == manyRow && rows[tenExpectedRow].intervals == 0 {
			continue
		}
		if share := rows[r].share(); share < 93.5 || share > 96.5 {
			t.Errorf("%s: %.2f %% of %d intervals cover the truth, want 93.5 to 96.5 %%", coverageRows[r], share, rows[r].intervals)
		}
	}
}

// hits counts intervals by where they lie.
type hits struct{ intervals, covered, above, below, none int }

// where sorts one interval: the result has a single interval or a single absence of one.
func where(e analysis.Estimate, truth float64) hits {
	lower, upper := e.Interval(0.95)
	switch {
	case lower > truth:
		return hits{intervals: 1, above: 1}
	case upper < truth:
		return hits{intervals: 1, below: 1}
	case lower <= truth && truth <= upper:
		return hits{intervals: 1, covered: 1}
	}
	return hits{none: 1}
}

func (c *hits) add(o hits) {
	c.intervals, c.covered, c.above = c.intervals+o.intervals, c.covered+o.covered, c.above+o.above
	c.below, c.none = c.below+o.below, c.none+o.none
}

func (c *hits) share() float64 { return 100 * float64(c.covered) / float64(c.intervals) }

type hitTable []hits

func (cs hitTable) merge(others hitTable) {
	for i := range cs {
		cs[i].add(others[i])
	}
}

// String is the table, shares in per cent of the intervals.
func (cs hitTable) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-40s %9s %8s %10s %10s %12s\n", "", "intervals", "cover", "all above", "all below", "no interval")
	for i, c := range cs {
		fmt.Fprintf(&b, "%-40s %9d", coverageRows[i], c.intervals)
		if c.intervals > 0 {
			n := float64(c.intervals) / 100
			fmt.Fprintf(&b, " %6.2f %% %8.2f %% %8.2f %%", c.share(), float64(c.above)/n, float64(c.below)/n)
		} else {
			fmt.Fprintf(&b, " %8s %10s %10s", "-", "-", "-")
		}
		fmt.Fprintf(&b, " %12d\n", c.none)
	}
	return b.String()
}

// An experiment is a frame with its true totals.
type experiment struct {
	f        *Frame
	index    map[string]int32 // of a commune code
	province []int32          // of a commune
	alone    []bool           // the commune is a stratum by itself
	expected []float64        // areas drawn in a commune, in the mean
	people   [2][]float64     // true totals of provinces and of communes
}

func newExperiment(f *Frame) *experiment {
	k := len(f.c.communes)
	x := &experiment{f: f, index: map[string]int32{}, province: make([]int32, k), alone: make([]bool, k), expected: make([]float64, k)}
	x.people = [2][]float64{make([]float64, len(f.c.provinces)), make([]float64, k)}
	for i := range f.c.communes {
		m := &f.c.communes[i]
		n := len(f.c.strata[m.stratum].areas)
		x.index[m.code] = int32(i)
		x.province[i] = int32(slices.Index(f.c.provinces, m.province))
		x.alone[i] = m.areas == n
		x.expected[i] = float64(m.areas) * float64(f.c.o.Census.areasDrawn(n)) / float64(n)
	}
	everyone := f.Everyone()
	for _, code := range everyone.Commune {
		c := x.index[code]
		x.people[0][x.province[c]]++
		x.people[1][c]++
	}
	return x
}

// run draws censuses on all cores; seeds are 1, 2, 3, …, so that the result does not depend on the cores.
func (x *experiment) run(t *testing.T, censuses int) hitTable {
	all := make(hitTable, len(coverageRows))
	var wg sync.WaitGroup
	var lock sync.Mutex
	cores := runtime.GOMAXPROCS(0)
	for core := range cores {
		wg.Go(func() {
			own := make(hitTable, len(coverageRows))
			for seed := core + 1; seed <= censuses; seed += cores {
				x.census(t, uint64(seed), own)
			}
			lock.Lock()
			defer lock.Unlock()
			all.merge(own)
		})
	}
	wg.Wait()
	return all
}

// census draws one census, estimates all totals from it and counts which intervals cover.
func (x *experiment) census(t *testing.T, seed uint64, rows hitTable) {
	s := x.f.Draw(seed)
	areas := s.enumerationAreas()
	d, unit, err := designOf(&s, areas)
	if err != nil {
		t.Error(err)
		return
	}
	tally := analysis.Tally{N: make([]int64, len(unit)), W: s.Weight, Unit: unit}
	province, commune := make([]int32, len(unit)), make([]int32, len(unit))
	drawn := make([]int, len(x.alone))
	for _, a := range areas {
		c := x.index[s.Commune[a.from]]
		drawn[c]++
		for i := a.from; i < a.to; i++ {
			tally.N[i], commune[i], province[i] = 1, c, x.province[c]
		}
	}
	for p, e := range d.Totals(&tally, province, len(x.people[0])) {
		rows[provinceRow].add(where(e, x.people[0][p]))
	}
	for c, e := range d.Totals(&tally, commune, len(x.people[1])) {
		found := where(e, x.people[1][c])
		for _, r := range x.rowsOf(c, drawn[c]) {
			rows[r].add(found)
		}
	}
}

// rowsOf are the rows of the table that a commune belongs to.
func (x *experiment) rowsOf(c, drawn int) []int {
	rows := []int{
		drawnRow + classOf(float64(drawn), 1, 2, 5, 10),
		expectedRow + classOf(x.expected[c], 2, 5, 10),
	}
	if drawn < 10 {
		return rows
	}
	rows = append(rows, ofTheseRow+classOf(float64(drawn), 20), ofTheseRow+2)
	if !x.alone[c] {
		rows[len(rows)-1]++
	}
	if x.expected[c] < 10 {
		rows = append(rows, underTenRow)
	}
	return rows
}

// classOf is how many of the bounds v has reached.
func classOf(v float64, bounds ...float64) (class int) {
	for _, b := range bounds {
		if v >= b {
			class++
		}
	}
	return class
}

// An enumerationArea is one area drawn: its rows in the sample.
type enumerationArea struct {
	stratum, name string
	nEA, nHH      int64
	from, to      int
}

// enumerationAreas are the areas drawn, in order of stratum and name; the rows of one area are neighbours.
func (s *Sample) enumerationAreas() []enumerationArea {
	var areas []enumerationArea
	for i, name := range s.EA {
		if i == 0 || name != s.EA[i-1] {
			areas = append(areas, enumerationArea{s.Stratum[i], name, s.NEA[i], s.NHH[i], i, i})
		}
		areas[len(areas)-1].to++
	}
	slices.SortFunc(areas, func(a, b enumerationArea) int {
		return cmp.Or(strings.Compare(a.stratum, b.stratum), strings.Compare(a.name, b.name))
	})
	return areas
}

// designOf is the two-stage design of a census as field results state it, and the household of every row.
func designOf(s *Sample, areas []enumerationArea) (*analysis.Design, []int32, error) {
	var strata []analysis.Stratum
	psus, ssus := make([]analysis.PSU, 0, len(areas)), []int32{}
	unit := make([]int32, len(s.EA))
	for p, a := range areas {
		if p == 0 || a.stratum != areas[p-1].stratum {
			strata = append(strata, analysis.Stratum{Name: a.stratum, Population: float64(a.nEA)})
		}
		psus = append(psus, analysis.PSU{Name: a.name, Stratum: int32(len(strata) - 1), Population: float64(a.nHH)})
		for i := a.from; i < a.to; i++ {
			if i == a.from || s.Household[i] != s.Household[i-1] {
				ssus = append(ssus, int32(p))
			}
			unit[i] = int32(len(ssus) - 1)
		}
	}
	d, err := analysis.NewDesign(strata, psus, ssus)
	return d, unit, err
}
