package store

import (
	"context"
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
func (s *Source) resolve(ctx context.Context, e Expression) (value, error) {
	if v, ok := s.resolved[e]; ok {
		return v, nil
	}
	v := value{sql: "(" + string(e) + "\n)"}
	named := slices.Contains(s.columns, string(e))
	if named {
		v.sql = quoted(string(e))
	}
	var err error
	if v.kind, err = s.db.check(ctx, s.from, e, named); err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrLost) {
			return value{}, err
		}
		if missing := noColumn(e, s.columns); missing != nil {
			return value{}, missing
		}
		return value{}, problems.Input(fmt.Errorf("expression %q: %w", e, err))
	}
	s.resolved[e] = v
	return v, nil
}

var errNotSingle = errors.New("want a single expression over the columns of the source")

// text is the text of a value with null for the empty text.
func (s *Source) text(v value) string { return "nullif(" + s.db.asText(v) + ", '')" }
