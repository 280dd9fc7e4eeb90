package simulate

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/explain"
)

var ageStarts = []int{0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85}

// explained is a simulated country with both sides of its communes.
type explained struct {
	data    explain.Data
	planted []Planted
	whole   []bool // counted completely
}

// explainedCountry counts one country: a quarter of the communes completely, in the others a fifth of the enumeration
// areas, everybody in them.
func explainedCountry(t *testing.T, o Options, draw uint64) *explained {
	f, err := Population(o)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := f.Register()
	if err != nil {
		t.Fatal(err)
	}
	n := len(f.c.communes)
	x := &explained{planted: f.Planted(), whole: make([]bool, n)}
	rng := stream(draw, forCountry, 1)
	for i := range x.whole {
		x.whole[i] = rng.Float64() < 0.25
	}
	x.register(f, counts)
	x.census(t, f, draw)
	return x
}

func (x *explained) register(f *Frame, counts [definitions][]int64) {
	n, k := len(f.c.communes), len(ageStarts)
	d := &x.data
	d.Starts = ageStarts
	for _, c := range counts {
		groups, totals := make([]float64, n*k), make([]float64, n)
		for at, v := range c {
			i, age := at/agesKept, at%agesKept
			groups[i*k+min(age/5, k-1)] += float64(v)
			totals[i] += float64(v)
			d.RegisterAge = append(d.RegisterAge, float64(v))
		}
		d.Register, d.RegisterTotal = append(d.Register, groups), append(d.RegisterTotal, totals)
	}
	for i := range f.c.communes {
		province := 0
		for p, code := range f.c.provinces {
			if code == f.c.communes[i].province {
				province = p
			}
		}
		d.Region = append(d.Region, int32(province))
	}
}

func (x *explained) census(t *testing.T, f *Frame, draw uint64) {
	n, k := len(f.c.communes), len(ageStarts)
	d := &x.data
	d.Census, d.SE = make([]float64, n*k), make([]float64, n*k)
	d.Total, d.TotalSE, d.DF, d.CensusAge = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n*agesKept)
	index := map[string]int32{}
	for i := range f.c.communes {
		index[f.c.communes[i].code] = int32(i)
	}
	every := *f.c
	every.o.Census.AreaFraction, every.o.Census.HouseholdsPerArea = 1, math.MaxInt32
	whole := (&Frame{&every, f.settled, f.codes}).Draw(draw)
	for r, code := range whole.Commune {
		if i := index[code]; x.whole[i] {
			d.Census[int(i)*k+min(whole.Age[r]/5, k-1)]++
			d.CensusAge[int(i)*agesKept+min(whole.Age[r], openAge)]++
			d.Total[i]++
			d.DF[i] = math.Inf(1)
		}
	}
	s := f.Draw(draw)
	design, unit, err := designOf(&s, s.enumerationAreas())
	if err != nil {
		t.Fatal(err)
	}
	tally := analysis.Tally{N: make([]int64, len(unit)), W: s.Weight, Unit: unit}
	group, commune := make([]int32, len(unit)), make([]int32, len(unit))
	for r := range unit {
		i := index[s.Commune[r]]
		tally.N[r], commune[r], group[r] = 1, i, i*int32(k)+int32(min(s.Age[r]/5, k-1))
		if !x.whole[i] {
			d.CensusAge[int(i)*agesKept+min(s.Age[r], openAge)] += s.Weight[r]
		}
	}
	groups, totals := design.Totals(&tally, group, n*k), design.Totals(&tally, commune, n)
	for i, e := range totals {
		if !x.whole[i] {
			d.Total[i], d.TotalSE[i], d.DF[i] = e.Value, e.SE, e.DF
			for c := i * k; c < (i+1)*k; c++ {
				d.Census[c], d.SE[c] = groups[c].Value, groups[c].SE
			}
		}
	}
}

// environment is a number from the environment, or else the default.
func environment(name string, to int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return to
}

// findings count what became of the communes of a cause.
type findings struct{ planted, findable, found, other, named int }

// power is what an oracle that knows the cause and its standard error has for a commune to count as findable: 97.5 %
// at the level that the communes are tested at, so that its truth is z(1-α/2) + 1.96 standard errors or more.
const oraclesMargin = 1.96

