package estimation

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WriteTable writes the estimates for people: what the design is, a line an estimate, and notes below.
func (r *Result) WriteTable(w io.Writer) error {
	t := &tableWriter{result: r}
	t.design()
	t.estimates()
	t.foot()
	_, err := io.WriteString(w, t.text.String())
	return err
}

// A tableWriter puts a result into lines.
type tableWriter struct {
	result *Result
	text   strings.Builder
	notes  []string // by letter
	common []string // of all estimates, and said only once
}

func (t *tableWriter) line(format string, a ...any) { fmt.Fprintf(&t.text, format+"\n", a...) }

// design says what the estimates rest on.
func (t *tableWriter) design() {
	r := t.result
	d := r.Design
	parts := []string{grouped(strconv.Itoa(d.Rows)) + " rows"}
	if len(d.Stages) > 0 {
		s := d.Stages[0]
		if len(s.Strata) > 0 {
			parts = append(parts, fmt.Sprintf("%s strata (%s)", grouped(strconv.Itoa(d.Strata)), strings.Join(s.Strata, " × ")))
		}
		if s.Unit != "" {
			parts = append(parts, fmt.Sprintf("%s PSUs (%s)", grouped(strconv.Itoa(d.PSUs)), s.Unit))
		}
	}
	if d.Replicates > 0 {
		parts = append(parts, fmt.Sprintf("%s replicates (%s)", grouped(strconv.Itoa(d.Replicates)), r.Options.Replicates))
	}
	parts = append(parts, "weights sum to "+rounded(float64(d.SumWeights), 1), "df "+countLike(d.DF))
	t.line("%s: %s", r.File.Path, strings.Join(parts, ", "))
	for _, s := range d.Stages {
		unit := s.Unit
		if unit == "" {
			unit = "rows"
		}
		if s.Stage > 1 {
			t.line("stage %d: %s", s.Stage, unit)
		}
	}
	if c := r.Calibration; c != nil {
		t.line("calibrated to %s (%s): %d totals, weights times %s to %s, effect of weighting %s before and %s after",
			c.File, c.Method, len(c.Totals),
			rounded(float64(c.GMin), 2), rounded(float64(c.GMax), 2), rounded(float64(c.DeffBefore), 2),
			rounded(float64(c.DeffAfter), 2))
		if c.Negative > 0 {
			t.line("note: %d rows have a negative weight: take another method, or bounds", c.Negative)
		}
	}
	if a := r.Assistance; a != nil {
		t.line("%s", a.line())
	}
	if r.Options.Where != "" {
		t.line("domain: %s", r.Options.Where)
	}
	t.common = r.commonNotes()
	for _, n := range slices.Concat(r.Notes, t.common) {
		t.line("note: %s", n)
	}
	t.line("")
}

// commonNotes are those that all estimates have.
func (r *Result) commonNotes() []string {
	notes := slices.Clone(r.Estimates[0].Notes)
	return slices.DeleteFunc(notes, func(n string) bool {
		return slices.ContainsFunc(r.Estimates, func(e Row) bool { return !slices.Contains(e.Notes, n) })
	})
}

// estimates writes the lines, columns aligned: texts to the left, numbers to the right.
func (t *tableWriter) estimates() {
	r := t.result
	header := append(slices.Clone(r.By), "", "estimate", "SE", "CV %", "lower", "upper", "interval", "df", "n")
	missing := slices.ContainsFunc(r.Estimates, func(e Row) bool { return e.Missing > 0 })
	if missing {
		header = append(header, "missing")
	}
	if r.Options.Deff != "" {
		header = append(header, "deff")
	}
	if r.Assistance != nil {
		header = append(header, "assistant", "plain", "SE", "gain %")
	}
	header = append(header, "")
	rows := [][]string{header}
	for _, group := range t.groups() {
		decimals := decimalsFor(group)
		for _, e := range group {
			rows = append(rows, t.row(e, decimals, missing))
		}
	}
	t.aligned(rows, len(r.By)+1)
}

// groups are runs of estimates of the same statistic and variable, which share their decimals.
func (t *tableWriter) groups() (out [][]Row) {
	all := t.result.Estimates
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].Statistic == all[from].Statistic && all[to].Variable == all[from].Variable {
			to++
		}
		out = append(out, all[from:to])
		from = to
	}
	return out
}

