package study

import (
	"slices"
	"strings"
)

// Time says at which day the register's figures stand, where that is not the reference time, and what happened between.
type Time struct {
	Register Date        `json:"register" jsonschema_description:"The day at whose 0:00 the register's figures stand. A register of persons with dates of birth, death and registration is counted at the reference time by itself; with time.events.from: register this is a day at which it is counted besides, to see what time would have made of the difference."`
	Ages     string      `json:"ages,omitempty" jsonschema:"enum=reference,enum=register" jsonschema_description:"The day at which ages of the register's figures are completed: the reference time, or the register's own day. Default: reference; with rates, register."`
	Error    string      `json:"error,omitempty" jsonschema:"enum=none,enum=poisson" jsonschema_description:"What error events have. none: they are counted; poisson: they are one outcome of a process, as are those that rates lead to. Default: none for events, poisson for rates."`
	Events   *TimeEvents `json:"events,omitempty" jsonschema_description:"The register's own births, deaths and moves between the two days, by area."`
	Rates    *TimeRates  `json:"rates,omitempty" jsonschema_description:"Rates to carry the register from one day to the other by the cohort-component method, where its own events are not known."`
}

// TimeEvents are the events between the two days: a CSV file, or what the register itself tells by its dates.
type TimeEvents struct {
	From     string            `json:"from,omitempty" jsonschema:"enum=file,enum=register" jsonschema_description:"file: events are in a CSV file. register: they are counted in the register of persons by its dates of birth, death and registration when the extract is made, which carries them; time.register is then sealed with the comparison plan. Default: file."`
	File     string            `json:"file,omitempty" jsonschema_description:"CSV file, one row an area of the lowest level, or an area by sex and age. Not with from: register."`
	Columns  TimeEventColumns  `json:"columns,omitempty" jsonschema_description:"Names of its columns, where they are not called as here."`
	SexCodes map[string]string `json:"sex_codes,omitempty" jsonschema_description:"What the codes of sex mean: male or female. Default: male and female mean themselves."`
}

// TimeEventColumns names the columns of a file of events.
type TimeEventColumns struct {
	Area       string `json:"area,omitempty" jsonschema_description:"Default: area."`
	Sex        string `json:"sex,omitempty" jsonschema_description:"Default: sex, where the file has such a column."`
	Age        string `json:"age,omitempty" jsonschema_description:"A year or group like 20 or 20-24, within one of compare.age_groups. Default: age, where the file has such a column."`
	Births     string `json:"births,omitempty" jsonschema_description:"Default: births."`
	Deaths     string `json:"deaths,omitempty" jsonschema_description:"Default: deaths."`
	Arrivals   string `json:"arrivals,omitempty" jsonschema_description:"Registered here who were not before. Default: arrivals."`
	Departures string `json:"departures,omitempty" jsonschema_description:"No longer registered here, but alive. Default: departures."`
}

// TimeRates is a CSV file of yearly rates by sex and single year of age.
type TimeRates struct {
	File     string            `json:"file" jsonschema_description:"CSV file, one row a sex and single year of age up to 100, the last one open, with or without an area of any level: the nearest one above that has rates counts."`
	Columns  TimeRateColumns   `json:"columns,omitempty" jsonschema_description:"Names of its columns, where they are not called as here."`
	SexCodes map[string]string `json:"sex_codes,omitempty" jsonschema_description:"What the codes of sex mean: male or female. Default: male and female mean themselves."`
	SexRatio float64           `json:"sex_ratio_at_birth,omitempty" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Boys a girl. Default: 1.05."`
}

// TimeRateColumns names the columns of a file of rates.
type TimeRateColumns struct {
	Area      string `json:"area,omitempty" jsonschema_description:"Default: area, where the file has such a column. Empty rows hold for every area."`
	Sex       string `json:"sex,omitempty" jsonschema_description:"Default: sex."`
	Age       string `json:"age,omitempty" jsonschema_description:"0 to 100, or birth for the survival of those born in the year. Default: age."`
	Survival  string `json:"survival,omitempty" jsonschema_description:"Share alive a year later, a year older. Default: survival, where the file has such a column."`
	Mortality string `json:"mortality,omitempty" jsonschema_description:"Deaths a year and person, instead of survival. Default: mortality, where the file has such a column."`
	Fertility string `json:"fertility,omitempty" jsonschema_description:"Births a year by a woman of the age; 0 for men. Default: fertility."`
	Migration string `json:"migration,omitempty" jsonschema_description:"Net arrivals a year and person. Default: migration, where the file has such a column; else there are none."`
}

// Ages of a register's figures, and errors of events.
const (
	AgesAtReference = "reference"
	AgesAtRegister  = "register"
	NoEventError    = "none"
	PoissonEvents   = "poisson"
)

