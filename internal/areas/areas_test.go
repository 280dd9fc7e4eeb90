package areas_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// studyOf is a study with a code list of communes in districts in provinces.
func studyOf(t *testing.T, list string) *study.Study {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "areas.csv"), list)
	s, err := study.Parse(filepath.Join(dir, "study.yaml"), []byte(`
study: s
title: T
reference_time: 2024-04-01
areas:
  file: areas.csv
  code: code
  name: name
  valid_from: from
  valid_to: to
  parents: [{level: district, code: dcode, name: dname}, {level: province, code: pcode}]
register: {file: r.csv, columns: {permanent: a}}
definitions: [{name: permanent, residence: permanent}]
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results: {file: c.csv, kind: counts, columns: {area: a}}
compare: {margin_pct: 5}
`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// found gives the problems of an error without the path of their file.
func found(t *testing.T, err error) []string {
	t.Helper()
	var list *problems.List
	if !errors.As(err, &list) {
		t.Fatalf("error %v of type %T, want a list of problems", err, err)
	}
	var texts []string
	for _, p := range list.Problems {
		p.File = filepath.Base(p.File)
		texts = append(texts, p.String())
	}
	return texts
}

const header = "code,name,from,to,dcode,dname,pcode,note\n"

func TestRead(t *testing.T) {
	// The first name is written with combining marks, as some keyboards do; the file with a byte-order mark and CRLF.
	decomposed := "Xa\u0303 Lu\u0303ng"
	list := "\xef\xbb\xbf" + strings.ReplaceAll(header+
		"00002, "+decomposed+" ,,,D1,Huyện Một,P1,x\n"+
		"00001,Phường A,,,D2,Huyện Hai,P1,\n"+
		"00010,\"Xã, B\",,,D3,Huyện Ba,P2,\n", "\n", "\r\n")
	l, err := areas.Read(studyOf(t, list))
	if err != nil {
		t.Fatal(err)
	}
	for level, want := range map[string][]string{"commune": {"00001", "00002", "00010"}, "district": {"D1", "D2", "D3"}, "province": {"P1", "P2"}} {
		if diff := cmp.Diff(want, l.Codes(level)); diff != "" {
			t.Errorf("%s: %s", level, diff)
		}
	}
	u, _ := l.Unit("00002")
	want := areas.Unit{Code: "00002", Name: "Xã Lũng", Level: "commune", Parents: []string{"D1", "P1"}, Columns: map[string]string{
		"code": "00002", "name": decomposed, "from": "", "to": "", "dcode": "D1", "dname": "Huyện Một", "pcode": "P1", "note": "x"}}
	if diff := cmp.Diff(want, u); diff != "" {
		t.Error(diff)
	}
	if d, _ := l.Unit("D3"); d.Name != "Huyện Ba" || d.Level != "district" || !cmp.Equal(d.Parents, []string{"P2"}) {
		t.Errorf("district: %+v", d)
	}
	if _, ok := l.Unit("3"); ok {
		t.Error("a code that is not listed was found")
	}
}

// A unit exists from the first day on, and no longer on the day it ends.
func TestValidity(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"", "", true}, {"2024-04-01", "", true}, {"2024-04-02", "", false}, {"", "2024-04-02", true}, {"", "2024-04-01", false},
		{"2020-01-01", "2025-07-01", true}, {"2025-07-01", "", false}, {"2000-01-01", "2010-01-01", false},
	} {
		l, err := areas.Read(studyOf(t, header+"always,A,,,D1,D,P1,\nx,X,"+tt.from+","+tt.to+",D9,D,P1,\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, got := l.Unit("x"); got != tt.want {
			t.Errorf("valid from %q to %q: there %v, want %v", tt.from, tt.to, got, tt.want)
		}
		if _, got := l.Unit("D9"); got != tt.want {
			t.Errorf("valid from %q to %q: its district there %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
	// A code may be given again once it is free.
	l, err := areas.Read(studyOf(t, header+"1,Old,,2024-01-01,D1,D,P1,\n1,New,2024-01-01,,D1,D,P1,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if u, _ := l.Unit("1"); u.Name != "New" {
		t.Errorf("code 1 is %s, want New", u.Name)
	}
}

func TestProblemsOfACodeList(t *testing.T) {
	const levels = "codes must differ between levels"
	for name, tt := range map[string]struct {
		rows string
		want []string
	}{
		"every kind at once": {
			"1,A,,,D1,D,P1,\n" + // 2
				"1,B,,,D1,D,P1,\n" +
				",C,,,D1,D,P1,\n" +
				"4,D,1 April,,D1,D,P1,\n" +
				"5,E,,2024-13-01,D1,D,P1,\n" +
				"6,F,,,D1,D,P2,\n" +
				"7,G,,,,D,P1,\n" +
				"8,H\n" +
				"9,\xff,,,D1,D,P1,\n", // 10
			[]string{"areas.csv:9: 2 fields, the header has 8", "areas.csv:10:name: not UTF-8",
				"areas.csv:3:code: code 1 stands on line 2 already", "areas.csv:4:code: a unit without a code, or with the code missing, which stands for none",
				"areas.csv:5:from: not a date, want YYYY-MM-DD", "areas.csv:6:to: not a date, want YYYY-MM-DD",
				"areas.csv:7:dcode: district D1 lies in another unit than on an earlier line", "areas.csv:8:dcode: a unit without a district"},
		},
		"a commune, then a province of its code": {"1,A,,,D1,D,P1,\n2,B,,,D1,D,1,\n", []string{
			"areas.csv:3:dcode: district D1 lies in another unit than on an earlier line", "areas.csv:3:pcode: code 1 is a province here and a commune elsewhere: " + levels}},
		"a province, then a commune of its code": {"1,A,,,D1,D,P1,\nP1,B,,,D2,D,P2,\n", []string{
			"areas.csv:3:code: code P1 is a commune here and a province elsewhere: " + levels}},
		"its own district":              {"1,A,,,1,D,P1,\n", []string{"areas.csv:2:dcode: code 1 is a district here and a commune elsewhere: " + levels}},
		"an open quote":                 {"1,A,,,D1,D,P1,\n2,\"B,,,D1,D,P1,\n", []string{"areas.csv:3: not CSV from here on: extraneous or missing \" in quoted-field"}},
		"no unit at the reference time": {"1,A,2025-01-01,,D1,D,P1,\n", []string{"areas.csv: no unit exists on 2024-04-01, the reference time"}},
		"no unit":                       {"", []string{"areas.csv: no unit exists on 2024-04-01, the reference time"}},
	} {
		_, err := areas.Read(studyOf(t, header+tt.rows))
		if diff := cmp.Diff(tt.want, found(t, err)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestHeaderOfACodeList(t *testing.T) {
	_, err := areas.Read(studyOf(t, "code,name,from,dcode,code,dname\n1,A,,D,1,E\n"))
	if diff := cmp.Diff([]string{"areas.csv:1:code: two columns have this name"}, found(t, err)); diff != "" {
		t.Error(diff)
	}
	_, err = areas.Read(studyOf(t, "code,name,from,dcode,dname\n1,A,,D,E\n"))
	has := ": no such column; the file has code, name, from, dcode, dname"
	want := []string{"areas.csv:1:to" + has, "areas.csv:1:pcode" + has}
	if diff := cmp.Diff(want, found(t, err)); diff != "" {
		t.Error(diff)
	}
	if _, err := areas.Read(studyOf(t, "")); len(found(t, err)) == 0 {
		t.Error("an empty file was taken")
	}
}

func TestLookingUpAndDown(t *testing.T) {
	l, err := areas.Read(studyOf(t, header+"1,A,,,D1,D,P1,\n2,B,,,D1,D,P1,\n3,C,,,D2,D,P1,\n4,D,,,D3,D,P2,\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ code, level, want string }{
		{"1", "commune", "1"}, {"1", "district", "D1"}, {"3", "province", "P1"}, {"D3", "province", "P2"}, {"P1", "province", "P1"},
		{"P1", "district", ""}, {"D1", "commune", ""}, {"1", "ward", ""}, {"none", "commune", ""},
	} {
		got, ok := l.Ancestor(tt.code, tt.level)
		if ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("Ancestor(%s, %s) = %q, %v, want %q", tt.code, tt.level, got, ok, tt.want)
		}
	}
}

// Units above are made of the drawn areas alone: what lies in another area belongs to none of them.
func TestAbove(t *testing.T) {
	whole, err := areas.Read(studyOf(t, header+"1,A,,,D1,D,P1,\n2,B,,,D1,D,P1,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if whole.Above(nil) != whole {
		t.Error("nothing drawn, another list")
	}
	drawn := whole.Above(map[string]bool{"1": true})
	if up, ok := drawn.Ancestor("1", "province"); up != "P1" || !ok {
		t.Errorf("a drawn area lies in %q", up)
	}
	if up, ok := drawn.Ancestor("2", "province"); ok {
		t.Errorf("an area not drawn lies in %q", up)
	}
	if up, ok := drawn.Ancestor("D1", "province"); up != "P1" || !ok {
		t.Errorf("a district lies in %q", up)
	}
	if up, ok := whole.Ancestor("2", "province"); up != "P1" || !ok {
		t.Errorf("the whole list has changed: %q", up)
	}
}

func TestWithoutACodeList(t *testing.T) {
	s := studyOf(t, "")
	s.Areas.File = ""
	l, err := areas.Read(s)
	if err != nil || len(l.Lowest()) != 0 {
		t.Errorf("%v, units %v", err, l.Lowest())
	}
}
