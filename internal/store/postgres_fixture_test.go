package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/store"
)

var tables atomic.Int64

// writePostgres writes the fixture into a table of its own on a server of every version that is installed.
func (f fixture) writePostgres(t testing.TB, at map[string]store.Location) {
	t.Helper()
	majors, _ := pgcluster.Versions()
	if len(majors) == 0 {
		pgcluster.Shared(t, 0) // says what is missing
	}
	for _, major := range majors {
		c := pgcluster.Shared(t, major)
		name := fmt.Sprintf("persons_%d", tables.Add(1))
		f.copyTo(t, c.Socket("postgres"), name)
		at[fmt.Sprintf("postgres %d", major)] = store.Location{Table: name, Postgres: &store.Postgres{Connection: c.Socket("postgres"), Pages: 1}}
	}
}

// copyTo makes a table of the fixture's columns and rows.
func (f fixture) copyTo(t tb, connection, name string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, connection)
	check(t, err)
	defer conn.Close(ctx)
	var columns, names []string
	for _, c := range f.columns {
		columns = append(columns, pgx.Identifier{c.Name}.Sanitize()+" "+strings.ReplaceAll(c.Type, "VARCHAR", "text"))
		names = append(names, c.Name)
	}
	_, err = conn.Exec(ctx, "CREATE TABLE "+name+" ("+strings.Join(columns, ", ")+")")
	check(t, err)
	rows := make([][]any, len(f.rows))
	for i, row := range f.rows {
		rows[i] = make([]any, len(row))
		for j, text := range row {
			rows[i][j] = typed(t, f.columns[j].Type, text)
		}
	}
	_, err = conn.CopyFrom(ctx, pgx.Identifier{name}, names, pgx.CopyFromRows(rows))
	check(t, err)
}
