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
}

// A Figure is one published figure.
type Figure struct {
	Area, Dimension, Cell string
	Value, SE             float64 // persons; SE is NaN when it is not stated
	Noise                 float64 // standard deviation of the disclosure noise in Value, persons
	Note                  string  // how it came about, where it is not as published
}

// Read reads the field results of a study. The error is a *problems.List when the file is at fault.
func Read(ctx context.Context, s *study.Study, list *areas.List) (*Results, error) {
	f := s.Field
	file, err := store.OpenRecords(ctx, store.Location{File: s.Path(f.File), Format: f.Format})
	if err != nil {
		return nil, fmt.Errorf("field results: %w", err)
	}
	r := newReader(s, list, file.Columns())
	if err := file.Each(ctx, r.exprs, &r.found, r.record); err != nil {
		return nil, fmt.Errorf("field results: %w", err)
	}
	if r.records == 0 && r.found.Count() == 0 {
		r.found.Add(r.file, 1, "", "no records")
	}
	if err := r.found.Err(); err != nil {
		return nil, err
	}
	return r.results()
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
