package simulate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// commune is one unit of the lowest level and everything the simulator knows of it beforehand.
type commune struct {
	code, name             string
	district, districtName string
	province, provinceName string
	urban                  bool
	basis                  string     // where size comes from: census_2019, estimate or invented
	size                   float64    // residents, in relative terms
	sizes                  []float64  // cumulative shares of household sizes 1..7 and over
	ages                   *structure // age structure of its district and residence
	mix                    mixture
	absent                 float64 // records of people gone, for each resident
	moved                  float64 // how much likelier than average a resident is to be a mover
	quota                  int64   // register records
	stratum                int
	firstArea, areas       int // enumeration areas: where they begin in the frame, and how many
	planted                Planted
}

// residence is the word for the kind of place.
func (c *commune) residence() string {
	if c.urban {
		return "urban"
	}
	return "rural"
}

// The bases of a commune's size.
const (
	basisCensus   = "census_2019"
	basisEstimate = "estimate"
	basisInvented = "invented"
)

// stratum is a district's urban or rural part: the census samples each on its own.
type stratum struct {
	name  string
	areas []int // enumeration areas in frame order
}

// country is all that is fixed before anybody is born: places, quotas, strata and enumeration areas.
type country struct {
	o         Options
	communes  []commune // in code order
	strata    []stratum // in name order
	areas     int       // enumeration areas in the frame
	origins   origins
	calendar  *calendar
	noSuch    string // a commune code in no list
	districts int
	provinces []string
}

// newCountry reads or invents the places and shares out the records.
func newCountry(o Options) (*country, error) {
	c := &country{o: o, calendar: newCalendar(o.Reference)}
	var err error
	if o.invented() {
		c.communes = inventCommunes(o.Seed)
	} else if c.communes, err = readCommunes(o); err != nil {
		return nil, err
	}
	slices.SortFunc(c.communes, func(a, b commune) int { return cmp.Compare(a.code, b.code) })
	if int64(len(c.communes)) > o.Persons {
		return nil, fmt.Errorf("simulate: %d persons for %d communes, want at least one each", o.Persons, len(c.communes))
	}
	c.countUnits()
	c.giveTraits()
	c.shareQuotas()
	c.layAreas()
	c.origins = newOrigins(c.communes)
	c.assign()
	return c, nil
}

// countUnits counts districts and provinces and finds a code that no commune has.
func (c *country) countUnits() {
	districts, codes := map[string]bool{}, map[string]bool{}
	for i := range c.communes {
		m := &c.communes[i]
		codes[m.code], districts[m.district] = true, true
		if !slices.Contains(c.provinces, m.province) {
			c.provinces = append(c.provinces, m.province)
		}
	}
	c.districts = len(districts)
	slices.Sort(c.provinces)
	for n := 99999; c.noSuch == "" || codes[c.noSuch]; n-- {
		c.noSuch = strconv.Itoa(n)
	}
}

// giveTraits sets the ethnic mixture of every commune and how many leave it and come to it.
func (c *country) giveTraits() {
	urban := c.urbanShares()
	for i := range c.communes {
		m := &c.communes[i]
		m.mix = mixtureOf(m.province, c.o.invented()).placed(m.urban)
		m.absent = c.absence(m, urban[m.province])
		m.moved = uneven(attraction(m, urban[m.province]), c.o.Rates.Spread)
	}
}

// urbanShares is the share of residents in towns, by province.
func (c *country) urbanShares() map[string]float64 {
	town, all := map[string]float64{}, map[string]float64{}
	for i := range c.communes {
		m := &c.communes[i]
		all[m.province] += m.size
		if m.urban {
			town[m.province] += m.size
		}
	}
	for p := range all {
		town[p] /= all[p]
	}
	return town
}

// absence is the commune's rate of people registered but gone: a trait of the province, lower where towns are
// many, with the luck of the commune on top.
func (c *country) absence(m *commune, urban float64) float64 {
	weight := emigration(m.province, urban)
	if m.urban {
		weight *= 0.85
	} else {
		weight *= 1.1
	}
	luck := stream(c.o.Seed, forCommune, areaKey(m.code)).NormFloat64()
	weight *= math.Exp(0.35*luck - 0.35*0.35/2)
	return min(highestRate, c.o.Rates.Absent*uneven(weight, c.o.Rates.Spread))
}

