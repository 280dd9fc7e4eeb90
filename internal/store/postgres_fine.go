package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A fineQuery is what a tally groups by in PostgreSQL: the areas of all definitions at once, sex, age, as the table has
// them. Codes are looked up afterwards, for a few million cells instead of a hundred million rows, and only what every
// server can do by itself is asked for: immutable expressions, and the key the table is divided by among the groups.
type fineQuery struct {
	from    string
	areas   []value
	sex     value    // empty for none
	age     string   // empty for none
	ageOut  string   // what age is given out as
	bucket  bool     // whether that is the place among birthdays rather than years
	keys    []string // the table's own, by which nothing is told apart
	where   []condition
	counted string // SQL of the persons of a row; empty for one
	noise   string // SQL of the variance of a row; empty for none
	// coded are the dimensions whose levels are counted side by side; free are those that are groups of their own.
	coded []codedDimension
	apart []freeDimension
	// placed are the area expressions of every definition, by their place in areas.
	placed [][]int
	bits   int // of a count among several in one number
}

// A condition is on a row, and has the name of what asks for it.
type condition struct{ name, sql string }

// A codedDimension has levels that are known before: those its codes mean.
type codedDimension struct {
	set    int // its place among the tallies
	column value
	levels []string
	codes  [][]string // of each level
}

// A freeDimension is grouped by.
type freeDimension struct {
	set    int
	column value
	codes  map[string]string // nil where the text itself is the level
}

// mostLevels is how many levels are counted side by side at most.
const mostLevels = 60

func (s *Source) fine(ctx context.Context, p *postgres, r Request) (*fineQuery, error) {
	q := &fineQuery{from: s.from, keys: p.table.keys}
	for _, add := range []func(context.Context, *fineQuery, Request) error{s.finePersons, s.fineAge, s.fineAreas, s.fineDimensions} {
		if err := add(ctx, q, r); err != nil {
			return nil, err
		}
	}
	return q, nil
}

func (s *Source) finePersons(ctx context.Context, q *fineQuery, r Request) error {
	p := r.Persons
	if p.Count != "" {
		count, err := s.resolve(ctx, p.Count)
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		q.counted, q.where = s.db.asWhole(count), append(q.where, condition{"count", isCount(s.db, count)})
	}
	if p.NoiseSD != "" {
		sd, err := s.resolve(ctx, p.NoiseSD)
		if err != nil {
			return fmt.Errorf("noise_sd: %w", err)
		}
		q.noise = s.noise(sd)
	}
	if p.Where != "" {
		where, err := s.resolve(ctx, p.Where)
		if err != nil {
			return fmt.Errorf("where: %w", err)
		}
		q.where = append(q.where, condition{"where", where.sql})
	}
	for _, d := range []struct {
		name, operator string
		expr           Expression
	}{{"death_date", ">=", p.DeathDate}, {"registered_from", "<", p.RegisteredFrom}, {"registered_to", ">=", p.RegisteredTo}} {
		if d.expr == "" {
			continue
		}
		v, err := s.resolve(ctx, d.expr)
		if err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		q.where = append(q.where, condition{d.name, unless(s.date(v), d.operator, r.Reference)})
	}
	if p.Sex.Expr == "" {
		return nil
	}
	var err error
	if q.sex, err = s.resolve(ctx, p.Sex.Expr); err != nil {
		return fmt.Errorf("sex: %w", err)
	}
	return nil
}

// unless is the SQL of a date being on its side of a day, or not known.
func unless(day, operator string, at time.Time) string {
	return "(" + day + " " + operator + " " + date(at) + " OR (" + day + ") IS NULL)"
}

// fineAge groups by the place of the birth among the birthdays, which becomes an age afterwards; or by the age as it is in
// the table.
func (s *Source) fineAge(ctx context.Context, q *fineQuery, r Request) error {
	birth, err := s.birth(ctx, r.Persons)
	if err != nil {
		return err
	}
	if q.bucket = birth.sql != ""; q.bucket {
		q.age, q.ageOut = "width_bucket("+birth.sql+", "+birthdays(r.Reference)+")", "age"
		q.where = append(q.where, condition{"birth", unless(birth.sql, "<", r.Reference)})
		return nil
	}
	if r.Persons.Age == "" {
		return nil
	}
	age, err := s.resolve(ctx, r.Persons.Age)
	if err != nil {
		return fmt.Errorf("age: %w", err)
	}
	q.age, q.ageOut = age.sql, s.db.ageOf(value{"age", age.kind})
	return nil
}

// fineAreas gathers the distinct area expressions.
func (s *Source) fineAreas(ctx context.Context, q *fineQuery, r Request) error {
	for _, d := range r.Definitions {
		var placed []int
		for _, e := range d.Areas {
			v, err := s.resolve(ctx, e)
			if err != nil {
				return fmt.Errorf("definition %s: %w", d.Name, err)
			}
			at := slices.Index(q.areas, v)
			if at < 0 {
				at, q.areas = len(q.areas), append(q.areas, v)
			}
			placed = append(placed, at)
		}
		q.placed = append(q.placed, placed)
	}
	return nil
}

func (s *Source) fineDimensions(ctx context.Context, q *fineQuery, r Request) error {
	for i, d := range r.Persons.Dimensions {
		v, err := s.resolve(ctx, d.Expr)
		if err != nil {
			return fmt.Errorf("dimension %s: %w", d.Name, err)
		}
		levels, codes := levelsOf(d.Codes)
		if v.kind == kindText && q.noise == "" && len(levels) > 0 && len(levels) <= mostLevels {
			q.coded = append(q.coded, codedDimension{i + 1, v, levels, codes})
		} else {
			q.apart = append(q.apart, freeDimension{i + 1, v, d.Codes})
		}
	}
	return nil
}

