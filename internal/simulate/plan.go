package simulate

import "math/rand/v2"

// fate says what the register makes of one resident and which records of people no longer, or not yet, there are
// filed beside the resident's own.
type fate uint8

const (
	registered fate = 1 << iota // has a record
	twice                       // has a second one elsewhere
	besideAbsent
	besideLateDeath
	besideRecordedDeath
	besideBirth
)

// planRecords decides how many residents a commune gets: fates are drawn one resident after another until they
// amount to exactly quota records. Whatever has no room left in the quota is dropped, so that the last residents
// have a little fewer extra records than the rates say: less than one record a commune.
func planRecords(rng *rand.Rand, r Rates, absent float64, quota int64) []fate {
	fates := make([]fate, 0, quota)
	chances := []struct {
		rate  float64
		event fate
	}{
		{r.Twice, twice}, {absent, besideAbsent}, {r.LateDeath, besideLateDeath},
		{r.RecordedDeath, besideRecordedDeath}, {r.BirthAfter, besideBirth},
	}
	for left := quota; left > 0; {
		var f fate
		if rng.Float64() >= r.Unregistered {
			f = registered
			left--
		}
		for _, c := range chances {
			possible := c.event != twice || f&registered != 0
			if c.rate > 0 && rng.Float64() < c.rate && left > 0 && possible {
				f |= c.event
				left--
			}
		}
		fates = append(fates, f)
	}
	return fates
}

// newbornShare is the part of the unregistered who are under one year old and not yet declared.
const newbornShare = 0.08

// favourNewborns moves some missing registrations to residents under one year, without changing how many there are.
func favourNewborns(rng *rand.Rand, fates []fate, people []person) {
	var newborns []int
	for i := range people {
		if people[i].age == 0 && fates[i]&registered != 0 {
			newborns = append(newborns, i)
		}
	}
	for i := range fates {
		if fates[i]&registered != 0 || people[i].age == 0 || len(newborns) == 0 || rng.Float64() >= newbornShare {
			continue
		}
		j := newborns[len(newborns)-1]
		newborns = newborns[:len(newborns)-1]
		fates[i], fates[j] = fates[j], fates[i]
	}
}
