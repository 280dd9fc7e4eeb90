package fieldwork

import (
	"math"
	"math/bits"
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

// most is how many persons a sample may stand for: more than there are.
const most = 9e9

// noisiest is a standard deviation of disclosure noise that nobody adds.
const noisiest = 1e6

// reader takes records, or groups of them, in and remembers them by column.
type reader struct {
	study   *study.Study
	list    *areas.List
	file    string
	found   problems.List
	faults  groupFaults // of groups
	records int
	light   int     // records with a weight below 1
	unborn  int     // records left out, of persons born at the reference time or later
	total   float64 // persons the sample stands for, or so

	columns []string // of the file
	exprs   []store.Expression
	at      map[string]int // position in exprs of a key of the study, or of a dimension

	area   coded
	sex    coded
	age    []int32
	dims   []coded
	n      []int64
	noise  []int64 // variance of the disclosure noise in n, in store.NoiseUnit
	weight []int64 // Σ persons × weight, in store.WeightUnit
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
	r := &reader{study: s, list: list, columns: columns, file: s.Path(s.Field.File), faults: make(groupFaults), at: make(map[string]int), area: newCoded(), sex: newCoded(), units: newUnits()}
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

// A row is one record as it is being taken in, or a group of records.
type row struct {
	*reader
	line   int // of a record
	values []string
	group  *store.FieldGroup // nil for a record
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
	w.bad = true
	if w.group != nil {
		w.faults.add(problem{name, text}, w.group)
		return
	}
	w.found.Add(w.file, w.line, w.label(name), "%s", text)
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
	w := &row{reader: r, line: line, values: values}
	area := w.areaCode()
	if r.study.Field.Kind == Aggregates {
		r.records++
		w.figure(area)
		return
	}
	w.take(area, w.sums)
}

// sums are what is added up of a record, or a group.
type sums struct {
	records, light int64
	age            int   // completed years, -1 when missing
	persons        int64 // of all its records
	weight         int64 // Σ persons × weight, in store.WeightUnit
	noise          int64 // variance, in store.NoiseUnit
}

// take takes a record or a group in.
func (w *row) take(area string, measured func() sums) {
	r := w.reader
	sex, s := w.sexLevel(), measured()
	dims := w.dimensions()
	unit := w.unit()
	r.records += int(s.records)
	if w.bad {
		return
	}
	r.light += int(s.light)
	r.total += float64(s.weight) * store.WeightUnit
	if w.unborn {
		r.unborn += int(s.records) // the units it came from were sampled all the same
		return
	}
	if r.study.Field.Kind == Sample {
		r.units.of = append(r.units.of, unit)
		r.weight = append(r.weight, s.weight)
	}
	r.area.add(area)
	r.sex.add(sex)
	r.age = append(r.age, analysis.AgeCode(s.age))
	for i := range dims {
		r.dims[i].add(dims[i])
	}
	r.n = append(r.n, s.persons)
	if r.has("noise_sd") {
		r.noise = append(r.noise, s.noise)
	}
}

// sums are those of one record.
func (w *row) sums() sums {
	s := sums{records: 1, age: w.years(), persons: w.persons()}
	if w.study.Field.Kind == Sample {
		weight := w.samplingWeight()
		s.weight = times(store.InUnits(weight, 1/store.WeightUnit), s.persons)
		if weight < 1 {
			s.light = 1
		}
	}
	if sd := w.noiseSD(); sd > noisiest {
		w.fault("noise_sd", tooNoisy)
	} else {
		s.noise = store.InUnits(sd*sd, 1/store.NoiseUnit)
	}
	return s
}

// times is a product, the largest number where that is too small for it.
func times(a, b int64) int64 {
	if high, low := bits.Mul64(uint64(a), uint64(b)); high == 0 && low <= math.MaxInt64 {
		return int64(low)
	}
	return math.MaxInt64
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
		w.fault("age", noAge)
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
		w.fault("birth_date", noDate)
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
		w.fault("birth_date", tooOld)
	}
	return age
}

func (w *row) persons() int64 {
	if !w.has("count") {
		return 1
	}
	n, err := strconv.ParseInt(w.get("count"), 10, 64)
	if err != nil || n < 0 {
		w.fault("count", noCount)
		n = 0
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

// samplingWeight is the weight of a record, 0 where it is none.
func (w *row) samplingWeight() float64 {
	weight := w.positive("weight")
	if weight > heaviest {
		w.fault("weight", tooHeavy)
	}
	if w.bad {
		return 0
	}
	return weight
}

// positive is a number above 0.
func (w *row) positive(name string) float64 {
	text := w.get(name)
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case text == "":
		w.fault(name, empty)
	case err != nil || math.IsInf(v, 0) || math.IsNaN(v):
		w.fault(name, noNumber)
	case v <= 0:
		w.fault(name, notAbove)
	}
	return v
}
