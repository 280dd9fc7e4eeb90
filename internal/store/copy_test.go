package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/store"
)

// copied copies records into a table and gives what is in it then, null as "∅".
func copied(t *testing.T, c store.Copy, records [][]string, failure error) ([][]string, error) {
	t.Helper()
	ctx := context.Background()
	err := c.Run(ctx, func(add func([]string) error) error {
		for _, r := range records {
			if err := add(r); err != nil {
				return err
			}
		}
		return failure
	})
	conn, err2 := pgx.Connect(ctx, c.To.Connection)
	check(t, err2)
	defer conn.Close(ctx)
	rows, err2 := conn.Query(ctx, "SELECT coalesce(a, '∅'), coalesce(n::text, '∅') FROM "+c.Table+" ORDER BY n")
	if err2 != nil {
		return nil, err
	}
	var all [][]string
	for rows.Next() {
		var a, n string
		check(t, rows.Scan(&a, &n))
		all = append(all, []string{a, n})
	}
	return all, err
}

// TestCopy: a table is there whole or as it was, whatever goes wrong; texts come as they are.
func TestCopy(t *testing.T) {
	server := pgcluster.Shared(t, 0)
	database := server.Database(t)
	c := store.Copy{To: store.Postgres{Connection: server.Socket(database)}, Table: "public.field",
		Columns: []store.ColumnType{{Name: "a", Type: "text"}, {Name: "n", Type: "integer"}}}
	first := [][]string{{"Ấp 3", "1"}, {"tab\tline\nreturn\rback\\slash \\N \\.", "2"}, {"", "3"}, {`\N`, "4"}, {"\\.", "5"}}
	want := [][]string{first[0], first[1], {"∅", "3"}, first[3], first[4]}
	got, err := copied(t, c, first, nil)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	var input problems.InputError
	got, err = copied(t, c, [][]string{{"x", "1"}}, nil)
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "there is a table of this name") || len(got) != 5 {
		t.Errorf("a table that is there: %d rows, error %v", len(got), err)
	}
	c.Replace = true
	const secret = "Bí-Mật"
	for name, records := range map[string][][]string{"no number": {{"x", "1"}, {"y", secret}}, "too few": {{secret}}} {
		got, err = copied(t, c, records, nil)
		if err == nil || strings.Contains(err.Error(), secret) || len(got) != 5 {
			t.Errorf("%s: %d rows, error %v", name, len(got), err)
		}
	}
	unread := errors.New("the file broke")
	if got, err = copied(t, c, [][]string{{"x", "1"}}, unread); !errors.Is(err, unread) || len(got) != 5 {
		t.Errorf("records that cannot be read: %d rows, error %v", len(got), err)
	}
	long := make([][]string, 100_000)
	for i := range long {
		long[i] = []string{strings.Repeat("x", 20), "7"}
	}
	long[50_000][1] = secret
	if got, err = copied(t, c, long, nil); err == nil || strings.Contains(err.Error(), secret) || len(got) != 5 {
		t.Errorf("a bad record among many: %d rows, error %v", len(got), err)
	}
	if got, err = copied(t, c, [][]string{{"x", "1"}}, nil); err != nil || len(got) != 1 {
		t.Errorf("replaced by %d rows, error %v", len(got), err)
	}
}

// TestCopyStops: Ctrl-C ends a copy and leaves everything as it was.
func TestCopyStops(t *testing.T) {
	server := pgcluster.Shared(t, 0)
	c := store.Copy{To: store.Postgres{Connection: server.Socket(server.Database(t))}, Table: "t", Columns: []store.ColumnType{{Name: "a", Type: "text"}}}
	ctx, stop := context.WithCancel(context.Background())
	err := c.Run(ctx, func(add func([]string) error) error {
		for i := 0; ; i++ {
			if i == 200_000 {
				stop()
			}
			if err := add([]string{"some text"}); err != nil {
				return err
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that it was stopped", err)
	}
	if _, err := store.Open(context.Background(), store.Location{Table: "t", Postgres: &c.To}); err == nil || !strings.Contains(err.Error(), "no table") {
		t.Errorf("the table of a copy that was stopped: %v", err)
	}
}
