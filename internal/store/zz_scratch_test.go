package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestScratch(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	w := func(name, text string) string {
		p := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(p), 0o755)
		os.WriteFile(p, []byte(text), 0o644)
		return p
	}
	try := func(p string) {
		s, err := Open(ctx, Location{File: p, Format: "csv"})
		if err != nil {
			fmt.Println("OPEN", filepath.Base(p), err)
			return
		}
		defer s.Close()
		rows, err := s.db.Query("SELECT * FROM source")
		if err != nil {
			fmt.Println("QUERY", filepath.Base(p), "|", err, "|", plain(err))
			return
		}
		c, _ := rows.Columns()
		n := 0
		for rows.Next() {
			n++
		}
		fmt.Println(filepath.Base(p), c, n, rows.Err(), "|", plain(rows.Err()))
	}
	try(w("ragged.csv", "a,b,c\n1,2\n1,2,3\n4,5,6\n"))
	try(w("ragged2.csv", "a,b,c\n1,2,3\n1,2,3\n4,5,6,7\n"))
	try(w("title.csv", "My title\na,b,c\n1,2,3\n1,2,3\n"))
	try(w("quote.csv", "a,b,c\n1,2,3\n1,\"Nguyen,3\n4,5,6\n"))
	try(w("dup.csv", "a,a,c\n1,2,3\n1,2,3\n4,5,6\n"))
	try(w("semi.csv", "a;b;c\n1;2;3\n"))
	try(w("empty.csv", ""))
	try(w("header.csv", "a,b\n"))
	try(w("one.csv", "a\n1\n2\n"))
	try(w("bom.csv", "\xef\xbb\xbfa,b\r\n1,2\r\n"))
	try(w("bad.csv", "a,b\n1,\xff\xfe\n1,2\n"))
	try(w("br[1]/it's *.csv", "a,b\n1,2\n"))
	try(w("year=2024/x.csv", "a,b\n1,2\n"))
	try(filepath.Join(dir, "none.csv"))
	try(w("numbers.csv", "1,2\n1,2\n3,4\n"))
	try(w("pipe.csv", "a,b\n1|2,x\n3|4,y\n"))
	try(w("blank.csv", "a,b\n1,x\n\n3,y\n"))
	db, _ := sql.Open("duckdb", "")
	for _, q := range []string{
		"SELECT TRY_CAST('34.7' AS INTEGER)::VARCHAR", "SELECT TRY_CAST('infinity' AS DATE)::VARCHAR", "SELECT TRY_CAST('1950-01-01 12:00' AS DATE)::VARCHAR",
		"SELECT TRY_CAST(20240101 AS DATE)::VARCHAR", "SELECT TRY_CAST('1950-02-30' AS DATE)::VARCHAR", "SELECT TRY_CAST('202404-15' AS DATE)::VARCHAR",
		"SELECT TRY_CAST('1950/02/03' AS DATE)::VARCHAR", "SELECT TRY_CAST('03-02-1950' AS DATE)::VARCHAR","SELECT TRY_CAST('1950-01-01 junk' AS DATE)::VARCHAR",
		"SELECT TRY_CAST('12.6' AS BIGINT)::VARCHAR", "SELECT CAST(v AS INTEGER)::VARCHAR FROM (VALUES ('Nguyen Van A')) t(v)", "SELECT json_serialize_sql('SELECT [select 1]')::VARCHAR",
		"SELECT json_serialize_sql('SELECT (a) OR (b)')::VARCHAR", "SELECT json_serialize_sql('SELECT [a) OR (b]')::VARCHAR", "SELECT json_serialize_sql('SELECT [from x]')::VARCHAR",
		"SELECT json_serialize_sql('SELECT [x for x in [1,2]]')::VARCHAR","SELECT json_serialize_sql('SELECT [(select 1)]')::VARCHAR",
		"SELECT json_serialize_sql('SELECT (a) GROUP BY (b)')::VARCHAR",
	} {
		var v sql.NullString
		err := db.QueryRow(q).Scan(&v)
		fmt.Printf("%s => %v %q err=%v\n", q, v.Valid, v.String, err)
	}
}
