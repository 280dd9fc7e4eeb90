package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/store"
)

// behind is a database whose table persons is divided over two foreign servers, which are two others of the same server,
// with the same columns; statements change it afterwards. Its shards hold persons too.
func behind(t *testing.T, columns, divided, statements string) func(table string) store.Location {
	t.Helper()
	ctx, c := context.Background(), pgcluster.Shared(t, 0)
	var shards [2]string
	for i := range shards {
		shards[i] = c.Database(t)
		check(t, c.Exec(ctx, shards[i], "CREATE EXTENSION citext; CREATE TYPE gender AS ENUM ('m', 'f'); CREATE TABLE persons ("+columns+")"))
	}
	_, at := database(t, "CREATE EXTENSION postgres_fdw; CREATE EXTENSION citext; CREATE TYPE gender AS ENUM ('m', 'f'); CREATE TABLE persons ("+columns+") PARTITION BY "+divided)
	database := strings.TrimPrefix(at("").Postgres.Connection, c.Socket(""))
	bounds := []string{"IN ('01', '02')", "IN ('03', '04')"}
	if strings.HasPrefix(divided, "HASH") {
		bounds = []string{"WITH (MODULUS 2, REMAINDER 0)", "WITH (MODULUS 2, REMAINDER 1)"}
	}
	for i, shard := range shards {
		check(t, c.Exec(ctx, database, fmt.Sprintf("CREATE SERVER s%[1]d FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%[2]s', port '%[3]d', dbname '%[4]s', async_capable 'true', fetch_size '10000');"+
			"CREATE USER MAPPING FOR postgres SERVER s%[1]d OPTIONS (user 'postgres'); CREATE FOREIGN TABLE p%[1]d PARTITION OF persons FOR VALUES %[5]s SERVER s%[1]d OPTIONS (table_name 'persons')",
			i, c.Dir, c.Port, shard, bounds[i])))
	}
	check(t, c.Exec(ctx, database, statements))
	return at
}

// What keeps servers from counting, or slows them down, is found and told in words; what could be in the way and is not, is
// not told.
func TestExplainShards(t *testing.T) {
	const columns = "id int, province text, area text, moment timestamptz, day date, born text, gender gender, ci citext, n int, years numeric"
	const list = "LIST (province)"
	plain := behind(t, columns, list, "")
	person := func(change func(p *store.Persons)) store.Request {
		r := by("area", "")
		r.Persons.BirthDate = "day"
		change(&r.Persons)
		return r
	}
	for _, tt := range []struct {
		name, divided, statements string
		request                   store.Request
		want                      []string // what the findings begin with, and how they are mended in part; none: all is counted there
	}{
		{"plain", list, "", by("area", ""), nil},
		{"two levels", list, "", person(func(p *store.Persons) { p.DeathDate, p.Where = "day", "n > 3 AND area ~ '^[0-9]'" }), nil},
		{"text dates", list, "", person(func(p *store.Persons) { p.BirthDate = "born" }), nil},
		{"months", list, "", person(func(p *store.Persons) { p.BirthDate, p.BirthYearMonth = "", "born" }), nil},
		{"ages and counts", list, "", person(func(p *store.Persons) { p.BirthDate, p.Age, p.Count = "", "years", "n" }), nil},
		{"a dimension", list, "", person(func(p *store.Persons) {
			p.Dimensions = []store.Coded{{Name: "x", Expr: "area", Codes: map[string]string{"1": "a", "2": "b", "3": "b"}}, {Name: "y", Expr: "n"}}
		}), nil},
		{"an extension that is named", list, "ALTER SERVER s0 OPTIONS (ADD extensions 'citext'); ALTER SERVER s1 OPTIONS (ADD extensions 'citext')", by("ci", ""), nil},
		{"an extension that is not", list, "ALTER SERVER s0 OPTIONS (ADD extensions 'citext')", by("ci", ""),
			[]string{`the area "ci" is computed on this server`, "the extension citext", `ALTER SERVER "s1" OPTIONS (ADD extensions 'citext')`}},
		{"an enum", list, "", person(func(p *store.Persons) { p.Sex = store.Coded{Name: "sex", Expr: "gender"} }), []string{"sex is computed", "the type gender", "as text"}},
		{"a moment", list, "", person(func(p *store.Persons) { p.BirthDate = "moment" }), []string{"the age is computed", "time zone", "the condition of birth is computed"}},
		{"coalesce", list, "", by("coalesce(area, province)", ""), []string{"the area (coalesce", "COALESCE is not sent", "view on the other servers"}},
		{"today", list, "", by("area", "day < CURRENT_DATE"), []string{"the condition of where", "CURRENT_DATE"}},
		{"a stable function", list, "", by("area", "to_char(n, '9') <> ''"), []string{"the condition of where", "the function to_char is not immutable"}},
		{"a function of their own", list, "CREATE FUNCTION ours(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END'", by("ours(area)", ""),
			[]string{"the area (ours(area)", "the function ours is not PostgreSQL's own"}},
		{"a cast", list, "", by("area", "area::int > 3"), []string{"the condition of where", "a cast between text"}},
		{"hashed", "HASH (id)", "", by("area", ""), []string{"the table is divided by the hash", "LIST or RANGE"}},
		{"a view", list, "CREATE VIEW seen AS SELECT * FROM persons", by("area", ""), []string{`"public"."seen" is a view`, "name the partitioned table itself"}},
		{"one after the other", list, "ALTER SERVER s0 OPTIONS (DROP async_capable)", by("area", ""), []string{"the server s0 works only while the others wait", "async_capable 'true'"}},
		{"few at a time", list, "ALTER SERVER s1 OPTIONS (SET fetch_size '50')", by("area", ""), []string{"the server s1 gives its cells out 50 at a time", "SET fetch_size '10000'"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at := plain
			if tt.divided != list || tt.statements != "" {
				at = behind(t, columns, tt.divided, tt.statements)
			}
			table := "persons"
			if tt.name == "a view" {
				table = "seen"
			}
			s := opened(t, at(table))
			plan, err := s.Explain(context.Background(), tt.request)
			check(t, err)
			var told []string
			for _, f := range plan.Findings {
				told = append(told, f.What+" → "+f.Mend)
			}
			text := strings.Join(told, "\n")
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("told %q, want %q", text, want)
				}
			}
			brake := strings.HasPrefix(tt.name, "one after") || strings.HasPrefix(tt.name, "few at")
			if (len(tt.want) == 0) != (text == "") || plan.Aggregated != (text == "" || brake) {
				t.Errorf("aggregated: %v, told %q", plan.Aggregated, text)
			}
			if _, err := s.Tally(context.Background(), tt.request); err != nil {
				t.Error(err)
			}
		})
	}
}

