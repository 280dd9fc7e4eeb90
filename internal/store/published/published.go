// Package published keeps finished comparisons in a PostgreSQL database: written by export, served by any number of
// servers. A comparison is known by its seal, and never changed.
package published

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/store"
)

// DefaultSchema is where comparisons are kept unless somebody says otherwise.
const DefaultSchema = "concord"

// A Database is a database of comparisons.
type Database struct {
	pool   *pgxpool.Pool
	schema string
}

// Connect reaches the database. Nothing is looked at yet.
func Connect(ctx context.Context, at store.Postgres, schema string) (*Database, error) {
	if schema == "" {
		schema = DefaultSchema
	}
	connection, err := at.Config()
	if err != nil {
		return nil, err
	}
	connection.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize()
	c, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, err
	}
	c.ConnConfig, c.MaxConns = connection, connections
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	d := &Database{pool, schema}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, d.told(ctx, err)
	}
	return d, nil
}

// connections are held by one program at most.
const connections = 4

// Close ends the connections.
func (d *Database) Close() { d.pool.Close() }

// told is an error of the database as people are told it: without passwords, and with the place.
func (d *Database) told(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	c := d.pool.Config().ConnConfig
	text := err.Error()
	var server *pgconn.PgError
	var connecting *pgconn.ConnectError
	switch {
	case errors.As(err, &server):
		text = server.Message + " (SQLSTATE " + server.Code + ")"
	case errors.As(err, &connecting):
		text = "cannot be reached"
	}
	return problems.Input(fmt.Errorf("database %s at %s: %s", c.Database, c.Host, text))
}
