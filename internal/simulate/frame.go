package simulate

import (
	"context"
	"fmt"
)

// Frame is the census frame of a simulated country held in memory, with everybody in it: strata, enumeration areas,
// households and persons. It serves experiments that draw many censuses from one population.
type Frame struct {
	c       *country
	settled []*settlement
	codes   []string // of enumeration areas
}

// Sample holds persons of a census column by column, in frame order: areas by commune code, households by serial.
type Sample struct {
	Stratum   []string  // district and residence, such as 001-urban
	EA        []string  // enumeration area, the first-stage unit
	Household []int64   // unique in the country, the second-stage unit
	Commune   []string  // code
	Weight    []float64 // N/n of the area times households listed over households that answered
	NEA       []int64   // areas of the stratum in the frame
	NHH       []int64   // households listed in the area
	Sex       []string  // M or F
	Age       []int     // as reported, completed years
}

// Population creates the population that Run would create from the same options and keeps it in memory, about 20
// bytes a person, without writing anything. Options.Out is not used.
func Population(o Options) (*Frame, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	c, err := newCountry(o)
	if err != nil {
		return nil, err
	}
	f := &Frame{c: c, codes: c.areaCodes()}
	create := func(i int) *settlement {
		s, _ := c.settle(i)
		return s
	}
	err = eachInOrder(context.Background(), len(c.communes), create, func(s *settlement) error {
		f.settled = append(f.settled, s)
		return nil
	})
	return f, err
}

// areaCodes are the codes of all enumeration areas: the commune's code and a number in it.
func (c *country) areaCodes() []string {
	codes := make([]string, 0, c.areas)
	for i := range c.communes {
		for e := range c.communes[i].areas {
			codes = append(codes, fmt.Sprintf("%s-%03d", c.communes[i].code, e+1))
		}
	}
	return codes
}

// Planted is what was planted in every commune, in order of code; by how many persons is known once Register was called.
func (f *Frame) Planted() []Planted {
	all := make([]Planted, len(f.c.communes))
	for i := range all {
		all[i] = f.c.communes[i].planted
		all[i].Persons = f.settled[i].plantedPersons
	}
	return all
}

// A Definition is a population definition of the register.
type Definition int

// Definitions of the register.
const (
	Permanent Definition = iota
	PermanentTemporary
	Current
	definitions
)

// Register counts the register's records of the population by definition, commune in order of code, and single age, 100
// and over together: those alive at the reference time with a birth date. Records are made anew and dropped again.
func (f *Frame) Register() (counts [definitions][]int64, err error) {
	for k := range counts {
		counts[k] = make([]int64, len(f.c.communes)*agesKept)
	}
	create := func(i int) *settlement {
		s, fates := f.c.settle(i)
		f.c.register(s, fates)
		f.c.plant(s)
		return s
	}
	return counts, eachInOrder(context.Background(), len(f.c.communes), create, func(s *settlement) error {
		f.settled[s.index].plantedPersons = s.plantedPersons
		for i := range s.records {
			f.c.tally(&s.records[i], &counts)
		}
		return nil
	})
}

// tally counts a record in the areas that it names.
func (c *country) tally(r *record, counts *[definitions][]int64) {
	day := c.calendar.reference
	if r.seenBirth == noDay || r.seenBirth >= day || r.death != noDay && r.death < day {
		return
	}
	add := func(k Definition, commune int32) {
		if commune >= 0 {
			counts[k][int(commune)*agesKept+min(int(r.age), openAge)]++
		}
	}
	add(Permanent, r.permanent)
	add(PermanentTemporary, r.permanent)
	if r.temporary != r.permanent {
		add(PermanentTemporary, r.temporary)
	}
	add(Current, r.current)
}

// Residents is the true number of usual residents.
func (f *Frame) Residents() int64 {
	var n int64
	for _, s := range f.settled {
		n += int64(len(s.people))
	}
	return n
}

// Draw draws one census: the same selection, interviews and weights as Run's, from any seed. One seed gives one
// sample; Draw may be called from several goroutines at once.
func (f *Frame) Draw(seed uint64) Sample {
	inverse := f.c.selectAreas(seed)
	var planted counts
	var rows []enumerated
	var out Sample
	out.grow(len(f.c.communes)) // a guess; append does the rest
	for _, s := range f.settled {
		rows = f.c.enumerateAll(seed, s, inverse, rows[:0], &planted)
		f.add(&out, s.index, rows)
	}
	return out
}

// enumerateAll enumerates the drawn areas of a settlement.
func (c *country) enumerateAll(seed uint64, s *settlement, inverse []float64, rows []enumerated, planted *counts) []enumerated {
	m := &c.communes[s.index]
	for e := range m.areas {
		if w := inverse[m.firstArea+e]; w > 0 {
			rows = c.enumerate(seed, s, e, w, rows, planted)
		}
	}
	return rows
}

// Everyone is the whole true population as a sample of itself: every resident once, with true age and weight 1.
func (f *Frame) Everyone() Sample {
	var out Sample
	out.grow(int(f.Residents()))
	var rows []enumerated
	for _, s := range f.settled {
		rows = rows[:0]
		for e := range len(s.areas) - 1 {
			row := enumerated{area: int32(f.c.communes[s.index].firstArea + e), listed: int32(s.listed(e)), weight: 1}
			for h := s.areas[e]; h < s.areas[e+1]; h++ {
				row.serial = h - s.areas[e] + 1
				for _, p := range s.members(h) {
					row.age, row.sex = p.age, p.sex
					rows = append(rows, row)
				}
			}
		}
		f.add(&out, s.index, rows)
	}
	return out
}

// grow makes room for n persons.
func (s *Sample) grow(n int) {
	s.Stratum, s.EA, s.Commune, s.Sex = make([]string, 0, n), make([]string, 0, n), make([]string, 0, n), make([]string, 0, n)
	s.Household, s.NEA, s.NHH = make([]int64, 0, n), make([]int64, 0, n), make([]int64, 0, n)
	s.Weight, s.Age = make([]float64, 0, n), make([]int, 0, n)
}

// add appends the rows of one commune.
func (f *Frame) add(out *Sample, commune int, rows []enumerated) {
	m := &f.c.communes[commune]
	h := &f.c.strata[m.stratum]
	for i := range rows {
		r := &rows[i]
		out.Stratum = append(out.Stratum, h.name)
		out.EA = append(out.EA, f.codes[r.area])
		out.Household = append(out.Household, r.household())
		out.Commune = append(out.Commune, m.code)
		out.Weight = append(out.Weight, r.weight)
		out.NEA = append(out.NEA, int64(len(h.areas)))
		out.NHH = append(out.NHH, int64(r.listed))
		out.Sex = append(out.Sex, sexNames[r.sex])
		out.Age = append(out.Age, int(r.age))
	}
}
