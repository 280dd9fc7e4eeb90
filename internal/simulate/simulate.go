// Package simulate creates a population register, and the census sample that counts the same people, with known
// truth: everybody who lives in a country real or invented, what the register makes of them, and whom the census finds.
//
// Every error between the two is planted at a stated rate and counted, so that what a comparison says can be checked
// against what is so. One seed gives the same rows and the same files on any machine and any number of cores.
package simulate

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Options say what to simulate.
type Options struct {
	// Out is the directory to fill, existing and empty. Required by Run.
	Out string
	// Persons is the number of records in the register, exactly: at least one for each commune, so that a few
	// hundred suffice for the invented country. Required.
	Persons int64
	// Seed makes everything. Defaults to 0, which is a seed like any other.
	Seed uint64
	// UnitsFile lists real communes: CSV with province_code, province_name, district_code, district_name,
	// commune_code, commune_name, type (Phường, Thị trấn or Xã). Defaults to an invented country.
	UnitsFile string
	// PopulationFile gives their size: CSV with commune_code_2019, population, hh1 to hh6, hh7plus. Required with
	// UnitsFile.
	PopulationFile string
	// AgesFile gives age structures by district and residence: CSV with province_code, district_code_2019,
	// residence, a00_04 to a80_84, a85plus. Defaults to a built-in structure like that of Viet Nam in 2019.
	AgesFile string
	// Reference is the reference time of the census, 0:00 of a day. Defaults to 1 April 2024.
	Reference time.Time
	// Rates are the errors to plant. Defaults to none; DefaultRates is a realistic set.
	Rates Rates
	// Causes are reasons to differ planted in some communes; where they are, truth/causes.csv tells. Defaults to none.
	Causes []Cause
	// Census is the sampling plan. Defaults to DefaultCensus.
	Census CensusPlan
	// Progress is told after each commune how many records of how many are written. Defaults to nobody.
	Progress func(done, total int64)
}

// invented reports whether the country is to be invented.
func (o *Options) invented() bool { return o.UnitsFile == "" }

// complete fills in defaults and refuses what cannot be done.
func (o Options) complete() (Options, error) {
	if o.Reference.IsZero() {
		o.Reference = time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)
	}
	if o.Census == (CensusPlan{}) {
		o.Census = DefaultCensus()
	}
	if o.Progress == nil {
		o.Progress = func(int64, int64) {}
	}
	return o, errors.Join(o.checkFiles(), o.checkNumbers(), o.Rates.check(), CheckCauses(o.Causes))
}

// checkFiles refuses half a real country.
func (o *Options) checkFiles() error {
	switch {
	case o.invented() && o.PopulationFile+o.AgesFile != "":
		return errors.New("simulate: PopulationFile and AgesFile need a UnitsFile")
	case !o.invented() && o.PopulationFile == "":
		return errors.New("simulate: UnitsFile needs a PopulationFile")
	}
	return nil
}

// checkNumbers refuses numbers out of range.
func (o *Options) checkNumbers() error {
	var errs []error
	if o.Persons < 1 {
		errs = append(errs, fmt.Errorf("simulate: Persons = %d, want at least 1", o.Persons))
	}
	// Ages reach 110 years and personal numbers begin with the births of 1900.
	if y := o.Reference.Year(); y < 1900+oldest+2 || y > 2098 {
		errs = append(errs, fmt.Errorf("simulate: Reference in %d, want %d to 2098", y, 1900+oldest+2))
	}
	p := o.Census
	if !(p.AreaFraction > 0 && p.AreaFraction <= 1) || p.HouseholdsPerArea < 1 || !(p.AreaHouseholds >= 1 && p.AreaHouseholds <= 10_000) {
		errs = append(errs, fmt.Errorf("simulate: Census = %+v, want a fraction in (0, 1], 1 household or more, areas of 1 to 10000", p))
	}
	return errors.Join(errs...)
}

// Summary is what a run made, in numbers.
type Summary struct {
	Provinces, Districts, Communes int
	Records                        int64 // rows of the register
	Residents                      int64 // true usual residents at the reference time
	Permanent, Temporary, Current  int64 // rows alive at the reference time, by the area they name, codes in no list left out
	Households                     int64 // true
	Areas, SampledAreas            int   // enumeration areas in the frame and in the census
	Strata                         int
	CensusHouseholds, CensusRows   int64   // answering households and enumerated persons
	Planted                        []Count // errors by kind, in the order of truth/coverage.csv
	ByProvince                     []ProvinceSummary
}

// Count is a number with a name.
type Count struct {
	Name string
	N    int64
}

// ProvinceSummary sets register and truth of a province side by side.
type ProvinceSummary struct {
	Code, Name                               string
	Residents, Permanent, Temporary, Current int64
}

// Run simulates and writes register.duckdb, areas.csv, census.csv, truth/population.csv and truth/coverage.csv into
// Options.Out, commune by commune in bounded memory. It stops with ctx.Err() when ctx ends, and then leaves
// unfinished files for the caller to remove.
func Run(ctx context.Context, o Options) (Summary, error) {
	o, err := o.complete()
	if err != nil {
		return Summary{}, err
	}
	c, err := newCountry(o)
	if err != nil {
		return Summary{}, err
	}
	w, err := newWriter(ctx, c)
	if err != nil {
		return Summary{}, err
	}
	inverse := c.selectAreas(o.Seed)
	create := func(i int) *settlement {
		s, fates := c.settle(i)
		c.register(s, fates)
		c.plant(s)
		s.census = c.enumerateAll(o.Seed, s, inverse, nil, &s.planted)
		return s
	}
	err = eachInOrder(ctx, len(c.communes), create, w.write)
	if err = errors.Join(err, w.close(err == nil)); err != nil {
		if ctx.Err() != nil {
			return Summary{}, ctx.Err()
		}
		return Summary{}, err
	}
	return w.summary(inverse), nil
}
