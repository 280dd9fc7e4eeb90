package published

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
)

// Export writes a finished comparison in one transaction, by COPY; one that is there already is left as it is. The
// comparison becomes the one in force of its study. progress, which may be nil, is told the rows written.
func (d *Database) Export(ctx context.Context, c *results.Comparison, seal string, progress func(done, total int64)) (added bool, err error) {
	e := &export{ctx: ctx, c: c, progress: progress}
	err = pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		e.tx = tx
		added, err = e.begin(seal)
		if err != nil || !added {
			return err
		}
		return e.tables()
	})
	return added && err == nil, d.toldOr(ctx, err)
}

// export is a comparison on its way into the database.
type export struct {
	ctx         context.Context
	tx          pgx.Tx
	c           *results.Comparison
	id          int64
	done, total int64
	progress    func(done, total int64)
}

// begin writes the comparison itself, unless it is there.
func (e *export) begin(seal string) (added bool, err error) {
	summary, err := json.Marshal(e.c.Summary)
	if err != nil {
		return false, err
	}
	s := e.c.Summary
	rows, err := e.tx.Query(e.ctx, "INSERT INTO comparison (seal, study, title, reference_time, summary) VALUES ($1, $2, $3, $4, $5) "+
		"ON CONFLICT (seal) DO NOTHING RETURNING id", seal, s.Study, s.Title, s.ReferenceTime, summary)
	if err != nil {
		return false, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return false, err
	}
	e.id = ids[0]
	return true, nil
}

func (e *export) tables() error {
	further := make([]columns.Table, len(e.c.Summary.Tables))
	e.total = int64(len(e.c.Areas) + len(e.c.Rows))
	for i, name := range e.c.Summary.Tables {
		t, err := e.c.Table(name)
		if err != nil {
			return err
		}
		further[i], e.total = t, e.total+int64(t.Rows())
	}
	if err := e.copy("area", e.c.AreasTable()); err != nil {
		return err
	}
	if err := e.copy("discrepancy", results.Table(e.c.Rows)); err != nil {
		return err
	}
	for i, name := range e.c.Summary.Tables {
		if err := e.further(name, further[i]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// copy writes a table into one with the same columns.
func (e *export) copy(into string, t columns.Table) error {
	names := []string{"comparison", "row"}
	for _, c := range t {
		names = append(names, c.Name)
	}
	return e.rows(into, names, t.Rows(), func(row int) ([]any, error) {
		values := make([]any, 0, len(names))
		values = append(values, e.id, int32(row))
		for _, c := range t {
			values = append(values, valueOf(c, row))
		}
		return values, nil
	})
}

// further writes a further table as objects.
func (e *export) further(name string, t columns.Table) error {
	var names, kinds []string
	for _, c := range t {
		names, kinds = append(names, c.Name), append(kinds, kindOf(c))
	}
	if _, err := e.tx.Exec(e.ctx, "INSERT INTO further (comparison, name, columns, kinds) VALUES ($1, $2, $3, $4)", e.id, name, names, kinds); err != nil {
		return err
	}
	return e.rows("further_row", []string{"comparison", "name", "row", "data"}, t.Rows(), func(row int) ([]any, error) {
		object := make(map[string]any, len(t))
		for _, c := range t {
			switch v := valueOf(c, row).(type) {
			case nil:
			case float64:
				object[c.Name] = v
				if math.IsInf(v, 0) || v == 0 && math.Signbit(v) { // JSON has none, and a database no negative zero in it
					object[c.Name] = columns.Format(v)
				}
			default:
				object[c.Name] = v
			}
		}
		data, err := json.Marshal(object)
		return []any{e.id, name, int32(row), data}, err
	})
}

// told is how many rows go by between two tellings of progress.
const told = 10_000

func (e *export) rows(into string, names []string, n int, of func(row int) ([]any, error)) error {
	row := -1
	_, err := e.tx.CopyFrom(e.ctx, pgx.Identifier{into}, names, pgx.CopyFromFunc(func() ([]any, error) {
		if row++; row >= n {
			return nil, nil
		}
		if e.done++; e.progress != nil && (e.done%told == 0 || e.done == e.total) {
			e.progress(e.done, e.total)
		}
		return of(row)
	}))
	return err
}

// kindOf names the kind of a column.
func kindOf(c columns.Column) string {
	switch {
	case c.Text != nil:
		return "text"
	case c.Int != nil:
		return "int"
	}
	return "float"
}

// valueOf is a value, nil where it is missing.
func valueOf(c columns.Column, row int) any {
	switch {
	case c.Text != nil && c.Text[row] == "":
		return nil
	case c.Text != nil:
		return c.Text[row]
	case c.Int != nil:
		return c.Int[row]
	case math.IsNaN(c.Float[row]):
		return nil
	}
	return c.Float[row]
}
