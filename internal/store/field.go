package store

import (
	"context"
	"fmt"
	"time"

	"github.com/concord-stat/concord/analysis"
)

// WeightUnit is the part of a person in which sampling weights are summed, in whole numbers: the sum of a column of
// floats would depend on the order in which cores come to its rows. A weight is the nearest multiple, up from the middle.
const WeightUnit = 1e-9

// NoiseUnit is the part of a squared person in which variances of disclosure noise are summed, likewise.
const NoiseUnit = noiseUnit

// What is wrong with a value of field results; 0 is nothing.
const (
	FaultEmpty    = 1 + iota // no value where there must be one
	FaultNumber              // not a number, or not a whole one where persons are counted
	FaultRange               // a weight not above 0, a count or a standard deviation below 0
	FaultTooLarge            // more than Heaviest, or MostNoise
)

// Ages that are none.
const (
	AgeMissing = -1 - iota
	AgeUnborn  // born at the reference time or later
	AgeNoDate  // not a date
	AgeTooOld  // older than Oldest
)

// A FieldRequest asks for the sums of field results over the records that share keys and an age. Expressions that are
// empty are not asked for.
type FieldRequest struct {
	Keys      []Expression // grouped by, as the texts people know them by
	BirthDate Expression   // date, or text YYYY-MM-DD, of which the age is grouped by
	Reference time.Time
	Oldest    int        // age nobody has passed
	Count     Expression // persons of a record; empty for one
	Weight    Expression // of each of its persons
	Heaviest  float64    // weight that none is above, at most 1e9
	NoiseSD   Expression // standard deviation of the noise in Count
	MostNoise float64    // standard deviation that none is above, at most 1e6
	// Progress, if not nil, is told how far a store has come that reads piece by piece; one call at a time.
	Progress func(done, total int64)
}

// A FieldGroup is the sums of records that share keys, age and faults.
type FieldGroup struct {
	Keys                 []string
	Age                  int // completed years, 100 standing for more, or one of the ages that are none
	Count, Weight, Noise int // what is wrong with them
	Records, Light       int64
	Persons              int64
	Weighted             int64 // Σ persons × weight, in WeightUnit; the largest number stands for larger ones
	Variance             int64 // of the noise, in NoiseUnit
	Row                  int64 // place of the first record; 0 where records have none
}

// Field yields the sums of field results, in no order; the same group may come more than once. The group is reused. No
// record leaves the store: values of faulty ones are not told, but for keys.
func (s *Source) Field(ctx context.Context, r FieldRequest, yield func(*FieldGroup)) error {
	q, err := s.fieldQuery(ctx, r)
	if err != nil {
		return err
	}
	return s.fail(s.db.field(ctx, s, q, yield))
}

// RowName is what people find a record by that is at a place: the number of its row, or where a server keeps it.
func (s *Source) RowName(row int64) string { return s.db.rowName(row) }

// A fieldQuery is the parts of the statement of a FieldRequest.
type fieldQuery struct {
	keys     []value  // by the names k0, k1, … of the inner statement
	inner    []string // select items of the keys
	classes  []class  // that are grouped by besides, where they can differ
	summed   []string // select items of what is summed
	sums     []string // select items of the sums
	progress func(done, total int64)
}

// A class is what records are grouped by besides keys: whole numbers from 0 to size-1.
type class struct {
	sql  string
	size int64
	from int64                  // what 0 stands for
	to   func(*FieldGroup) *int // where it goes
}

// sumColumns are the sums a statement gives of a group, after what it is grouped by.
var sumColumns = []string{"r", "light", "n", "w", "v", "place"}

// sums is where these columns go.
func (g *FieldGroup) sums() []any {
	return []any{&g.Records, &g.Light, &g.Persons, &g.Weighted, &g.Variance, &g.Row}
}

// faults is how many there are, with none.
const faults = FaultTooLarge + 1

func (s *Source) fieldQuery(ctx context.Context, r FieldRequest) (*fieldQuery, error) {
	f := &fieldResolver{s: s, ctx: ctx}
	q := &fieldQuery{progress: r.Progress}
	for i, e := range r.Keys {
		q.addKey(s, i, f.value(e))
	}
	n, u, light, v, fault := "1", "0", "0", "0", ""
	weighted := "0"
	if r.BirthDate != "" {
		q.classes = append(q.classes, class{s.fieldAge(f.value(r.BirthDate), r), analysis.OpenAge + 1 - AgeTooOld, AgeTooOld,
			func(g *FieldGroup) *int { return &g.Age }})
	}
	if r.Count != "" {
		n, fault = s.persons(f.value(r.Count))
		q.classes = append(q.classes, class{fault, faults, 0, func(g *FieldGroup) *int { return &g.Count }})
	}
	if r.Weight != "" {
		u, fault, light = s.weight(f.value(r.Weight), r.Heaviest)
		q.classes = append(q.classes, class{fault, faults, 0, func(g *FieldGroup) *int { return &g.Weight }})
		weighted = "sum(u)"
	}
	if r.Weight != "" && r.Count != "" {
		weighted = "sum(CAST(u AS DECIMAL(38, 0)) * n)"
	}
	if r.NoiseSD != "" {
		v, fault = s.variance(f.value(r.NoiseSD), r.MostNoise)
		q.classes = append(q.classes, class{fault, faults, 0, func(g *FieldGroup) *int { return &g.Noise }})
	}
	q.summed = []string{n + " AS n", u + " AS u", light + " AS light", v + " AS v"}
	q.sums = []string{"count(*) AS r", "CAST(sum(light) AS BIGINT) AS light", whole("sum(n)") + " AS n", whole(weighted) + " AS w", whole("sum(v)") + " AS v"}
	return q, f.err
}

