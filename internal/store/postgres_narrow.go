package store

import (
	"context"
	"fmt"
	"strings"
)

// A narrowing keeps rows out of a tally that lie in none of the wanted areas.
type narrowing struct {
	condition string
	indexed   bool // whether the areas' indexes find the rows
}

const (
	// mostIndexed is the share of the code list up to which an index is used: more is faster read from end to end.
	mostIndexed = 0.2
	// hashedNegation is the version that looks a value up in a long list it must not be in, rather than going through it.
	hashedNegation = 150000
	// mostCodes is how many codes of an index are gone through before it is given up.
	mostCodes = 200_000
)

// narrow finds a condition that keeps all rows that lie in a wanted area, or in none that is listed.
func (p *postgres) narrow(ctx context.Context, q *fineQuery, r Request) (narrowing, error) {
	if len(r.Wanted) == 0 || len(r.Listed) == 0 {
		return narrowing{}, nil
	}
	for _, a := range q.areas {
		if a.kind != kindText {
			return narrowing{}, nil
		}
	}
	if !p.table.elsewhere() && float64(len(r.Wanted)) <= mostIndexed*float64(len(r.Listed)) {
		n, err := p.byIndex(ctx, q, r)
		if err != nil || n.indexed {
			return n, err
		}
	}
	return p.byList(q, r), nil
}

// byIndex goes through the codes of the index of every area column, one step a code, and asks for the rows of those that
// are wanted, and of those that are not listed, whatever blanks they have around them.
func (p *postgres) byIndex(ctx context.Context, q *fineQuery, r Request) (narrowing, error) {
	listed, wanted := setOf(r.Listed), setOf(r.Wanted)
	var conditions []string
	for i, a := range q.areas {
		has, err := p.hasIndex(ctx, a.sql)
		if err != nil || !has {
			return narrowing{}, err
		}
		codes, err := p.codesOf(ctx, a.sql)
		if err != nil || len(codes) > mostCodes {
			return narrowing{}, err
		}
		var keep []string
		for _, c := range codes {
			if code := strings.Trim(c, " "); wanted[code] || !listed[code] {
				keep = append(keep, c)
			}
		}
		conditions = append(conditions, a.sql+" = ANY ("+textArray(keep)+")")
		if q.leads(i) {
			conditions = append(conditions, a.sql+" IS NULL")
		}
	}
	return narrowing{"(" + strings.Join(conditions, " OR ") + ")", true}, nil
}

// leads tells whether an area expression is the first of some definition: a null there may make a person missing.
func (q *fineQuery) leads(area int) bool {
	for _, exprs := range q.placed {
		if exprs[0] == area {
			return true
		}
	}
	return false
}

// byList leaves out the rows whose every area is listed and not wanted, or null where that alone makes nobody missing.
func (p *postgres) byList(q *fineQuery, r Request) narrowing {
	wanted := setOf(r.Wanted)
	var others []string
	for _, code := range r.Listed {
		if !wanted[code] {
			others = append(others, code)
		}
	}
	if len(others) == 0 {
		return narrowing{}
	}
	list := textArray(others)
	var keep []string
	for i, a := range q.areas {
		elsewhere := "(" + a.sql + " = ANY (" + list + ")) IS NOT TRUE" // null too
		if p.version >= hashedNegation || p.table.elsewhere() {         // IS NOT TRUE is not sent to other servers
			elsewhere = "(" + a.sql + " <> ALL (" + list + ") OR " + a.sql + " IS NULL)"
		}
		if !q.leads(i) {
			elsewhere = "(" + a.sql + " IS NOT NULL AND " + elsewhere + ")"
		}
		keep = append(keep, elsewhere)
	}
	return narrowing{condition: "(" + strings.Join(keep, " OR ") + ")"}
}

// hasIndex tells whether a column, given as its quoted name, leads an index of all rows that tells codes apart by bytes
// as the comparison does.
func (p *postgres) hasIndex(ctx context.Context, column string) (bool, error) {
	const index = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam " +
		"JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] " +
		"WHERE i.indrelid = %d AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree' AND a.attname = %s " +
		"AND i.indcollation[0] = a.attcollation"
	var n int
	rows, err := p.query(ctx, fmt.Sprintf(index, p.table.oid, literal(unquoted(column))))
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return false, err
		}
	}
	return n > 0, rows.Err()
}

// codesOf steps through an index from one code to the next.
func (p *postgres) codesOf(ctx context.Context, column string) (codes []string, err error) {
	from := p.table.sql
	rows, err := p.query(ctx, fmt.Sprintf("WITH RECURSIVE codes AS ((SELECT %[1]s AS code FROM %[2]s WHERE %[1]s IS NOT NULL ORDER BY %[1]s LIMIT 1) "+
		"UNION ALL SELECT (SELECT %[1]s FROM %[2]s WHERE %[1]s > codes.code ORDER BY %[1]s LIMIT 1) FROM codes WHERE codes.code IS NOT NULL) "+
		"SELECT code FROM codes WHERE code IS NOT NULL LIMIT %[3]d", column, from, mostCodes+1))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var code string
		if err := rows.Scan(&code); err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, rows.Err()
}

// unquoted is the name of a column from its quoted form; an expression gives what no column is called.
func unquoted(column string) string {
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(column, `"`), `"`), `""`, `"`)
}
