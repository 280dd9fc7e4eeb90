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
func (s *Source) Tally(ctx context.Context, r Request) ([]*analysis.Tally, error) {
	if err := s.checkCounts(ctx, r.Persons); err != nil {
		return nil, err
	}
	if err := s.checkNoise(ctx, r.Persons); err != nil {
		return nil, err
	}
	return s.db.tally(ctx, s, r)
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
		where = " AND " + condition.sql
	}
	var bad int64
	err = s.queryOne(ctx, "SELECT count(*) FROM "+s.from+" WHERE "+s.text(count)+" IS NOT NULL AND NOT "+s.isCount(count)+where, &bad)
	if err != nil {
		return err
	}
	if bad > 0 {
		var found problems.List
		found.Add(s.name, 0, string(p.Count), "%d rows have a count that is not a whole number, 0 or more", bad)
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
	number := s.db.asNumber(sd)
	err = s.queryOne(ctx, "SELECT count(*) FROM "+s.from+" WHERE "+s.text(sd)+" IS NOT NULL AND NOT coalesce("+number+
		" >= 0 AND "+number+" < 1e6, false)", &bad)
	if err != nil {
		return err
	}
	if bad > 0 {
		var found problems.List
		found.Add(s.name, 0, string(p.NoiseSD), "%d rows have a standard deviation of noise that is not a number from 0 to a million", bad)
		return found.Err()
	}
	return nil
}

// loadAreas puts the code list and the wanted areas where the statement finds them.
func (s *Source) loadAreas(ctx context.Context, listed, wanted []string) (err error) {
	s.listed, err = s.db.list(ctx, listed, wanted)
	return s.fail(err)
}

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