// A policy of the table is a filter on this server, unless it can be sent.
func TestExplainRowLevelSecurity(t *testing.T) {
	const columns = "id int, province text, area text"
	at := behind(t, columns, "LIST (province)", "DROP ROLE IF EXISTS watched; CREATE ROLE watched LOGIN; GRANT USAGE ON SCHEMA public TO watched; GRANT SELECT ON persons TO watched;"+
		"ALTER TABLE persons ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON persons USING (province = current_setting('concord.province', true));"+
		"CREATE USER MAPPING FOR watched SERVER s0 OPTIONS (user 'postgres', password_required 'false');"+
		"CREATE USER MAPPING FOR watched SERVER s1 OPTIONS (user 'postgres', password_required 'false')")
	c, place := pgcluster.Shared(t, 0), at("persons")
	t.Cleanup(func() {
		check(t, c.Exec(context.Background(), strings.TrimPrefix(at("").Postgres.Connection, c.Socket("")), "DROP OWNED BY watched; DROP ROLE watched"))
	})
	place.Postgres.Connection = strings.Replace(place.Postgres.Connection, "user=postgres", "user=watched", 1)
	plan, err := opened(t, place).Explain(context.Background(), by("area", ""))
	check(t, err)
	if plan.Aggregated || len(plan.Findings) != 1 || !strings.Contains(plan.Findings[0].What, "row-level security") {
		t.Errorf("aggregated: %v, findings %v", plan.Aggregated, plan.Findings)
	}
}

// Tables of one server are read in pieces, or by their index, or in one statement; and that is told.
func TestExplainHere(t *testing.T) {
	_, at := database(t, "CREATE TABLE persons AS SELECT lpad((i / 40)::text, 3, '0') AS area, repeat('x', 200) AS filler FROM generate_series(0, 19999) i;"+
		"CREATE TABLE indexed AS TABLE persons; CREATE INDEX ON indexed (area); CREATE VIEW seen AS TABLE persons; ANALYZE")
	r := by("area", "")
	for i := range 500 {
		r.Listed = append(r.Listed, fmt.Sprintf("%03d", i))
	}
	for _, tt := range []struct {
		table  string
		wanted int
		want   string
	}{
		{"persons", 0, "in pieces of 4 pages over 2 connections that share one snapshot"},
		{"persons", 3, "in pieces of 4 pages over 2 connections that share one snapshot; all rows are gone through, and those of areas that are not wanted are left out"},
		{"indexed", 3, "in one statement; the wanted areas are found by their indexes"},
		{"seen", 0, "in one statement"},
	} {
		r.Wanted = r.Listed[:tt.wanted]
		plan, err := opened(t, at(tt.table)).Explain(context.Background(), r)
		check(t, err)
		if diff := cmp.Diff(tt.want, plan.Reading); diff != "" || !plan.Aggregated || len(plan.Findings) > 0 || len(plan.Statements) != 1 {
			t.Errorf("%s: %s %+v", tt.table, diff, plan)
		}
		if index := strings.Contains(strings.Join(plan.Statements, ""), "Index"); index != (tt.table == "indexed") {
			t.Errorf("%s: an index in the plan: %v", tt.table, index)
		}
	}
}
