package simulate

import (
	"math"
	"testing"
)

// zFive is a tolerance of five standard errors: a correct simulator fails one check in 1.7 million.
const zFive = 5.0

// even is a set of rates, each large enough to be measured, and the same for all places and ages.
func even() Rates {
	r := DefaultRates()
	r.Spread = 0
	r.MissingSex, r.MissingBirth, r.UnknownArea, r.ImpossibleDate = 0.01, 0.01, 0.005, 0.005
	r.Nonresponse, r.AgeHeaping, r.AgeOffByOne, r.Missed, r.WronglyIncluded = 0.1, 0.1, 0.05, 0.05, 0.02
	return r
}

// TestPlantedRatesAreRecovered compares what was planted with the rates asked for. The tolerance is binomial, five
// standard errors, and one record a commune more, because a commune's quota drops the extra records of its last residents.
func TestPlantedRatesAreRecovered(t *testing.T) {
	r := even()
	s, _ := run(t, Options{Persons: 300_000, Seed: 21, Rates: r})
	registered := float64(s.Residents) * (1 - r.Unregistered)
	for _, c := range []struct {
		kind  string
		rate  float64
		among float64
	}{
		{"not_registered", r.Unregistered, float64(s.Residents)},
		{"registered_absent", r.Absent, float64(s.Residents)},
		{"late_deaths", r.LateDeath, float64(s.Residents)},
		{"recorded_deaths", r.RecordedDeath, float64(s.Residents)},
		{"births_after", r.BirthAfter, float64(s.Residents)},
		{"registered_twice", r.Twice, registered},
		{"same_number", r.SameNumber, float64(planted(s, "registered_twice"))},
		{"moved_in_temporary", r.MovedTemporary, registered},
		{"moved_in_unregistered", r.MovedUnregistered, registered},
		{"deaths_after", r.DeathAfter, registered},
		{"missing_sex", r.MissingSex, float64(s.Records)},
		{"missing_birth", r.MissingBirth, float64(s.Records)},
		{"impossible_dates", r.ImpossibleDate * (1 - r.MissingBirth), float64(s.Records)},
		{"unknown_area", r.UnknownArea, float64(s.Records)},
		{"missing_current", r.MissingCurrent * (1 - r.UnknownArea), float64(s.Records)},
	} {
		got, want := float64(planted(s, c.kind)), c.rate*c.among
		tolerance := zFive*math.Sqrt(want*(1-c.rate)) + float64(s.Communes)*c.rate
		if math.Abs(got-want) > tolerance {
			t.Errorf("%s: %v planted, want %.0f ± %.0f", c.kind, got, want, tolerance)
		}
	}
}

// TestCensusErrorsAreRecovered does the same for the census.
func TestCensusErrorsAreRecovered(t *testing.T) {
	r := even()
	s, dir := run(t, Options{Persons: 400_000, Seed: 22, Rates: r})
	refused := float64(planted(s, "census_households_nonresponding"))
	missed, included := float64(planted(s, "census_missed")), float64(planted(s, "census_wrongly_included"))
	members := float64(s.CensusRows) - included + missed
	counted := float64(s.CensusRows)
	// An age already ending in 0 or 5 is not heaped, so that share is taken from the truth.
	round := float64(number(t, open(t, dir), dir, "SELECT sum(persons) FROM read_csv('$dir/truth/population.csv') WHERE age % 5 = 0"))
	misreported := r.AgeHeaping*(1-round/float64(s.Residents)) + (1-r.AgeHeaping)*r.AgeOffByOne
	for _, c := range []struct {
		name              string
		got, rate, trials float64
	}{
		{"nonresponse", refused, r.Nonresponse, refused + float64(s.CensusHouseholds)},
		{"missed", missed, r.Missed, members},
		{"included", included, r.WronglyIncluded, members},
		{"misreported", float64(planted(s, "census_age_misreported")), misreported, counted},
	} {
		want := c.rate * c.trials
		// A household all of whose members are missed has no row: a few in a thousand, all of one or two members.
		tolerance := zFive*math.Sqrt(want*(1-c.rate)) + 0.01*want
		if math.Abs(c.got-want) > tolerance {
			t.Errorf("%s: %v, want %.0f ± %.0f", c.name, c.got, want, tolerance)
		}
	}
}

