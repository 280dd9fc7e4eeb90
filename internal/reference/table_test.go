package reference

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
)

// A table is a data set: text by column. An empty text is a missing value.
type table struct {
	names   []string // of the columns, in their order
	columns map[string][]string
	rows    int
}

// tables read so far, by path.
var tables sync.Map

// readTable reads a CSV file with a header; it panics where it cannot.
func readTable(path string) *table {
	if t, ok := tables.Load(path); ok {
		return t.(*table)
	}
	f, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(err)
	}
	t := &table{names: records[0], columns: map[string][]string{}, rows: len(records) - 1}
	for c, name := range records[0] {
		column := make([]string, t.rows)
		for i, r := range records[1:] {
			column[i] = r[c]
		}
		t.columns[name] = column
	}
	tables.Store(path, t)
	return t
}

// text is a column; it panics where there is none. factor(x) is x, as levels of a factor whatever they look like.
func (t *table) text(name string) []string {
	if inner, ok := factorOf(name); ok {
		name = inner
	}
	c, ok := t.columns[name]
	if !ok {
		panic(fmt.Sprintf("the data set has no column %q", name))
	}
	return c
}

// factorOf is x of factor(x).
func factorOf(name string) (column string, ok bool) {
	inner, ok := strings.CutPrefix(name, "factor(")
	column, closed := strings.CutSuffix(inner, ")")
	return column, ok && closed
}

// numbers is a column as numbers, NaN where the value is missing; it panics where one is no number.
func (t *table) numbers(name string) []float64 {
	out, err := parseNumbers(t.text(name))
	if err != nil {
		panic(fmt.Sprintf("column %q, %v", name, err))
	}
	return out
}

// parseNumbers reads texts as numbers, NaN where one is missing.
func parseNumbers(text []string) ([]float64, error) {
	out := make([]float64, len(text))
	for i, s := range text {
		out[i] = math.NaN()
		if missing(s) {
			continue
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
		out[i] = v
	}
	return out, nil
}

func missing(text string) bool { return text == "" || text == "NA" }
