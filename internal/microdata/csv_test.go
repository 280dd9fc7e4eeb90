package microdata

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/problems"
)

// openText opens a text as the CSV file f.csv.
func openText(text string) (*File, error) {
	dir, err := os.MkdirTemp("", "microdata")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "f.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return Open(path)
}

func TestCSVForms(t *testing.T) {
	for name, text := range map[string]string{
		"plain":      "a,b\n1,x\n2.5,y\n,\n",
		"mark":       "\xef\xbb\xbfa,b\n1,x\n2.5,y\n,\n",
		"semicolons": "a;b\r\n1;x\r\n2.5;y\r\n;\r\n",
		"tabs":       "a\tb\n1\tx\n2.5\ty\n\t",
		"quotes":     "\"a\",\"b\"\n\"1\",x\n2.50,\"y\"\n\"\",\"\"\n",
		"spaces":     " a , b \n 1 ,  x\n2.5,y \n , \n",
		"other NA":   "a,b\n1,x\n2.5,y\nNA,NA\n",
		"blank":      "a,b\n\n1,x\n\r\n2.5,y\n\n,\n\n",
	} {
		f, err := openText(text)
		if err != nil {
			t.Fatal(name, err)
		}
		f.Missing = []string{"NA"}
		table, found, err := f.Read(context.Background(), []Want{{"b", Code}, {"a", Number}})
		if err != nil || found.Err() != nil {
			t.Fatal(name, err, found.Err())
		}
		a, b := table.Numbers("a"), table.Codes("b")
		if len(a) != 3 || a[0] != 1 || a[1] != 2.5 || !math.IsNaN(a[2]) {
			t.Errorf("%s: a is %v", name, a)
		}
		if diff := cmp.Diff(Codes{[]int32{0, 1, 2}, []string{"x", "y", analysis.Missing}, []string{"x", "y",
			analysis.Missing}}, b); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		f.Close()
	}
}

func TestCSVProblems(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "1: empty: want a header row"},
		{"twice", "a,a\n", "1:a: two columns have this name"},
		{"UTF-16", "\xff\xfea\x00,\x00\n\x00", "1: the file is in UTF-16: save it as UTF-8"},
		{"decimal comma", "a;b\n1,5;x\n", "2:a: a number with a decimal comma: write it with a decimal point"},
		{"no number", "a,b\n1,x\n\n\"two\",x\nNA,y\n",
			"4:a: not a number; if it stands for a missing value, name it with --missing\n" +
				"5:a: not a number; if it stands for a missing value, name it with --missing"},
		{"no UTF-8", "a,b\n1,\xe9\n", "2:b: not UTF-8: save the file as UTF-8"},
		{"fields", "a,b\n1,x\n1\n1,2,3\n", "3: 1 fields, the header has 2\n4: 3 fields, the header has 2"},
		{"quote inside", "a,b\n1,x\n1,5\" pipe\n2,\"y\"\n",
			"3: not CSV from here on: a quote inside a field that does not begin with one"},
		{"after a quote", "a,b\n1,\"x\"y\n", "2: not CSV from here on: text after a closing quote"},
		{"quote not closed", "a,b\n1,x\n2,\"y\n3,z\n", "3: not CSV from here on: a quote is not closed"},
		{"lines in quotes", "a,b\n1,\"x\ny\nz\"\nno,x\n",
			"5:a: not a number; if it stands for a missing value, name it with --missing"},
	} {
		f, err := openText(tt.text)
		if err == nil {
			_, found, readErr := f.Read(context.Background(), []Want{{"a", Number}, {"b", Code}})
			if readErr != nil {
				t.Fatal(tt.name, readErr)
			}
			err = found.Err()
		}
		list, ok := err.(*problems.List)
		if !ok {
			t.Errorf("%s: error %v", tt.name, err)
			continue
		}
		var got []string
		for _, p := range list.Problems {
			_, text, _ := strings.Cut(p.String(), "f.csv:")
			got = append(got, text)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// TestCSVAgainstStandard reads random files in parts of random sizes and compares with encoding/csv: fields, and the
// line each record begins on.
func TestCSVAgainstStandard(t *testing.T) {
	field := rapid.OneOf(rapid.StringMatching(`[a-c0-9]{0,3}`), rapid.StringMatching(`[ab,\n"]{0,5}`),
		rapid.StringMatching(`[xy]\n+[xy]`))
	rapid.Check(t, func(t *rapid.T) {
		var text bytes.Buffer
		text.WriteString("a,b\n")
		out := csv.NewWriter(&text)
		for range rapid.IntRange(0, 30).Draw(t, "rows") {
			if rapid.IntRange(0, 4).Draw(t, "blank") == 0 {
				out.Flush()
				text.WriteString("\n")
			}
			out.Write([]string{field.Draw(t, "a"), "e" + field.Draw(t, "b")})
		}
		out.Flush()
		f, err := openText(text.String())
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		f.source.(*csvSource).chunk = rapid.IntRange(1, 64).Draw(t, "chunk")
		table, found, err := f.Read(context.Background(), []Want{{"a", Code}, {"b", Code}})
		if err != nil || found.Err() != nil {
			t.Fatal(err, found.Err())
		}
		in := csv.NewReader(bytes.NewReader(text.Bytes()))
		in.Read()
		row := 0
		for ; ; row++ {
			record, err := in.Read()
			if err != nil {
				break
			}
			line, _ := in.FieldPos(0)
			if got := table.Line(row); got != line {
				t.Fatalf("row %d is on line %d, want %d\n%s", row, got, line, text.String())
			}
			for j, name := range []string{"a", "b"} {
				c := table.Codes(name)
				want := strings.TrimSpace(record[j])
				if want == "" {
					want = analysis.Missing
				}
				if got := c.Levels[c.Code[row]]; got != want {
					t.Fatalf("%s in row %d is %q, want %q", name, row, got, want)
				}
			}
		}
		if row != table.Rows {
			t.Fatalf("%d rows, want %d", table.Rows, row)
		}
	})
}

func TestParseNumber(t *testing.T) {
	for _, text := range []string{"", "-", ".", "+", "1 2", "0x10", "1_000", "inf", "NaN", "1e999", "1,5", "--1", "1-",
		"e5", "1.2.3", "²"} {
		if v, ok := parseNumber([]byte(text)); ok {
			t.Errorf("%q is %v", text, v)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[-+]?([0-9]{1,25}(\.[0-9]{0,25})?|\.[0-9]{1,20})([eE][-+]?[0-9]{1,2})?`).Draw(t, "text")
		got, ok := parseNumber([]byte(text))
		want, err := strconv.ParseFloat(text, 64)
		if !ok || err != nil || math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%s is %v, %v, want %v, %v", text, got, ok, want, err)
		}
	})
}

func TestOrderOfLevels(t *testing.T) {
	c := newCoder()
	p := &piece{coder: c}
	for _, text := range []string{"10", "b", "", "9", "01", "1", "-2", "a", "1.5"} {
		p.codes = append(p.codes, c.text([]byte(text)))
	}
	got := joinCodes([]*piece{p}, 9)
	if diff := cmp.Diff([]string{"-2", "01", "1", "1.5", "9", "10", "a", "b", analysis.Missing}, got.Levels); diff != "" {
		t.Error(diff)
	}
}
