package simulate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A universe is everybody in a simulated country, in columns, with the units that samples are drawn through.
type universe struct {
	age, exact    []float64 // completed years, and years with the part of the year since the birthday
	male, mothers []float64 // mothers: women of 15 to 49
	older, trait  []float64 // older: 80 and over; trait: a rare one that people of an area share
	stratum       []int32   // province and residence, of every person
	areas         []unit    // enumeration areas
	households    []unit
}

// A unit is a run of persons, or for an area also of households.
type unit struct {
	stratum      int32
	from, to     int // persons
	first, after int // households of an area
	class        int // of a household: those of one class answer alike
}

// newUniverse makes a country of about so many people.
func newUniverse(t *testing.T, persons int64) *universe {
	f, err := Population(Options{Persons: persons, Seed: 7, Census: CensusPlan{AreaFraction: .2, HouseholdsPerArea: 12, AreaHouseholds: 50}})
	if err != nil {
		t.Fatal(err)
	}
	all := f.Everyone()
	u := &universe{}
	strata := map[string]int32{} // of a commune
	for i := range f.c.communes {
		m := &f.c.communes[i]
		strata[m.code] = int32(2*slices.Index(f.c.provinces, m.province)) + int32(indicator(m.urban))
	}
	for i := range all.Age {
		u.stratum = append(u.stratum, strata[all.Commune[i]])
		u.age = append(u.age, float64(all.Age[i]))
		u.male = append(u.male, indicator(all.Sex[i] == "M"))
		u.mothers = append(u.mothers, indicator(all.Sex[i] == "F" && all.Age[i] >= 15 && all.Age[i] < 50))
		u.older = append(u.older, indicator(all.Age[i] >= 80))
		newArea := i == 0 || all.EA[i] != all.EA[i-1]
		if newArea {
			u.areas = append(u.areas, unit{stratum: u.stratum[i], from: i, first: len(u.households)})
		}
		if newArea || all.Household[i] != all.Household[i-1] {
			u.households = append(u.households, unit{stratum: u.stratum[i], from: i})
		}
		u.areas[len(u.areas)-1].to, u.households[len(u.households)-1].to = i+1, i+1
		u.areas[len(u.areas)-1].after = len(u.households)
	}
	u.traits()
	for h := range u.households {
		hh := &u.households[h]
		hh.class = 2*int(hh.stratum%2) + min(1, (hh.to-hh.from)/4)
	}
	return u
}

// traits gives every person a birthday, and a trait to 2 % of persons. It is several times as common in some areas as in others, so that the design
// effect of its share is well above 1.
func (u *universe) traits() {
	rng := rand.New(rand.NewPCG(3, 0))
	for _, a := range u.age {
		u.exact = append(u.exact, a+rng.Float64())
	}
	u.trait = make([]float64, len(u.age))
	for _, a := range u.areas {
		p := 0.02 * math.Exp(rng.NormFloat64()-0.5)
		for i := a.from; i < a.to; i++ {
			u.trait[i] = indicator(rng.Float64() < p)
		}
	}
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// pick takes some persons' values.
func pick(v []float64, rows []int) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}

// byStratum lists the units of every stratum.
func byStratum(n int, of func(int) int32) [][]int {
	var lists [][]int
	for i := range n {
		h := int(of(i))
		for len(lists) <= h {
			lists = append(lists, nil)
		}
		lists[h] = append(lists[h], i)
	}
	return lists
}

// median is the smallest value that at least half of all have or are below.
func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[(len(s)-1)/2]
}
