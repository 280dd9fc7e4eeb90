package fieldwork_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/fieldwork"
	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// A place is field results in a store: what study.yaml says of where they are.
type place struct{ name, yaml string }

// places puts the records of a CSV file into every store, as text and typed.
func places(t *testing.T, dir, columns, types string) []place {
	t.Helper()
	db, err := sql.Open("duckdb", filepath.Join(dir, "census.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	text := "SELECT * FROM read_csv('" + filepath.Join(dir, "census.csv") + "', all_varchar = true, header = true, delim = ',', quote = '\"')"
	typed := "SELECT " + types + " FROM texts"
	for _, statement := range []string{
		"CREATE TABLE texts AS " + text, "CREATE TABLE typed AS " + typed, "CREATE VIEW seen AS SELECT * FROM texts",
		"COPY texts TO '" + filepath.Join(dir, "texts.parquet") + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)",
		"COPY typed TO '" + filepath.Join(dir, "typed.parquet") + "' (FORMAT parquet)",
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	return []place{
		{"duckdb of text", "file: census.duckdb, table: texts"}, {"duckdb, typed", "file: census.duckdb, table: typed"},
		{"duckdb view", "file: census.duckdb, table: seen"},
		{"parquet of text", "file: texts.parquet"}, {"parquet, typed", "file: typed.parquet"},
	}
}

// inPostgres copies the records of a CSV file, as they are, into a table of text, and a typed table and a view made of it.
func inPostgres(t *testing.T, file, name, types string) []place {
	t.Helper()
	c, ctx := pgcluster.Shared(t, 0), context.Background()
	connection := c.Socket(c.Database(t))
	conn, err := pgx.Connect(ctx, connection)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	header := strings.Split(name, ",")
	execute := func(text string) {
		if _, err := conn.Exec(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	execute("CREATE TABLE texts (" + strings.Join(header, " text, ") + " text)")
	if _, err := conn.PgConn().CopyFrom(ctx, f, "COPY texts FROM STDIN (FORMAT csv, HEADER)"); err != nil {
		t.Fatal(err)
	}
	execute("CREATE TABLE typed AS SELECT " + types + " FROM texts")
	execute("CREATE VIEW seen AS SELECT * FROM typed")
	execute("CREATE TABLE parts (LIKE typed) PARTITION BY HASH (" + header[0] + ")")
	execute("CREATE TABLE part0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0)")
	execute("CREATE TABLE part1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1)")
	execute("INSERT INTO parts SELECT * FROM typed")
	var all []place
	for _, table := range []string{"texts", "typed", "seen", "parts"} {
		all = append(all, place{"postgres " + table, fmt.Sprintf("postgres: {connection: %q}, table: %s", connection, table)})
	}
	return all
}

// parse makes a study of field results at a place.
func parse(t *testing.T, dir, text, at string) (*study.Study, *areas.List) {
	t.Helper()
	s, err := study.Parse(filepath.Join(dir, "study.yaml"), []byte(head+listed+strings.Replace(text, "file: census.csv", at, 1)))
	if err != nil {
		t.Fatal(err)
	}
	list, err := areas.Read(s)
	if err != nil {
		t.Fatal(err)
	}
	return s, list
}

func readAt(t *testing.T, dir, text, at string) (*fieldwork.Results, error) {
	t.Helper()
	s, list := parse(t, dir, text, at)
	return fieldwork.Read(context.Background(), s, list, nil)
}

func write(t *testing.T, dir, file string) {
	t.Helper()
	for name, content := range map[string]string{"areas.csv": codeList, "census.csv": file} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	everyColumn = "area,sex,age,born,h,ea,hh,w,n_ea,n_hh,n,kind,e"
	// Types that DuckDB and PostgreSQL share; an empty field is null in the one and may be empty in the other.
	everyType = "nullif(area, '') AS area, CAST(nullif(sex, '') AS SMALLINT) AS sex, CAST(nullif(age, '') AS INTEGER) AS age, " +
		"CAST(nullif(born, '') AS DATE) AS born, CAST(h AS VARCHAR(9)) AS h, CAST(ea AS BIGINT) AS ea, CAST(hh AS INTEGER) AS hh, " +
		"CAST(w AS DOUBLE PRECISION) AS w, CAST(n_ea AS REAL) AS n_ea, CAST(n_hh AS DECIMAL(9, 3)) AS n_hh, CAST(n AS BIGINT) AS n, " +
		"nullif(kind, '') AS kind, CAST(nullif(e, '') AS DECIMAL(6, 1)) AS e"
)

// census9000 are records of 60 PSUs in 6 strata: several cells a PSU, and several records a cell, in no order.
func census9000(seed uint64) string {
	rng := rand.New(rand.NewPCG(seed, 9))
	lines := make([]string, 9000)
	for i := range lines {
		ea := 1 + rng.IntN(60)
		household := 1 + rng.IntN(20)
		lines[i] = strings.Join([]string{
			[]string{"01", "02", "03", ""}[ea%4], []string{"1", "2", ""}[rng.IntN(3)], []string{"", strconv.Itoa(rng.IntN(131))}[min(1, rng.IntN(9))],
			[]string{"", fmt.Sprintf("%04d-%02d-%02d", 1900+rng.IntN(125), 1+rng.IntN(12), 1+rng.IntN(28))}[min(1, rng.IntN(9))],
			"stratum " + strconv.Itoa(ea%6), strconv.Itoa(ea), strconv.Itoa(household),
			strconv.FormatFloat(0.5+100*rng.Float64()*rng.Float64(), 'g', -1, 64), strconv.Itoa(10 + ea%6), strconv.Itoa(150 + ea),
			strconv.Itoa(rng.IntN(5)), []string{"a", "b b", `c"`, ""}[rng.IntN(4)], []string{"", "1.5", "20"}[rng.IntN(3)],
		}, ",")
		lines[i] = strings.ReplaceAll(lines[i], `c"`, `"c"""`)
	}
	return everyColumn + "\n" + strings.Join(lines, "\n") + "\n"
}

// TestEveryStoreGivesTheSame: tallies and designs, to the last bit, whatever the types, the order and the store.
func TestEveryStoreGivesTheSame(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, census9000(1))
	all := append(places(t, dir, everyColumn, everyType), inPostgres(t, filepath.Join(dir, "census.csv"), everyColumn, everyType)...)
	const common = "dimensions: [{name: kind, column: kind}, {name: ethnicity, column: e}], sex_codes: {\"1\": male, \"2\": female}"
	for name, text := range map[string]string{
		"persons": "kind: sample, columns: {area: area, sex: sex, age: age, stratum: h, psu: ea, weight: w}, " + common,
		"frames":  "kind: sample, columns: {area: area, sex: sex, birth_date: born, stratum: h, psu: ea, household: hh, weight: w, psus: n_ea, households: n_hh}, " + common,
		"sizes":   "kind: sample, columns: {area: area, stratum: h, psu: ea, weight: w, count: n}",
		"counts":  "kind: counts, columns: {area: area, sex: sex, birth_date: born, count: n}, " + common,
		"noise":   "kind: counts, columns: {area: area, age: age, count: n, noise_sd: e}",
		"SQL":     "kind: counts, columns: {area: \"coalesce(area, '01')\", age: age}, dimensions: [{name: old, column: \"CASE WHEN n > '2' THEN 'x' END\"}]",
	} {
		text = "field_results: {file: census.csv, " + text + "}\n"
		want, err := readAt(t, dir, text, "file: census.csv")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if want.Records != 9000 || want.Tally.Rows() < 50 {
			t.Errorf("%s: %d records in %d cells", name, want.Records, want.Tally.Rows())
		}
		for _, p := range all {
			if name == "SQL" && !strings.Contains(p.name, "text") {
				continue // n is a number there
			}
			got, err := readAt(t, dir, text, p.yaml)
			if err != nil {
				t.Errorf("%s, %s: %v", name, p.name, err)
				continue
			}
			if inDatabase := strings.HasPrefix(p.name, "postgres"); (got.Snapshot != nil) != inDatabase || inDatabase && got.Snapshot.Rows != 9000 {
				t.Errorf("%s, %s: snapshot %+v", name, p.name, got.Snapshot)
			}
			got.Snapshot = nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s:\n%.2000s", name, p.name, diff)
			}
		}
	}
}

// TestSumsOfWeightsAreExact: 0.1 and its likes, ten thousand times, add up as decimals do.
func TestSumsOfWeightsAreExact(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "area,h,ea,w\n"+strings.Repeat("01,a,1,0.1\n01,a,1,1234.567891234\n01,a,1,0.0000000015\n", 10_000)+"01,a,2,1\n")
	text := "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: h, psu: ea, weight: w}}\n"
	types := "area, h, ea, CAST(w AS DOUBLE PRECISION) AS w"
	all := append(places(t, dir, "area,h,ea,w", types), inPostgres(t, filepath.Join(dir, "census.csv"), "area,h,ea,w", types)...)
	for _, p := range append(all, place{"csv", "file: census.csv"}) {
		got, err := readAt(t, dir, text, p.yaml)
		if err != nil {
			t.Fatal(err)
		}
		// The last of them is 1.5 units, which is two: 12346678.91234 + 0.00002.
		if want := []float64{12346678.91236, 1}; !slices.Equal(got.Tally.W, want) {
			t.Errorf("%s: %v, want %v", p.name, got.Tally.W, want)
		}
	}
}

const faultyFile = everyColumn + `
01,1,30,1990-01-01,a,1,1,2,5,50,1,1,1
X,1,30,1990-01-01,a,1,1,2,5,50,1,1,1
01,9,30,1990-01-01,a,1,1,2,5,50,1,1,1
01,1,131,1890-01-01,a,1,1,2,5,50,1,1,1
01,1,30.5,1990-02-30,a,1,1,2,5,50,1,1,1
01,1,-1,1.4.1990,a,1,1,2,5,50,1,1,1
01,1,30,1990-01-01,,1,1,2,5,50,1,1,1
01,1,30,1990-01-01,a,,1,2,5,50,1,1,1
01,1,30,1990-01-01,a,1,,2,5,50,1,1,1
01,1,30,1990-01-01,a,1,1,,5,50,1,1,1
01,1,30,1990-01-01,a,1,1,0,5,50,1,1,1
01,1,30,1990-01-01,a,1,1,-3,5,50,1,1,1
01,1,30,1990-01-01,a,1,1,2e9,5,50,1,1,1
01,1,30,1990-01-01,a,1,1,NaN,5,50,1,1,1
01,1,30,1990-01-01,a,1,1,x,5,50,1,1,1
01,1,30,1990-01-01,a,1,1,2,,50,1,1,1
01,1,30,1990-01-01,a,1,1,2,x,50,1,1,1
01,1,30,1990-01-01,a,1,1,2,5,-1,1,1,1
01,1,30,1990-01-01,a,1,1,2,5,50,-1,1,1
01,1,30,1990-01-01,a,1,1,2,5,50,1.5,1,-4
01,1,30,1990-01-01,a,1,1,2,5,50,,1,x
01,1,30,1990-01-01,a,1,1,2,5,50,1,Z,2e6
X,9,x,x,,,,x,x,x,x,Z,x
`

// TestEveryStoreRefusesTheSame: what is wrong with records, and how many have it, with the rows of the first.
func TestEveryStoreRefusesTheSame(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, faultyFile)
	all := append(places(t, dir, everyColumn, "*"), inPostgres(t, filepath.Join(dir, "census.csv"), everyColumn, "*")...)
	for name, text := range map[string]string{
		"sample": "kind: sample, columns: {area: area, sex: sex, age: age, stratum: h, psu: ea, household: hh, weight: w, psus: n_ea, households: n_hh, count: n}, ",
		"births": "kind: sample, columns: {area: area, sex: sex, birth_date: born, stratum: h, psu: ea, weight: w}, ",
		"counts": "kind: counts, columns: {area: area, sex: sex, age: age, count: n, noise_sd: e}, ",
	} {
		text = "field_results: {file: census.csv, " + text + "sex_codes: {\"1\": male}, dimensions: [{name: kind, column: kind, codes: {\"1\": one}}]}\n"
		want := kinds(t, dir, text, place{"csv", "file: census.csv"})
		for _, p := range all {
			got := kinds(t, dir, text, p)
			for kind := range got {
				if f := got[kind]; !f.within(want[kind], slices.Contains(placeless, p.name)) {
					t.Errorf("%s, %s: %s: %v, want %v", name, p.name, kind, f, want[kind])
				}
			}
			if len(got) != len(want) {
				t.Errorf("%s, %s: %d kinds of problems, want %d", name, p.name, len(got), len(want))
			}
		}
	}
}

