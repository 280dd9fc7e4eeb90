package store

import (
	"context"
	"fmt"

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