// whole is a sum as a 64-bit whole number, the largest of which stands for larger ones.
func whole(sum string) string {
	return "CAST(least(coalesce(" + sum + ", 0), 9223372036854775807) AS BIGINT)"
}

// fieldResolver resolves expressions and keeps the first error.
type fieldResolver struct {
	s   *Source
	ctx context.Context
	err error
}

func (f *fieldResolver) value(e Expression) value {
	v, err := f.s.resolve(f.ctx, e)
	if err != nil && f.err == nil {
		f.err = err
	}
	return v
}

// addKey groups by a value itself where equal values have equal texts, which is faster than by its text.
func (q *fieldQuery) addKey(s *Source, i int, v value) {
	name := fmt.Sprintf("k%d", i)
	switch v.kind {
	case kindNumber, kindOther, kindTimestamp, kindMoment:
		v = value{s.db.asText(v), kindText}
	}
	q.inner = append(q.inner, v.sql+" AS "+name)
	q.keys = append(q.keys, value{name, v.kind})
}

// fieldAge is the SQL of the completed years, or of why there are none, from AgeTooOld as 0.
func (s *Source) fieldAge(birth value, r FieldRequest) string {
	day := s.db.strictDate(birth)
	years := fmt.Sprintf("least(%s, %d) + %d", s.db.ageAt(value{day, kindDate}, r.Reference), analysis.OpenAge, -AgeTooOld)
	return fmt.Sprintf("CASE WHEN %s THEN %d WHEN %s IS NULL THEN %d WHEN %s >= %s THEN %d WHEN %s <= %s THEN %d ELSE %s END",
		s.absent(birth), AgeMissing-AgeTooOld, day, AgeNoDate-AgeTooOld, day, date(r.Reference), AgeUnborn-AgeTooOld,
		day, date(anniversary(r.Reference, r.Oldest+1)), 0, years)
}

// absent is the SQL of there being no value: null, or an empty text.
func (s *Source) absent(v value) string {
	switch v.kind {
	case "", kindText, kindOther:
		return s.text(v) + " IS NULL"
	}
	return v.sql + " IS NULL"
}

// aCount matches the text of a count of persons.
const aCount = "[+]?[0-9]{1,18}"

// persons is the SQL of a count of persons, null where it is none, and of what is wrong with it.
func (s *Source) persons(v value) (n, fault string) {
	text := s.db.asText(v)
	is := s.db.matches(text, aCount)
	return "CASE WHEN " + is + " THEN CAST(" + text + " AS BIGINT) END",
		fmt.Sprintf("CASE WHEN coalesce(%s, false) THEN 0 ELSE %d END", is, FaultNumber)
}

// weight is the SQL of a weight in WeightUnit, null where it is none, of what is wrong with it, and of its being below 1.
func (s *Source) weight(v value, heaviest float64) (u, fault, light string) {
	w := s.finite(v)
	good := fmt.Sprintf("%s > 0 AND %s <= %v", w, w, heaviest)
	u = "CASE WHEN " + good + " THEN " + inUnits(w, "'1e9'::FLOAT8") + " END"
	fault = fmt.Sprintf("CASE WHEN %s THEN 0 WHEN %s THEN %d WHEN %s IS NULL THEN %d WHEN %s <= 0 THEN %d ELSE %d END",
		good, s.absent(v), FaultEmpty, w, FaultNumber, w, FaultRange, FaultTooLarge)
	return u, fault, "CASE WHEN " + w + " < 1 THEN 1 ELSE 0 END"
}

// variance is the SQL of the variance of a standard deviation in NoiseUnit, 0 where none is stated, and of what is wrong
// with the standard deviation.
func (s *Source) variance(v value, most float64) (u, fault string) {
	sd := s.finite(v)
	good := fmt.Sprintf("%s >= 0 AND %s <= %v", sd, sd, most)
	u = "CASE WHEN " + good + " THEN " + inUnits(sd+" * "+sd, "'1e6'::FLOAT8") + " END"
	fault = fmt.Sprintf("CASE WHEN %s THEN 0 WHEN %s THEN 0 WHEN %s IS NULL THEN %d WHEN %s < 0 THEN %d ELSE %d END",
		good, s.absent(v), sd, FaultNumber, sd, FaultRange, FaultTooLarge)
	return u, fault
}

// inUnits is the SQL of a number in units, as InUnits rounds.
func inUnits(number, perOne string) string {
	return "CAST(floor(" + number + " * " + perOne + " + 0.5::FLOAT8) AS BIGINT)"
}

// finite is the SQL of a number, null where it is none or infinite.
func (s *Source) finite(v value) string {
	n := s.db.asNumber(v)
	return "CASE WHEN " + n + " BETWEEN -1e300 AND 1e300 THEN " + n + " END"
}

// A placing is how a store numbers the records of a relation.
type placing struct {
	from  string // SQL of the relation
	place string // of the place of a record
	first string // of the first place of a group, over place
}
