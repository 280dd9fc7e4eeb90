package stage

import (
	"math"
	"slices"
	"strconv"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/csvfile"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// A timeFile reads a CSV file of the section on time, row by row.
type timeFile struct {
	study *study.Study
	list  *areas.List
	file  *csvfile.File
	found problems.List
	names map[string]string // column of the file by what it is
	codes map[string]string // of sex

	line   int
	fields []string
	seen   map[string]int // line of what may stand once
}

func openTimeFile(s *study.Study, list *areas.List, name string, sexCodes map[string]string) (*timeFile, error) {
	f, err := csvfile.Open(s.Path(name))
	if err != nil {
		return nil, err
	}
	if len(sexCodes) == 0 {
		sexCodes = map[string]string{study.Male: study.Male, study.Female: study.Female}
	}
	out := &timeFile{study: s, list: list, file: f, codes: sexCodes}
	out.names, out.seen = make(map[string]string), make(map[string]int)
	return out, nil
}

// column maps what to a column: the one named, else that of its own name; one that is needed, or named, must be there.
func (f *timeFile) column(what, named string, needed bool) {
	name := named
	if name == "" {
		name = what
	}
	if slices.Contains(f.file.Columns, name) {
		f.names[what] = name
	} else if needed || named != "" {
		f.file.Need(&f.found, name)
	}
}

func (f *timeFile) has(what string) bool { return f.names[what] != "" }

// get is the value of what in the row, "" where the file has no such column.
func (f *timeFile) get(what string) string {
	if !f.has(what) {
		return ""
	}
	return f.fields[slices.Index(f.file.Columns, f.names[what])]
}

func (f *timeFile) fault(what, format string, args ...any) {
	f.found.Add(f.file.Path, f.line, f.names[what], format, args...)
}

// number is a number of 0 or more, or any finite one where signed.
func (f *timeFile) number(what string, signed bool) float64 {
	text := f.get(what)
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsInf(v, 0) || math.IsNaN(v):
		f.fault(what, "not a number")
		return 0
	case v < 0 && !signed:
		f.fault(what, "below 0")
	}
	return v
}

// sex is what the code of sex means.
func (f *timeFile) sex() string {
	sex, ok := f.codes[f.get("sex")]
	if !ok {
		f.fault("sex", "the code is not among those the study lists")
	}
	return sex
}

// once makes sure that a row's key did not stand before.
func (f *timeFile) once(key string) {
	if at, twice := f.seen[key]; twice {
		f.found.Add(f.file.Path, f.line, "", "stands on line %d already", at)
		return
	}
	f.seen[key] = f.line
}

// area is the code of the row's area, which must be of the lowest level unless any will do.
func (f *timeFile) area(anyLevel bool) string {
	code := f.get("area")
	if code == "" || code == analysis.Missing || f.study.Areas.File == "" {
		return code
	}
	u, ok := f.list.Unit(code)
	switch {
	case !ok:
		f.fault("area", "the code is not in the code list")
	case u.Level != f.list.Levels[0] && !anyLevel:
		f.fault("area", "the code of a %s, want that of a %s", u.Level, f.list.Levels[0])
	}
	return code
}