func (t *tableWriter) row(e Row, decimals int, missing bool) []string {
	what := e.Statistic + " " + e.Variable
	if e.Category != "" {
		what += " = " + e.Category
	}
	row := append(slices.Clone(e.By), what,
		rounded(float64(e.Estimate), decimals), rounded(float64(e.SE), decimals), percent(e.CV),
		rounded(float64(e.Lower), decimals), rounded(float64(e.Upper), decimals), e.Interval, countLike(e.DF),
		grouped(strconv.FormatInt(e.N, 10)))
	if missing {
		row = append(row, grouped(strconv.FormatInt(e.Missing, 10)))
	}
	if t.result.Options.Deff != "" {
		row = append(row, rounded(float64(e.Deff), 2))
	}
	if t.result.Assistance != nil {
		row = append(row, e.Assisted.cells(decimals)...)
	}
	return append(row, t.letters(e.Notes))
}

// letters are those by which the notes stand below.
func (t *tableWriter) letters(notes []string) string {
	var out []string
	for _, n := range notes {
		if slices.Contains(t.common, n) {
			continue
		}
		at := slices.Index(t.notes, n)
		if at < 0 {
			at = len(t.notes)
			t.notes = append(t.notes, n)
		}
		out = append(out, letter(at))
	}
	return strings.Join(out, " ")
}

func letter(at int) string { return string(rune('a' + at)) }

// aligned writes rows with the first columns to the left and the others to the right, but the last one, which is not
// padded.
func (t *tableWriter) aligned(rows [][]string, left int) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, text := range row {
			widths[j] = max(widths[j], utf8.RuneCountInString(text))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for j, text := range row {
			pad := strings.Repeat(" ", widths[j]-utf8.RuneCountInString(text))
			switch {
			case j < left:
				line.WriteString(text + pad + "  ")
			case j == len(row)-1:
				line.WriteString(text)
			default:
				line.WriteString(pad + text + "  ")
			}
		}
		t.line("%s", strings.TrimRight(line.String(), " "))
	}
}

// foot says what the intervals are, and the notes.
func (t *tableWriter) foot() {
	t.line("")
	t.line("lower and upper: %s %% interval; %s", short(100*t.result.Options.Level), strings.Join(t.intervals(), "; "))
	if a := t.result.Assistance; a != nil {
		for _, g := range a.Gains {
			t.line("%s", g.line())
		}
	}
	for i, n := range t.notes {
		t.line("%s: %s", letter(i), n)
	}
}

// intervals says which interval goes with which statistics.
func (t *tableWriter) intervals() (out []string) {
	of := map[string][]string{}
	var names []string
	for _, e := range t.result.Estimates {
		if len(of[e.Interval]) == 0 {
			names = append(names, e.Interval)
		}
		if plural := e.Statistic + "s"; !slices.Contains(of[e.Interval], plural) {
			of[e.Interval] = append(of[e.Interval], plural)
		}
	}
	for _, name := range names {
		out = append(out, inWords(name)+" for "+strings.Join(of[name], ", "))
	}
	return out
}

// inWords is the name of an interval with its formula, where that is short.
func inWords(interval string) string {
	switch interval {
	case "t":
		return "t: estimate ∓ t·SE"
	case "log":
		return "log: estimate · exp(∓ t·SE/estimate)"
	case "logit":
		return "logit: ∓ t·SE on the scale log(p/(1-p))"
	}
	return interval
}

// decimalsFor are as many decimals as show two figures of the smallest standard error, or without any five of the
// largest estimate.
func decimalsFor(group []Row) int {
	smallest, largest := math.Inf(1), 1.0
	for _, e := range group {
		if v := math.Abs(float64(e.Estimate)); v > largest && !math.IsInf(v, 1) {
			largest = v
		}
		// What rounding leaves of an error of 0, as that of a total which the weights were fitted to, does not count.
		if se := float64(e.SE); se > 1e-9*math.Abs(float64(e.Estimate)) {
			smallest = min(smallest, se)
		}
	}
	if math.IsInf(smallest, 1) {
		return max(4-int(math.Floor(math.Log10(largest))), 0)
	}
	return min(max(1-int(math.Floor(math.Log10(smallest))), 0), 12)
}

// percent is a coefficient of variation in percent.
func percent(cv Number) string { return rounded(100*float64(cv), 1) }

// countLike is a whole number without decimals, any other with one.
func countLike(n Number) string {
	v := float64(n)
	switch {
	case math.IsInf(v, 1):
		return "∞"
	case v == math.Trunc(v):
		return rounded(v, 0)
	}
	return rounded(v, 1)
}

// rounded is a number for people; – where there is none.
func rounded(v float64, decimals int) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "-∞"
	}
	return grouped(strconv.FormatFloat(v, 'f', decimals, 64))
}

// grouped puts commas between thousands.
func grouped(number string) string {
	sign := ""
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	whole, rest := number, ""
	if at := strings.IndexByte(number, '.'); at >= 0 {
		whole, rest = number[:at], number[at:]
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return sign + whole + rest
}
