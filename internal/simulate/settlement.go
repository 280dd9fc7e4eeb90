package simulate

import "math"

// settlement is one commune brought to life: its residents, what the register holds of them, and what the census
// hears from them.
type settlement struct {
	index   int      // of the commune
	people  []person // true residents, household after household, heads first
	houses  []int32  // household h is people[houses[h]:houses[h+1]]
	areas   []int32  // area e of the commune is the households areas[e]..areas[e+1]
	records []record
	census  []enumerated
	planted counts

	plantedPersons int64 // by the cause planted here
}

// areaVariation is the coefficient of variation of the sizes of enumeration areas.
const areaVariation = 0.22

// settle creates the residents of a commune and the fate of each in the register.
func (c *country) settle(i int) (*settlement, []fate) {
	m, seed := &c.communes[i], c.o.Seed
	fates := planRecords(stream(seed, forPlan, i), c.o.Rates, m.absent, m.quota)
	rng := stream(seed, forPeople, i)
	s := &settlement{index: i}
	s.people, s.houses = assemble(rng, m.sizes, &m.ages.living, len(fates))
	s.complete(rng, c.calendar)
	s.areas = c.divide(i, len(s.houses)-1)
	s.settleEthnicities(rng, m.mix)
	return s, fates
}

// divide cuts the households of a commune into its enumeration areas, of unequal size. The relative sizes come from
// a stream of their own and do not depend on who lives there.
func (c *country) divide(i, households int) []int32 {
	m, rng := &c.communes[i], stream(c.o.Seed, forAreas, i)
	cum := make([]float64, m.areas+1)
	for e := range m.areas {
		cum[e+1] = cum[e] + math.Exp(areaVariation*rng.NormFloat64())
	}
	bounds := make([]int32, m.areas+1)
	for e := range bounds {
		bounds[e] = int32(math.Round(float64(households) * cum[e] / cum[m.areas]))
	}
	return bounds
}

// listed is the number of households of an area of the commune.
func (s *settlement) listed(area int) int {
	return int(s.areas[area+1] - s.areas[area])
}

// members are the people of a household.
func (s *settlement) members(house int32) []person {
	return s.people[s.houses[house]:s.houses[house+1]]
}

// truth counts the residents by sex and single age, 100 and over together.
func (s *settlement) truth() (t [2][agesKept]int64) {
	for i := range s.people {
		p := &s.people[i]
		t[p.sex][min(p.age, openAge)]++
	}
	return t
}

// error kinds, in the order of the columns of truth/coverage.csv.
const (
	registeredAbsent = iota
	movedTemporary
	movedUnregistered
	movedOut
	notRegistered
	registeredTwice
	secondRecord
	sameNumber
	lateDeath
	recordedDeath
	birthAfter
	deathAfter
	missingSex
	missingBirth
	missingCurrent
	unknownArea
	impossibleDate
	ageMisreported
	householdNonresponding
	personMissed
	wronglyIncluded
	kinds
)

// kindNames are the columns of truth/coverage.csv and the names in Summary.Planted.
var kindNames = [kinds]string{
	"registered_absent", "moved_in_temporary", "moved_in_unregistered", "moved_out", "not_registered",
	"registered_twice", "second_records", "same_number", "late_deaths", "recorded_deaths", "births_after",
	"deaths_after", "missing_sex", "missing_birth", "missing_current", "unknown_area", "impossible_dates",
	"census_age_misreported", "census_households_nonresponding", "census_missed", "census_wrongly_included",
}

// counts are numbers of planted errors by kind.
type counts [kinds]int64

// add adds other counts.
func (c *counts) add(other *counts) {
	for k, n := range other {
		c[k] += n
	}
}
