package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/internal/problems"
)

// A CopyRequest asks for a DuckDB file of some columns of a register in PostgreSQL.
type CopyRequest struct {
	Columns []Expression // each becomes a column of its own text, so that the file understands what the database does
	Where   Expression   // rows to copy; empty for all
	File    string       // must not exist
	Table   string
}

// ErrNoDatabase is the error of copying what is a file already.
var ErrNoDatabase = problems.Input(errors.New("only a register in PostgreSQL is copied; this one is a file"))

// Copy makes a DuckDB file, readable by its owner alone, at the moment of the source, and gives the number of its rows. It is
// written in a folder of its own beside and renamed once it is whole.
func (s *Source) Copy(ctx context.Context, r CopyRequest) (rows int64, err error) {
	p, ok := s.db.(*postgres)
	if !ok {
		return 0, ErrNoDatabase
	}
	if _, err := os.Stat(r.File); !errors.Is(err, os.ErrNotExist) {
		return 0, problems.Input(fmt.Errorf("%s is there already: remove it, or name another file", r.File))
	}
	text, columns, err := s.copyStatement(ctx, p, r)
	if err != nil {
		return 0, err
	}
	aside, err := os.MkdirTemp(filepath.Dir(r.File), ".concord-copy-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(aside)
	path := filepath.Join(aside, filepath.Base(r.File))
	f, err := newChunkFile(path, r.Table, columns)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", r.File, err)
	}
	rows, err = p.copyInto(ctx, text, f)
	if err := errors.Join(s.fail(err), f.close(err == nil)); err != nil {
		return 0, err
	}
	return rows, os.Rename(path, r.File)
}

// copyStatement is the SELECT of the columns, and what they become.
func (s *Source) copyStatement(ctx context.Context, p *postgres, r CopyRequest) (text string, columns []ColumnType, err error) {
	var items []string
	named := make(map[string]Expression)
	for _, e := range r.Columns {
		v, err := s.resolve(ctx, e)
		if err != nil {
			return "", nil, err
		}
		if same, ok := named[strings.ToLower(string(e))]; ok {
			return "", nil, problems.Input(fmt.Errorf("%q and %q are one name in a DuckDB file: write one of them another way", same, e))
		}
		named[strings.ToLower(string(e))] = e
		item, duck := p.copied(v)
		items, columns = append(items, item), append(columns, ColumnType{string(e), duck})
	}
	text = "SELECT " + strings.Join(items, ", ") + " FROM " + s.from
	if r.Where != "" {
		where, err := s.resolve(ctx, r.Where)
		if err != nil {
			return "", nil, fmt.Errorf("where: %w", err)
		}
		text += " WHERE " + where.sql
	}
	return text, columns, nil
}

// copied is the SQL of a value in one of the types that are copied, and the type it gets in DuckDB.
func (p *postgres) copied(v value) (text, duck string) {
	switch v.kind {
	case kindText:
		return "CAST(" + v.sql + " AS text)", "VARCHAR"
	case kindWhole:
		return "CAST(" + v.sql + " AS bigint)", "BIGINT"
	case kindBool:
		return v.sql, "BOOLEAN"
	case kindDate:
		return v.sql, "DATE"
	case kindTimestamp, kindMoment:
		return "CAST(" + v.sql + " AS timestamp)", "TIMESTAMP"
	}
	return p.asText(v), "VARCHAR"
}

const (
	copyBatch   = 1 << 18 // bytes that are handed over at a time
	copyBatches = 8       // on their way at most
)

// copyInto copies what a statement gives, the server's sending and the file's writing going on at once.
func (p *postgres) copyInto(ctx context.Context, text string, f *chunkFile) (rows int64, err error) {
	if err := p.recover(ctx); err != nil {
		return 0, p.lost(ctx, err)
	}
	g, within := errgroup.WithContext(ctx)
	full, empty := make(chan []byte, copyBatches), make(chan []byte, copyBatches)
	g.Go(func() error {
		defer close(full)
		b := &batches{ctx: within, full: full, empty: empty}
		_, err := p.lead.PgConn().CopyTo(within, b, "COPY ("+text+") TO STDOUT (FORMAT binary)")
		if err == nil {
			err = b.flush()
		}
		if ctx.Err() == nil && within.Err() != nil {
			p.failed = true // the other side gave up, and says why
			return within.Err()
		}
		return p.lost(ctx, err)
	})
	g.Go(func() error {
		rows, err = f.fill(full, empty)
		return err
	})
	return rows, g.Wait()
}

// batches gathers what is written into larger pieces.
type batches struct {
	ctx         context.Context
	full, empty chan []byte
	now         []byte
}

func (b *batches) Write(data []byte) (int, error) {
	b.now = append(b.now, data...)
	if len(b.now) < copyBatch {
		return len(data), nil
	}
	return len(data), b.flush()
}

func (b *batches) flush() error {
	select {
	case b.full <- b.now:
	case <-b.ctx.Done():
		return b.ctx.Err()
	}
	select {
	case used := <-b.empty:
		b.now = used[:0]
	default:
		b.now = make([]byte, 0, copyBatch+copyBatch/8)
	}
	return nil
}
