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
var csvAssisted = []string{"plain", "plain_se", "gain", "assistant"}

// WriteCSV writes a row an estimate, numbers in full, with a header. A column of domains whose name is taken is called
// by_ and its name.
func (r *Result) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	header, after := slices.Clone(csvBefore), slices.Clone(csvAfter)
	if r.Assistance != nil {
		after = append(after, csvAssisted...)
	}
	for _, name := range r.By {
		if slices.Contains(csvBefore, name) || slices.Contains(after, name) {
			name = "by_" + name
		}
		header = append(header, name)
	}
	out.Write(append(header, after...))
	for _, e := range r.Estimates {
		record := append([]string{e.Statistic, e.Variable, e.Category}, e.By...)
		for _, v := range []Number{e.Estimate, e.SE, e.CV, e.Lower, e.Upper, e.DF} {
			record = append(record, full(v))
		}
		record = append(record, strconv.FormatInt(e.N, 10), strconv.FormatInt(e.Missing, 10), full(e.Deff), e.Interval,
			strings.Join(e.Notes, "; "))
		if r.Assistance != nil {
			record = append(record, e.Assisted.fields()...)
		}
		out.Write(record)
	}
	out.Flush()
	return out.Error()
}

// fields are those of csvAssisted, empty of an estimate that is not assisted.
func (a *Assisted) fields() []string {
	if a == nil {
		return make([]string, len(csvAssisted))
	}
	return []string{full(a.Plain), full(a.PlainSE), full(a.Gain), a.Assistant}
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