// emigration is how much likelier than average people registered in the province are to be gone. The number in the
// key was chosen among many so that, in a real list, the great cities come out low and the Mekong delta and the north
// of the central coast high, as published figures have it; no figure of any province is used.
func emigration(province string, urban float64) float64 {
	u := fraction("emigration 156494 " + province)
	return max(0.3, 1.35-0.9*urban) * (0.6 + 1.5*u*u)
}

// attraction is how much likelier than average a resident of the commune has moved in.
func attraction(m *commune, urban float64) float64 {
	if m.urban {
		return 0.75 + 1.3*urban
	}
	return 0.4 + 0.9*urban
}

// areaKey turns a commune code into a number, so that a commune keeps its luck when others come or go.
func areaKey(code string) int {
	n := 0
	for i := range len(code) {
		n = n*31 + int(code[i])
	}
	return n
}

// shareQuotas shares the records among the communes, at least one each, so that the true residents are in
// proportion to size: a commune of which many have left has more records for as many residents.
func (c *country) shareQuotas() {
	weights := make([]float64, len(c.communes))
	for i := range c.communes {
		weights[i] = c.communes[i].size * c.o.Rates.recordsPerResident(c.communes[i].absent)
	}
	for i, q := range largestRemainder(c.o.Persons, weights) {
		c.communes[i].quota = q
	}
}

// largestRemainder shares total among units in proportion to weights, at least 1 each: every unit first gets its one
// and the rest is shared by Hamilton's method, ties to the earlier unit. Units so small that one is more than their
// share keep the one, and the others share what is left.
func largestRemainder(total int64, weights []float64) []int64 {
	out, free := make([]int64, len(weights)), make([]bool, len(weights))
	for i := range free {
		free[i] = true
	}
	for settle(&total, weights, out, free) {
	}
	var sum float64
	var order []int
	for i, w := range weights {
		if free[i] {
			sum += w
			order = append(order, i)
		}
	}
	given, rest := int64(0), make([]float64, len(weights))
	for _, i := range order {
		share := float64(total) * weights[i] / sum
		out[i] = int64(share)
		rest[i] = share - float64(out[i])
		given += out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, i := range order[:total-given] {
		out[i]++
	}
	return out
}

// settle gives their one to the units whose share of total is below 1, and reports whether there were any.
func settle(total *int64, weights []float64, out []int64, free []bool) bool {
	var sum float64
	for i, w := range weights {
		if free[i] {
			sum += w
		}
	}
	var settled int64
	for i, w := range weights {
		if free[i] && float64(*total)*w < sum {
			free[i], out[i] = false, 1
			settled++
		}
	}
	*total -= settled
	return settled > 0
}

// meanSize is the mean number of members of a household of the commune.
func (m *commune) meanSize() float64 {
	mean, below := 0.0, 0.0
	for k, c := range m.sizes {
		mean += float64(k+1) * (c - below)
		below = c
	}
	return mean + manyMembers*(1-m.sizes[5])
}

// layAreas divides the communes into enumeration areas by the households expected and gathers the strata.
func (c *country) layAreas() {
	index := map[string]int{}
	for i := range c.communes {
		m := &c.communes[i]
		residents := float64(m.quota) / c.o.Rates.recordsPerResident(m.absent)
		households := residents / m.meanSize()
		m.firstArea, m.areas = c.areas, max(1, int(math.Round(households/c.o.Census.AreaHouseholds)))
		c.areas += m.areas
		name := m.district + "-" + m.residence()
		s, ok := index[name]
		if !ok {
			s = len(c.strata)
			index[name] = s
			c.strata = append(c.strata, stratum{name: name})
		}
		m.stratum = s
		for e := range m.areas {
			c.strata[s].areas = append(c.strata[s].areas, m.firstArea+e)
		}
	}
	c.sortStrata()
}

// sortStrata puts the strata in name order, whatever order the communes came in.
func (c *country) sortStrata() {
	order := make([]int, len(c.strata))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(c.strata[a].name, c.strata[b].name) })
	sorted, place := make([]stratum, len(order)), make([]int, len(order))
	for to, from := range order {
		sorted[to], place[from] = c.strata[from], to
	}
	c.strata = sorted
	for i := range c.communes {
		c.communes[i].stratum = place[c.communes[i].stratum]
	}
}
