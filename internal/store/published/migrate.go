package published

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/problems"
)

//go:embed migrations/*.sql
var files embed.FS

// A migration is one numbered step from an empty schema to the one of this program.
type migration struct {
	number      int
	name, text  string
	fingerprint string
}

// migrations are the steps in order. A step that was released is never changed: a new one follows it.
func migrations() []migration {
	entries, err := fs.ReadDir(files, "migrations")
	if err != nil {
		panic("published: the migrations are part of the program: " + err.Error())
	}
	var all []migration
	for _, e := range entries {
		text, err := files.ReadFile("migrations/" + e.Name())
		digits, _, _ := strings.Cut(e.Name(), "_")
		number, bad := strconv.Atoi(digits)
		if err != nil || bad != nil {
			panic("published: migration " + e.Name() + " cannot be read")
		}
		sum := sha256.Sum256(text)
		all = append(all, migration{number, e.Name(), string(text), hex.EncodeToString(sum[:])})
	}
	slices.SortFunc(all, func(a, b migration) int { return a.number - b.number })
	return all
}

// Migrate brings the schema to the state this program knows, in one transaction. Programs that start at once wait for each
// other.
func (d *Database) Migrate(ctx context.Context) error {
	err := pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('concord results'), hashtext($1))", d.schema); err != nil {
			return err
		}
		var there bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", d.schema).Scan(&there); err != nil {
			return err
		}
		if !there {
			if _, err := tx.Exec(ctx, "CREATE SCHEMA "+pgx.Identifier{d.schema}.Sanitize()); err != nil {
				return err
			}
		}
		const applied = "CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied timestamptz NOT NULL DEFAULT now())"
		if _, err := tx.Exec(ctx, applied); err != nil {
			return err
		}
		missing, err := d.missing(ctx, tx)
		if err != nil {
			return err
		}
		for _, m := range missing {
			if _, err := tx.Conn().PgConn().Exec(ctx, m.text).ReadAll(); err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			if _, err := tx.Exec(ctx, "INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3)", m.number, m.name, m.fingerprint); err != nil {
				return err
			}
		}
		return nil
	})
	return d.toldOr(ctx, err)
}

// Check makes sure that the schema is the one this program knows, and changes nothing.
func (d *Database) Check(ctx context.Context) error {
	return d.toldOr(ctx, pgx.BeginTxFunc(ctx, d.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		var there bool
		if err := tx.QueryRow(ctx, "SELECT to_regclass('migration') IS NOT NULL").Scan(&there); err != nil {
			return err
		}
		if !there {
			return problems.Input(fmt.Errorf("schema %s holds no comparisons yet: run concord export --to this database first", d.schema))
		}
		missing, err := d.missing(ctx, tx)
		if err == nil && len(missing) > 0 {
			err = problems.Input(fmt.Errorf("schema %s is older than this program: run concord export, or concord serve --migrate, with a role that may change it", d.schema))
		}
		return err
	}))
}

// missing are the steps not taken yet. A schema that has gone further than this program, or another way, is refused.
func (d *Database) missing(ctx context.Context, tx pgx.Tx) ([]migration, error) {
	rows, err := tx.Query(ctx, "SELECT number, name, sha256 FROM migration ORDER BY number")
	if err != nil {
		return nil, err
	}
	taken, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m migration, err error) {
		return m, row.Scan(&m.number, &m.name, &m.fingerprint)
	})
	if err != nil {
		return nil, err
	}
	known := migrations()
	if len(taken) > len(known) {
		return nil, problems.Input(fmt.Errorf("schema %s was made by a newer Concord (%s): use that, or another schema", d.schema, taken[len(taken)-1].name))
	}
	for i, m := range taken {
		if m.number != known[i].number || m.fingerprint != known[i].fingerprint {
			return nil, problems.Input(fmt.Errorf("schema %s: step %s is not the one this program knows: use another schema", d.schema, m.name))
		}
	}
	return known[len(taken):], nil
}

// toldOr tells an error of the database; one that speaks for itself stays as it is.
func (d *Database) toldOr(ctx context.Context, err error) error {
	var input problems.InputError
	if err == nil || errors.As(err, &input) {
		return err
	}
	return d.told(ctx, err)
}
