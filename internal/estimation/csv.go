package estimation

import (
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

var csvBefore = []string{"statistic", "variable", "category"}
var csvAfter = []string{"estimate", "se", "cv", "lower", "upper", "df", "n", "missing", "deff", "interval", "notes"}

// WriteCSV writes a row an estimate, numbers in full, with a header. A column of domains whose name is taken is called
// by_ and its name.
func (r *Result) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	header := slices.Clone(csvBefore)
	for _, name := range r.By {
		if slices.Contains(csvBefore, name) || slices.Contains(csvAfter, name) {
			name = "by_" + name
		}
		header = append(header, name)
	}
	out.Write(append(header, csvAfter...))
	for _, e := range r.Estimates {
		record := append([]string{e.Statistic, e.Variable, e.Category}, e.By...)
		for _, v := range []Number{e.Estimate, e.SE, e.CV, e.Lower, e.Upper, e.DF} {
			record = append(record, full(v))
		}
		record = append(record, strconv.FormatInt(e.N, 10), strconv.FormatInt(e.Missing, 10), full(e.Deff), e.Interval,
			strings.Join(e.Notes, "; "))
		out.Write(record)
	}
	out.Flush()
	return out.Error()
}

// full is the shortest text that reads back as the number; nothing where there is none.
func full(n Number) string {
	switch v := float64(n); {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 1):
		return "Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	default:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
}
