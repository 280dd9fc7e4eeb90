package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	pgquery "github.com/wasilibs/go-pgquery"
)

// check makes sure that an expression is one, that it can only read the row it is given, and asks the server for its type.
func (p *postgres) check(ctx context.Context, from string, e Expression, column bool) (kind string, err error) {
	text := quoted(string(e))
	if !column {
		text = "(" + string(e) + "\n)"
		functions, err := parseExpression(string(e))
		if err != nil {
			return "", err
		}
		if err := p.checkFunctions(ctx, functions); err != nil {
			return "", err
		}
	}
	if err := p.recover(ctx); err != nil {
		return "", p.lost(ctx, err)
	}
	d, err := p.lead.Prepare(ctx, "", "SELECT "+text+" FROM "+from)
	if err != nil {
		return "", p.statementError(p.lost(ctx, err))
	}
	if len(d.Fields) != 1 || len(d.ParamOIDs) != 0 {
		return "", errNotSingle
	}
	return p.kind(ctx, d.Fields[0].DataTypeOID)
}

// statementError is an error about the text of a statement.
func (p *postgres) statementError(err error) error {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return errors.New(strings.ReplaceAll(server.Message, "\n", " "))
	}
	return err
}

// parseExpression makes sure that a text is a single expression without a query, a parameter or a star in it, and gives
// the names of the functions it calls. It is parsed within parentheses and again within brackets, so that it can close
// neither.
func parseExpression(e string) (functions []string, err error) {
	for _, around := range []string{"()", "[]"} {
		before := "SELECT "
		if around == "[]" {
			before = "SELECT ARRAY"
		}
		text, err := pgquery.ParseToJSON(before + around[:1] + e + "\n" + around[1:])
		if err != nil {
			return nil, firstLine(err)
		}
		var tree any
		if err := json.Unmarshal([]byte(text), &tree); err != nil {
			return nil, err
		}
		x, err := soleItem(tree)
		if err != nil {
			return nil, err
		}
		array, _ := x["A_ArrayExpr"].(map[string]any)
		if elements, _ := array["elements"].([]any); around == "[]" && len(elements) != 1 {
			return nil, errNotSingle
		}
		if _, row := x["RowExpr"]; row {
			return nil, errNotSingle
		}
		if functions, err = functionsOf(x); err != nil {
			return nil, err
		}
	}
	return functions, nil
}

// soleItem is the only item of a statement that is nothing but SELECT with one.
func soleItem(tree any) (map[string]any, error) {
	statements, _ := field[[]any](tree, "stmts")
	if len(statements) != 1 {
		return nil, errNotSingle
	}
	outer, _ := field[map[string]any](statements[0], "stmt")
	query, ok := field[map[string]any](outer, "SelectStmt")
	if !ok {
		return nil, errNotSingle
	}
	for name := range query {
		switch name {
		case "targetList", "limitOption", "op":
		default:
			return nil, errNotSingle
		}
	}
	items, _ := field[[]any](query, "targetList")
	if len(items) != 1 {
		return nil, errNotSingle
	}
	target, _ := field[map[string]any](items[0], "ResTarget")
	if _, named := target["name"]; named {
		return nil, errNotSingle
	}
	x, ok := field[map[string]any](target, "val")
	if !ok {
		return nil, errNotSingle
	}
	return x, nil
}

// field is a field of a node, where it has it.
func field[T any](node any, name string) (T, bool) {
	m, _ := node.(map[string]any)
	v, ok := m[name].(T)
	return v, ok
}

// refusedNodes are what an expression over one row has no use for.
var refusedNodes = map[string]string{
	"SubLink": "a query within an expression", "A_Star": "a star", "ParamRef": "a parameter", "SetToDefault": "DEFAULT",
}

// functionsOf walks an expression and gathers the functions it calls.
func functionsOf(node any) (names []string, err error) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			more, err := functionsOf(child)
			if err != nil {
				return nil, err
			}
			names = append(names, more...)
		}
	case map[string]any:
		for key, child := range n {
			if what, refused := refusedNodes[key]; refused {
				return nil, fmt.Errorf("%s is not allowed: %w", what, errNotSingle)
			}
			if key == "FuncCall" {
				names = append(names, functionName(child))
			}
			more, err := functionsOf(child)
			if err != nil {
				return nil, err
			}
			names = append(names, more...)
		}
	}
	return names, nil
}

// functionName is the last part of the name of a call.
func functionName(call any) string {
	parts, _ := field[[]any](call, "funcname")
	if len(parts) == 0 {
		return ""
	}
	last, _ := field[map[string]any](parts[len(parts)-1], "String")
	name, _ := last["sval"].(string)
	return name
}

// checkFunctions refuses functions that may do more than compute a value from a row: volatile ones can write files, end
// connections or wait, and aggregates look at other rows.
func (p *postgres) checkFunctions(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	rows, err := p.query(ctx, "SELECT DISTINCT proname FROM pg_proc WHERE proname = ANY("+textArray(names)+
		") AND (provolatile = 'v' OR prokind <> 'f' OR proretset) ORDER BY proname LIMIT 1")
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		return fmt.Errorf("the function %s may do more than compute a value from a row: want functions that are immutable or stable", name)
	}
	return rows.Err()
}

// kind is the kind of a type; of a domain, that of its base.
func (p *postgres) kind(ctx context.Context, oid uint32) (string, error) {
	if kind, ok := p.kinds[oid]; ok {
		return kind, nil
	}
	const base = "WITH RECURSIVE t AS (SELECT oid, typname, typtype, typbasetype FROM pg_type WHERE oid = %d UNION ALL " +
		"SELECT b.oid, b.typname, b.typtype, b.typbasetype FROM t JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype) " +
		"SELECT typname::text FROM t WHERE typtype <> 'd'"
	rows, err := p.query(ctx, fmt.Sprintf(base, oid))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var name string
	for rows.Next() {
		if err := rows.Scan(&name); err != nil {
			return "", err
		}
	}
	p.kinds[oid] = kindOf(name)
	return p.kinds[oid], rows.Err()
}

func kindOf(typname string) string {
	switch typname {
	case "text", "varchar":
		return kindText
	case "int2", "int4", "int8":
		return kindWhole
	case "numeric", "float4", "float8":
		return kindNumber
	case "bool":
		return kindBool
	case "date":
		return kindDate
	case "timestamp":
		return kindTimestamp
	case "timestamptz":
		return kindMoment
	case "bytea":
		return kindBytes
	}
	return kindOther
}
