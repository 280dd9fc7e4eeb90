package store

import (
	"context"
	"encoding/json"
	"errors"
)

// parsed is what json_serialize_sql tells of a statement.
type parsed struct {
	Error        bool   `json:"error"`
	ErrorMessage string `json:"error_message"`
	Statements   []struct {
		Node struct {
			Type       string            `json:"type"`
			SelectList []json.RawMessage `json:"select_list"`
			From       struct {
				Type string `json:"type"`
			} `json:"from_table"`
			Where json.RawMessage `json:"where_clause"`
		} `json:"node"`
	} `json:"statements"`
}

// check lets DuckDB parse the expression as the only item of a SELECT, and refuses whatever is more than that: a second
// statement, a FROM, a second column. It is parsed within parentheses, and again within brackets, so that it cannot close
// either: "a) OR (b" would be an expression, but not the one it is taken for. The type is left to DuckDB.
func (d *duckDB) check(ctx context.Context, from string, e Expression, column bool) (kind string, err error) {
	if column {
		return "", nil
	}
	for _, around := range []string{"()", "[]"} {
		if err := d.parse(ctx, "SELECT "+around[:1]+string(e)+"\n"+around[1:]); err != nil {
			return "", err
		}
	}
	return "", d.bind(ctx, from, e)
}

func (d *duckDB) parse(ctx context.Context, statement string) error {
	var text string
	row := d.db.QueryRowContext(ctx, "SELECT CAST(json_serialize_sql(?::VARCHAR) AS VARCHAR)", statement)
	if err := row.Scan(&text); err != nil {
		return firstLine(err)
	}
	var p parsed
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	if p.Error {
		return firstLine(errors.New(p.ErrorMessage))
	}
	if len(p.Statements) != 1 {
		return errNotSingle
	}
	n := p.Statements[0].Node
	if n.Type != "SELECT_NODE" || len(n.SelectList) != 1 || n.From.Type != "EMPTY" || string(n.Where) != "null" && n.Where != nil {
		return errNotSingle
	}
	return nil
}

// bind makes DuckDB look up the columns and functions the expression names. No record is read, so what DuckDB says is
// about the expression.
func (d *duckDB) bind(ctx context.Context, from string, e Expression) error {
	rows, err := d.db.QueryContext(ctx, "SELECT ("+string(e)+"\n) FROM "+from+" LIMIT 0")
	if err != nil {
		return firstLine(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err == nil && len(columns) != 1 {
		return errNotSingle
	}
	return err
}