// TestPlantedErrorsAreInTheFiles reads the register back and counts what can be seen there.
func TestPlantedErrorsAreInTheFiles(t *testing.T) {
	r := even()
	r.ImpossibleDate = 0 // a death before birth would pass for a recorded one
	s, dir := run(t, Options{Persons: 100_000, Seed: 23, Rates: r})
	db := open(t, dir)
	const alive = "coalesce(birth_date, '1970-01-01') < DATE '2024-04-01' AND coalesce(death_date, '2999-01-01') >= DATE '2024-04-01'"
	const coverage = "FROM read_csv('$dir/truth/coverage.csv', types = {'commune_code': 'VARCHAR'})"
	const listed = "IN (SELECT commune_code FROM read_csv('$dir/areas.csv', types = {'commune_code': 'VARCHAR'}))"
	for query, want := range map[string]int64{
		"SELECT count(*) FROM persons WHERE death_date < '2024-04-01'":                             planted(s, "recorded_deaths"),
		"SELECT count(*) FROM persons WHERE death_date >= '2024-04-01'":                            planted(s, "deaths_after"),
		"SELECT count(*) FROM persons WHERE sex IS NULL":                                           planted(s, "missing_sex"),
		"SELECT count(*) FROM persons WHERE birth_date IS NULL":                                    planted(s, "missing_birth"),
		"SELECT count(*) FROM persons WHERE current_area IS NULL":                                  planted(s, "missing_current"),
		"SELECT count(*) FROM persons WHERE permanent_area NOT " + listed:                          planted(s, "unknown_area"),
		"SELECT count(*) FROM persons WHERE registered_on > '2024-06-15' OR registered_on IS NULL": 0,
		"SELECT count(*) FROM persons WHERE death_date < birth_date":                               0,
		"SELECT count(*) FROM persons WHERE permanent_area " + listed + " AND " + alive:            s.Permanent,
		"SELECT count(*) FROM persons WHERE temporary_area " + listed + " AND " + alive:            s.Temporary,
		"SELECT count(*) FROM persons WHERE current_area " + listed + " AND " + alive:              s.Current,
		"SELECT sum(residents) " + coverage:                                                        s.Residents,
		"SELECT sum(permanent) " + coverage:                                                        s.Permanent,
		"SELECT sum(persons) FROM read_csv('$dir/truth/population.csv')":                           s.Residents,
		"SELECT count(*) FROM read_csv('$dir/census.csv')":                                         s.CensusRows,
		"SELECT count(DISTINCT household) FROM read_csv('$dir/census.csv')":                        s.CensusHouseholds,
		"SELECT count(*) FROM read_csv('$dir/areas.csv')":                                          int64(s.Communes),
		"SELECT sum(eas) FROM read_csv('$dir/areas.csv')":                                          int64(s.Areas),
	} {
		if got := number(t, db, dir, query); got != want {
			t.Errorf("%s = %d, want %d", query, got, want)
		}
	}
	if births := number(t, db, dir, "SELECT count(*) FROM persons WHERE birth_date >= '2024-04-01'"); births == 0 || births > planted(s, "births_after") {
		t.Errorf("%d births after the reference time, planted %d", births, planted(s, "births_after"))
	}
}

// TestDefaultExcess: the defaults resemble the published gap in kind, some 11 % more permanent registrations than residents, little
// in the city, a fifth and more elsewhere. The bounds are those DefaultRates was made for.
func TestDefaultExcess(t *testing.T) {
	s, _ := run(t, Options{Persons: 300_000, Seed: 24, Rates: DefaultRates()})
	excess := func(registered, residents int64) float64 { return float64(registered)/float64(residents) - 1 }
	if x := excess(s.Permanent, s.Residents); x < 0.08 || x > 0.14 {
		t.Errorf("permanent registrations exceed residents by %.3f, want 0.08 to 0.14", x)
	}
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, p := range s.ByProvince {
		x := excess(p.Permanent, p.Residents)
		lowest, highest = min(lowest, x), max(highest, x)
	}
	if lowest > 0.05 || highest < 0.15 || highest > 0.4 {
		t.Errorf("provinces exceed by %.3f to %.3f, want a wide variation from about nothing to a third", lowest, highest)
	}
}
