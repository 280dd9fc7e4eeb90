package simulate

import (
	"math/rand/v2"
	"time"
)

// person is what is true of one person, packed: a frame in memory holds millions.
type person struct {
	birth                  int32 // days since 1970-01-01
	house                  int32 // index of the household in the settlement
	age                    uint8 // completed years at the reference time
	sex                    uint8
	ethnicity              uint8
	marital                uint8
	relation               uint8
	surname, middle, given uint8
}

// Marital states and relationships to the head, as written to the files.
const (
	single uint8 = iota
	married
	widowed
	divorced
	separated
)

const (
	head uint8 = iota
	spouse
	child
	parent
	other
)

var (
	maritalNames  = []string{"single", "married", "widowed", "divorced", "separated"}
	relationNames = []string{"head", "spouse", "child", "parent", "other"}
	sexNames      = [2]string{"M", "F"}
	sexCodes      = [2]string{"1", "2"}
)

// complete gives the members of a settlement, grouped into households, everything but sex, age and relationship.
func (s *settlement) complete(rng *rand.Rand, cal *calendar) {
	for h := range len(s.houses) - 1 {
		members := s.people[s.houses[h]:s.houses[h+1]]
		family, coupled := surnames.draw(rng), hasSpouse(members)
		for i := range members {
			p := &members[i]
			p.house = int32(h)
			for p.age >= openAge && p.age < oldest && rng.IntN(2) == 0 {
				p.age++
			}
			p.birth = cal.birth(rng, p.age)
			p.marital = maritalState(rng, p, coupled)
			p.nameWith(rng, family)
		}
	}
}

// hasSpouse reports whether the head lives with a spouse, who comes second if so.
func hasSpouse(members []person) bool {
	return len(members) > 1 && members[1].relation == spouse
}

// nameWith draws a name. The head's children, the head and a father carry the family's surname.
func (p *person) nameWith(rng *rand.Rand, family uint8) {
	p.surname = family
	if p.relation == spouse || p.relation == other || p.relation == parent && p.sex == female {
		p.surname = surnames.draw(rng)
	}
	p.middle = middleNames[p.sex].draw(rng)
	p.given = givenNames[p.sex].draw(rng)
}

// maritalState draws the marital status that goes with age, sex and place in the household.
func maritalState(rng *rand.Rand, p *person, coupled bool) uint8 {
	switch {
	case p.relation == spouse, p.relation == head && coupled:
		return married
	case p.age < 18:
		return single
	}
	u := rng.Float64()
	if u < neverMarried(p) {
		return single
	}
	return onceMarried(rng, p)
}

// neverMarried is the share still single among people of the age who do not live with a spouse as a head's couple.
func neverMarried(p *person) float64 {
	switch {
	case p.age < 22:
		return 0.97
	case p.age < 30:
		return 0.8
	case p.age < 45:
		return 0.4
	}
	return 0.12
}

// onceMarried draws among the states after a marriage: the old are mostly widowed, women more than men.
func onceMarried(rng *rand.Rand, p *person) uint8 {
	widow := min(0.9, 0.02+0.00012*float64(p.age)*float64(p.age))
	if p.sex == male {
		widow /= 2
	}
	switch u := rng.Float64(); {
	case u < widow:
		return widowed
	case u < widow+(1-widow)*0.70:
		return married
	case u < widow+(1-widow)*0.90:
		return divorced
	}
	return separated
}

// calendar turns ages into dates around one reference time.
type calendar struct {
	reference int32   // the reference day
	birthdays []int32 // birthdays[a] is the last day of birth of those aged a or more
	dates     []any   // a time.Time for every day from firstDay on, ready for the store
	first     int32   // the day of dates[0]
}

// oldest is the highest completed age anybody reaches.
const oldest = 110

// readingDelay is how many days after the reference time the register is read: some ten weeks, so that it knows of
// births and deaths that a count at the reference time must leave out.
const readingDelay = 75

// newCalendar makes the calendar of a reference day.
func newCalendar(reference time.Time) *calendar {
	c := &calendar{reference: dayOf(reference)}
	for a := range oldest + 2 {
		c.birthdays = append(c.birthdays, dayOf(reference.AddDate(-a, 0, 0)))
	}
	c.birthdays[0]-- // born on the reference day is born after 0:00
	c.first = dayOf(time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC))
	for d := c.first; d <= c.reference+readingDelay; d++ {
		c.dates = append(c.dates, timeOf(d))
	}
	return c
}

// birth draws a day of birth for somebody of the completed age: the birthday itself counts, so somebody born on
// the reference day of an earlier year has just turned a year older.
func (c *calendar) birth(rng *rand.Rand, age uint8) int32 {
	last, before := c.birthdays[age], c.birthdays[age+1]
	return before + 1 + rng.Int32N(last-before)
}

// date is the day as the store takes it, nil for noDay.
func (c *calendar) date(day int32) any {
	if day == noDay {
		return nil
	}
	return c.dates[day-c.first]
}

// noDay stands for a date that is not there.
const noDay int32 = -1 << 31

// dayOf counts the days from 1970-01-01.
func dayOf(t time.Time) int32 {
	y, m, d := t.Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// timeOf is the midnight, UTC, at which a day begins.
func timeOf(day int32) time.Time {
	return time.Unix(int64(day)*86400, 0).UTC()
}