// placeless are stores whose rows have no place.
var placeless = []string{"duckdb view", "postgres seen", "postgres parts"}

// A kind is how many records have a problem, and rows that have it.
type kind struct {
	records int
	rows    []string
}

// within tells whether as many records have a problem, and the rows that a store names are among them, the first one included.
func (k kind) within(want kind, placeless bool) bool {
	if placeless {
		return k.records == want.records && k.rows == nil
	}
	for _, row := range k.rows {
		if !slices.Contains(want.rows, row) {
			return false
		}
	}
	return k.records == want.records && len(k.rows) > 0 && k.rows[0] == want.rows[0]
}

var ofKind = regexp.MustCompile(`^(.*): (\d+) records? ?(.*)$`)

// inPlace is what names a row.
var inPlace = regexp.MustCompile(`(?:row |ctid \(0,)(\d+)`)

// kinds are the problems of records, by column and text. What units contradict one another in is told by line of a file and
// by unit of a store, and left out.
func kinds(t *testing.T, dir, text string, p place) map[string]kind {
	t.Helper()
	r, err := readAt(t, dir, text, p.yaml)
	var list *problems.List
	if !errors.As(err, &list) || r != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	told := make(map[string]kind)
	for _, found := range list.Problems {
		of := found.Column + ": " + found.Text
		if parts := ofKind.FindStringSubmatch(of); parts != nil {
			n, _ := strconv.Atoi(parts[2])
			k := kind{records: n}
			for _, row := range inPlace.FindAllStringSubmatch(parts[3], -1) {
				k.rows = append(k.rows, row[1])
			}
			told[parts[1]] = k
		} else if p.name == "csv" && !strings.Contains(of, "differs from") {
			told[of] = kind{told[of].records + 1, append(told[of].rows, strconv.Itoa(found.Line-1))}
		}
	}
	return told
}

