package fieldwork

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/store"
)

// What is said of a value, the same of one record of a file and of all of a store.
const (
	empty     = "empty"
	noNumber  = "not a number"
	notAbove  = "not above 0"
	belowNone = "not a number, 0 or more"
	noCount   = "not a whole number, 0 or more"
	noAge     = "not an age in whole years from 0 to 130"
	noDate    = "not a date, want YYYY-MM-DD"
	tooOld    = "more than 130 years before the reference time"
	tooHeavy  = "not a plausible weight: one person cannot stand for so many"
	tooNoisy  = "not a plausible standard deviation: more than a million"
)

// measures are the columns a store sums up, or makes ages of; it groups by the others.
var measures = []string{"birth_date", "count", "weight", "noise_sd"}

// request asks a store for the groups of field results. The keys are the columns of the reader that are no measures.
func (r *reader) request() store.FieldRequest {
	q := store.FieldRequest{Reference: r.study.Reference.Time, Oldest: oldest, Heaviest: heaviest, MostNoise: noisiest}
	into := map[string]*store.Expression{"birth_date": &q.BirthDate, "count": &q.Count, "weight": &q.Weight, "noise_sd": &q.NoiseSD}
	for name, i := range r.at {
		if slices.Contains(measures, name) {
			*into[name] = r.exprs[i]
		}
	}
	if r.study.Field.Kind != Sample {
		q.Weight = ""
	}
	return q
}

// grouped takes groups in. at are the positions of the keys among the columns of the reader.
func (r *reader) grouped(at []int) func(*store.FieldGroup) {
	values := make([]string, len(r.exprs))
	return func(g *store.FieldGroup) {
		for k, i := range at {
			values[i] = g.Keys[k]
		}
		w := &row{reader: r, values: values, group: g}
		w.take(w.areaCode(), w.groupSums)
	}
}

// keys are the positions of the columns that a store groups by.
func (r *reader) keys() (at []int, exprs []store.Expression) {
	for i, e := range r.exprs {
		if !r.isMeasure(i) {
			at, exprs = append(at, i), append(exprs, e)
		}
	}
	return at, exprs
}

func (r *reader) isMeasure(i int) bool {
	return slices.ContainsFunc(measures, func(name string) bool { at, ok := r.at[name]; return ok && at == i })
}

// groupSums are those of a group.
func (w *row) groupSums() sums {
	g := w.group
	age := g.Age
	if !w.has("birth_date") {
		age = w.years()
	}
	switch age {
	case store.AgeNoDate:
		w.fault("birth_date", noDate)
	case store.AgeTooOld:
		w.fault("birth_date", tooOld)
	case store.AgeUnborn:
		w.unborn = true
	}
	w.faultOf("count", g.Count, noCount, noCount)
	w.faultOf("weight", g.Weight, noNumber, notAbove)
	w.faultOf("noise_sd", g.Noise, belowNone, belowNone)
	return sums{records: g.Records, light: g.Light, age: max(age, store.AgeMissing), persons: g.Persons, weight: g.Weighted, noise: g.Variance}
}

// faultOf tells what the store found wrong with a measure.
func (w *row) faultOf(name string, fault int, number, outside string) {
	tooLarge := map[string]string{"weight": tooHeavy, "noise_sd": tooNoisy}
	switch fault {
	case store.FaultEmpty:
		w.fault(name, empty)
	case store.FaultNumber:
		w.fault(name, number)
	case store.FaultRange:
		w.fault(name, outside)
	case store.FaultTooLarge:
		w.fault(name, tooLarge[name])
	}
}

// A problem is what can be wrong with a column.
type problem struct{ name, text string }

// groupFaults are the problems of groups: how many records have each, and where.
type groupFaults map[problem]*faulty

// faulty are the records that have a problem, or the units whose records contradict one another.
type faulty struct {
	records int64
	rows    []int64 // places of the first of them
	units   map[string]bool
}

// rowsTold is how many rows or units a problem names.
const rowsTold = 5

func (f groupFaults) of(p problem) *faulty {
	if f[p] == nil {
		f[p] = &faulty{units: make(map[string]bool)}
	}
	return f[p]
}

func (f groupFaults) add(p problem, g *store.FieldGroup) {
	of := f.of(p)
	of.records += g.Records
	if g.Row == 0 {
		return
	}
	at, _ := slices.BinarySearch(of.rows, g.Row)
	of.rows = slices.Insert(of.rows, at, g.Row)
	of.rows = of.rows[:min(len(of.rows), rowsTold)]
}

// tell puts the problems of groups into the list, in the order of columns.
func (r *reader) tell(rowName func(int64) string) {
	order := make([]problem, 0, len(r.faults))
	for p := range r.faults {
		order = append(order, p)
	}
	slices.SortFunc(order, func(a, b problem) int {
		return cmp.Or(cmp.Compare(r.at[a.name], r.at[b.name]), cmp.Compare(a.text, b.text))
	})
	for _, p := range order {
		r.found.Add(r.file, 0, r.label(p.name), "%s: %s", p.text, r.faults[p].where(rowName))
	}
}

// where says how many records have a problem and names the first of them, or the units.
func (f *faulty) where(rowName func(int64) string) string {
	what, n, names := "record", int(f.records), []string(nil)
	for _, row := range f.rows {
		names = append(names, rowName(row))
	}
	if len(f.units) > 0 {
		names = slices.Sorted(maps.Keys(f.units))
		what, n = "unit", len(names)
		names = names[:min(n, rowsTold)]
	}
	if n != 1 {
		what += "s"
	}
	if len(names) > 0 && n > len(names) {
		names = append(names, "…")
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", n, what, strings.Join(names, ", ")))
}

// A contradiction is what records of one unit must not say, in the words for a line of a file and for a store.
type contradiction struct{ name, line, store string }

var (
	otherPSUs       = contradiction{"psus", "differs from the number of PSUs on an earlier line of the same stratum", "differs between records of a stratum"}
	otherStratum    = contradiction{"psu", "the PSU is in another stratum on an earlier line", "the PSU is in several strata"}
	otherHouseholds = contradiction{"households", "differs from the number of households on an earlier line of the same PSU", "differs between records of a PSU"}
	otherArea       = contradiction{"area", "the household is in another area on an earlier line", "a household of the PSU is in several areas"}
)

// contradicts notes that a row says otherwise than one before it about a unit.
func (w *row) contradicts(c contradiction, unit string) {
	if w.group == nil {
		w.fault(c.name, c.line)
		return
	}
	w.bad = true
	w.faults.of(problem{c.name, c.store}).units[unit] = true
}

// lacking notes that the frame has fewer units than were sampled.
func (r *reader) lacking(line int, name, unit, format string, n int) {
	text := fmt.Sprintf(format, n)
	if line == 0 {
		text += ": " + unit
	}
	r.found.Add(r.file, line, r.label(name), "%s", text)
}
