package store_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/store"
)

var tables atomic.Int64

// writePostgres writes the fixture into a table of its own.
func (f fixture) writePostgres(t tb) store.Location {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, os.Getenv("CONCORD_TEST_POSTGRES"))
	check(t, err)
	defer conn.Close(ctx)
	name := fmt.Sprintf("persons_%d_%d", os.Getpid(), tables.Add(1))
	var columns, names []string
	for _, c := range f.columns {
		kind := strings.ReplaceAll(c.Type, "VARCHAR", "text")
		columns = append(columns, pgx.Identifier{c.Name}.Sanitize()+" "+kind)
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
	return store.Location{Table: name, Postgres: &store.Postgres{Connection: os.Getenv("CONCORD_TEST_POSTGRES")}}
}