// levelsOf turns codes around: the levels in order, and the codes of each. No trimmed text is a code with blanks around
// it, or the empty one.
func levelsOf(codes map[string]string) (levels []string, of [][]string) {
	byLevel := make(map[string][]string)
	for _, code := range sortedKeys(codes) {
		if code != "" && code == strings.Trim(code, " ") {
			byLevel[codes[code]] = append(byLevel[codes[code]], code)
		}
	}
	for _, level := range sortedKeys(byLevel) {
		levels, of = append(levels, level), append(of, byLevel[level])
	}
	return levels, of
}

// groups are the select items of the grouping keys within, and without the text or number that each is given out as.
func (q *fineQuery) groups(p *postgres) (within, without []string) {
	add := func(v value) {
		name := fmt.Sprintf("k%d", len(within))
		within = append(within, v.sql+" AS "+name)
		out := name
		if v.kind != kindText {
			out = p.asText(value{name, v.kind})
		}
		without = append(without, out)
	}
	for _, a := range q.areas {
		add(a)
	}
	if q.sex.sql != "" {
		add(q.sex)
	}
	if q.age != "" {
		within = append(within, q.age+" AS age")
		without = append(without, q.ageOut)
	}
	return within, without
}

// base is the statement of a range of the table: cells with their persons, and the levels of the coded dimensions packed
// into numbers, then of each of these dimensions the persons whose code has blanks around it.
func (q *fineQuery) base(p *postgres, where string) string {
	within, without := q.groups(p)
	grouped := len(within)
	within = append(append(within, q.keys...), q.sums()...)
	without = append(without, q.sumNames()...)
	packed := 0
	var pack []string
	for i, d := range q.coded {
		odd := fmt.Sprintf("odd%d", i)
		for l, codes := range d.codes {
			name := fmt.Sprintf("c%d_%d", i, l)
			within = append(within, q.count(isOneOf(d.column.sql, codes))+" AS "+name)
			if packed++; packed == 1 {
				pack = append(pack, name)
			} else {
				pack = append(pack, fmt.Sprintf("(%s << %d)", name, (packed-1)*q.bits))
			}
			if packed == 63/q.bits {
				without, pack, packed = append(without, strings.Join(pack, " | ")), nil, 0
			}
		}
		all := flatten(d.codes)
		within = append(within, q.count("NOT "+isOneOf(d.column.sql, all)+" AND "+isOneOf("btrim("+d.column.sql+")", all))+" AS "+odd)
	}
	if packed > 0 {
		without = append(without, strings.Join(pack, " | "))
	}
	for i := range q.coded {
		without = append(without, fmt.Sprintf("odd%d", i))
	}
	return q.statement(within, without, grouped+len(q.keys), where)
}

// groupedBy is the statement of a free dimension, with its text before the sums.
func (q *fineQuery) groupedBy(p *postgres, d freeDimension, where string) string {
	within, without := q.groups(p)
	within = append(within, d.column.sql+" AS x")
	out := "x"
	if d.column.kind != kindText {
		out = p.asText(value{"x", d.column.kind})
	}
	without = append(without, out)
	grouped := len(within)
	within = append(append(within, q.keys...), q.sums()...)
	return q.statement(within, append(without, q.sumNames()...), grouped+len(q.keys), where)
}

func (q *fineQuery) statement(within, without []string, grouped int, where string) string {
	var conditions []string
	for _, c := range q.where {
		conditions = append(conditions, c.sql)
	}
	if where != "" {
		conditions = append(conditions, where)
	}
	text := "SELECT " + strings.Join(within, ", ") + " FROM " + q.from
	if len(conditions) > 0 {
		text += " WHERE " + strings.Join(conditions, " AND ")
	}
	ordinals := make([]string, grouped)
	for i := range ordinals {
		ordinals[i] = fmt.Sprint(i + 1)
	}
	return "SELECT " + strings.Join(without, ", ") + "\nFROM (" + text + "\nGROUP BY " + strings.Join(ordinals, ", ") + ") AS fine"
}

// sums are the select items of what is added up, within the grouping.
func (q *fineQuery) sums() []string {
	sums := []string{"count(*) AS n"}
	if q.counted != "" {
		sums[0] = "CAST(sum(" + q.counted + ") AS bigint) AS n"
	}
	if q.noise != "" {
		sums = append(sums, "CAST(sum("+q.noise+") AS bigint) AS v")
	}
	return sums
}

func (q *fineQuery) sumNames() []string { return []string{"n", "v"}[:len(q.sums())] }

// count is the SQL of the persons of a group for whom a condition holds.
func (q *fineQuery) count(condition string) string {
	if q.counted == "" {
		return "count(*) FILTER (WHERE " + condition + ")"
	}
	return "CAST(coalesce(sum(" + q.counted + ") FILTER (WHERE " + condition + "), 0) AS bigint)"
}

// isOneOf is the SQL of a text being one of a few.
func isOneOf(text string, of []string) string {
	if len(of) == 1 {
		return text + " = " + literal(of[0])
	}
	return text + " = ANY (" + textArray(of) + ")"
}

func flatten(lists [][]string) (all []string) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
