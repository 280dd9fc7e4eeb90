package simulate

import "math/rand/v2"

// Areas a record may name besides a commune's index.
const (
	noArea     int32 = -1 // null
	noSuchArea int32 = -2 // a code in no list
)

// record is one row of the register before it is written.
type record struct {
	person                        // as true; blemishes are below
	permanent, temporary, current int32
	bornIn                        int32 // commune whose province stands in the number
	seenBirth, death, registered  int32 // days, noDay for null
	noSex                         bool
	mover                         bool // permanent area is not where the person lives
	second                        bool // second record of the person just before
	sameNumber                    bool // and carries that one's number
}

// clerk files the records of one commune.
type clerk struct {
	c    *country
	rng  *rand.Rand
	s    *settlement
	here int32
}

// register files a settlement: exactly the commune's quota of records.
func (c *country) register(s *settlement, fates []fate) {
	k := &clerk{c, stream(c.o.Seed, forRegister, s.index), s, int32(s.index)}
	favourNewborns(k.rng, fates, s.people)
	s.records = make([]record, 0, c.communes[s.index].quota)
	for i := range s.people {
		k.resident(&s.people[i], fates[i])
		k.beside(&s.people[i], fates[i])
	}
	if c.o.Rates.blemished() {
		for i := range s.records {
			k.blemish(&s.records[i])
		}
	}
}

// resident files somebody who lives here, once, twice or not at all.
func (k *clerk) resident(p *person, f fate) {
	if f&registered == 0 {
		k.s.planted[notRegistered]++
		return
	}
	r := k.record(*p)
	k.move(&r)
	if k.rng.Float64() < k.c.o.Rates.DeathAfter*uneven(deathAge(p.age), k.c.o.Rates.Spread) {
		r.death = k.soon()
		k.s.planted[deathAfter]++
	}
	k.s.records = append(k.s.records, r)
	if f&twice != 0 {
		k.again(r)
	}
}

// record is the plain record of somebody registered here.
func (k *clerk) record(p person) record {
	return record{
		person: p, permanent: k.here, temporary: noArea, current: k.here, bornIn: k.birthplace(),
		seenBirth: p.birth, death: noDay, registered: k.registration(p.birth),
	}
}

// soon is a day between the reference time and the reading of the register.
func (k *clerk) soon() int32 {
	return k.c.calendar.reference + k.rng.Int32N(readingDelay)
}

// birthplace is the commune of birth registration: nine in ten were born in the province where they live.
func (k *clerk) birthplace() int32 {
	if k.rng.Float64() < 0.9 {
		return k.here
	}
	return k.c.origins.national.draw(k.rng)
}

// registration is the day the residence was registered: within two months of birth, or any time since.
func (k *clerk) registration(birth int32) int32 {
	last := k.c.calendar.reference + readingDelay
	day := birth + 3 + k.rng.Int32N(57)
	if day < last && k.rng.Float64() < 0.4 {
		day += k.rng.Int32N(last - day)
	}
	return min(day, last)
}

// move makes some residents people registered elsewhere, with or without a temporary registration here.
func (k *clerk) move(r *record) {
	rates, m := &k.c.o.Rates, &k.c.communes[k.here]
	weight := m.moved * uneven(moverAge(r.age), rates.Spread)
	temporary, unregistered := rates.MovedTemporary*weight, rates.MovedUnregistered*weight
	u := k.rng.Float64()
	if u >= temporary+unregistered {
		return
	}
	origin := k.c.origins.draw(k.rng, int(k.here), m.province)
	if origin == k.here {
		return
	}
	r.permanent, r.bornIn, r.mover = origin, origin, true
	if u < temporary {
		r.temporary = k.here
		r.registered = max(r.birth, k.c.calendar.reference-k.rng.Int32N(730))
		k.s.planted[movedTemporary]++
		return
	}
	r.current = origin
	k.s.planted[movedUnregistered]++
}

// again files a second record of the person in another commune, one in some with the number of the first.
func (k *clerk) again(r record) {
	first := r.permanent
	for range 5 {
		if r.permanent = k.c.origins.draw(k.rng, int(k.here), k.c.communes[k.here].province); r.permanent != first {
			break
		}
	}
	r.temporary, r.current, r.mover, r.second = noArea, r.permanent, false, true
	r.death, r.registered = noDay, k.registration(r.birth) // the other office does not hear of a death
	k.s.planted[registeredTwice]++
	if k.rng.Float64() < k.c.o.Rates.SameNumber {
		r.sameNumber = true
		k.s.planted[sameNumber]++
	}
	k.s.records = append(k.s.records, r)
}

// beside files those of the household who are gone, dead, or born since.
func (k *clerk) beside(p *person, f fate) {
	ages := k.c.communes[k.here].ages
	if f&besideAbsent != 0 {
		k.former(p, &ages.absent, registeredAbsent)
	}
	if f&besideLateDeath != 0 {
		k.former(p, &ages.dying, lateDeath)
	}
	if f&besideRecordedDeath != 0 {
		r := k.former(p, &ages.dying, recordedDeath)
		earliest := max(r.birth, k.c.calendar.reference-5*365)
		r.death = earliest + k.rng.Int32N(k.c.calendar.reference-earliest)
		r.registered = min(r.registered, r.death)
	}
	if f&besideBirth != 0 {
		r := k.record(person{sex: k.sex(0), relation: child, birth: k.soon(), house: p.house, ethnicity: p.ethnicity})
		r.nameWith(k.rng, p.surname)
		k.s.records = append(k.s.records, r)
		k.s.planted[birthAfter]++
	}
}

// former files somebody registered in the household of p who lives there no more, and counts the kind.
func (k *clerk) former(p *person, ages *cumulative, kind int) *record {
	q := person{age: ages.draw(k.rng), relation: other, house: p.house, ethnicity: p.ethnicity}
	if q.age < 40 {
		q.relation = child
	}
	q.sex = k.sex(q.age)
	q.birth = k.c.calendar.birth(k.rng, q.age)
	q.marital = maritalState(k.rng, &q, false)
	q.nameWith(k.rng, p.surname)
	k.s.records = append(k.s.records, k.record(q))
	k.s.planted[kind]++
	return &k.s.records[len(k.s.records)-1]
}

// sex draws a sex by age.
func (k *clerk) sex(age uint8) uint8 {
	if k.rng.Float64() < maleShare[age] {
		return male
	}
	return female
}

// blemish takes values away from some records, or makes them impossible.
func (k *clerk) blemish(r *record) {
	rates, planted := &k.c.o.Rates, &k.s.planted
	if k.rng.Float64() < rates.MissingSex {
		r.noSex = true
		planted[missingSex]++
	}
	if k.rng.Float64() < rates.MissingBirth {
		r.seenBirth = noDay
		planted[missingBirth]++
	} else if k.rng.Float64() < rates.ImpossibleDate {
		k.impossible(r)
		planted[impossibleDate]++
	}
	if k.rng.Float64() < rates.UnknownArea {
		r.permanent, r.current, r.mover = noSuchArea, noSuchArea, false
		planted[unknownArea]++
	} else if k.rng.Float64() < rates.MissingCurrent {
		r.current = noArea
		planted[missingCurrent]++
	}
}

// impossible makes the person born in 1800, or after a death of years before.
func (k *clerk) impossible(r *record) {
	if k.rng.IntN(2) == 0 {
		r.seenBirth = k.c.calendar.first + k.rng.Int32N(365)
		return
	}
	r.death = r.birth - 1 - k.rng.Int32N(3650)
}
