package study

// EarlierCensus is a census before the one that is compared, to see whether its cohorts have survived plausibly.
type EarlierCensus struct {
	Date    Date                 `json:"date" jsonschema_description:"Its reference day: a whole number of age groups before the reference time, to within a tenth of a year."`
	File    string               `json:"file" jsonschema_description:"CSV file, one row an area of the lowest level and age group, with or without sex."`
	Columns EarlierCensusColumns `json:"columns,omitempty" jsonschema_description:"Names of its columns, where they are not called as here."`
	Least   float64              `json:"least,omitempty" jsonschema:"exclusiveMinimum=0,exclusiveMaximum=1" jsonschema_description:"Share of a cohort under 60 below which its survival is pointed at. Default: 0.9."`
}

// EarlierCensusColumns names the columns of a file of an earlier census.
type EarlierCensusColumns struct {
	Area    string `json:"area,omitempty" jsonschema_description:"Default: area."`
	Age     string `json:"age,omitempty" jsonschema_description:"A year or group like 20 or 20-24, within one of compare.age_groups. Default: age."`
	Persons string `json:"persons,omitempty" jsonschema_description:"Default: persons."`
}

func (s *Study) setEarlierCensusDefaults() {
	if s.Earlier != nil {
		setDefault(&s.Earlier.Least, 0.9)
	}
}

func (d *document) checkEarlierCensus(s *Study) {
	e := s.Earlier
	if e == nil {
		return
	}
	at := []string{"earlier_census"}
	if !e.Date.Before(s.Reference.Time) {
		d.add(append(at, "date"), "earlier_census.date is %s, want a day before the reference time %s", e.Date, s.Reference)
		return
	}
	if width, even := s.evenGroups(); !even || s.StepsSinceEarlier() == 0 {
		d.add(append(at, "date"), "earlier_census: cohorts are followed through age groups of one width (%d years here) over a whole number of widths; compare.age_groups or the date do not allow it", width)
	}
}

// evenGroups are the width of the first age group, and whether all closed ones have it.
func (s *Study) evenGroups() (width int, even bool) {
	g := s.Compare.AgeGroups
	if len(g) < 3 {
		return 0, false
	}
	width = g[1] - g[0]
	for i := 2; i < len(g); i++ {
		if g[i]-g[i-1] != width {
			return width, false
		}
	}
	return width, true
}

// StepsSinceEarlier is how many age groups' width lie between the earlier census and the reference time; 0 when it
// is no whole number.
func (s *Study) StepsSinceEarlier() int {
	width, even := s.evenGroups()
	if !even {
		return 0
	}
	years := s.Reference.Sub(s.Earlier.Date.Time).Hours() / (24 * 365.25)
	steps := int(years/float64(width) + 0.5)
	if off := years - float64(steps*width); off > 0.1 || off < -0.1 {
		return 0
	}
	return steps
}
