package store

import (
	"context"
	"fmt"

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
