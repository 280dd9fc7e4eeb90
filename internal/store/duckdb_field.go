package store

import (
	"context"
	"fmt"
	"math"
	"strings"
)

// field sums up by one statement, whose groups are told apart by whole numbers: every key of few values is numbered by a
// dictionary, and the numbers are packed into as few as hold them. That takes a third of the time and the memory of
// grouping by texts.
func (d *duckDB) field(ctx context.Context, s *Source, q *fieldQuery, yield func(*FieldGroup)) error {
	at, err := d.placed(ctx)
	if err != nil {
		return err
	}
	p := &packing{q: q}
	for i := range q.keys {
		dictionary, err := d.dictionary(ctx, s, at.from, q, i)
		if err != nil || dictionary != nil && len(dictionary.raw) == 0 {
			return err // there are no records
		}
		p.addKey(i, dictionary)
	}
	for _, c := range q.classes {
		p.add(c.sql, c.size, part{class: c})
	}
	rows, err := d.query(ctx, p.text(s, at))
	if err != nil {
		return err
	}
	defer rows.Close()
	return p.read(rows, yield)
}

// mostWords is how many values a key may have to be numbered.
const mostWords = 100_000

// A dictionary numbers the values of a key: raw as DuckDB writes them, and the texts people know them by.
type dictionary struct {
	raw, texts []string
}

// dictionary reads the values of a key; nil where there are too many.
func (d *duckDB) dictionary(ctx context.Context, s *Source, from string, q *fieldQuery, i int) (*dictionary, error) {
	k := q.keys[i]
	rows, err := d.query(ctx, fmt.Sprintf("SELECT coalesce(CAST(%s AS VARCHAR), ''), coalesce(%s, '') FROM (SELECT DISTINCT %s FROM %s) AS keys ORDER BY 1 LIMIT %d",
		k.sql, s.db.asText(k), q.inner[i], from, mostWords+1))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	words := &dictionary{}
	for rows.Next() {
		var raw, text string
		if err := rows.Scan(&raw, &text); err != nil {
			return nil, err
		}
		if n := len(words.raw); n == 0 || words.raw[n-1] != raw { // null is the empty text
			words.raw, words.texts = append(words.raw, raw), append(words.texts, text)
		}
	}
	if len(words.raw) > mostWords {
		words = nil
	}
	return words, rows.Err()
}

// enum is the SQL of the type that numbers the words.
func (w *dictionary) enum() string {
	quotedWords := make([]string, len(w.raw))
	for i, raw := range w.raw {
		quotedWords[i] = literal(raw)
	}
	return "ENUM(" + strings.Join(quotedWords, ", ") + ")"
}

// A part is what a packed number holds at a place.
type part struct {
	size  int64
	key   int         // position of the key, where words are
	words *dictionary // nil for a class
	class class
}

// A packing puts small numbers into large ones.
type packing struct {
	q      *fieldQuery
	parts  [][]part // by packed number, the first part the most significant
	sql    []string // of the packed numbers
	free   []int    // keys of too many words, grouped by as they are
	filled int64    // values of the last packed number
}

// addKey packs a key, or leaves it as it is where it has no dictionary.
func (p *packing) addKey(i int, words *dictionary) {
	if words == nil {
		p.free = append(p.free, i)
		return
	}
	raw, _ := strings.CutSuffix(p.q.inner[i], " AS "+p.q.keys[i].sql)
	p.add("enum_code(CAST(coalesce(CAST("+raw+" AS VARCHAR), '') AS "+words.enum()+"))", int64(len(words.raw)), part{key: i, words: words})
}

func (p *packing) add(sql string, size int64, a part) {
	a.size = size
	sql = "CAST(" + sql + " AS BIGINT)"
	if len(p.sql) == 0 || p.filled > math.MaxInt64/size {
		p.sql, p.parts, p.filled = append(p.sql, sql), append(p.parts, []part{a}), size
		return
	}
	last := len(p.sql) - 1
	p.sql[last] = fmt.Sprintf("(%s * %d + %s)", p.sql[last], size, sql)
	p.parts[last], p.filled = append(p.parts[last], a), p.filled*size
}

// text is the statement: packed numbers, free keys, sums, place.
func (p *packing) text(s *Source, at placing) string {
	var inner, names, items []string
	for i, sql := range p.sql {
		name := fmt.Sprintf("p%d", i)
		inner, names, items = append(inner, sql+" AS "+name), append(names, name), append(items, name)
	}
	for _, i := range p.free {
		k := p.q.keys[i]
		inner, names, items = append(inner, p.q.inner[i]), append(names, k.sql), append(items, "coalesce("+s.db.asText(k)+", '')")
	}
	sums := append(p.q.sums[:len(p.q.sums):len(p.q.sums)], at.first+" AS place")
	inner = append(inner, p.q.summed...)
	return "SELECT " + strings.Join(append(items, sumColumns...), ", ") +
		"\nFROM (SELECT " + strings.Join(append(names, sums...), ", ") +
		"\nFROM (SELECT " + strings.Join(append(inner, at.place+" AS place"), ", ") + "\nFROM " + at.from + ") AS records" +
		"\nGROUP BY " + strings.Join(names, ", ") + ") AS groups"
}

func (p *packing) read(rows rows, yield func(*FieldGroup)) error {
	g := &FieldGroup{Keys: make([]string, len(p.q.keys)), Age: AgeMissing}
	packed := make([]int64, len(p.sql))
	var dest []any
	for i := range packed {
		dest = append(dest, &packed[i])
	}
	for _, i := range p.free {
		dest = append(dest, &g.Keys[i])
	}
	dest = append(dest, g.sums()...)
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		p.unpack(packed, g)
		yield(g)
	}
	return rows.Err()
}

func (p *packing) unpack(packed []int64, g *FieldGroup) {
	for i, rest := range packed {
		for n := len(p.parts[i]) - 1; n >= 0; n-- {
			a := &p.parts[i][n]
			code := rest % a.size
			if rest /= a.size; a.words != nil {
				g.Keys[a.key] = a.words.texts[code]
			} else {
				*a.class.to(g) = int(code + a.class.from)
			}
		}
	}
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