// Where events come from.
const (
	EventsFromFile     = "file"
	EventsFromRegister = "register"
)

// OwnEvents tells whether events are counted in the register itself, when the extract is made.
func (t *Time) OwnEvents() bool {
	return t != nil && t.Events != nil && t.Events.From == EventsFromRegister
}

func (s *Study) setTimeDefaults() {
	t := s.Time
	if t == nil {
		return
	}
	if t.Rates != nil {
		setDefaultName(&t.Ages, AgesAtRegister)
		setDefaultName(&t.Error, PoissonEvents)
		setDefault(&t.Rates.SexRatio, 1.05)
	}
	if t.Events != nil {
		setDefaultName(&t.Events.From, EventsFromFile)
	}
	setDefaultName(&t.Ages, AgesAtReference)
	setDefaultName(&t.Error, NoEventError)
}

func (d *document) checkTime(s *Study) {
	t := s.Time
	if t == nil {
		return
	}
	at := []string{"time"}
	switch {
	case t.Events == nil && t.Rates == nil:
		d.add(at, "time needs events or rates: what happened between %s and the reference time", t.Register)
	case t.Events != nil && t.Rates != nil:
		d.add(append(at, "rates"), "time has events and rates: give the register's own events where they are known, rates where they are not")
	}
	if t.OwnEvents() {
		d.checkOwnEvents(s, at)
		return
	}
	if t.Register.Equal(s.Reference.Time) {
		d.add(append(at, "register"), "time.register is the reference time: there is nothing between, and the section is not needed")
	}
	if c := s.Register.Columns; c.DeathDate != "" || c.RegisteredFrom != "" || c.RegisteredTo != "" {
		d.add(append(at, "register"), "time.register: a register with dates of death or registration is counted at the reference time by itself; its figures stand at no other day; what happened between is asked of the register itself with time.events.from: register")
	}
	if t.Rates != nil {
		d.checkRates(s, append(at, "rates"))
	}
	if t.Events != nil {
		if strings.TrimSpace(t.Events.File) == "" {
			d.add(append(at, "events"), "time.events needs a file, or from: register for a register of persons that tells by its dates")
		}
		d.checkSexCodes(append(at, "events", "sex_codes"), t.Events.SexCodes)
	}
}

// checkOwnEvents asks for a register that can tell: of persons, with dates. Its figures stand at the reference time, so
// their ages and errors are not asked for. Whoever works on a received extract has the events in it.
func (d *document) checkOwnEvents(s *Study, at []string) {
	t := s.Time
	if e := t.Events; e.File != "" || e.Columns != (TimeEventColumns{}) || len(e.SexCodes) > 0 {
		d.add(append(slices.Clip(at), "events"), "time.events has from: register and says what a file of events is like: leave out from, or file, columns and sex_codes")
	}
	if t.Ages != AgesAtReference {
		d.add(append(slices.Clip(at), "ages"), "time.ages: %s is not for the register's own events: they are counted by age at the reference time", t.Ages)
	}
	if t.Error != NoEventError {
		d.add(append(slices.Clip(at), "error"), "time.error: %s is not for the register's own events: they are counted", t.Error)
	}
	c := s.Register.Columns
	switch {
	case s.Extract != "":
	case c.Count != "":
		d.add(append(slices.Clip(at), "events", "from"), "time.events.from: a register of counts has no events of its own: give a file of events, or rates")
	case c.BirthDate == "" && c.BirthYearMonth == "" && c.DeathDate == "" && c.RegisteredFrom == "" && c.RegisteredTo == "":
		d.add(append(slices.Clip(at), "events", "from"), "time.events.from: the register tells nothing of time: map register.columns.birth_date, death_date, registered_from or registered_to, those that it has")
	}
}

func (d *document) checkRates(s *Study, at []string) {
	t := s.Time
	d.checkSexCodes(append(slices.Clip(at), "sex_codes"), t.Rates.SexCodes)
	if t.Ages == AgesAtReference {
		d.add([]string{"time", "ages"}, "time.rates needs time.ages: register: the cohort-component method makes persons older on the way")
	}
	if c := t.Rates.Columns; c.Survival != "" && c.Mortality != "" {
		d.add(append(slices.Clip(at), "columns"), "time.rates.columns has survival and mortality: one of them tells the other")
	}
}

func (d *document) checkSexCodes(at []string, codes map[string]string) {
	for code, means := range codes {
		d.checkSex(append(slices.Clip(at), code), means)
	}
}

// Files are the files a section on time names.
func (t *Time) Files() []string {
	if t == nil {
		return nil
	}
	var files []string
	if t.Events != nil {
		files = append(files, t.Events.File)
	}
	if t.Rates != nil {
		files = append(files, t.Rates.File)
	}
	return slices.DeleteFunc(files, func(name string) bool { return strings.TrimSpace(name) == "" })
}
