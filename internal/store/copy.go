package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/concord-stat/concord/internal/problems"
)

// A Copy says which table of a PostgreSQL database to make of records.
type Copy struct {
	To      Postgres
	Table   string       // schema.table is allowed
	Columns []ColumnType // with types of PostgreSQL, such as "text" or "date"
	Replace bool         // a table of that name goes first; without it, one is refused
}

// Run makes the table and fills it by COPY, in one transaction: it is there whole, or everything is as it was. rows calls
// add for every record, with the texts of its values, "" for null; it may reuse them.
func (c Copy) Run(ctx context.Context, rows func(add func(values []string) error) error) error {
	conn, err := c.To.connect(ctx)
	if err != nil {
		return err
	}
	defer closeQuietly(conn)
	tx, err := conn.Begin(ctx)
	if err != nil {
		return c.fail(ctx, conn, err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	if err := c.prepare(ctx, tx); err != nil {
		return c.fail(ctx, conn, err)
	}
	if err = c.copy(ctx, conn, rows); err != nil {
		return c.fail(ctx, conn, err)
	}
	if _, err = tx.Exec(ctx, "ANALYZE "+identifier(c.Table)); err == nil {
		err = tx.Commit(ctx)
	}
	return c.fail(ctx, conn, err)
}

// prepare makes the empty table.
func (c Copy) prepare(ctx context.Context, tx pgx.Tx) error {
	var columns []string
	for _, col := range c.Columns {
		columns = append(columns, quoted(col.Name)+" "+col.Type)
	}
	var statements []string
	for _, s := range c.To.settings() {
		statements = append(statements, "SET LOCAL "+s)
	}
	if c.Replace {
		statements = append(statements, "DROP TABLE IF EXISTS "+identifier(c.Table))
	}
	statements = append(statements, "CREATE TABLE "+identifier(c.Table)+" ("+strings.Join(columns, ", ")+")")
	for _, text := range statements {
		if _, err := tx.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// errUnread stands for an error of reading on the way to the server, which has no business with what it says.
var errUnread = errors.New("the records could not be read to their end")

// copy sends the records while they are read.
func (c Copy) copy(ctx context.Context, conn *pgx.Conn, rows func(add func(values []string) error) error) error {
	in, out := io.Pipe()
	read := make(chan error, 1)
	go func() {
		w := copyWriter{to: out}
		err := rows(w.add)
		if err == nil {
			err = w.flush()
		}
		if read <- err; err != nil {
			err = errUnread
		}
		out.CloseWithError(err)
	}()
	_, err := conn.PgConn().CopyFrom(ctx, in, "COPY "+identifier(c.Table)+" FROM STDIN")
	in.CloseWithError(io.ErrClosedPipe) // the reading ends where the server has
	if readError := <-read; readError != nil && !errors.Is(readError, io.ErrClosedPipe) {
		return readError
	}
	return err
}

// tableExists is the code of making a table that is there.
const tableExists = "42P07"

func (c Copy) fail(ctx context.Context, conn *pgx.Conn, err error) error {
	var server *pgconn.PgError
	var list *problems.List
	var network net.Error
	at := serverOf(conn.Config()) + "/" + c.Table
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &list):
		return err
	case errors.As(err, &server) && server.Code == tableExists:
		return problems.Input(fmt.Errorf("%s: there is a table of this name: name another one, or replace it", at))
	case errors.As(err, &server):
		return problems.Input(fmt.Errorf("%s: %w", at, (*postgres)(nil).plain(err)))
	case errors.As(err, &network), conn.IsClosed():
		return problems.Input(fmt.Errorf("%s: %w", at, withoutSecrets(err, conn.Config())))
	}
	return err
}

// A copyWriter writes records in the text format of COPY.
type copyWriter struct {
	to     io.Writer
	buffer []byte
}

// copyBlock is how much is sent at a time.
const copyBlock = 1 << 16

var copyEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func (w *copyWriter) add(values []string) error {
	for i, v := range values {
		if i > 0 {
			w.buffer = append(w.buffer, '\t')
		}
		switch {
		case v == "":
			v = `\N`
		case strings.ContainsAny(v, "\\\t\n\r"):
			v = copyEscapes.Replace(v)
		}
		w.buffer = append(w.buffer, v...)
	}
	w.buffer = append(w.buffer, '\n')
	if len(w.buffer) < copyBlock {
		return nil
	}
	return w.flush()
}

func (w *copyWriter) flush() error {
	_, err := w.to.Write(w.buffer)
	w.buffer = w.buffer[:0]
	return err
}