// TestContradictionsInAStore: units that records contradict one another about are named, households by their PSU.
func TestContradictionsInAStore(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "area,h,p,k,w,m,n\n01,x,1,1,1,9,2\n01,y,1,1,1,9,2\n01,x,2,1,1,8,2\n01,x,3,1,1,9,2\n01,x,3,1,1,9,3\n01,x,4,secret,1,9,2\n02,x,4,secret,1,9,2\n"+
		"01,z,5,1,1,1,1\n01,z,6,1,1,1,1\n01,z,6,2,1,1,1\n")
	places(t, dir, "area,h,p,k,w,m,n", "*")
	_, err := readAt(t, dir, "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: h, psu: p, household: k, weight: w, psus: m, households: n}}\n",
		"file: census.duckdb, table: texts")
	want := []string{"area: a household of the PSU is in several areas: 1 unit 4", "p: the PSU is in several strata: 1 unit 1",
		"m: differs between records of a stratum: 1 unit x", "n: differs between records of a PSU: 1 unit 3"}
	for _, line := range want {
		if err == nil || !strings.Contains(err.Error(), "census.duckdb/texts:"+line+"\n") && !strings.HasSuffix(err.Error(), "census.duckdb/texts:"+line) {
			t.Errorf("want %s in\n%v", line, err)
		}
	}
	write(t, dir, "area,h,p,k,w,m,n\n01,z,5,1,1,1,1\n01,z,6,1,1,1,1\n01,z,6,2,1,1,1\n")
	os.Remove(filepath.Join(dir, "census.duckdb"))
	places(t, dir, "area,h,p,k,w,m,n", "*")
	_, err = readAt(t, dir, "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: h, psu: p, household: k, weight: w, psus: m, households: n}}\n",
		"file: census.duckdb, table: texts")
	for _, line := range []string{"m: fewer than the 2 PSUs the file has of the stratum: z", "n: fewer than the 2 households the file has of the PSU: 6"} {
		if err == nil || !strings.Contains(err.Error(), "census.duckdb/texts:"+line) {
			t.Errorf("want %s in\n%v", line, err)
		}
	}
}
