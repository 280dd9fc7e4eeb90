package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/problems"
)

// Tally counts persons by definition, area, sex and single age, and for every further dimension by that too: the first
// tally has dimensions definition, area, sex, age, the others one more. A dimension the register cannot tell (no sex,
// no age mapped) is left out of all of them. Levels are in byte order but for ages, which are in order of years, and
// Missing, which comes last; definitions are in the order asked. The rows are in no order to rely on.
//
// One statement reads the register once: grouping sets over every area column at once make a fine tally, and the
// definitions are rolled up from that.
func (s *Source) Tally(ctx context.Context, r Request) ([]*analysis.Tally, error) {
	q, err := s.tallyQuery(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := s.loadAreas(ctx, r.Listed, r.Wanted); err != nil {
		return nil, err
	}
	if err := s.checkCounts(ctx, r.Persons); err != nil {
		return nil, err
	}
	if err := s.checkNoise(ctx, r.Persons); err != nil {
		return nil, err
	}
	rows, err := s.db.QueryContext(ctx, q)
	if err != nil {
		return nil, s.fail(err)
	}
	defer rows.Close()
	b := newTallies(r)
	for rows.Next() {
		if err := b.scan(rows); err != nil {
			return nil, s.fail(err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail(err)
	}
	return b.tallies(), nil
}

// checkCounts refuses a register of counts with counts that are none. A row without a count says nothing and is left out.
func (s *Source) checkCounts(ctx context.Context, p Persons) error {
	if p.Count == "" {
		return nil
	}
	count, err := s.resolve(ctx, p.Count)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	where := ""
	if p.Where != "" {
		condition, err := s.resolve(ctx, p.Where)
		if err != nil {
			return fmt.Errorf("where: %w", err)
		}
		where = " AND " + condition
	}
	var bad int64
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM source WHERE "+text(count)+" IS NOT NULL AND NOT "+isCount(count)+where).Scan(&bad)
	if err != nil {
		return s.fail(err)
	}
	if bad > 0 {
		var found problems.List
		found.Add(s.file, 0, string(p.Count), "%d rows have a count that is not a whole number, 0 or more", bad)
		return found.Err()
	}
	return nil
}

// checkNoise refuses standard deviations that are none. An empty one is no noise.
func (s *Source) checkNoise(ctx context.Context, p Persons) error {
	if p.NoiseSD == "" {
		return nil
	}
	sd, err := s.resolve(ctx, p.NoiseSD)
	if err != nil {
		return fmt.Errorf("noise_sd: %w", err)
	}
	var bad int64
	number := "TRY_CAST(" + sd + " AS DOUBLE)"
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM source WHERE "+text(sd)+" IS NOT NULL AND NOT coalesce("+number+
		" >= 0 AND "+number+" < 1e6, false)").Scan(&bad)
	if err != nil {
		return s.fail(err)
	}
	if bad > 0 {
		var found problems.List
		found.Add(s.file, 0, string(p.NoiseSD), "%d rows have a standard deviation of noise that is not a number from 0 to a million", bad)
		return found.Err()
	}
	return nil
}

// loadAreas puts the code list and the wanted areas where the statement finds them.
func (s *Source) loadAreas(ctx context.Context, listed, wanted []string) error {
	want := make(map[string]bool, len(wanted))
	for _, code := range wanted {
		want[code] = true
	}
	if _, err := s.db.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE listed (code VARCHAR, wanted BOOLEAN)"); err != nil {
		return s.fail(err)
	}
	for from := 0; from < len(listed); from += 1000 {
		var values []string
		for _, code := range listed[from:min(from+1000, len(listed))] {
			values = append(values, fmt.Sprintf("(%s, %t)", literal(code), len(wanted) == 0 || want[code]))
		}
		if _, err := s.db.ExecContext(ctx, "INSERT INTO listed VALUES "+strings.Join(values, ", ")); err != nil {
			return s.fail(err)
		}
	}
	return nil
}

// A query is the pieces of the tally statement.
type query struct {
	areas  []string // SQL of the distinct area expressions, as a0, a1, …
	inner  []string // select items of the source
	keys   []string // grouping keys every set has, besides the areas
	extra  []string // one further key a set: x0, x1, …
	where  []string
	unions []string // roll-up of each definition
	noise  bool     // its variance is summed, as v
}

func (s *Source) tallyQuery(ctx context.Context, r Request) (string, error) {
	q := &query{}
	if err := s.addPersons(ctx, q, r); err != nil {
		return "", err
	}
	if err := s.addNoise(ctx, q, r.Persons.NoiseSD); err != nil {
		return "", err
	}
	for i, d := range r.Definitions {
		if err := s.addDefinition(ctx, q, i, d); err != nil {
			return "", fmt.Errorf("definition %s: %w", d.Name, err)
		}
	}
	for i, a := range q.areas {
		q.inner = append(q.inner, fmt.Sprintf("%s AS a%d", text(a), i))
	}
	return q.text(len(r.Listed) > 0), nil
}

// noiseUnit is the variance of noise in which it is summed, in whole numbers: the sum of a column of floats would depend
// on the order in which cores come to its rows.
const noiseUnit = 1e-6

func (s *Source) addNoise(ctx context.Context, q *query, sd Expression) error {
	if sd == "" {
		return nil
	}
	text, err := s.resolve(ctx, sd)
	if err != nil {
		return fmt.Errorf("noise_sd: %w", err)
	}
	q.inner = append(q.inner, fmt.Sprintf("CAST(round(pow(coalesce(TRY_CAST(%s AS DOUBLE), 0), 2) / %v) AS BIGINT) AS v", text, noiseUnit))
	q.noise = true
	return nil
}

// sums are the columns that are summed.
func (q *query) sums() []string {
	if q.noise {
		return []string{"n", "v"}
	}
	return []string{"n"}
}

// summed are the select items of the sums.
func (q *query) summed() string {
	var items []string
	for _, s := range q.sums() {
		items = append(items, "CAST(sum("+s+") AS BIGINT) AS "+s)
	}
	return strings.Join(items, ", ")
}

func (q *query) text(listed bool) string {
	var areas []string
	for i := range q.areas {
		areas = append(areas, fmt.Sprintf("a%d", i))
	}
	common := strings.Join(append(areas, q.keys...), ", ")
	sets := []string{"(" + common + ")"}
	group, x := "0", "NULL"
	for i, e := range q.extra {
		sets = append(sets, "("+common+", "+e+")")
		group += fmt.Sprintf(" + %d * (1 - grouping(%s))", i+1, e)
	}
	if len(q.extra) > 0 {
		x = "coalesce(" + strings.Join(q.extra, ", ") + ")"
	}
	where := ""
	if len(q.where) > 0 {
		where = " WHERE " + strings.Join(q.where, " AND ")
	}
	known, keep := strings.Join(areas, ", "), ""
	if listed {
		// A code that is not listed is no area, before anybody asks whether two areas are the same.
		for i, a := range areas {
			areas[i] = "CASE WHEN " + a + " IN (SELECT code FROM listed) THEN " + a + " END AS " + a
		}
		known = strings.Join(areas, ", ")
		keep = " LEFT JOIN listed l ON l.code = d.area WHERE d.area IS NULL OR l.wanted"
	}
	keys := strings.Join(q.keys, ", ")
	if keys != "" {
		keys += ", "
	}
	return "WITH persons AS (SELECT " + strings.Join(q.inner, ", ") + " FROM source" + where + "),\n" +
		"fine AS MATERIALIZED (SELECT " + common + ", " + group + " AS g, " + x + " AS x, " + q.summed() +
		" FROM persons GROUP BY GROUPING SETS (" + strings.Join(sets, ", ") + ")),\n" +
		"known AS (SELECT " + known + ", " + keys + "g, x, " + strings.Join(q.sums(), ", ") + " FROM fine),\n" +
		"defined AS (" + strings.Join(q.unions, "\nUNION ALL ") + ")\n" +
		"SELECT g, definition, coalesce(d.area, '" + Missing + "') AS area, " + keys + "x, " + q.summed() +
		" FROM defined d" + keep + "\nGROUP BY ALL ORDER BY ALL"
}

// addDefinition adds the roll-up of a definition over the area columns it counts in. A second area counts only where it
// is another one than those before it.
func (s *Source) addDefinition(ctx context.Context, q *query, at int, d Definition) error {
	var cols []string
	for _, e := range d.Areas {
		text, err := s.resolve(ctx, e)
		if err != nil {
			return err
		}
		cols = append(cols, q.area(text))
	}
	keys := append(append(append([]string{}, q.keys...), "g", "x"), q.sums()...)
	for i, c := range cols {
		keep := ""
		if i > 0 {
			keep = " WHERE " + c + " IS NOT NULL"
			for _, before := range cols[:i] {
				keep += " AND " + c + " IS DISTINCT FROM " + before
			}
		} else if len(cols) > 1 {
			// Missing only where no area is known at all.
			keep = " WHERE " + c + " IS NOT NULL OR coalesce(" + strings.Join(cols, ", ") + ") IS NULL"
		}
		q.unions = append(q.unions, fmt.Sprintf("SELECT %d AS definition, %s AS area, %s FROM known%s", at, c, strings.Join(keys, ", "), keep))
	}
	return nil
}

// area gives the name of the column that holds an area expression, the same for the same expression.
func (q *query) area(text string) string {
	for i, a := range q.areas {
		if a == text {
			return fmt.Sprintf("a%d", i)
		}
	}
	q.areas = append(q.areas, text)
	return fmt.Sprintf("a%d", len(q.areas)-1)
}
