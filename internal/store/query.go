package store

import (
	"context"
	"fmt"
	"strings"
)

// A query is the pieces of the tally statement.
type query struct {
	areas  []value  // the distinct area expressions, as a0, a1, …
	inner  []string // select items of the source
	keys   []string // grouping keys every set has, besides the areas
	extra  []string // one further key a set: x0, x1, …
	where  []string
	unions []string // roll-up of each definition
	noise  bool     // its variance is summed, as v
}

// noiseUnit is the variance of noise in which it is summed, in whole numbers: the sum of a column of floats would depend
// on the order in which cores come to its rows.
const noiseUnit = 1e-6

func (s *Source) addNoise(ctx context.Context, q *query, sd Expression) error {
	if sd == "" {
		return nil
	}
	noise, err := s.resolve(ctx, sd)
	if err != nil {
		return fmt.Errorf("noise_sd: %w", err)
	}
	q.inner = append(q.inner, s.noise(noise)+" AS v")
	q.noise = true
	return nil
}

// noise is the SQL of the variance of the noise, in units of noiseUnit.
func (s *Source) noise(sd value) string {
	return fmt.Sprintf("CAST(round(power(coalesce(%s, 0), 2) / %v) AS BIGINT)", s.db.asNumber(sd), noiseUnit)
}

// addDefinition adds the roll-up of a definition over the area columns it counts in. A second area counts only where it
// is another one than those before it.
func (s *Source) addDefinition(ctx context.Context, q *query, at int, d Definition) error {
	var cols []string
	for _, e := range d.Areas {
		a, err := s.resolve(ctx, e)
		if err != nil {
			return err
		}
		cols = append(cols, q.area(a))
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
func (q *query) area(v value) string {
	for i, a := range q.areas {
		if a == v {
			return fmt.Sprintf("a%d", i)
		}
	}
	q.areas = append(q.areas, v)
	return fmt.Sprintf("a%d", len(q.areas)-1)
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
			areas[i] = "CASE WHEN " + a + " IN (SELECT code FROM " + s.listed + " AS l) THEN " + a + " END AS " + a
		}
		known = strings.Join(areas, ", ")
		keep = " LEFT JOIN " + s.listed + " AS l ON l.code = d.area WHERE d.area IS NULL OR l.wanted"
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
		" FROM defined d" + keep + "\n" + groupAndOrder(len(q.keys)+4)
}

// groupAndOrder is the end of a statement that groups by its first items, and orders by them.
func groupAndOrder(items int) string {
	ordinals := make([]string, items)
	for i := range ordinals {
		ordinals[i] = fmt.Sprint(i + 1)
	}
	list := strings.Join(ordinals, ", ")
	return "GROUP BY " + list + " ORDER BY " + list
}