func TestCausesAreFound(t *testing.T) {
	countries := environment("CONCORD_COUNTRIES", 4)
	o := Options{
		Persons: int64(environment("CONCORD_PERSONS", 600_000)), Census: CensusPlan{AreaFraction: 0.2, HouseholdsPerArea: 1000, AreaHouseholds: 25},
		Rates: Rates{MovedTemporary: 0.03, Missed: 0.01, WronglyIncluded: 0.01, Spread: 1},
		Causes: []Cause{
			{Name: Newborns, Residence: "rural", Share: 0.10, Strength: 0.8, Weakest: 0.1},
			{Name: YoungAdults, Share: 0.10, Strength: 0.5, Weakest: 0.1},
			{Name: Level, Residence: "urban", Share: 0.25, Strength: 0.4, Weakest: 0.02},
			{Name: HeapedAges, Share: 0.10, Strength: 0.3, Weakest: 0.02},
			{Name: Oldest, Residence: "rural", Share: 0.10, Strength: 1, Weakest: 0.3},
		},
	}
	all := map[string]*findings{}
	for _, c := range append([]string{""}, CauseNames...) {
		all[c] = &findings{}
	}
	for seed := range countries {
		o.Seed = uint64(seed + 1)
		x := explainedCountry(t, o, uint64(100+seed))
		tellCauses(t, x, all)
	}
	fmt.Println(report(all))
}

func tellCauses(t *testing.T, x *explained, all map[string]*findings) {
	e, err := explain.Explain(&x.data, explain.Plan{FDR: 0.05})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("shares", e.Definitions.Shares, e.Definitions.Overall)
	causes := e.Causes(int(Current))
	named := 0
	for _, c := range causes {
		if c.Name != explain.NoneFound {
			named++
		}
	}
	m := 6.0
	alpha := 0.05 * float64(named) / float64(len(causes)) / m
	needed := analysis.Quantile(1-alpha/2, math.Inf(1)) + oraclesMargin
	for i, c := range causes {
		p := x.planted[i]
		f := all[p.Cause]
		f.planted++
		if c.Name != explain.NoneFound {
			f.named++
		}
		switch {
		case c.Name == p.Cause:
			f.found++
		case c.Name != explain.NoneFound:
			f.other++
			if os.Getenv("TELL") != "" {
				fmt.Printf("planted %q %.2f: named %s %.1f z %.1f whole %v pop %.0f se %.0f df %.0f reg %.0f\n", p.Cause, p.Strength, c.Name, c.Persons, c.Z, x.whole[i], x.data.Total[i], x.data.TotalSE[i], x.data.DF[i], x.data.RegisterTotal[2][i])
				for _, part := range e.Parts {
					fmt.Printf("    %s: %.1f (%.1f) gross %.1f z %.2f p %.2g\n", part.Name, part.Total[i], part.TotalSE[i], part.Gross[i], part.Z[i], part.P[i])
				}
			}
		}
		if p.Cause != "" {
			z := oracleZ(e, p.Cause, i, float64(p.Persons), p.Strength)
			if z >= needed {
				f.findable++
				if c.Name != p.Cause && os.Getenv("TELL") != "" {
					fmt.Printf("MISSED %q %.2f z=%.1f: named %s; whole %v pop %.0f\n", p.Cause, p.Strength, z, c.Name, x.whole[i], x.data.Total[i])
					for _, part := range e.Parts {
						fmt.Printf("    %s: %.1f (%.1f) gross %.1f z %.2f p %.2g\n", part.Name, part.Total[i], part.TotalSE[i], part.Gross[i], part.Z[i], part.P[i])
					}
				}
				if c.Name == p.Cause {
					f.named += 1000000
				}
			}
		}
	}
}

func oracleZ(e *explain.Explanation, cause string, i int, persons, strength float64) float64 {
	for _, part := range e.Parts {
		if part.Name == cause {
			return persons / part.OwnSE[i]
		}
	}
	return 0
}

func report(all map[string]*findings) string {
	var b strings.Builder
	for _, c := range append([]string{""}, CauseNames...) {
		f := all[c]
		fmt.Fprintf(&b, "%-18q planted %4d found %4d other %3d | findable %4d of them named right %4d\n", c, f.planted, f.found, f.other, f.findable, f.named/1000000)
	}
	return b.String()
}
