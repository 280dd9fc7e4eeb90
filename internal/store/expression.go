package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/problems"
)

// An Expression is SQL of the store over the columns of a source; most often just a column's name. A name that is a
// column is taken as that column, whatever characters it has. The empty expression means that there is none.
type Expression string

// Missing is the category of a null, an empty text, a code that is not listed.
const Missing = analysis.Missing

// isName matches what can only be meant as the name of a column.
var isName = regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)

// noColumn is the error of a name that is no column; SQL does not tell upper from lower case.
func noColumn(e Expression, columns []string) error {
	same := func(column string) bool { return strings.EqualFold(column, string(e)) }
	if !isName.MatchString(string(e)) || slices.ContainsFunc(columns, same) {
		return nil
	}
	if len(columns) == 1 && strings.ContainsAny(columns[0], ";\t") {
		return problems.Input(fmt.Errorf("no column %q: the columns are separated by semicolons or tabs, want commas", e))
	}
	return problems.Input(fmt.Errorf("no column %q; the file has %s", e, strings.Join(columns, ", ")))
}

// Check tells what is wrong with an expression over the columns of the source.
func (s *Source) Check(ctx context.Context, e Expression) error {
	if e == "" {
		return nil
	}
	_, err := s.resolve(ctx, e)
	return err
}

// resolve turns an expression into SQL, having made sure that it is one expression and nothing else. The line break
// ends a comment the expression may close with.
func (s *Source) resolve(ctx context.Context, e Expression) (string, error) {
	if slices.Contains(s.columns, string(e)) {
		return quoted(string(e)), nil
	}
	if err := s.checkExpression(ctx, e); err != nil {
		if missing := noColumn(e, s.columns); missing != nil {
			return "", missing
		}
		return "", problems.Input(fmt.Errorf("expression %q: %w", e, err))
	}
	return "(" + string(e) + "\n)", nil
}

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

var errNotSingle = errors.New("want a single expression over the columns of the source")

// checkExpression lets DuckDB parse the expression as the only item of a SELECT, and refuses whatever is more than
// that: a second statement, a FROM, a second column. It is parsed within parentheses, and again within brackets, so
// that it cannot close either: "a) OR (b" would be an expression, but not the one it is taken for.
func (s *Source) checkExpression(ctx context.Context, e Expression) error {
	for _, around := range []string{"()", "[]"} {
		if err := s.parse(ctx, "SELECT "+around[:1]+string(e)+"\n"+around[1:]); err != nil {
			return err
		}
	}
	return s.bind(ctx, e)
}

func (s *Source) parse(ctx context.Context, statement string) error {
	var text string
	row := s.db.QueryRowContext(ctx, "SELECT CAST(json_serialize_sql(?::VARCHAR) AS VARCHAR)", statement)
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
func (s *Source) bind(ctx context.Context, e Expression) error {
	rows, err := s.db.QueryContext(ctx, "SELECT ("+string(e)+"\n) FROM source LIMIT 0")
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

// asText is the SQL of a value as the text people know it by: a code that a table keeps as a number with a fraction, as
// tables with gaps often do, is the whole number, and a midnight is its day. DuckDB settles the type when it plans.
func asText(sql string) string {
	plain := "CAST(" + sql + " AS VARCHAR)"
	return "trim(CASE WHEN typeof(" + sql + ") IN ('DOUBLE', 'FLOAT') OR typeof(" + sql + ") LIKE 'DECIMAL%' THEN regexp_replace(" + plain + ", '[.]0*$', '')" +
		" WHEN typeof(" + sql + ") LIKE 'TIMESTAMP%' THEN regexp_replace(" + plain + ", ' 00:00:00.*$', '') ELSE " + plain + " END)"
}

// text is asText with null for the empty text.
func text(sql string) string { return "nullif(" + asText(sql) + ", '')" }
