// Package fieldwork reads what the census found: weighted microdata with its design, complete counts, or published
// aggregates. It reads strictly: every problem of a file is told with its line, and a file with problems is not read.
package fieldwork

import (
	"context"
	"fmt"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// Kinds of field results.
const (
	Sample     = "sample"
	Counts     = "counts"
	Aggregates = "aggregates"
)

// Results are field results that were found in order.
type Results struct {
	Kind    string
	Tally   *analysis.Tally  // by area and what else the file tells; nil for aggregates
	Design  *analysis.Design // of a sample
	Figures []Figure         // of aggregates
	Records int              // records read
	Splits  *areas.Splits    // of a count, the old units split by shares that are not known; nil where there are none
	Caveats []string         // what a reader of every figure must know
	// Snapshot is the moment a database was read at; nil for a file.
	Snapshot *store.Snapshot
}

// A Figure is one published figure.
type Figure struct {
	Area, Dimension, Cell string
	Value, SE             float64 // persons; SE is NaN when it is not stated
	Noise                 float64 // standard deviation of the disclosure noise in Value, persons
	Note                  string  // how it came about, where it is not as published
}

// Read reads the field results of a study. The error is a *problems.List when they are at fault. Those of a CSV file, and
// published figures, are read record by record; others are added up where they lie, and progress, which may be nil, is told
// how far that is where the store knows.
func Read(ctx context.Context, s *study.Study, list *areas.List, progress func(done, total int64)) (*Results, error) {
	read := readStore
	if s.Field.Records() {
		read = readRecords
	}
	r, snapshot, err := read(ctx, s, list, progress)
	if err != nil {
		return nil, fmt.Errorf("field results: %w", err)
	}
	if r.records == 0 && r.found.Count() == 0 {
		r.found.Add(r.file, 1, "", "no records")
	}
	if r.total > most {
		r.found.Add(r.file, 0, r.label("weight"), "the weights add up to more than 9 billion persons")
	}
	if err := r.found.Err(); err != nil {
		return nil, err
	}
	out, err := r.results()
	if err == nil {
		out.Snapshot = snapshot
	}
	return out, err
}

func readRecords(ctx context.Context, s *study.Study, list *areas.List, _ func(done, total int64)) (*reader, *store.Snapshot, error) {
	file, err := store.OpenRecords(ctx, At(s))
	if err != nil {
		return nil, nil, err
	}
	r := newReader(s, list, file.Columns())
	return r, nil, file.Each(ctx, r.exprs, &r.found, r.record)
}

func readStore(ctx context.Context, s *study.Study, list *areas.List, progress func(done, total int64)) (*reader, *store.Snapshot, error) {
	source, err := store.Open(ctx, At(s))
	if err != nil {
		return nil, nil, err
	}
	defer source.Close()
	r := newReader(s, list, source.Columns())
	r.file = source.Name()
	request, at := r.request(), []int(nil)
	at, request.Keys = r.keys()
	request.Progress = progress
	if err := source.Field(ctx, request, r.grouped(at)); err != nil {
		return nil, nil, err
	}
	r.tell(source.RowName)
	return r, source.Snapshot(), nil
}

// Columns are what expressions over field results are checked against.
type Columns interface {
	// Check tells what is wrong with an expression, as far as that shows without reading records.
	Check(ctx context.Context, e store.Expression) error
	Close() error
}

// OpenColumns opens the field results of a study for a look at their columns.
func OpenColumns(ctx context.Context, s *study.Study) (Columns, error) {
	if s.Field.Records() {
		return store.OpenRecords(ctx, At(s))
	}
	return store.Open(ctx, At(s))
}

// At is where the field results of a study lie.
func At(s *study.Study) store.Location {
	f := s.Field
	at := store.Location{Format: f.Format, Table: f.Table}
	if f.Postgres == nil {
		at.File = s.Path(f.File)
		return at
	}
	statement, lock := f.Postgres.Timeouts()
	at.Postgres = &store.Postgres{Connection: f.Postgres.Connection, Connections: f.Postgres.Connections,
		StatementTimeout: statement, LockTimeout: lock, TimeZone: s.Collection.TimeZone}
	return at
}

// results assembles what the records gave.
func (r *reader) results() (*Results, error) {
	out := &Results{Kind: r.study.Field.Kind, Records: r.records}
	var err error
	switch out.Kind {
	case Sample:
		out.Tally, out.Design, err = r.sample()
	case Counts:
		out.Tally, err = r.counts(out)
	case Aggregates:
		out.Figures, err = r.aggregates(out)
	}
	if r.light > 0 {
		out.Caveats = append(out.Caveats, fmt.Sprintf("%d records have a weight below 1, and stand for less than themselves", r.light))
	}
	if r.unborn > 0 {
		out.Caveats = append(out.Caveats, fmt.Sprintf("%d records of persons born at the reference time or later are left out", r.unborn))
	}
	if err == nil {
		err = r.found.Err()
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}
