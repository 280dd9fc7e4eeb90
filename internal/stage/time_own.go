package stage

import (
	"errors"
	"fmt"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// eventAt is the level of the dimension event that holds the register at the reference time.
func eventAt(s *study.Study) string {
	if s.Time.Register.Before(s.Reference.Time) {
		return store.RegisteredAfter
	}
	return store.RegisteredBefore
}

// errUnbalanced is the error of events that do not lead from one day to the other, as where a file changes while it is
// read.
var errUnbalanced = errors.New("the register's own events do not lead to its figures at the reference time: " +
	"has it changed while it was read?")

// closes makes sure that events balance in every cell, and lead to the persons of a tally in every area.
func closes(events, tally *analysis.Tally, at string) error {
	byCell := []analysis.Class{analysis.Each(events.Dim("event"))}
	for i := range events.Dims {
		if d := &events.Dims[i]; d.Name != "event" {
			byCell = append(byCell, analysis.Each(d))
		}
	}
	cell, k := events.Cells(byCell...)
	n, sign := events.Counts(cell, k), []int64{1, 1, -1, 1, -1, -1} // by event, which varies slowest
	cells := k / len(sign)
	for c := range cells {
		sum := int64(0)
		for e, s := range sign {
			sum += s * n[e*cells+c]
		}
		if sum != 0 {
			return errUnbalanced
		}
	}
	if !slices.Equal(registered(events, at), registered(tally, "")) {
		return errUnbalanced
	}
	return nil
}

// registered are the persons of a tally by definition and area in words, of one event where it has events; nobody is left out.
func registered(t *analysis.Tally, event string) []string {
	by := []analysis.Class{analysis.Each(t.Dim("definition")), analysis.Each(t.Dim("area"))}
	if event != "" {
		only := func(level string) (string, bool) { return level, level == event }
		by = append(by, analysis.Classes(t.Dim("event"), []string{event}, only))
	}
	cell, k := t.Cells(by...)
	var out []string
	for i, n := range t.Counts(cell, k) {
		if n != 0 {
			areas := len(by[1].Names)
			out = append(out, fmt.Sprint(by[0].Names[i/areas], "\x00", by[1].Names[i%areas], "\x00", n))
		}
	}
	slices.Sort(out)
	return out
}

// ownEvents are the events of a definition that an extract carries. An area without a row had none.
func ownEvents(e *extract.Extract, definition string, starts []int) *timeEvents {
	t, width := e.Events, 1
	out := &timeEvents{of: make(map[string][]events), aged: t.Dim("age_group") != nil}
	only := func(level string) (string, bool) { return level, level == definition }
	every := func(level string) (string, bool) { return level, true }
	area := analysis.Each(t.Dim("area"))
	by := []analysis.Class{analysis.Classes(t.Dim("definition"), []string{definition}, only), area}
	if out.aged {
		groups := append(analysis.AgeLabels(starts), analysis.Missing)
		width = len(groups)
		by = append(by, analysis.Classes(t.Dim("age_group"), groups, every))
	}
	by = append(by, analysis.Classes(t.Dim("event"), store.EventLevels(), every))
	cell, k := t.Cells(by...)
	n := t.Counts(cell, k)
	for _, a := range e.Areas {
		out.of[a.Code] = make([]events, len(starts)+1)
	}
	levels := len(store.EventLevels())
	for i, code := range area.Names {
		all := out.of[code]
		for g := 0; g < width && all != nil; g++ {
			happened := eventsOf(n[(i*width+g)*levels:])
			all[0].add(happened)
			if out.aged && g < len(starts) {
				all[g+1].add(happened)
			}
		}
	}
	return out
}

// eventsOf are events from the persons of the levels of the dimension event.
func eventsOf(n []int64) events {
	return events{births: float64(n[1]), deaths: float64(n[2]), arrivals: float64(n[3]), departures: float64(n[4])}
}
