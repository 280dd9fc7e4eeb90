package fieldwork

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// oldest is the age nobody has reached; more is a slip of the pen.
const oldest = 130

// heaviest is a weight nobody has: a whole continent for one person.
const heaviest = 1e9

// reader takes the records of a file in and remembers them by column.
type reader struct {
	study   *study.Study
	list    *areas.List
	file    string
	found   problems.List
	records int
	light   int // records with a weight below 1
	unborn  int // records left out, of persons born at the reference time or later

	columns []string // of the file
	exprs   []store.Expression
	at      map[string]int // position in exprs of a key of the study, or of a dimension

	area   coded
	sex    coded
	age    []int32
	dims   []coded
	n      []int64
	noise  []float64 // variance of the disclosure noise in n
	weight []float64
	units  units

	figures []Figure
	line    []int32 // of every figure, for problems that show only later
}

// coded is one coded column.
type coded struct {
	coder *analysis.Coder
	codes []int32
}

func newCoded() coded { return coded{coder: analysis.NewCoder()} }

func (c *coded) add(text string) {
	if text == "" {
		text = analysis.Missing
	}
	c.codes = append(c.codes, c.coder.Code(text))
}

func newReader(s *study.Study, list *areas.List, columns []string) *reader {
	r := &reader{study: s, list: list, columns: columns, file: s.Path(s.Field.File), at: make(map[string]int), area: newCoded(), sex: newCoded(), units: newUnits()}
	c := s.Field.Columns
	for _, column := range []struct{ name, expr string }{
		{"area", c.Area}, {"sex", c.Sex}, {"age", c.Age}, {"birth_date", c.BirthDate}, {"count", c.Count},
		{"stratum", c.Stratum}, {"psu", c.PSU}, {"household", c.Household}, {"weight", c.Weight}, {"psus", c.PSUs},
		{"households", c.Households}, {"dimension", c.Dimension}, {"cell", c.Cell}, {"value", c.Value}, {"se", c.SE},
		{"noise_sd", c.NoiseSD},
	} {
		r.mapColumn(column.name, column.expr)
	}
	for _, d := range s.Field.Dimensions {
		r.mapColumn(dimensionKey(d), d.Column)
		r.dims = append(r.dims, newCoded())
	}
	return r
}

func (r *reader) mapColumn(name, expr string) {
	if expr == "" {
		return
	}
	r.at[name] = len(r.exprs)
	r.exprs = append(r.exprs, store.Expression(expr))
}

// dimensionKey keeps a dimension called household apart from the column household.
func dimensionKey(d study.Dimension) string { return "dimensions." + d.Name }

// has tells whether the study maps a name.
func (r *reader) has(name string) bool {
	_, ok := r.at[name]
	return ok
}

// A row is one record as it is being taken in.
type row struct {
	*reader
	line   int
	values []string
	bad    bool
	unborn bool // born at the reference time or later
}

// get is the value of a name, "" where it is empty or not mapped.
func (w *row) get(name string) string {
	if i, ok := w.at[name]; ok {
		return w.values[i]
	}
	return ""
}

// fault notes a problem with a column. The value is not repeated: it may be a person's.
func (w *row) fault(name, text string) {
	w.found.Add(w.file, w.line, w.label(name), "%s", text)
	w.bad = true
}

// label is how the file calls what the study calls name: its column, where the study names just that.
func (r *reader) label(name string) string {
	if i, ok := r.at[name]; ok && slices.Contains(r.columns, string(r.exprs[i])) {
		return string(r.exprs[i])
	}
	return name
}

