package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// field sums up piece by piece over several connections that share one snapshot, as a tally does.
func (p *postgres) field(ctx context.Context, s *Source, q *fieldQuery, yield func(*FieldGroup)) error {
	p.moment.Rows = 0
	f := &fieldScan{scan: scan{p: p, progress: q.progress, total: p.table.pages}, s: s, q: q, yield: yield, at: p.placed()}
	f.piece = f.sums
	size := max(1, p.at.Pages/max(p.table.parts, 1))
	if p.table.pages <= size {
		return f.piece(ctx, p.lead, piece{})
	}
	return f.pieces(ctx, cut(0, p.table.pages, size))
}

// placed places rows by where the server keeps them, within a table that is one.
func (p *postgres) placed() placing {
	at := placing{from: p.table.sql, place: "NULL::tid", first: "NULL::text"}
	if p.table.kind == "r" && p.table.pages > 0 {
		at.place, at.first = "ctid", "CAST(min(place) AS text)"
	}
	return at
}

// text is the statement over the records that fulfil a condition: keys, classes, sums, place.
func (q *fieldQuery) text(s *Source, at placing, where string) string {
	var keys, names, classes, inner []string
	for _, k := range q.keys {
		keys, names = append(keys, "coalesce("+s.db.asText(k)+", '')"), append(names, k.sql)
	}
	for i, c := range q.classes {
		name := fmt.Sprintf("c%d", i)
		classes, inner = append(classes, name), append(inner, c.sql+" AS "+name)
	}
	names = append(names, classes...)
	if where != "" {
		where = " WHERE " + where
	}
	group := ""
	if len(names) > 0 {
		group = "\nGROUP BY " + strings.Join(names, ", ")
	}
	list := func(parts ...[]string) string { return strings.Join(slices.Concat(parts...), ", ") }
	return "SELECT " + list(keys, classes, sumColumns) +
		"\nFROM (SELECT " + list(names, q.sums, []string{at.first + " AS place"}) +
		"\nFROM (SELECT " + list(q.inner, inner, q.summed, []string{at.place + " AS place"}) + "\nFROM " + at.from + where + ") AS records" +
		group + ") AS groups"
}

// A fieldScan is one pass over field results.
type fieldScan struct {
	scan
	s     *Source
	q     *fieldQuery
	at    placing
	yield func(*FieldGroup)
}

// sums reads one piece, and yields its groups only when all of it has come.
func (f *fieldScan) sums(ctx context.Context, conn *pgx.Conn, a piece) error {
	if err := f.ready(ctx, conn); err != nil {
		return err
	}
	text := f.q.text(f.s, f.at, a.condition())
	groups, err := readGroups(f.q, conn.PgConn().ExecParams(ctx, text, nil, nil, nil, []int16{pgx.BinaryFormatCode}))
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && conn == f.p.lead {
		return f.p.lost(ctx, err)
	}
	if err == nil {
		f.take(a, groups)
	}
	return err
}

func (f *fieldScan) take(a piece, groups *fieldGroups) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	g := &FieldGroup{Keys: make([]string, len(f.q.keys)), Age: AgeMissing}
	for row := range groups.rows {
		groups.at(row, g)
		f.p.moment.Rows += g.Records
		f.yield(g)
	}
	f.passed(a)
}

// fieldGroups are the groups of a piece, in columns: the keys by their numbers in books.
type fieldGroups struct {
	q       *fieldQuery
	rows    int
	books   []*codeBook
	keys    [][]int32
	numbers [][]int64 // classes and sums
}

func readGroups(q *fieldQuery, rows *pgconn.ResultReader) (*fieldGroups, error) {
	g := &fieldGroups{q: q, keys: make([][]int32, len(q.keys)), numbers: make([][]int64, len(q.classes)+len(sumColumns))}
	for range q.keys {
		g.books = append(g.books, newCodeBook())
	}
	for rows.NextRow() {
		g.add(rows.Values())
	}
	_, err := rows.Close()
	return g, err
}

func (g *fieldGroups) add(values [][]byte) {
	g.rows++
	for i, b := range g.books {
		g.keys[i] = append(g.keys[i], b.of(values[i]))
	}
	values = values[len(g.books):]
	last := len(values) - 1
	for i, v := range values[:last] {
		g.numbers[i] = append(g.numbers[i], wholeAt(v))
	}
	g.numbers[last] = append(g.numbers[last], placeOf(values[last]))
}

// at puts a group into one that is reused.
func (g *fieldGroups) at(row int, into *FieldGroup) {
	for i, b := range g.books {
		into.Keys[i] = ""
		if k := g.keys[i][row]; k >= 0 {
			into.Keys[i] = b.texts[k]
		}
	}
	for i, c := range g.q.classes {
		*c.to(into) = int(g.numbers[i][row] + c.from)
	}
	sums := g.numbers[len(g.q.classes):]
	for i, to := range []*int64{&into.Records, &into.Light, &into.Persons, &into.Weighted, &into.Variance, &into.Row} {
		*to = sums[i][row]
	}
}

// wholeAt is a whole number of four or eight bytes.
func wholeAt(b []byte) int64 {
	if len(b) == 4 {
		return int64(int32(binary.BigEndian.Uint32(b)))
	}
	return int64At(b)
}

// rowsOfPage are more than a page of a table has.
const rowsOfPage = 1 << 16

// placeOf is the number of a place such as (12,3); 0 where there is none.
func placeOf(place []byte) int64 {
	page, row, ok := bytes.Cut(bytes.Trim(place, "()"), []byte(","))
	p, err := strconv.ParseInt(string(page), 10, 64)
	r, err2 := strconv.ParseInt(string(row), 10, 64)
	if !ok || err != nil || err2 != nil {
		return 0
	}
	return p*rowsOfPage + r
}

// rowName: a row is found again by its ctid, until it is written anew.
func (*postgres) rowName(row int64) string {
	return fmt.Sprintf("ctid (%d,%d)", row/rowsOfPage, row%rowsOfPage)
}

func (p *postgres) name(*Source) string { return p.moment.Server + "/" + p.moment.Table }
