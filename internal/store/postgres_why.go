package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	pgquery "github.com/wasilibs/go-pgquery"
)

// constructs are nodes of an expression that postgres_fdw computes on this side.
var constructs = []struct{ node, words string }{
	{"SQLValueFunction", "CURRENT_DATE and its like are not immutable"},
	{"CoalesceExpr", "COALESCE is not sent to other servers"},
	{"MinMaxExpr", "GREATEST and LEAST are not sent to other servers"},
	{"BooleanTest", "IS TRUE and its like are not sent to other servers"},
	{"SubLink", "a query within an expression is not sent to other servers"},
}

const onTheServers = "map a plain column, or compute it in a view on the other servers and name that in the foreign tables' table_name option"

// whyHere says why an expression is not computed on another server.
func (p *postgres) whyHere(ctx context.Context, sql string) (what, mend string, err error) {
	tree, err := partsOf(sql)
	if err != nil {
		return "", "", err
	}
	for _, look := range []func(context.Context, parts) (string, string, error){p.foreignType, p.changing, p.notBuiltIn} {
		if what, mend, err = look(ctx, tree); err != nil || what != "" {
			return what, mend, err
		}
	}
	for _, c := range constructs {
		if tree.nodes[c.node] {
			return c.words, onTheServers, nil
		}
	}
	if tree.nodes["CaseExpr"] && p.version < 150000 {
		return "CASE is sent to other servers from PostgreSQL 15 on", "take PostgreSQL 15 or later, or " + onTheServers, nil
	}
	if tree.nodes["NULLIF"] {
		return "NULLIF is not sent to other servers", onTheServers, nil
	}
	return "a cast between text and another type, or another construct that is not sent to other servers", onTheServers, nil
}

// parts are what an expression is made of.
type parts struct {
	nodes     map[string]bool
	functions []string
	columns   []string
}

func partsOf(sql string) (parts, error) {
	x := parts{nodes: make(map[string]bool)}
	text, err := pgquery.ParseToJSON("SELECT " + sql)
	if err != nil {
		return x, firstLine(err)
	}
	var tree any
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		return x, err
	}
	x.walk(tree)
	return x, nil
}

func (x *parts) walk(node any) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			x.walk(child)
		}
	case map[string]any:
		for key, child := range n {
			x.nodes[key] = true
			switch key {
			case "FuncCall":
				x.functions = append(x.functions, functionName(child))
			case "ColumnRef":
				x.columns = append(x.columns, columnName(child))
			case "kind":
				x.nodes["NULLIF"] = x.nodes["NULLIF"] || child == "AEXPR_NULLIF"
			}
			x.walk(child)
		}
	}
}

// columnName is the last part of the name of a column.
func columnName(ref any) string {
	fields, _ := field[[]any](ref, "fields")
	if len(fields) == 0 {
		return ""
	}
	last, _ := field[map[string]any](fields[len(fields)-1], "String")
	name, _ := last["sval"].(string)
	return name
}

// firstBuiltByUser is the first number of an object that is not PostgreSQL's own.
const firstBuiltByUser = 16384

// foreignType finds a column whose type is not PostgreSQL's own, or is a moment.
func (p *postgres) foreignType(ctx context.Context, x parts) (what, mend string, err error) {
	const types = "SELECT a.attname::text, format_type(t.oid, NULL), coalesce((SELECT e.extname::text FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid " +
		"WHERE d.objid = t.oid AND d.deptype = 'e' LIMIT 1), '') FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid " +
		"WHERE a.attrelid = %d AND a.attname = ANY (%s) AND (t.oid >= %d OR t.typname = 'timestamptz') ORDER BY a.attnum LIMIT 1"
	rows, err := p.query(ctx, fmt.Sprintf(types, p.table.oid, textArray(x.columns), firstBuiltByUser))
	if err != nil {
		return "", "", err
	}
	defer rows.Close()
	var column, kind, extension string
	for rows.Next() {
		if err := rows.Scan(&column, &kind, &extension); err != nil {
			return "", "", err
		}
	}
	switch {
	case column == "":
	case extension != "":
		what = fmt.Sprintf("the column %s is of the type %s of the extension %s, which the servers are not said to have", column, kind, extension)
		mend = p.nameExtension(extension)
	case kind == "timestamp with time zone":
		what = fmt.Sprintf("the day of the moment %s depends on the time zone", column)
		mend = "declare the column of the foreign tables as a date, and have a view on the other servers make it one"
	default:
		what = fmt.Sprintf("the column %s is of the type %s, which is not PostgreSQL's own", column, kind)
		mend = "declare the column of the foreign tables, and of the table they are parts of, as text"
	}
	return what, mend, rows.Err()
}

// nameExtension is how a server is told that the other one has an extension too.
func (p *postgres) nameExtension(extension string) string {
	var all []string
	for _, s := range p.table.shards {
		listed := s.option("extensions", "")
		if slices.Contains(strings.Split(listed, ","), extension) {
			continue
		}
		verb, list := "ADD", extension
		if listed != "" {
			verb, list = "SET", listed+","+extension
		}
		all = append(all, fmt.Sprintf("ALTER SERVER %s OPTIONS (%s extensions %s)", quoted(s.name), verb, literal(list)))
	}
	return strings.Join(all, "; ")
}

// changing finds a function that is not immutable.
func (p *postgres) changing(ctx context.Context, x parts) (what, mend string, err error) {
	name, err := p.oneText(ctx, "SELECT proname::text FROM pg_proc WHERE proname = ANY ("+textArray(x.functions)+
		") GROUP BY proname HAVING bool_or(provolatile <> 'i') ORDER BY proname LIMIT 1")
	if name == "" {
		return "", "", err
	}
	return fmt.Sprintf("the function %s is not immutable for every argument: its value may depend on the session", name), onTheServers, err
}

// notBuiltIn finds a function that is not PostgreSQL's own.
func (p *postgres) notBuiltIn(ctx context.Context, x parts) (what, mend string, err error) {
	name, err := p.oneText(ctx, fmt.Sprintf("SELECT proname::text FROM pg_proc WHERE proname = ANY (%s) GROUP BY proname HAVING min(oid) >= %d ORDER BY proname LIMIT 1",
		textArray(x.functions), firstBuiltByUser))
	if name == "" {
		return "", "", err
	}
	extension, err := p.oneText(ctx, "SELECT e.extname::text FROM pg_proc f JOIN pg_depend d ON d.objid = f.oid AND d.deptype = 'e' "+
		"JOIN pg_extension e ON e.oid = d.refobjid WHERE f.proname = "+literal(name)+" LIMIT 1")
	what = fmt.Sprintf("the function %s is not PostgreSQL's own", name)
	if extension != "" {
		return what, p.nameExtension(extension), err
	}
	return what, onTheServers, err
}

// oneText is the text that a statement gives, "" for none.
func (p *postgres) oneText(ctx context.Context, statement string) (text string, err error) {
	rows, err := p.query(ctx, statement)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&text); err != nil {
			return "", err
		}
	}
	return text, rows.Err()
}
