package store

import (
	"context"
	"fmt"
	"iter"
	"strings"
)

// A UnitsRequest asks a file for the units of a frame. Expressions that are empty are not asked for.
type UnitsRequest struct {
	Code    Expression
	Above   []Expression // units above, outermost first
	Where   Expression   // rows that count; all when empty
	Texts   []Expression
	Numbers []Expression
}

// A UnitRow is one unit. Texts that are missing are empty, numbers NaN. Its slices are reused from row to row.
type UnitRow struct {
	Above   []string
	Code    string
	Texts   []string
	Numbers []float64
}

// Units yields the units of a file in byte order of the units above and of the code, without holding them in memory.
// An error ends the sequence.
func (s *Source) Units(ctx context.Context, r UnitsRequest) iter.Seq2[UnitRow, error] {
	return func(yield func(UnitRow, error) bool) {
		q, err := s.unitsQuery(ctx, r)
		if err != nil {
			yield(UnitRow{}, err)
			return
		}
		s.eachUnit(ctx, q, len(r.Above), len(r.Texts), len(r.Numbers), yield)
	}
}

// eachUnit runs a statement whose columns are the units above, the code, texts and numbers.
func (s *Source) eachUnit(ctx context.Context, q string, above, texts, numbers int, yield func(UnitRow, error) bool) {
	rows, err := s.db.query(ctx, q)
	if err != nil {
		yield(UnitRow{}, s.fail(err))
		return
	}
	defer rows.Close()
	scan := newUnitScan(above, texts, numbers)
	for rows.Next() {
		u, err := scan.row(rows)
		if err != nil {
			yield(UnitRow{}, s.fail(err))
			return
		}
		if !yield(u, nil) {
			return
		}
	}
	if err := rows.Err(); err != nil {
		yield(UnitRow{}, s.fail(err))
	}
}

// unitScan scans rows into one UnitRow over and over.
type unitScan struct {
	unit UnitRow
	dest []any
}

func newUnitScan(above, texts, numbers int) *unitScan {
	c := &unitScan{unit: UnitRow{Above: make([]string, above), Texts: make([]string, texts), Numbers: make([]float64, numbers)}}
	for i := range c.unit.Above {
		c.dest = append(c.dest, &c.unit.Above[i])
	}
	c.dest = append(c.dest, &c.unit.Code)
	for i := range c.unit.Texts {
		c.dest = append(c.dest, &c.unit.Texts[i])
	}
	for i := range c.unit.Numbers {
		c.dest = append(c.dest, &c.unit.Numbers[i])
	}
	return c
}

func (c *unitScan) row(rows rows) (UnitRow, error) {
	err := rows.Scan(c.dest...)
	return c.unit, err
}

func (s *Source) unitsQuery(ctx context.Context, r UnitsRequest) (string, error) {
	var items, order []string
	for _, e := range append(append(append([]Expression{}, r.Above...), r.Code), r.Texts...) {
		text, err := s.resolve(ctx, e)
		if err != nil {
			return "", fmt.Errorf("%s: %w", s.name, err)
		}
		items = append(items, s.db.bytewise("coalesce("+s.db.asText(text)+", '')"))
	}
	for i := range len(r.Above) + 1 {
		order = append(order, fmt.Sprint(i+1))
	}
	for _, e := range r.Numbers {
		text, err := s.resolve(ctx, e)
		if err != nil {
			return "", fmt.Errorf("%s: %w", s.name, err)
		}
		items = append(items, "coalesce("+s.db.asNumber(text)+", 'nan'::FLOAT8)")
	}
	where := ""
	if r.Where != "" {
		condition, err := s.resolve(ctx, r.Where)
		if err != nil {
			return "", fmt.Errorf("%s: where: %w", s.name, err)
		}
		where = " WHERE " + condition.sql
	}
	return "SELECT " + strings.Join(items, ", ") + " FROM " + s.from + where + " ORDER BY " + strings.Join(order, ", "), nil
}
