// Package register reads population registers: what their columns mean, whom their population definitions count, and
// what to know of them before anything is trusted.
package register

import (
	"context"
	"fmt"
	"iter"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// A Source answers requests of a register; the adapters of internal/store are sources.
type Source interface {
	// Tally counts persons; the first tally is by definition, area, sex and age, the others by one more dimension each.
	Tally(ctx context.Context, r store.Request) ([]*analysis.Tally, error)
	// Events counts who is registered at two days, and how they came and went between.
	Events(ctx context.Context, r store.EventsRequest) (*analysis.Tally, error)
	// Profile counts rows and what is remarkable about them.
	Profile(ctx context.Context, r store.ProfileRequest) (rows int64, counts []store.Count, err error)
	// Placed yields the units of a frame within areas.
	Placed(ctx context.Context, r store.PlacedRequest) iter.Seq2[store.UnitRow, error]
	// Households counts households by area.
	Households(ctx context.Context, r store.HouseholdRequest) (*store.Households, error)
	// Snapshot is the moment a database is read at; nil for a file.
	Snapshot() *store.Snapshot
	// Guest is what the role may do in a database; nil for a file.
	Guest(ctx context.Context) (*store.Guest, error)
	// Explain says how a tally would be read.
	Explain(ctx context.Context, r store.Request) (store.Plan, error)
	Close() error
}

// A Register is the register of a study, opened read-only.
type Register struct {
	source Source
	study  *study.Study
}

// Open opens the register of a study.
func Open(ctx context.Context, s *study.Study) (*Register, error) {
	source, err := store.Open(ctx, At(s))
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	return &Register{source, s}, nil
}

// At is where the register of a study lies.
func At(s *study.Study) store.Location {
	r := s.Register
	at := store.Location{Format: r.Format, Table: r.Table, DateFormat: r.DateFormat}
	if r.Postgres == nil {
		at.File = s.Path(r.File)
		return at
	}
	statement, lock := r.Postgres.Timeouts()
	at.Postgres = &store.Postgres{
		Connection: r.Postgres.Connection, Connections: r.Postgres.Connections, StatementTimeout: statement, LockTimeout: lock,
		TimeZone: s.Collection.TimeZone,
	}
	return at
}

// Close releases the register.
func (r *Register) Close() error { return r.source.Close() }

// Snapshot is the moment the register is read at; nil for a file.
func (r *Register) Snapshot() *store.Snapshot { return r.source.Snapshot() }

// Tally counts the persons of the wanted areas (all when empty) under every definition of the study. listed is the code
// list, empty when there is none. progress, which may be nil, is told how far it is where the store knows.
func (r *Register) Tally(ctx context.Context, listed, wanted []string, progress func(done, total int64)) ([]*analysis.Tally, error) {
	request := r.request(listed, wanted)
	request.Progress = progress
	t, err := r.source.Tally(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	for i := range t {
		t[i].Sort()
	}
	return t, nil
}

// request asks for the tally of the study.
func (r *Register) request(listed, wanted []string) store.Request {
	return store.Request{Persons: r.persons(), Definitions: r.definitions(), Reference: r.study.Reference.Time, Listed: listed, Wanted: wanted}
}

// Explain says how the tally of the wanted areas would be read, and what stands in its way where it lies on several servers.
func (r *Register) Explain(ctx context.Context, listed, wanted []string) (store.Plan, error) {
	plan, err := r.source.Explain(ctx, r.request(listed, wanted))
	if err != nil {
		return store.Plan{}, fmt.Errorf("register: %w", err)
	}
	return plan, nil
}

// Sizes counts the persons of every listed area under one definition.
func (r *Register) Sizes(ctx context.Context, listed []string, definition string) (map[string]int64, error) {
	request := store.Request{Persons: r.persons(), Reference: r.study.Reference.Time, Listed: listed}
	request.Persons.Sex, request.Persons.Dimensions = store.Coded{}, nil
	request.Definitions = []store.Definition{r.definition(definition)}
	tallies, err := r.source.Tally(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	area := tallies[0].Dim("area")
	cell, k := tallies[0].Cells(analysis.Each(area))
	sizes := make(map[string]int64, k)
	for i, n := range tallies[0].Counts(cell, k) {
		sizes[area.Levels[i]] = n
	}
	return sizes, nil
}

// definition is the definition of a name, which the study has.
func (r *Register) definition(name string) store.Definition {
	for _, d := range r.definitions() {
		if d.Name == name {
			return d
		}
	}
	panic("register: no definition " + name)
}

func (r *Register) definitions() []store.Definition {
	var all []store.Definition
	for _, d := range r.study.Definitions {
		def := store.Definition{Name: d.Name}
		for _, e := range r.study.AreasOf(d) {
			def.Areas = append(def.Areas, store.Expression(e))
		}
		all = append(all, def)
	}
	return all
}

func (r *Register) persons() store.Persons {
	reg, c := r.study.Register, r.study.Register.Columns
	p := store.Persons{
		Where:          store.Expression(reg.Where),
		Count:          store.Expression(c.Count),
		NoiseSD:        store.Expression(c.NoiseSD),
		Sex:            store.Coded{Name: "sex", Expr: store.Expression(c.Sex), Codes: reg.SexCodes},
		BirthDate:      store.Expression(c.BirthDate),
		BirthYearMonth: store.Expression(c.BirthYearMonth),
		Age:            store.Expression(c.Age),
		DeathDate:      store.Expression(c.DeathDate),
		RegisteredFrom: store.Expression(c.RegisteredFrom),
		RegisteredTo:   store.Expression(c.RegisteredTo),
	}
	for _, d := range reg.Dimensions {
		p.Dimensions = append(p.Dimensions, store.Coded{Name: d.Name, Expr: store.Expression(d.Column), Codes: d.Codes})
	}
	return p
}
