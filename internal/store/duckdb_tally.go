package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// tally reads the register once, by one statement: grouping sets over every area column at once make a fine tally, and
// the definitions are rolled up from that.
func (d *duckDB) tally(ctx context.Context, s *Source, r Request) ([]*analysis.Tally, error) {
	if err := s.loadAreas(ctx, r.Listed, r.Wanted); err != nil {
		return nil, err
	}
	q, err := s.tallyQuery(ctx, r)
	if err != nil {
		return nil, err
	}
	rows, err := d.query(ctx, q)
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
		q.inner = append(q.inner, fmt.Sprintf("%s AS a%d", s.text(a), i))
	}
	return q.text(s, len(r.Listed) > 0), nil
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

func (q *query) text(s *Source, listed bool) string {
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
			areas[i] = "CASE WHEN " + a + " IN (SELECT code FROM " + s.listed + ") THEN " + a + " END AS " + a
		}
		known = strings.Join(areas, ", ")
		keep = " LEFT JOIN " + s.listed + " l ON l.code = d.area WHERE d.area IS NULL OR l.wanted"
	}
	keys := strings.Join(q.keys, ", ")
	if keys != "" {
		keys += ", "
	}
	return "WITH persons AS (SELECT " + strings.Join(q.inner, ", ") + " FROM " + s.from + where + "),\n" +
		"fine AS MATERIALIZED (SELECT " + common + ", " + group + " AS g, " + x + " AS x, " + q.summed() +
		" FROM persons GROUP BY GROUPING SETS (" + strings.Join(sets, ", ") + ")),\n" +
		"known AS (SELECT " + known + ", " + keys + "g, x, " + strings.Join(q.sums(), ", ") + " FROM fine),\n" +
		"defined AS (" + strings.Join(q.unions, "\nUNION ALL ") + ")\n" +
		"SELECT g, definition, coalesce(d.area, '" + Missing + "') AS area, " + keys + "x, " + q.summed() +
		" FROM defined d" + keep + "\nGROUP BY ALL ORDER BY ALL"
}
