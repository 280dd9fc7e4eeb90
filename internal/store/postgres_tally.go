package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/concord-stat/concord/analysis"
)

// tally reads the table piece by piece over several connections that share one snapshot, and rolls the definitions up
// here. Pieces keep the server's hash tables small, which is faster than one large one and all that its memory is asked
// for; and a piece whose connection was lost is read again.
func (p *postgres) tally(ctx context.Context, s *Source, r Request) ([]*analysis.Tally, error) {
	q, err := s.fine(ctx, p, r)
	if err != nil {
		return nil, err
	}
	narrow, err := p.narrow(ctx, q, r)
	if err != nil {
		return nil, s.fail(err)
	}
	for _, q.bits = range packings {
		u, err := p.rollUp(ctx, q, r, narrow)
		for blanks := (*blanksError)(nil); errors.As(err, &blanks); {
			q.free(blanks.dimension, r)
			u, err = p.rollUp(ctx, q, r, narrow)
		}
		if errors.Is(err, errPacked) {
			continue
		}
		if err != nil {
			return nil, s.fail(err)
		}
		all := u.tallies.tallies()
		for _, t := range all {
			t.Sort()
		}
		return all, nil
	}
	return nil, s.fail(errPacked)
}

// packings are the bits of a count of those that share a number: three, two, one. Few cells have two million persons.
var packings = []int{21, 31, 63}

// rollUp scans the table and rolls its cells up into tallies.
func (p *postgres) rollUp(ctx context.Context, q *fineQuery, r Request, n narrowing) (*rollUp, error) {
	u := newRollUp(q, r)
	p.moment.Rows = 0
	err := p.scan(ctx, q, u, n, r.Progress)
	return u, err
}

func newRollUp(q *fineQuery, r Request) *rollUp {
	u := &rollUp{tallies: newTallies(r), q: q, areas: q.placed, books: &books{area: newCodeBook(), sex: newCodeBook()}, sex: r.Persons.Sex.Codes}
	for range q.apart {
		u.books.x = append(u.books.x, newCodeBook())
	}
	for _, d := range q.coded {
		u.levels = append(u.levels, slices.Repeat([]int32{-1}, len(d.levels)+1))
	}
	u.listed, u.wanted = setOf(r.Listed), setOf(r.Wanted)
	if u.listed == nil {
		u.wanted = nil // what is wanted is part of a list
	}
	return u
}

// setOf is a set, nil for an empty one.
func setOf(texts []string) map[string]bool {
	if len(texts) == 0 {
		return nil
	}
	set := make(map[string]bool, len(texts))
	for _, t := range texts {
		set[t] = true
	}
	return set
}

// blanksError is the error of a dimension whose codes have blanks around them in the table, where they are compared as
// they are.
type blanksError struct{ dimension int }

func (e *blanksError) Error() string {
	return fmt.Sprintf("store: dimension %d has codes with blanks around them", e.dimension)
}

// free makes a coded dimension one that is grouped by, so that its texts are looked at one by one.
func (q *fineQuery) free(set int, r Request) {
	i := slices.IndexFunc(q.coded, func(d codedDimension) bool { return d.set == set })
	q.apart = append(q.apart, freeDimension{set, q.coded[i].column, r.Persons.Dimensions[set-1].Codes})
	q.coded = slices.Delete(q.coded, i, i+1)
}
