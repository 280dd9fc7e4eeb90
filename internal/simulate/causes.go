package simulate

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
)

// A Cause plants one reason for register and census to differ in some communes, beside what Rates do everywhere. Records
// that a cause adds or takes away are no part of Options.Persons.
type Cause struct {
	// Name is one of CauseNames. Required.
	Name string
	// Residence is urban or rural, the communes that may be hit. Defaults to all.
	Residence string
	// Share is the share of these that are hit, at random. Required.
	Share float64
	// Strength is a probability: what of, CauseNames says. Required.
	Strength float64
	// Weakest is the least strength: a commune's is between it and Strength, evenly. Defaults to Strength.
	Weakest float64
}

// Causes that can be planted.
const (
	Newborns    = "newborns"         // a resident under 5 has no record
	YoungAdults = "young_adults"     // a resident of 15 to 34 who is registered has the record of another beside, who is gone
	Oldest      = "oldest"           // a resident of 80 and over has the record of another beside, who is dead
	Level       = "level"            // a registered resident has a second record here, under another number
	HeapedAges  = "age_misstatement" // an enumerated person gives the nearest age that ends in 0 or 5
)

// CauseNames are the causes that can be planted.
var CauseNames = []string{Newborns, YoungAdults, Oldest, Level, HeapedAges}

// Planted is what was planted in one commune.
type Planted struct {
	Commune  string // code
	Cause    string // empty for none
	Strength float64
	Persons  int64 // records added or taken away; of ages, residents who would give another age on average
}

// CheckCauses refuses what cannot be planted, all of it at once.
func CheckCauses(causes []Cause) error {
	var errs []error
	for i, c := range causes {
		switch {
		case !slices.Contains(CauseNames, c.Name):
			errs = append(errs, fmt.Errorf("simulate: cause %d is %q, want one of %v", i, c.Name, CauseNames))
		case c.Residence != "" && c.Residence != "urban" && c.Residence != "rural":
			errs = append(errs, fmt.Errorf("simulate: residence of cause %d is %q, want urban or rural", i, c.Residence))
		case !(c.Share > 0 && c.Share <= 1) || !(c.Strength > 0 && c.Strength <= 1) || !(c.Weakest >= 0 && c.Weakest <= c.Strength):
			errs = append(errs, fmt.Errorf("simulate: cause %d has share %v and strength %v to %v, want both above 0 and at most 1",
				i, c.Share, c.Weakest, c.Strength))
		}
	}
	return errors.Join(errs...)
}

// assign gives every commune its cause: the first whose lot it draws.
func (c *country) assign() {
	for i := range c.communes {
		m := &c.communes[i]
		rng := stream(c.o.Seed, forCauses, i)
		for _, cause := range c.o.Causes {
			hit, strength := rng.Float64(), rng.Float64()
			if m.planted.Cause == "" && (cause.Residence == "" || cause.Residence == m.residence()) && hit < cause.Share {
				least := cause.Weakest
				if least == 0 {
					least = cause.Strength
				}
				m.planted = Planted{Cause: cause.Name, Strength: least + strength*(cause.Strength-least)}
			}
		}
		m.planted.Commune = m.code
	}
}

// plant changes the records of a settlement, and counts by how many.
func (c *country) plant(s *settlement) {
	p := c.communes[s.index].planted
	if p.Cause == "" {
		return
	}
	k := &clerk{c, rand.New(source(c.o.Seed, forPlanting, s.index)), s, int32(s.index)}
	switch p.Cause {
	case Newborns:
		k.forget(p.Strength)
	case YoungAdults:
		k.double(p.Strength, 15, 34)
	case Oldest:
		k.double(p.Strength, 80, oldest)
	case Level:
		k.double(p.Strength, 0, oldest)
	case HeapedAges:
		s.plantedPersons = heapers(s.people, p.Strength)
	}
}

// forget takes away records of children under five.
func (k *clerk) forget(strength float64) {
	kept, records := k.s.records[:0], k.s.records
	for i, r := range records {
		pair := i+1 < len(records) && records[i+1].second // the second goes by the number of the first
		if r.age < 5 && k.lives(&r) && !pair && k.rng.Float64() < strength {
			k.s.plantedPersons++
			continue
		}
		kept = append(kept, r)
	}
	k.s.records = kept
}

// double files somebody of the same sex and age beside residents of some ages, under a number of its own.
func (k *clerk) double(strength float64, from, to uint8) {
	for i := range len(k.s.records) {
		r := &k.s.records[i]
		if r.age < from || r.age > to || !k.lives(r) || k.rng.Float64() >= strength {
			continue
		}
		other := k.record(r.person)
		other.birth = k.c.calendar.birth(k.rng, r.age)
		other.seenBirth = other.birth
		k.s.records = append(k.s.records, other)
		k.s.plantedPersons++
	}
}

// lives tells whether a record is of somebody registered here under every definition and alive.
func (k *clerk) lives(r *record) bool {
	return r.permanent == k.here && r.current == k.here && r.temporary == noArea && r.death == noDay && r.birth < k.c.calendar.reference
}

// heapers is how many residents would give another age.
func heapers(people []person, strength float64) int64 {
	moved := 0
	for i := range people {
		if people[i].age%5 != 0 {
			moved++
		}
	}
	return int64(strength*float64(moved) + 0.5)
}

// writeCauses writes what was planted in every commune, where anything was to be.
func (w *writer) writeCauses() error {
	if len(w.c.o.Causes) == 0 {
		return nil
	}
	rows := [][]string{{"commune_code", "cause", "strength", "persons"}}
	for i := range w.c.communes {
		p := w.c.communes[i].planted
		rows = append(rows, []string{p.Commune, p.Cause, strconv.FormatFloat(p.Strength, 'g', -1, 64), strconv.FormatInt(w.planted[i], 10)})
	}
	return writeRows(filepath.Join(w.c.o.Out, "truth", "causes.csv"), rows)
}
