package store

import (
	"context"
	"fmt"
	"strings"
)

// field sums up by one statement.
func (d *duckDB) field(ctx context.Context, s *Source, q *fieldQuery, yield func(*FieldGroup)) error {
	at, err := d.placed(ctx)
	if err != nil {
		return err
	}
	rows, err := d.query(ctx, q.text(s, at, ""))
	if err != nil {
		return err
	}
	defer rows.Close()
	g := &FieldGroup{Keys: make([]string, len(q.keys))}
	var dest []any
	for i := range g.Keys {
		dest = append(dest, &g.Keys[i])
	}
	dest = append(dest, g.dest()...)
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		yield(g)
	}
	return rows.Err()
}

// placed numbers rows from 1, as a Parquet file or a table of DuckDB does; those of a view have no number.
func (d *duckDB) placed(ctx context.Context) (placing, error) {
	at := placing{from: d.from, place: "CAST(0 AS BIGINT)", first: "min(place)"}
	if d.parquet != "" {
		at.from = "(SELECT file_row_number + 1 AS " + quoted(lineNumber) + ", * EXCLUDE (file_row_number) FROM read_parquet(" +
			literal(d.parquet) + ", file_row_number = true, hive_partitioning = false)) AS placed"
		at.place = quoted(lineNumber)
		return at, nil
	}
	rows, err := d.query(ctx, "SELECT rowid FROM "+d.from+" LIMIT 0")
	if err != nil {
		return at, ctx.Err() // a view
	}
	defer rows.Close()
	at.place = "rowid + 1"
	return at, rows.Err()
}

func (*duckDB) rowName(row int64) string { return fmt.Sprintf("row %d", row) }

func (d *duckDB) name(s *Source) string { return strings.TrimSuffix(s.name+"/"+d.table, "/") }
