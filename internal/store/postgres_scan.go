package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

const (
	// pagesOfPiece are the pages of a piece of a table: 64 MB, some half a million persons.
	pagesOfPiece = 8192
	// firstPiece is the first piece as a part of the others; it shows whether areas lie together.
	firstPiece = 8
	// scattered is the share of cells to persons in the first piece from which on small pieces do not pay: every one would
	// have nearly every cell in it.
	scattered = 0.5
	// reconnections is how often the connection of a piece is made anew.
	reconnections = 3
)

// A scan is one pass over the table.
type scan struct {
	p        *postgres
	piece    func(ctx context.Context, conn *pgx.Conn, a piece) error // reads one and takes it in whole, or not at all
	q        *fineQuery
	where    string
	mutex    sync.Mutex // of what follows
	u        *rollUp
	done     int64
	total    int64
	progress func(done, total int64)
}

// A piece is a range of pages; the zero value is the whole table.
type piece struct{ from, to int64 } // to is 0 for the end

func (a piece) condition() string {
	switch {
	case a == piece{}:
		return ""
	case a.to == 0:
		return fmt.Sprintf("ctid >= '(%d,0)'", a.from)
	}
	return fmt.Sprintf("ctid >= '(%d,0)' AND ctid < '(%d,0)'", a.from, a.to)
}

// scan reads the table. The first piece is read alone; how large the others are depends on it.
func (p *postgres) scan(ctx context.Context, q *fineQuery, u *rollUp, n narrowing, progress func(done, total int64)) error {
	s := &scan{p: p, q: q, u: u, where: n.condition, progress: progress, total: p.table.pages}
	s.piece = s.fine
	size := max(1, p.at.Pages/max(p.table.parts, 1))
	if n.indexed || p.table.pages <= size {
		return s.piece(ctx, p.lead, piece{})
	}
	first := max(1, size/firstPiece)
	if err := s.piece(ctx, p.lead, piece{0, first}); err != nil {
		return err
	}
	if cells, persons := u.cells(), p.moment.Rows; float64(cells) > scattered*float64(persons) {
		size = (p.table.pages-first)/int64(p.at.Connections) + 1
	}
	return s.pieces(ctx, cut(first, p.table.pages, size))
}

// cut cuts pages into pieces, the last of which goes to the end of the table.
func cut(from, pages, size int64) (all []piece) {
	for ; from+size < pages; from += size {
		all = append(all, piece{from, from + size})
	}
	return append(all, piece{from, 0})
}

// pieces reads pieces over as many connections as are allowed, the lead among them.
func (s *scan) pieces(ctx context.Context, all []piece) error {
	queue := make(chan piece, len(all))
	for _, a := range all {
		queue <- a
	}
	close(queue)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		for a := range queue {
			if err := s.piece(ctx, s.p.lead, a); err != nil {
				return err
			}
		}
		return nil
	})
	for range min(s.p.at.Connections, len(all)) - 1 {
		if s.p.snapshot != "" {
			g.Go(func() error { return s.beside(ctx, queue) })
		}
	}
	return g.Wait()
}

// beside reads pieces over a further connection, made anew when it is lost.
func (s *scan) beside(ctx context.Context, queue <-chan piece) error {
	var conn *pgx.Conn
	defer func() { closeQuietly(conn) }()
	for a := range queue {
		for attempt := 0; ; attempt++ {
			err := ctx.Err()
			if err == nil && conn == nil {
				conn, err = s.p.follow(ctx)
			}
			if err == nil {
				err = s.piece(ctx, conn, a)
			}
			if err == nil {
				break
			}
			if ctx.Err() != nil || !isLost(err) || errors.Is(err, ErrLost) || attempt >= reconnections {
				return err
			}
			closeQuietly(conn)
			conn = nil
			if err := wait(ctx, time.Second<<attempt); err != nil {
				return err
			}
		}
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func closeQuietly(conn *pgx.Conn) {
	if conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), cancelGrace)
	defer cancel()
	_ = conn.Close(ctx) // nothing was written that could be lost
}

// follow makes a connection that sees what the lead sees. Where the lead's snapshot is gone, so is the moment.
func (p *postgres) follow(ctx context.Context) (*pgx.Conn, error) {
	conn, err := p.at.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := inTransaction(ctx, conn, p.snapshot, p.at.settings()); err != nil {
		closeQuietly(conn)
		if ctx.Err() == nil && !isLost(err) {
			err = fmt.Errorf("%w: %w", ErrLost, p.plain(err))
		}
		return nil, err
	}
	return conn, nil
}

// fine reads one piece by every statement, and rolls it up only when all of it has come.
func (s *scan) fine(ctx context.Context, conn *pgx.Conn, a piece) error {
	if err := s.ready(ctx, conn); err != nil {
		return err
	}
	where := and(a.condition(), s.where)
	base, err := s.read(ctx, conn, s.q.base(s.p, where), -1)
	if err != nil {
		return err
	}
	free := make([]*fineCells, len(s.q.apart))
	for i, d := range s.q.apart {
		if free[i], err = s.read(ctx, conn, s.q.groupedBy(s.p, d, where), i); err != nil {
			return err
		}
	}
	s.roll(a, base, free)
	return nil
}

// ready makes a connection that is the lead usable after an error.
func (s *scan) ready(ctx context.Context, conn *pgx.Conn) error {
	if conn != s.p.lead {
		return nil
	}
	return s.p.lost(ctx, s.p.recover(ctx))
}

// and joins two conditions, either of which may be empty.
func and(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " AND " + b
}

func (s *scan) read(ctx context.Context, conn *pgx.Conn, text string, free int) (*fineCells, error) {
	r := newReader(s.q, s.u.books, free)
	err := r.read(conn.PgConn().ExecParams(ctx, text, nil, nil, nil, []int16{pgx.BinaryFormatCode}))
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil && conn == s.p.lead {
		err = s.p.lost(ctx, err)
	}
	return &r.out, err
}

func (s *scan) roll(a piece, base *fineCells, free []*fineCells) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.u.books.Lock()
	defer s.u.books.Unlock()
	s.u.add(base)
	for i, c := range free {
		s.u.addFree(i, c)
	}
	for _, n := range base.n {
		s.p.moment.Rows += n
	}
	s.passed(a)
}

// passed tells that a piece has been read.
func (s *scan) passed(a piece) {
	if a.to == 0 {
		a.to = s.total
	}
	s.done += a.to - a.from
	if s.progress != nil {
		s.progress(s.done, s.total)
	}
}
