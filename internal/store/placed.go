package store

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A PlacedRequest asks a register for the units of a frame within areas: enumeration areas, households, persons.
type PlacedRequest struct {
	Request              // one definition, which places persons in areas, and the wanted areas
	Keys    []Expression // that tell the units apart, outermost first; the last one is the unit itself
	Below   Expression   // that tells apart the units one level further down; empty counts persons
}

// Placed yields the units within the wanted areas in byte order of area and keys: Above is the area and the keys but the
// last, Code the last key, and the numbers are its persons and its units below. An error ends the sequence.
func (s *Source) Placed(ctx context.Context, r PlacedRequest) iter.Seq2[UnitRow, error] {
	return func(yield func(UnitRow, error) bool) {
		err := s.loadAreas(ctx, r.Wanted, nil)
		var q string
		if err == nil {
			q, err = s.placedQuery(ctx, r)
		}
		if err != nil {
			yield(UnitRow{}, err)
			return
		}
		s.eachUnit(ctx, q, len(r.Keys), 0, 2, yield)
	}
}

// placedQuery counts persons as a tally does, by the keys in the place of sex and age, and rolls up the lowest.
func (s *Source) placedQuery(ctx context.Context, r PlacedRequest) (string, error) {
	r.Persons.Sex, r.Persons.Dimensions = Coded{}, nil
	q := &query{}
	if err := s.addPersons(ctx, q, r.Request); err != nil {
		return "", err
	}
	q.inner, q.keys = q.inner[:1], nil // the age is of no use here; not being born yet is among the conditions
	if err := s.addUnits(ctx, q, r); err != nil {
		return "", err
	}
	if err := s.addDefinition(ctx, q, 0, r.Definitions[0]); err != nil {
		return "", err
	}
	var wanted []string
	for i, a := range q.areas {
		q.inner = append(q.inner, fmt.Sprintf("%s AS a%d", s.db.bytewise(s.text(a)), i))
		wanted = append(wanted, s.text(a)+" IN (SELECT code FROM "+s.listed+" AS l WHERE wanted)")
	}
	q.where = append(q.where, "("+strings.Join(wanted, " OR ")+")")
	keys := strings.Join(append([]string{"area"}, q.keys[:len(r.Keys)]...), ", ")
	return "SELECT " + keys + ", CAST(sum(n) AS FLOAT8), CAST(count(*) AS FLOAT8) FROM (" + q.text(s, true) + ") AS below WHERE area <> '" + Missing +
		"' GROUP BY " + keys + " ORDER BY " + keys, nil
}

// addUnits adds the keys of the units, and of those below.
func (s *Source) addUnits(ctx context.Context, q *query, r PlacedRequest) error {
	units := slices.Clone(r.Keys)
	if r.Below != "" {
		units = append(units, r.Below)
	}
	for i, e := range units {
		text, err := s.resolve(ctx, e)
		if err != nil {
			return fmt.Errorf("unit: %w", err)
		}
		q.inner = append(q.inner, fmt.Sprintf("%s AS k%d", s.db.bytewise("coalesce("+s.db.asText(text)+", '')"), i))
		q.keys = append(q.keys, fmt.Sprintf("k%d", i))
	}
	return nil
}
