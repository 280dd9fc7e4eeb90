package simulate

import (
	"math"
	"math/rand/v2"
)

// CensusPlan is the sampling plan of the census: in every stratum (a district's urban or rural part) a simple random
// sample of enumeration areas, in every area drawn a simple random sample of households, both without replacement.
// The zero value means DefaultCensus.
type CensusPlan struct {
	// AreaFraction is the share of enumeration areas drawn in a stratum, at least two if it has two. Defaults to 0.20.
	AreaFraction float64
	// HouseholdsPerArea is the number of households drawn in an area, all if it has fewer. Defaults to 30.
	HouseholdsPerArea int
	// AreaHouseholds is the mean number of households of an area in the frame. Defaults to 140.
	AreaHouseholds float64
}

// DefaultCensus resembles the mid-term census of 2024: a fifth of the areas, thirty households in each.
func DefaultCensus() CensusPlan {
	return CensusPlan{AreaFraction: 0.20, HouseholdsPerArea: 30, AreaHouseholds: 140}
}

// areasDrawn is the number of areas drawn out of n.
func (p CensusPlan) areasDrawn(n int) int {
	return min(n, max(min(2, n), int(math.Round(p.AreaFraction*float64(n)))))
}

// enumerated is one row of the census.
type enumerated struct {
	area                                   int32 // in the frame
	serial                                 int32 // of the household in the area's listing, from 1
	listed, responded                      int32 // households of the area, and those of the sample that answered
	weight                                 float64
	age, sex, ethnicity, marital, relation uint8
}

// household is a number for the household of a row, unique in the country and unrelated to the register's.
func (e *enumerated) household() int64 { return int64(e.area+1)*100_000 + int64(e.serial) }

// selectAreas draws the areas of every stratum and returns, for every area of the frame, the inverse N/n of its
// inclusion probability, or 0 if it is not drawn. Nothing about the people enters.
func (c *country) selectAreas(seed uint64) []float64 {
	inverse := make([]float64, c.areas)
	for h := range c.strata {
		areas := c.strata[h].areas
		n := c.o.Census.areasDrawn(len(areas))
		sample(stream(seed, forSelection, h), len(areas), n, func(i int) {
			inverse[areas[i]] = float64(len(areas)) / float64(n)
		})
	}
	return inverse
}

// sample calls take for each of n out of 0..size-1, in ascending order, every subset being equally likely
// (Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2 S).
func sample(rng *rand.Rand, size, n int, take func(int)) {
	for i := 0; n > 0; i++ {
		if rng.IntN(size-i) < n {
			take(i)
			n--
		}
	}
}

// enumerate draws the households of one area drawn before, area e of the settlement, and appends what they
// answer. A row's weight is N/n of the area times households listed over households that answered.
func (c *country) enumerate(seed uint64, s *settlement, e int, inverse float64, rows []enumerated, planted *counts) []enumerated {
	area, listed := c.communes[s.index].firstArea+e, s.listed(e)
	v := &interviewer{rng: stream(seed, forInterviews, area), rates: &c.o.Rates, s: s, e: e, planted: planted}
	v.heaping = c.o.Rates.AgeHeaping
	if p := &c.communes[s.index].planted; p.Cause == HeapedAges {
		v.heaping += p.Strength
	}
	sample(v.rng, listed, min(listed, c.o.Census.HouseholdsPerArea), v.call)
	v.row = enumerated{area: int32(area), listed: int32(listed), responded: int32(len(v.answering))}
	v.row.weight = inverse * (float64(listed) / float64(len(v.answering)))
	for _, serial := range v.answering {
		rows = v.interview(serial, rows)
	}
	return rows
}

// interviewer works in one enumeration area.
type interviewer struct {
	rng       *rand.Rand
	rates     *Rates
	heaping   float64 // share who give the nearest age ending in 0 or 5
	s         *settlement
	e         int   // area of the settlement
	answering []int // households that answer, by serial from 0
	row       enumerated
	planted   *counts
}

// call visits a household of the sample.
func (v *interviewer) call(serial int) {
	if v.rates.Nonresponse > 0 && v.rng.Float64() < v.rates.Nonresponse {
		v.planted[householdNonresponding]++
		return
	}
	v.answering = append(v.answering, serial)
}

// interview appends the members a household reports.
func (v *interviewer) interview(serial int, rows []enumerated) []enumerated {
	v.row.serial = int32(serial) + 1
	members := v.s.members(v.s.areas[v.e] + int32(serial))
	for i := range members {
		if v.rates.Missed > 0 && v.rng.Float64() < v.rates.Missed {
			v.planted[personMissed]++
		} else {
			rows = append(rows, v.answer(&members[i], members[i].relation))
		}
		if v.rates.WronglyIncluded > 0 && v.rng.Float64() < v.rates.WronglyIncluded {
			v.planted[wronglyIncluded]++
			rows = append(rows, v.answer(v.visitor(), other))
		}
	}
	return rows
}

// visitor is somebody like the people of the area who should have been counted elsewhere.
func (v *interviewer) visitor() *person {
	from, to := v.s.houses[v.s.areas[v.e]], v.s.houses[v.s.areas[v.e+1]]
	return &v.s.people[from+v.rng.Int32N(to-from)]
}

// answer is what is written down of a person.
func (v *interviewer) answer(p *person, relation uint8) enumerated {
	r := v.row
	r.age, r.sex, r.ethnicity, r.marital, r.relation = v.reportedAge(p.age), p.sex, p.ethnicity, p.marital, relation
	return r
}

// reportedAge is the age as told: sometimes the nearest ending in 0 or 5, sometimes one year off.
func (v *interviewer) reportedAge(age uint8) uint8 {
	told := age
	if v.heaping > 0 && v.rng.Float64() < v.heaping {
		told = (age + 2) / 5 * 5
	} else if v.rates.AgeOffByOne > 0 && v.rng.Float64() < v.rates.AgeOffByOne {
		told = age + 1
		if age > 0 && v.rng.IntN(2) == 0 {
			told = age - 1
		}
	}
	if told != age {
		v.planted[ageMisreported]++
	}
	return told
}
