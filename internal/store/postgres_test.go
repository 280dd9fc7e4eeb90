package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/store"
)

// database is a database of its own on the newest server, with what the statements make.
func database(t *testing.T, statements string) (c *pgcluster.Cluster, at func(table string) store.Location) {
	t.Helper()
	c = pgcluster.Shared(t, 0)
	name := c.Database(t)
	check(t, c.Exec(context.Background(), name, statements))
	return c, func(table string) store.Location {
		return store.Location{Table: table, Postgres: &store.Postgres{Connection: c.Socket(name), Pages: 4}}
	}
}

func opened(t *testing.T, at store.Location) *store.Source {
	t.Helper()
	s, err := store.Open(context.Background(), at)
	check(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// Registers as they are found: a view, a partitioned table, names that need quotes, enum, citext, char, bytea, uuid, codes
// as numbers, dates as text in a stated format and with parts that nobody knows.
func TestSchemasInTheWild(t *testing.T) {
	_, at := database(t, `CREATE EXTENSION citext;
CREATE SCHEMA "Dân cư";
CREATE TYPE gioi_tinh AS ENUM ('Nam', 'Nữ');
CREATE DOMAIN ma_xa AS varchar(6);
CREATE TABLE "Dân cư"."Công.dân" (key bytea, id uuid, "Mã xã" ma_xa, district citext, province char(4), sex gioi_tinh, birth text, ward int, share numeric(8,2), died timestamp, seen timestamptz)
	PARTITION BY LIST (province);
CREATE TABLE "Dân cư".p1 PARTITION OF "Dân cư"."Công.dân" FOR VALUES IN ('01', '02');
CREATE TABLE "Dân cư".p2 PARTITION OF "Dân cư"."Công.dân" DEFAULT;
INSERT INTO "Dân cư"."Công.dân" VALUES
	('\x0a01', '00000000-0000-0000-0000-00000000000a', '00001', 'Ba', '01', 'Nam', '31/03/1990', 7, 1.00, NULL, NULL),
	('\x0a02', '00000000-0000-0000-0000-00000000000b', '00001', 'ba', '01', 'Nữ', '01/04/1990', 7, 2.50, '2024-03-31 23:59', NULL),
	('\x0a02', '00000000-0000-0000-0000-00000000000c', ' 00002', 'Ba', '79', 'Nữ', '1990', NULL, 2.50, '2024-04-01 00:00', '2024-03-31 18:00+00'),
	('\x0a03', NULL, NULL, NULL, '79', NULL, '00/00/1990', 8, NULL, NULL, NULL),
	('\x0a03', NULL, '', 'Hai', '79', 'Nam', '30/02/1990', 8, NULL, NULL, NULL);
CREATE VIEW view AS SELECT * FROM "Dân cư"."Công.dân"`)
	for _, table := range []string{"view", `"Dân cư"."Công.dân"`} {
		place := at(table)
		place.DateFormat = "DD/MM/YYYY"
		s := opened(t, place)
		for _, tt := range []struct {
			area store.Expression
			want map[string]int64
		}{
			{"Mã xã", map[string]int64{"d | 00001": 2, "d | 00002": 1, "d | missing": 2}},
			{"district", map[string]int64{"d | Ba": 2, "d | ba": 1, "d | Hai": 1, "d | missing": 1}},
			{"province", map[string]int64{"d | 01": 2, "d | 79": 3}},
			{"sex", map[string]int64{"d | Nam": 2, "d | Nữ": 2, "d | missing": 1}},
			{"key", map[string]int64{"d | 0a01": 1, "d | 0a02": 2, "d | 0a03": 2}},
			{"ward", map[string]int64{"d | 7": 2, "d | 8": 2, "d | missing": 1}},
			{"share", map[string]int64{"d | 1": 1, "d | 2.50": 2, "d | missing": 2}},
			{"substr(id::text, 36)", map[string]int64{"d | a": 1, "d | b": 1, "d | c": 1, "d | missing": 2}},
			{`coalesce("Mã xã", '?') || CASE WHEN sex = 'Nam' THEN 'm' ELSE 'f' END`, map[string]int64{"d | 00001m": 1, "d | 00001f": 1, "d | 00002f": 1, "d | ?f": 1, "d | m": 1}},
		} {
			got, err := s.Tally(context.Background(), by(tt.area, ""))
			check(t, err)
			if tt.area == "district" { // texts that are equal to citext are one group, spelt as either
				merged := cells(t, got[0])
				if merged["d | Ba"]+merged["d | ba"] != 3 {
					t.Errorf("%s, district: %v", table, merged)
				}
				continue
			}
			if diff := cmp.Diff(tt.want, cells(t, got[0])); diff != "" {
				t.Errorf("%s, %s:\n%s", table, tt.area, diff)
			}
		}
		r := by("province", "")
		r.Persons.BirthDate, r.Persons.DeathDate = "birth", "died"
		r.Persons.Dimensions = []store.Coded{{Name: "sex", Expr: "sex", Codes: map[string]string{"Nam": "male", "Nữ": "female"}}}
		got, err := s.Tally(context.Background(), r)
		check(t, err)
		// 1 April is a birthday that counts; who died the day before does not count, who died on the day does; of a year
		// alone 1 July stands for the day, and 30 February is no day.
		want := map[string]int64{"d | 01 | 34": 1, "d | 79 | 33": 2, "d | 79 | missing": 1}
		if diff := cmp.Diff(want, cells(t, got[0])); diff != "" {
			t.Errorf("%s, ages:\n%s", table, diff)
		}
		want = map[string]int64{"d | 01 | 34 | male": 1, "d | 79 | 33 | female": 1, "d | 79 | 33 | missing": 1, "d | 79 | missing | male": 1}
		if diff := cmp.Diff(want, cells(t, got[1])); diff != "" {
			t.Errorf("%s, sex:\n%s", table, diff)
		}
	}
}

// Functions that may do more than compute, and whatever reads beside the row, are refused before anything runs.
func TestPostgresExpressionsThatReach(t *testing.T) {
	_, at := database(t, "CREATE TABLE persons (area text); INSERT INTO persons VALUES ('01'); CREATE SEQUENCE counter;"+
		"CREATE FUNCTION innocent(text) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT $1'")
	s := opened(t, at("persons"))
	for _, e := range []store.Expression{
		"pg_terminate_backend(1)::text", "pg_sleep(1)::text", "pg_read_file('/etc/passwd')", "lo_import('/etc/passwd')::text", "nextval('counter')::text",
		"set_config('transaction_read_only', 'off', false)", "query_to_xml('SELECT 1', true, true, '')::text", "innocent(area)", "random()::text",
		"(SELECT usename FROM pg_user LIMIT 1)::text", "area IN (SELECT 'x')", "count(*)::text", "max(area)", "row_number() OVER ()", "generate_series(1, 9)::text",
		"area, area", "(area, area)", "ROW(area)", "area) FROM pg_user --", "area FROM persons; DROP TABLE persons", "$1", "persons.*", "regexp_split_to_table(area, '')",
	} {
		for where, r := range map[string]store.Request{"area": by(e, ""), "where": by("area", e)} {
			if got, err := s.Tally(context.Background(), r); err == nil {
				t.Errorf("%q as %s was taken: %v", e, where, cells(t, got[0]))
			}
		}
	}
	got, err := s.Tally(context.Background(), by("upper(area) || length(area)", "area ~ '^[0-9]+$'"))
	check(t, err)
	if diff := cmp.Diff(map[string]int64{"d | 012": 1}, cells(t, got[0])); diff != "" {
		t.Error(diff)
	}
}

// Errors that a value of a record makes do not quote it.
func TestPostgresErrorsDoNotQuoteRecords(t *testing.T) {
	_, at := database(t, "CREATE TABLE persons (name text, n int); INSERT INTO persons VALUES ('"+secret+"', 2147483647)")
	s := opened(t, at("persons"))
	for _, e := range []store.Expression{"name::int::text", "name::date::text", "(n * 10)::text", "(1 / (n - n))::text", "name::json ->> 'x'", "substring('x' from '[' || name)"} {
		_, err := s.Tally(context.Background(), by(e, ""))
		if err == nil || !strings.Contains(err.Error(), "SQLSTATE") {
			t.Errorf("%s: error %v, want one with its SQLSTATE", e, err)
		}
		silent(t, string(e), err)
		if err != nil && strings.Contains(err.Error(), "2147483647") {
			t.Errorf("%s: the error quotes a number: %v", e, err)
		}
	}
}

// Everything a source is asked describes the moment it was opened, over every connection, whatever is written since.
func TestOneMoment(t *testing.T) {
	c, at := database(t, "CREATE TABLE persons AS SELECT lpad((i / 400)::text, 2, '0') AS area, repeat('x', 200) AS filler FROM generate_series(0, 19999) i")
	s := opened(t, at("persons"))
	name := strings.TrimPrefix(at("persons").Postgres.Connection, c.Socket(""))
	check(t, c.Exec(context.Background(), name, "DELETE FROM persons WHERE area < '25'; INSERT INTO persons SELECT 'new', '' FROM generate_series(1, 5000)"))
	var steps []int64
	r := by("area", "")
	r.Progress = func(done, total int64) { steps = append(steps, done) }
	got, err := s.Tally(context.Background(), r)
	check(t, err)
	want := make(map[string]int64)
	for i := range 50 {
		want[fmt.Sprintf("d | %02d", i)] = 400
	}
	if diff := cmp.Diff(want, cells(t, got[0])); diff != "" {
		t.Errorf("(-as it was when opened +as it was read)\n%s", diff)
	}
	if len(steps) < 10 {
		t.Errorf("read in %d pieces, want many", len(steps))
	}
	if m := s.Snapshot(); m.Rows != 20000 {
		t.Errorf("%d rows in the snapshot's account, want 20000", m.Rows)
	}
	rows, _, err := s.Profile(context.Background(), store.ProfileRequest{Today: day("2024-04-01")})
	check(t, err)
	if rows != 20000 {
		t.Errorf("the profile counts %d rows, want those of the same moment, 20000", rows)
	}
	later := opened(t, at("persons"))
	got, err = later.Tally(context.Background(), by("area", ""))
	check(t, err)
	if n := cells(t, got[0])["d | new"]; n != 5000 {
		t.Errorf("a later source sees %d of the new rows, want 5000", n)
	}
}

// A connection that is lost beside the lead is made anew, and its piece read again: no person twice, none left out.
func TestLostConnectionBesideTheLead(t *testing.T) {
	c, at := database(t, "CREATE TABLE persons AS SELECT lpad((i / 800)::text, 2, '0') AS area, repeat('x', 200) AS filler FROM generate_series(0, 39999) i")
	s := opened(t, at("persons"))
	killed := 0
	r := by("area", "")
	r.Progress = func(int64, int64) {
		if killed > 0 {
			return
		}
		conn, err := pgx.Connect(context.Background(), c.Socket("postgres"))
		check(t, err)
		defer conn.Close(context.Background())
		// All but the first connection of the source; the first is the lead.
		check(t, conn.QueryRow(context.Background(), "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid, row_number() OVER (ORDER BY backend_start) AS place "+
			"FROM pg_stat_activity WHERE application_name = 'concord' AND datname = $1) a WHERE place > 1",
			strings.TrimPrefix(at("").Postgres.Connection, c.Socket(""))).Scan(&killed))
	}
	got, err := s.Tally(context.Background(), r)
	check(t, err)
	if killed == 0 {
		t.Error("no connection was killed: the test shows nothing")
	}
	for area, n := range cells(t, got[0]) {
		if n != 800 {
			t.Errorf("%s: %d persons, want 800", area, n)
		}
	}
}

// Without the lead there is no moment to go on with.
func TestLostLead(t *testing.T) {
	c, at := database(t, "CREATE TABLE persons (area text)")
	s := opened(t, at("persons"))
	check(t, c.Exec(context.Background(), "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'concord' AND datname = '"+
		strings.TrimPrefix(at("").Postgres.Connection, c.Socket(""))+"'"))
	if _, err := s.Tally(context.Background(), by("area", "")); !errors.Is(err, store.ErrLost) {
		t.Errorf("error %v, want ErrLost", err)
	}
}

// Ctrl-C ends the statement on the server too, not only our end of it.
func TestCancelReachesTheServer(t *testing.T) {
	c, at := database(t, "CREATE TABLE persons AS SELECT 'a' AS area FROM generate_series(1, 3000)")
	s := opened(t, at("persons"))
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	slow := store.Expression("length(repeat(md5(area), 2000000)) > 0") // 64 MB a row
	start := time.Now()
	if _, err := s.Tally(ctx, by("area", slow)); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("error %v, want context.DeadlineExceeded", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v to stop", took)
	}
	conn, err := pgx.Connect(context.Background(), c.Socket("postgres"))
	check(t, err)
	defer conn.Close(context.Background())
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var running int
		check(t, conn.QueryRow(context.Background(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'concord' AND state = 'active'").Scan(&running))
		if running == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d statements run on", running)
		}
	}
	// The source is still good for another question.
	got, err := s.Tally(context.Background(), by("area", ""))
	check(t, err)
	if n := cells(t, got[0])["d | a"]; n != 3000 {
		t.Errorf("%d persons afterwards, want 3000", n)
	}
}

func TestStatementTimeoutSaysWhatToDo(t *testing.T) {
	_, at := database(t, "CREATE TABLE persons AS SELECT 'a' AS area FROM generate_series(1, 300000)")
	place := at("persons")
	place.Postgres.StatementTimeout = 200 * time.Millisecond
	place.Postgres.Pages = 0
	s := opened(t, place)
	if _, err := s.Tally(context.Background(), by("area", "length(repeat(md5(area), 2000000)) > 0")); err == nil || !strings.Contains(err.Error(), "statement_timeout") {
		t.Errorf("error %v, want advice on statement_timeout", err)
	}
}

// Wanted areas are found by the index where there are few of them, and by leaving the others out where there are many: the
// same figures as from the whole table, with codes that have blanks around them, that are not listed, and none at all.
func TestWantedAreas(t *testing.T) {
	const table = "CREATE TABLE %s AS SELECT CASE WHEN i %% 97 = 0 THEN NULL WHEN i %% 89 = 0 THEN ' 07 ' WHEN i %% 83 = 0 THEN 'old' ELSE lpad((i %% 60)::text, 2, '0') END AS perm, " +
		"CASE WHEN i %% 10 = 0 THEN lpad((i / 10 %% 60)::text, 2, '0') END AS temp, repeat('x', 200) AS filler FROM generate_series(1, 20000) i;"
	_, at := database(t, fmt.Sprintf(table, "plain")+fmt.Sprintf(table, "indexed")+"CREATE INDEX ON indexed (perm); CREATE INDEX ON indexed (temp); ANALYZE")
	var listed []string
	for i := range 50 { // ten codes of the table are not listed
		listed = append(listed, fmt.Sprintf("%02d", i))
	}
	everywhere := opened(t, at("plain"))
	for name, wanted := range map[string][]string{"few": {"07", "31"}, "many": listed[:30]} {
		for _, areas := range [][]store.Expression{{"perm"}, {"perm", "temp"}, {"temp"}} {
			r := by("perm", "")
			r.Definitions[0].Areas, r.Listed = areas, listed
			whole, err := everywhere.Tally(context.Background(), r)
			check(t, err)
			want := cells(t, whole[0])
			for area := range want {
				code := strings.TrimPrefix(area, "d | ")
				if code != store.Missing && !contains(wanted, code) {
					delete(want, area)
				}
			}
			r.Wanted = wanted
			for _, table := range []string{"plain", "indexed"} {
				got, err := opened(t, at(table)).Tally(context.Background(), r)
				check(t, err)
				if diff := cmp.Diff(want, cells(t, got[0])); diff != "" {
					t.Errorf("%s wanted, %v of %s:\n%s", name, areas, table, diff)
				}
			}
		}
	}
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// A role that can only read is told so; one that could write is told how.
func TestGuest(t *testing.T) {
	c, at := database(t, "CREATE TABLE persons (area text); CREATE TABLE other (x int); REVOKE ALL ON SCHEMA public FROM public; GRANT USAGE ON SCHEMA public TO public")
	name := strings.TrimPrefix(at("").Postgres.Connection, c.Socket(""))
	check(t, c.Exec(context.Background(), name, "DROP ROLE IF EXISTS reader; DROP ROLE IF EXISTS writer; CREATE ROLE reader LOGIN; CREATE ROLE writer LOGIN;"+
		"GRANT SELECT ON persons TO reader, writer; GRANT UPDATE (area) ON persons TO writer; GRANT DELETE ON other TO writer; REVOKE TEMP ON DATABASE "+name+" FROM public"))
	t.Cleanup(func() {
		check(t, c.Exec(context.Background(), name, "DROP OWNED BY reader, writer; DROP ROLE reader; DROP ROLE writer"))
	})
	as := func(role string) *store.Guest {
		place := at("persons")
		place.Postgres.Connection = strings.Replace(place.Postgres.Connection, "user=postgres", "user="+role, 1)
		g, err := opened(t, place).Guest(context.Background())
		check(t, err)
		return g
	}
	if g := as("reader"); g.Role != "reader" || len(g.CanWrite) != 0 || !g.Local {
		t.Errorf("a reader: %+v", g)
	}
	want := []string{"it may update the table", "it may write to other tables of the database"}
	if diff := cmp.Diff(want, as("writer").CanWrite); diff != "" {
		t.Error(diff)
	}
	if g := as("postgres"); len(g.CanWrite) < 8 || g.CanWrite[0] != "it is a superuser" {
		t.Errorf("a superuser: %v", g.CanWrite)
	}
}

// Off this machine nothing is sent without a certificate that was checked, unless somebody asked for that; and a password
// stands in no error.
func TestConnectionsAreSafe(t *testing.T) {
	c := pgcluster.ForTest(t, pgcluster.Options{TLS: true})
	check(t, c.Exec(context.Background(), "postgres", "CREATE TABLE persons (area text); CREATE ROLE reader LOGIN PASSWORD 'kín đáo'; GRANT SELECT ON persons TO reader"))
	open := func(connection string) error {
		s, err := store.Open(context.Background(), store.Location{Table: "persons", Postgres: &store.Postgres{Connection: connection}})
		if err == nil {
			err = s.Close()
		}
		if err != nil && (strings.Contains(err.Error(), "kín") || strings.Contains(err.Error(), "k%C3")) {
			t.Errorf("the error shows the password: %v", err)
		}
		return err
	}
	good := c.URL("reader", "kín đáo", "postgres")
	check(t, open(good))
	check(t, open(good+"?sslmode=verify-full&sslrootcert="+c.Authority()))
	for connection, want := range map[string]string{
		good + "?sslmode=verify-full":              "certificate",
		c.URL("reader", "kín đáo!", "postgres"):    "password authentication failed",
		c.URL("reader", "kín đáo", "nowhere"):      `database "nowhere" does not exist`,
		good + "?sslmode=sometimes":                "connection to PostgreSQL",
		"host=127.0.0.1 port=x password='kín đáo'": "connection to PostgreSQL",
		"service=kín": "service",
		fmt.Sprintf("host=127.0.0.1 port=%d user=reader dbname=postgres password='kín' connect_timeout=5", c.Port+1): "PostgreSQL at",
	} {
		err := open(connection)
		if err == nil || !strings.Contains(err.Error(), want) && !strings.Contains(want, "service") {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// Service file and password file complete a connection; neither secret gets into the study or an error.
func TestServiceAndPasswordFiles(t *testing.T) {
	c, at := database(t, "CREATE TABLE persons AS SELECT 'a' AS area")
	name := strings.TrimPrefix(at("").Postgres.Connection, c.Socket(""))
	dir := t.TempDir()
	write := func(file, text string) string {
		path := filepath.Join(dir, file)
		check(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	t.Setenv("PGSERVICEFILE", write("services", fmt.Sprintf("[npd]\nhost=127.0.0.1\nport=%d\ndbname=%s\nuser=postgres\n", c.Port, name)))
	t.Setenv("PGPASSFILE", write("passwords", fmt.Sprintf("127.0.0.1:%d:*:postgres:%s\n", c.Port, c.Password)))
	for _, connection := range []string{"service=npd", "host=127.0.0.1 user=postgres port=" + fmt.Sprint(c.Port) + " dbname=" + name} {
		s := opened(t, store.Location{Table: "persons", Postgres: &store.Postgres{Connection: connection}})
		got, err := s.Tally(context.Background(), by("area", ""))
		check(t, err)
		if n := cells(t, got[0])["d | a"]; n != 1 {
			t.Errorf("%s: %d persons, want 1", connection, n)
		}
	}
	t.Setenv("PGPASSFILE", write("wrong", fmt.Sprintf("127.0.0.1:%d:*:postgres:bí mật\n", c.Port)))
	_, err := store.Open(context.Background(), store.Location{Table: "persons", Postgres: &store.Postgres{Connection: "service=npd"}})
	if err == nil || !strings.Contains(err.Error(), "password authentication failed") || strings.Contains(err.Error(), "bí") {
		t.Errorf("error %v, want one about authentication without the password", err)
	}
}
