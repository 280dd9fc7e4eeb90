package fieldwork

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// Load writes the records of the field results of a study, of which Read found so many in order, into a table of a
// database: all of them, or none. Columns are text but for those that the study takes for numbers or dates as they are.
// progress, which may be nil, is told how many have been written.
func Load(ctx context.Context, s *study.Study, into store.Copy, records int, progress func(done, total int64)) error {
	at := At(s)
	if s.Field.Postgres != nil || at.Table != "" {
		return fmt.Errorf("field results: %s lies in a database already: want a CSV or Parquet file", s.Field.Name())
	}
	file, err := store.OpenRecords(ctx, at)
	if err != nil {
		return fmt.Errorf("field results: %w", err)
	}
	exprs := make([]store.Expression, len(file.Columns()))
	for i, name := range file.Columns() {
		exprs[i] = store.Expression(name)
		into.Columns = append(into.Columns, store.ColumnType{Name: name, Type: columnType(s.Field, name)})
	}
	err = into.Run(ctx, func(add func([]string) error) error { return addAll(ctx, file, exprs, int64(records), add, progress) })
	if err != nil {
		return fmt.Errorf("field results: %w", err)
	}
	return nil
}

// told is after how many records progress is told.
const told = 1 << 14

// addAll adds every record, until adding fails.
func addAll(ctx context.Context, file *store.Records, exprs []store.Expression, records int64, add func([]string) error, progress func(done, total int64)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var found problems.List
	done := int64(0)
	err := file.Each(ctx, exprs, &found, func(_ int, values []string) {
		if err := add(values); err != nil {
			stop(err)
		}
		if done++; progress != nil && done%told == 0 {
			progress(done, records)
		}
	})
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err = errors.Join(err, found.Err()); err == nil && done != records {
		err = problems.Input(fmt.Errorf("they changed while they were loaded: %d records were checked, and %d were read", records, done))
	}
	return err
}

// columnType is the type of a column in PostgreSQL: a number or a date where that is all the study takes it for.
func columnType(f study.Field, name string) string {
	c := f.Columns
	types := make(map[string]bool)
	for typ, columns := range map[string][]string{
		"double precision": {c.Weight, c.NoiseSD}, "integer": {c.Age}, "bigint": {c.Count}, "date": {c.BirthDate},
		"text": {c.Area, c.Sex, c.Stratum, c.PSU, c.Household, c.PSUs, c.Households}, // which a store groups by
	} {
		if slices.Contains(columns, name) {
			types[typ] = true
		}
	}
	for _, d := range f.Dimensions {
		if d.Column == name {
			types["text"] = true
		}
	}
	if len(types) == 1 {
		for typ := range types {
			return typ
		}
	}
	return "text"
}
