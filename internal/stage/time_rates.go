package stage

import (
	"context"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/study"
)

// yearly are the rates of a year: a component whose migration is a rate, not persons.
type yearly struct {
	demography.Component
	given [2][analysis.OpenAge + 2]bool // rows that stand, the last of birth
}

func newYearly(sexRatio float64) *yearly {
	const n = analysis.OpenAge + 1
	sexes := func() demography.Sexes { return demography.Sexes{Male: make([]float64, n), Female: make([]float64, n)} }
	return &yearly{Component: demography.Component{
		Width: 1, SexRatio: sexRatio, Fertility: make([]float64, n), Survival: sexes(), Migration: sexes(),
	}}
}

// timeRates are a file of rates, by area; "" is for areas without rates of their own, or of a unit above.
type timeRates struct{ of map[string]*yearly }

func readTimeRates(s *study.Study, list *areas.List) (*timeRates, error) {
	r := s.Time.Rates
	f, err := openTimeFile(s, list, r.File, r.SexCodes)
	if err != nil {
		return nil, err
	}
	defer f.file.Close()
	f.rateColumns(r.Columns)
	if f.found.Count() > 0 {
		return nil, &f.found
	}
	out := &timeRates{of: make(map[string]*yearly)}
	var order []string
	err = f.file.Each(context.Background(), &f.found, func(line int, fields []string) error {
		f.line, f.fields = line, fields
		area := f.area(true)
		if out.of[area] == nil {
			out.of[area] = newYearly(r.SexRatio)
			order = append(order, area)
		}
		out.of[area].row(f, area)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(order) == 0 && f.found.Count() == 0 {
		f.found.Add(f.file.Path, 1, "", "no records")
	}
	for _, area := range order {
		out.of[area].complete(f, area)
	}
	return out, f.found.Err()
}

func (f *timeFile) rateColumns(c study.TimeRateColumns) {
	f.column("area", c.Area, false)
	f.column("sex", c.Sex, true)
	f.column("age", c.Age, true)
	f.column("fertility", c.Fertility, true)
	f.column("migration", c.Migration, false)
	f.column("survival", c.Survival, false)
	f.column("mortality", c.Mortality, false)
	if f.has("survival") == f.has("mortality") {
		f.found.Add(f.file.Path, 1, "", "want one of the columns survival and mortality")
	}
}

// birth is the row of those born in the year.
const birth = "birth"

// row takes in one row.
func (y *yearly) row(f *timeFile, area string) {
	sex := 0
	if f.sex() == study.Female {
		sex = 1
	}
	text := f.get("age")
	f.once(area + "\x00" + strconv.Itoa(sex) + "\x00" + text)
	if text == birth {
		y.given[sex][analysis.OpenAge+1] = true
		y.BirthSurvival[sex] = f.survival(0.5)
		return
	}
	age, err := strconv.Atoi(strings.TrimSuffix(text, "+"))
	if err != nil || age < 0 || age > analysis.OpenAge {
		f.fault("age", "not an age from 0 to %d, or %s", analysis.OpenAge, birth)
		return
	}
	y.given[sex][age] = true
	survival, migration := y.Survival.Male, y.Migration.Male
	if sex == 1 {
		survival, migration = y.Survival.Female, y.Migration.Female
		y.Fertility[age] = f.number("fertility", false)
	}
	survival[age] = f.survival(1)
	if f.has("migration") {
		migration[age] = f.number("migration", true)
	}
}

// survival is the share of the row alive after so many years: those born in a year live half of one in it.
func (f *timeFile) survival(years float64) float64 {
	if f.has("mortality") {
		return demography.SurvivalOf(f.number("mortality", false), years)
	}
	v := f.number("survival", false)
	if v > 1 {
		f.fault("survival", "above 1")
	}
	return v
}

// complete notes the rows an area lacks.
func (y *yearly) complete(f *timeFile, area string) {
	of := ""
	if area != "" {
		of = " of " + area
	}
	for sex, name := range []string{study.Male, study.Female} {
		var lacking []string
		for age, given := range y.given[sex] {
			if given {
				continue
			}
			label := strconv.Itoa(age)
			if age > analysis.OpenAge {
				label = birth
			}
			lacking = append(lacking, label)
		}
		if len(lacking) > 0 {
			f.found.Add(f.file.Path, 0, "", "rates%s for %s lack %d rows, the first of age %s",
				of, name, len(lacking), lacking[0])
		}
	}
}

// rates are those of an area, or of the nearest unit above that has some; nil where none has.
func (t *timed) ratesOf(code string) *yearly {
	for _, level := range t.list.Levels {
		if up, ok := t.list.Ancestor(code, level); ok && t.rates.of[up] != nil {
			return t.rates.of[up]
		}
	}
	if own := t.rates.of[code]; own != nil {
		return own
	}
	return t.rates.of[""]
}

// roll sets the part of an area by rates: its register less the same carried to the reference time. Its variance is
// that of chance, the rates taken for true, where the study asks for it.
func (t *timed) roll(code string, ages *registerAges, figures []timeFigure) error {
	rates := t.ratesOf(code)
	if rates == nil {
		return nil
	}
	own := demography.Sexes{Male: ages.of(code, 0), Female: ages.of(code, 1)}
	then, chance, err := rates.carry(own, t.years)
	if err != nil {
		return err
	}
	if t.study.Time.Error == study.NoEventError {
		chance = demography.Sexes{Male: make([]float64, len(own.Male)), Female: make([]float64, len(own.Male))}
	}
	groups := analysis.AgeGroups(t.study.Compare.AgeGroups)
	both := make([]float64, len(own.Male))
	for age := range own.Male {
		both[age] = own.Male[age] + own.Female[age]
		d := both[age] - then.Male[age] - then.Female[age]
		for _, i := range []int{0, int(groups.Of[age]) + 1} {
			f := &figures[i]
			f.persons, f.variance = f.persons+d, f.variance+chance.Male[age]+chance.Female[age]
		}
	}
	for i := range figures {
		if figures[i].known = true; i > 0 {
			figures[i].variance += t.birthdays(both, i-1)
		}
	}
	return nil
}

// carry takes a population so many years back (above 0) or forward, the last part of a year in proportion, and gives
// the variance that chance gives each age on the way.
func (y *yearly) carry(p demography.Sexes, years float64) (then, chance demography.Sexes, err error) {
	left, step := years, y.back
	if years < 0 {
		left, step = -years, y.forward
	}
	chance = demography.Sexes{Male: make([]float64, len(p.Male)), Female: make([]float64, len(p.Male))}
	for ; left > 0; left-- {
		next, by, err := step(p, chance)
		if err != nil {
			return p, chance, err
		}
		share := min(left, 1)
		p = demography.Sexes{Male: mix(p.Male, next.Male, share), Female: mix(p.Female, next.Female, share)}
		chance = demography.Sexes{Male: mix(chance.Male, by.Male, share), Female: mix(chance.Female, by.Female, share)}
	}
	return p, chance, nil
}

// mix goes a share of the way from one list to another.
func mix(from, to []float64, share float64) []float64 {
	out := make([]float64, len(from))
	for i := range out {
		out[i] = from[i] + share*(to[i]-from[i])
	}
	return out
}

// at is the component with the net arrivals that the rates make of a population.
func (y *yearly) at(p demography.Sexes) demography.Component {
	c := y.Component
	c.Migration = demography.Sexes{Male: times(y.Migration.Male, p.Male), Female: times(y.Migration.Female, p.Female)}
	return c
}

func times(rate, persons []float64) []float64 {
	out := make([]float64, len(rate))
	for i, r := range rate {
		out[i] = r * persons[i]
	}
	return out
}

// forward goes a year on, and takes the variances along: those who survive with chance s carry s² of theirs.
func (y *yearly) forward(p, chance demography.Sexes) (next, by demography.Sexes, err error) {
	to := y.at(p).Forward(p)
	onward(to.Chance.Male, chance.Male, y.Survival.Male)
	onward(to.Chance.Female, chance.Female, y.Survival.Female)
	return to.End, to.Chance, nil
}

func onward(by, chance, survival []float64) {
	for i, v := range chance {
		by[min(i+1, len(by)-1)] += v * survival[i] * survival[i]
	}
}

// back goes a year back. Who was alive then is who is now over the chance to be, with the variance of chance on the way
// forward, and what was there before, over the square of it.
func (y *yearly) back(p, chance demography.Sexes) (next, by demography.Sexes, err error) {
	c := y.at(p)
	next, err = c.Backward(p)
	if err != nil {
		return p, p, err
	}
	on := c.Forward(next).Chance
	return next, demography.Sexes{
		Male:   backward(on.Male, chance.Male, y.Survival.Male),
		Female: backward(on.Female, chance.Female, y.Survival.Female),
	}, nil
}

func backward(on, chance, survival []float64) []float64 {
	out := make([]float64, len(on))
	for i, s := range survival {
		to := min(i+1, len(on)-1)
		if s > 0 {
			out[i] = (on[to] + chance[to]) / (s * s)
		}
	}
	return out
}