// record takes one record in, whole or not at all.
func (r *reader) record(line int, values []string) {
	r.records++
	w := &row{reader: r, line: line, values: values}
	area := w.areaCode()
	if r.study.Field.Kind == Aggregates {
		w.figure(area)
		return
	}
	sex, age := w.sexLevel(), w.years()
	n, weight, noise := w.persons(), w.samplingWeight(), w.noiseSD()
	dims := w.dimensions()
	unit := w.unit()
	if w.bad {
		return
	}
	if w.unborn {
		r.unborn++ // the units it came from were sampled all the same
		return
	}
	if r.study.Field.Kind == Sample {
		r.units.of = append(r.units.of, unit)
	}
	r.area.add(area)
	r.sex.add(sex)
	r.age = append(r.age, analysis.AgeCode(age))
	for i := range dims {
		r.dims[i].add(dims[i])
	}
	r.n = append(r.n, n)
	if r.has("noise_sd") {
		r.noise = append(r.noise, noise*noise)
	}
	r.weight = append(r.weight, weight*float64(n))
}

// areaCode is the area of the record. With crosswalks it is an old code, which the crosswalk judges.
func (w *row) areaCode() string {
	code := w.get("area")
	if code == "" || len(w.study.Field.Crosswalks) > 0 || w.study.Areas.File == "" {
		return code
	}
	u, ok := w.list.Unit(code)
	switch {
	case !ok:
		w.fault("area", "the code is not in the code list")
	case u.Level != w.list.Levels[0] && w.study.Field.Kind != Aggregates:
		w.fault("area", "the code of a "+u.Level+", want that of a "+w.list.Levels[0])
	}
	return code
}

func (w *row) sexLevel() string {
	return w.level("sex", w.study.Field.SexCodes)
}

// level is the level a code means, the text itself where there are no codes.
func (w *row) level(name string, codes map[string]string) string {
	text := w.get(name)
	if text == "" || len(codes) == 0 {
		return text
	}
	level, ok := codes[text]
	if !ok {
		w.fault(name, "the code is not among those the study lists")
	}
	return level
}

func (w *row) dimensions() []string {
	levels := make([]string, len(w.study.Field.Dimensions))
	for i, d := range w.study.Field.Dimensions {
		levels[i] = w.level(dimensionKey(d), d.Codes)
	}
	return levels
}

// years is the age in completed years at the reference time, -1 when missing.
func (w *row) years() int {
	if w.has("birth_date") {
		return w.yearsSince(w.get("birth_date"))
	}
	text := w.get("age")
	if text == "" {
		return -1
	}
	age, err := strconv.Atoi(text)
	if err != nil || age < 0 || age > oldest {
		w.fault("age", "not an age in whole years from 0 to 130")
	}
	return age
}

func (w *row) yearsSince(text string) int {
	if text == "" {
		return -1
	}
	birth, err := time.Parse(time.DateOnly, text)
	at := w.study.Reference.Time
	switch {
	case err != nil:
		w.fault("birth_date", "not a date, want YYYY-MM-DD")
		return -1
	case !birth.Before(at):
		w.unborn = true
		return -1
	}
	age := at.Year() - birth.Year()
	if int(at.Month())*100+at.Day() < int(birth.Month())*100+birth.Day() {
		age--
	}
	if age > oldest {
		w.fault("birth_date", "more than 130 years before the reference time")
	}
	return age
}

func (w *row) persons() int64 {
	if !w.has("count") {
		return 1
	}
	n, err := strconv.ParseInt(w.get("count"), 10, 64)
	if err != nil || n < 0 {
		w.fault("count", "not a whole number, 0 or more")
	}
	return n
}

// noiseSD is the standard deviation of the disclosure noise in the count or figure, 0 where none is stated.
func (w *row) noiseSD() float64 {
	text := w.get("noise_sd")
	if text == "" {
		return 0
	}
	return w.notNegative("noise_sd", text)
}

func (w *row) samplingWeight() float64 {
	if w.study.Field.Kind != Sample {
		return 1
	}
	weight := w.positive("weight")
	if weight > heaviest {
		w.fault("weight", "not a plausible weight: one person cannot stand for so many")
	}
	if weight < 1 && !w.bad {
		w.light++
	}
	return weight
}

// positive is a number above 0.
func (w *row) positive(name string) float64 {
	text := w.get(name)
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case text == "":
		w.fault(name, "empty")
	case err != nil || math.IsInf(v, 0) || math.IsNaN(v):
		w.fault(name, "not a number")
	case v <= 0:
		w.fault(name, "not above 0")
	}
	return v
}
