package published

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
)

// An Edition is a comparison in the database.
type Edition struct {
	ID          int64
	Study, Seal string
}

// InForce lists the newest comparison of every study, in order of study.
func (d *Database) InForce(ctx context.Context) ([]Edition, error) {
	rows, err := d.pool.Query(ctx, "SELECT DISTINCT ON (study) id, study, seal FROM comparison ORDER BY study, id DESC")
	if err == nil {
		var all []Edition
		all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Edition])
		if err == nil {
			slices.SortFunc(all, func(a, b Edition) int { return strings.Compare(a.Study, b.Study) })
			return all, nil
		}
	}
	return nil, d.told(ctx, err)
}

// Open reads a comparison. Its further tables are read when somebody asks for them.
func (d *Database) Open(ctx context.Context, e Edition) (*results.Comparison, error) {
	var text []byte
	if err := d.pool.QueryRow(ctx, "SELECT summary FROM comparison WHERE id = $1", e.ID).Scan(&text); err != nil {
		return nil, d.told(ctx, err)
	}
	var s results.Summary
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("summary of comparison %d: %w", e.ID, err)
	}
	areas, err := d.read(ctx, "area", results.New(s, nil, nil).AreasTable(), e.ID)
	if err != nil {
		return nil, d.told(ctx, err)
	}
	rows, err := d.read(ctx, "discrepancy", results.Table(nil), e.ID)
	if err != nil {
		return nil, d.told(ctx, err)
	}
	return results.FromTables(s, areas, rows, func(name string) (columns.Table, error) {
		t, err := d.further(context.WithoutCancel(ctx), e.ID, name)
		return t, d.toldOr(ctx, err)
	})
}

// read reads a table of the columns that a form has.
func (d *Database) read(ctx context.Context, from string, form columns.Table, id int64) (columns.Table, error) {
	items := make([]string, len(form))
	for i, c := range form {
		items[i] = pgx.Identifier{c.Name}.Sanitize()
	}
	rows, err := d.pool.Query(ctx, "SELECT "+strings.Join(items, ", ")+" FROM "+from+" WHERE comparison = $1 ORDER BY row", id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	t := make(columns.Table, len(form))
	texts, ints, floats := make([]*string, len(form)), make([]*int64, len(form)), make([]*float64, len(form))
	dest := make([]any, len(form))
	for i, c := range form {
		t[i].Name = c.Name
		switch kindOf(c) {
		case "text":
			t[i].Text, dest[i] = []string{}, &texts[i]
		case "int":
			t[i].Int, dest[i] = []int64{}, &ints[i]
		default:
			t[i].Float, dest[i] = []float64{}, &floats[i]
		}
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		for i := range t {
			switch {
			case t[i].Text != nil:
				t[i].Text = append(t[i].Text, or(texts[i], ""))
			case t[i].Int != nil:
				t[i].Int = append(t[i].Int, or(ints[i], 0))
			default:
				t[i].Float = append(t[i].Float, or(floats[i], math.NaN()))
			}
		}
	}
	return t, rows.Err()
}

func or[T any](v *T, absent T) T {
	if v == nil {
		return absent
	}
	return *v
}

// further reads a further table.
func (d *Database) further(ctx context.Context, id int64, name string) (columns.Table, error) {
	var names, kinds []string
	err := d.pool.QueryRow(ctx, "SELECT columns, kinds FROM further WHERE comparison = $1 AND name = $2", id, name).Scan(&names, &kinds)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("table %q of comparison %d: %w", name, id, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	t := make(columns.Table, len(names))
	for i, n := range names {
		t[i].Name = n
		switch kinds[i] {
		case "text":
			t[i].Text = []string{}
		case "int":
			t[i].Int = []int64{}
		default:
			t[i].Float = []float64{}
		}
	}
	rows, err := d.pool.Query(ctx, "SELECT data FROM further_row WHERE comparison = $1 AND name = $2 ORDER BY row", id, name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		if err := appendObject(t, data); err != nil {
			return nil, fmt.Errorf("table %q of comparison %d: %w", name, id, err)
		}
	}
	return t, rows.Err()
}

// appendObject adds a row; what an object lacks is missing.
func appendObject(t columns.Table, data []byte) error {
	object := make(map[string]any)
	reader := json.NewDecoder(bytes.NewReader(data))
	reader.UseNumber()
	if err := reader.Decode(&object); err != nil {
		return err
	}
	for i := range t {
		text := ""
		if v, ok := object[t[i].Name]; ok {
			text = fmt.Sprint(v)
		}
		switch {
		case t[i].Text != nil:
			t[i].Text = append(t[i].Text, text)
		case t[i].Int != nil:
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return err
			}
			t[i].Int = append(t[i].Int, n)
		default:
			x := math.NaN()
			if text != "" {
				var err error
				if x, err = strconv.ParseFloat(text, 64); err != nil {
					return err
				}
			}
			t[i].Float = append(t[i].Float, x)
		}
	}
	return nil
}
