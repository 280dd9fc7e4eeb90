package demography

import "fmt"

// BirthYears is Whipple's index for the ages of those who were born in years that end in 0 or 5 and had their birthday
// before the reference day: who knows no more than about when he was born is given 1 January of a round year, in a
// register above all. It is 100 without preference; the year is that of the reference day. It panics as Whipple does.
func BirthYears(year, first, last int) Index {
	x := Whipple(first, last, year%5, year%5+5)
	x.Name = "whipple_birth_year"
	return x
}

// Zodiac is the share of one animal among twelve years of birth: twelve times the persons at ages from first to last
// of those who were born in its years, to those of the twelve years around each,
//
//	12 Σ P(a) / Σ (P(a-6)/2 + P(a-5) + … + P(a+5) + P(a+6)/2)
//
// year is one in which the animal's year begins (2012 is one of the Dragon), and reference the year of the reference
// day, which lies in spring: of those born in an animal's year most have not had their birthday, and are aged
// reference - year - 1. It is 1 where births do not follow the zodiac. In Viet Nam and China they do: a Dragon above
// 1 is more births, and no error, unless one source has it and the other has not. It panics where no such age has
// twelve years around it.
//
// Goodkind (1991), Population and Development Review 17:663-686, on births in years of the Dragon.
func Zodiac(year, reference, first, last int) Index {
	residue := ((reference-year-1)%12 + 12) % 12
	ages := picked(max(6, first), last, func(a int) bool { return a%12 == residue })
	if len(ages.at) == 0 {
		panic(fmt.Sprintf("demography: nobody aged %d to %d was born in such a year", first, last))
	}
	var around weighted
	for _, a := range ages.at {
		around = sumOf(around, span(a-5, a+5))
		around.add(a-6, 0.5)
		around.add(a+6, 0.5)
	}
	r := &ratios{}
	r.part(0, term{ages, r.share(around), 12})
	return Index{Name: "zodiac", Kind: Ratio, None: 1, Tolerable: 1.1, Minimum: 1100, Cells: r.reads(), form: r}
}
