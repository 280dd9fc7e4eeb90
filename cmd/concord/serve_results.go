package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/concord-stat/concord/api"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/store/published"
)

// kept gives the API the comparisons in force of a database, each opened once. Any number of servers may look at one
// database; what is exported meanwhile is in force at the next look.
type kept struct {
	ctx context.Context
	db  *published.Database

	mu     sync.Mutex
	looked time.Time
	force  []published.Edition
	opened map[int64]*results.Comparison
}

// lookEvery is how old the list of comparisons in force may be.
const lookEvery = time.Second

func newKept(ctx context.Context, db *published.Database) (*kept, error) {
	k := &kept{ctx: ctx, db: db, opened: make(map[int64]*results.Comparison)}
	return k, k.look()
}

// look asks the database what is in force, and lets go of what no longer is.
func (k *kept) look() error {
	if time.Since(k.looked) < lookEvery {
		return nil
	}
	force, err := k.db.InForce(k.ctx)
	if err != nil {
		return err
	}
	k.force, k.looked = force, time.Now()
	for id := range k.opened {
		if !slices.ContainsFunc(force, func(e published.Edition) bool { return e.ID == id }) {
			delete(k.opened, id)
		}
	}
	return nil
}

// Studies are those with a comparison. A database that does not answer leaves the list as it was.
func (k *kept) Studies() (ids []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.look() // Comparison says what is wrong
	for _, e := range k.force {
		ids = append(ids, e.Study)
	}
	return ids
}

// Comparison is the one in force of a study.
func (k *kept) Comparison(id string) (*results.Comparison, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.look(); err != nil {
		return nil, err
	}
	at := slices.IndexFunc(k.force, func(e published.Edition) bool { return e.Study == id })
	if at < 0 {
		return nil, api.ErrNoStudy
	}
	e := k.force[at]
	if c, ok := k.opened[e.ID]; ok {
		return c, nil
	}
	c, err := k.db.Open(k.ctx, e)
	if err == nil {
		k.opened[e.ID] = c
	}
	return c, err
}

// noReport is the report of a study in a database, which keeps none.
func noReport(string) (string, error) { return "", api.ErrNoReport }
