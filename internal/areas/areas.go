// Package areas knows the administrative units: their codes, names, dates and parents, and the crosswalks between code
// lists.
package areas

import (
	"slices"
	"sort"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// A Unit is an administrative unit of some level.
type Unit struct {
	Code, Name string
	Type       string // of a unit of the lowest level, where the code list tells it
	Level      string
	Parents    []string          // codes of the units above, lowest level first; shorter than the levels at the top
	Columns    map[string]string // what else the code list says of a unit of the lowest level
}

// A List is a code list at one moment: the units of every level, each level in order of code.
type List struct {
	Levels []string // lowest first
	units  map[string]Unit
	order  map[string][]string // codes by level
	drawn  map[string]bool     // areas that units above are made of; nil for all
}

// Read reads the code list of a study as it stood at the reference time. Units whose validity does not include that day
// are left out. A study without a code list has an empty one.
func Read(s *study.Study) (*List, error) {
	l := &List{Levels: s.LevelNames(), units: make(map[string]Unit), order: make(map[string][]string)}
	if s.Areas.File == "" {
		return l, nil
	}
	r := &reader{list: l, study: s, levels: make(map[string]int)}
	t, err := readTable(s.Path(s.Areas.File), &r.found)
	if err != nil {
		return nil, err
	}
	r.read(t)
	if err := r.found.Err(); err != nil {
		return nil, err
	}
	if len(l.Lowest()) == 0 {
		// Not the same as having no code list, which lets every code be an area.
		r.found.Add(t.Path, 0, "", "no unit exists on %s, the reference time", s.Reference)
		return nil, &r.found
	}
	for _, codes := range l.order {
		sort.Strings(codes)
	}
	return l, nil
}

// reader fills a list from the rows of its file.
type reader struct {
	list   *List
	study  *study.Study
	found  problems.List
	levels map[string]int // line a code was first seen on
}

func (r *reader) read(t *table) {
	a := r.study.Areas
	need := []string{a.Code, a.Name, a.Type, a.ValidFrom, a.ValidTo}
	for _, p := range a.Parents {
		need = append(need, p.Code, p.Name)
	}
	if !t.Need(&r.found, need...) {
		return
	}
	for _, row := range t.rows {
		if r.valid(t, row) {
			r.unit(t, row)
		}
	}
}

// valid tells whether the unit of a row exists at the reference time.
func (r *reader) valid(t *table, row record) bool {
	a, at := r.study.Areas, r.study.Reference.Time
	from, hasFrom := r.date(t, row, a.ValidFrom)
	to, hasTo := r.date(t, row, a.ValidTo)
	return !(hasFrom && from.After(at)) && !(hasTo && !to.After(at))
}

func (r *reader) date(t *table, row record, column string) (time.Time, bool) {
	text := row.get(t, column)
	if text == "" {
		return time.Time{}, false
	}
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		r.found.Add(t.Path, row.line, column, "not a date, want YYYY-MM-DD")
	}
	return d, err == nil
}

func (r *reader) unit(t *table, row record) {
	a := r.study.Areas
	u := Unit{Code: row.get(t, a.Code), Name: norm.NFC.String(row.get(t, a.Name)), Type: norm.NFC.String(row.get(t, a.Type)), Level: a.Level, Columns: row.columns(t)}
	if u.Code == "" || u.Code == analysis.Missing {
		r.found.Add(t.Path, row.line, a.Code, "a unit without a code, or with the code missing, which stands for none")
		return
	}
	if at, seen := r.levels[u.Code]; seen {
		r.found.Add(t.Path, row.line, a.Code, "code %s stands on line %d already", u.Code, at)
		return
	}
	r.levels[u.Code] = row.line
	if above, seen := r.list.units[u.Code]; seen {
		r.found.Add(t.Path, row.line, a.Code, "code %s is a %s here and a %s elsewhere: codes must differ between levels", u.Code, u.Level, above.Level)
		return
	}
	for _, p := range a.Parents {
		u.Parents = append(u.Parents, row.get(t, p.Code))
	}
	r.list.add(u)
	for i, p := range a.Parents {
		r.parent(t, row, i, p, u.Parents)
	}
}

// parent adds the unit of a level above that a row names, and holds it against what other rows said of it.
func (r *reader) parent(t *table, row record, i int, p study.Parent, codes []string) {
	u := Unit{Code: codes[i], Name: norm.NFC.String(row.get(t, p.Name)), Level: p.Level, Parents: codes[i+1:]}
	if u.Code == "" || u.Code == analysis.Missing {
		r.found.Add(t.Path, row.line, p.Code, "a unit without a %s", p.Level)
		return
	}
	before, seen := r.list.units[u.Code]
	switch {
	case !seen:
		r.list.add(u)
	case before.Level != u.Level:
		r.found.Add(t.Path, row.line, p.Code, "code %s is a %s here and a %s elsewhere: codes must differ between levels", u.Code, u.Level, before.Level)
	case !slices.Equal(before.Parents, u.Parents):
		r.found.Add(t.Path, row.line, p.Code, "%s %s lies in another unit than on an earlier line", p.Level, u.Code)
	}
}

func (l *List) add(u Unit) {
	l.units[u.Code] = u
	l.order[u.Level] = append(l.order[u.Level], u.Code)
}

// Codes are the codes of a level in order.
func (l *List) Codes(level string) []string { return l.order[level] }

// Lowest are the codes of the lowest level in order.
func (l *List) Lowest() []string { return l.order[l.Levels[0]] }

// Unit returns the unit of a code.
func (l *List) Unit(code string) (Unit, bool) {
	u, ok := l.units[code]
	return u, ok
}

// Ancestor is the code of the unit of a level that a unit lies in: itself at its own level.
func (l *List) Ancestor(code, level string) (string, bool) {
	u, ok := l.units[code]
	if !ok || u.Level == level {
		return code, ok
	}
	if l.drawn != nil && u.Level == l.Levels[0] && !l.drawn[code] {
		return "", false
	}
	at, above := slices.Index(l.Levels, u.Level), slices.Index(l.Levels, level)
	if i := above - at - 1; i >= 0 && i < len(u.Parents) {
		return u.Parents[i], true
	}
	return "", false
}

// Above is the list with units above the lowest level made of the given areas alone; all of them when drawn is nil.
func (l *List) Above(drawn map[string]bool) *List {
	if drawn == nil {
		return l
	}
	restricted := *l
	restricted.drawn = drawn
	return &restricted
}

// Of makes a list of units of the lowest level with the codes of the units above; names of those above are not known.
func Of(levels []string, lowest []Unit) *List {
	l := &List{Levels: levels, units: make(map[string]Unit), order: make(map[string][]string)}
	for _, u := range lowest {
		u.Level = levels[0]
		l.add(u)
		for i, code := range u.Parents {
			if _, seen := l.units[code]; !seen {
				l.add(Unit{Code: code, Level: levels[i+1], Parents: u.Parents[i+1:]})
			}
		}
	}
	for _, codes := range l.order {
		sort.Strings(codes)
	}
	return l
}
