package simulate

import (
	"errors"
	"fmt"
	"reflect"
)

// Rates are the errors planted in the register and in the census. Each is a probability; the zero value plants
// nothing, so that register and census tell the exact truth. A rate "a resident" is the expected number of such
// records for each true resident of a commune.
type Rates struct {
	// Absent is registered but absent: a record a resident, of somebody abroad or long gone.
	Absent float64
	// MovedTemporary is the share of residents whose permanent area is another commune and who have a temporary
	// registration, and their current area, where they live.
	MovedTemporary float64
	// MovedUnregistered is the share of residents whose permanent and current areas are another commune: present
	// but not registered here, registered but absent there.
	MovedUnregistered float64
	// Unregistered is the share of residents with no record at all: foreigners, newborns not yet declared.
	Unregistered float64
	// Twice is the share of registered residents with a second record in another commune.
	Twice float64
	// SameNumber is the share of those second records that carry the first one's number instead of a new one.
	SameNumber float64
	// LateDeath is dead before the reference time without a date of death: a record a resident.
	LateDeath float64
	// RecordedDeath is dead before the reference time and recorded so: a record a resident. Not an error, but
	// what a count must leave out.
	RecordedDeath float64
	// BirthAfter is born at the reference time or later: a record a resident. Not an error either.
	BirthAfter float64
	// DeathAfter is the share of registered residents who die at the reference time or later: alive when counted.
	DeathAfter float64

	// MissingSex, MissingBirth and MissingCurrent are the shares of records without sex, birth date, current area.
	MissingSex, MissingBirth, MissingCurrent float64
	// UnknownArea is the share of records whose permanent and current areas are a code in no list.
	UnknownArea float64
	// ImpossibleDate is the share of records born in 1800, or after their own death.
	ImpossibleDate float64

	// AgeHeaping is the share of enumerated persons who give the nearest age ending in 0 or 5.
	AgeHeaping float64
	// AgeOffByOne is the share of the others who give an age one year off.
	AgeOffByOne float64
	// Nonresponse is the share of sampled households that do not answer.
	Nonresponse float64
	// Missed is the share of the members of answering households left out.
	Missed float64
	// WronglyIncluded is persons counted who live elsewhere, for each member of an answering household.
	WronglyIncluded float64

	// Spread is how unevenly absence, moves and later deaths fall over provinces, communes and ages: 0 is the same
	// rate everywhere, 1 the full unevenness of the model.
	Spread float64
}

// DefaultRates resembles what is known of Viet Nam: some 11 % more permanent registrations than residents, between
// a per cent or so in the provinces people move to and a third in those they leave.
func DefaultRates() Rates {
	return Rates{
		Absent: 0.105, MovedTemporary: 0.035, MovedUnregistered: 0.020, Unregistered: 0.012,
		Twice: 0.008, SameNumber: 0.10, LateDeath: 0.007,
		RecordedDeath: 0.012, BirthAfter: 0.003, DeathAfter: 0.0015,
		MissingSex: 0.0005, MissingBirth: 0.0008, MissingCurrent: 0.004, UnknownArea: 0.0003, ImpossibleDate: 0.0002,
		AgeHeaping: 0.02, AgeOffByOne: 0.02, Nonresponse: 0.03, Missed: 0.01, WronglyIncluded: 0.005,
		Spread: 1,
	}
}

// highestRate keeps a commune from being all error: above it the quota of records could take for ever to fill.
const highestRate = 0.5

// check reports every rate out of range, by name.
func (r Rates) check() error {
	var errs []error
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		name, x, most := v.Type().Field(i).Name, v.Field(i).Float(), highestRate
		if name == "Spread" || name == "SameNumber" {
			most = 1
		}
		if !(x >= 0 && x <= most) {
			errs = append(errs, fmt.Errorf("simulate: rate %s = %v, want between 0 and %v", name, x, most))
		}
	}
	return errors.Join(errs...)
}

// blemished reports whether any record can have a value missing or wrong.
func (r Rates) blemished() bool {
	return r.MissingSex+r.MissingBirth+r.MissingCurrent+r.UnknownArea+r.ImpossibleDate > 0
}

// uneven mixes a relative weight with 1: the weight itself at spread 1, no effect at spread 0.
func uneven(weight, spread float64) float64 {
	return max(0, 1+spread*(weight-1))
}

// recordsPerResident is the expected number of register records for each true resident of a commune with the given
// rate of absence.
func (r Rates) recordsPerResident(absent float64) float64 {
	return (1-r.Unregistered)*(1+r.Twice) + absent + r.LateDeath + r.RecordedDeath + r.BirthAfter
}

// moverAge is how much likelier than average a person of the age is to live away from the permanent area.
func moverAge(age uint8) float64 {
	if age >= 18 && age <= 35 {
		return 2.1
	}
	return 0.55
}

// absentAge is how much likelier than average a person of the age is to be registered but gone.
func absentAge(age int) float64 {
	if age >= 18 && age <= 45 {
		return 1.8
	}
	return 0.4
}

// deathAge is how much likelier than average a person of the age is to die within weeks.
func deathAge(age uint8) float64 {
	switch {
	case age >= 80:
		return 12
	case age >= 60:
		return 3
	}
	return 0.35
}
