package store_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/store"
)

// The dates of the random registers lie on the reference time, a day beside it, months before it, or far away.
var otherDays = []int{-400, -2, -1, 0, 1, 2, 200, 3000}

// byEvent are the persons of a tally of events by event, then by definition and area, or by all cells.
func byEvent(t *analysis.Tally, aged bool) map[string]map[string]int64 {
	out := make(map[string]map[string]int64)
	for _, e := range store.EventLevels() {
		out[e] = make(map[string]int64)
	}
	for i, n := range t.N {
		key, event := "", ""
		for _, d := range t.Dims {
			switch level := d.Levels[d.Code[i]]; {
			case d.Name == "event":
				event = level
			case aged || d.Name != "age":
				key += " | " + level
			}
		}
		if n > 0 {
			out[event][key] += n
		}
	}
	return out
}

// balanced brings the first figures to the later day by the events.
func balanced(of map[string]map[string]int64) map[string]int64 {
	out := maps.Clone(of[store.RegisteredBefore])
	for event, sign := range map[string]int64{store.Births: 1, store.Deaths: -1, store.Arrivals: 1, store.Departures: -1} {
		for key, n := range of[event] {
			out[key] += sign * n
		}
	}
	maps.DeleteFunc(out, func(_ string, n int64) bool { return n == 0 })
	return out
}

// countedBy are the persons of a tally by all its cells, or by those without some dimension.
func countedBy(t *analysis.Tally, without string) map[string]int64 {
	out := make(map[string]int64)
	for i, n := range t.N {
		key := ""
		for _, d := range t.Dims {
			if d.Name != without {
				key += " | " + d.Levels[d.Code[i]]
			}
		}
		if n > 0 {
			out[key] += n
		}
	}
	return out
}

// In every cell the register before, with its own events, is the register after; and either is what a tally at its day
// counts: by area and sex, and at the reference time by age.
func TestEventsBalanceInEveryFormat(t *testing.T) {
	countries := make(map[string]country)
	for _, reference := range references {
		countries[reference] = countryAt(t, day(reference))
	}
	rapid.Check(t, func(rt *rapid.T) {
		k := drawTask(rt)
		k.ethnicity, k.marital = false, false
		r := store.EventsRequest{Request: k.request(), Other: k.reference.AddDate(0, 0, rapid.SampledFrom(otherDays).Draw(rt, "days"))}
		at, other := store.RegisteredBefore, store.RegisteredAfter
		if r.Other.Before(r.Reference) {
			at, other = other, at
		}
		elsewhen := r.Request
		elsewhen.Reference = r.Other
		for format, s := range countries[ymd(k.reference)].sources {
			events, err := s.Events(context.Background(), r)
			check(rt, err)
			now, err := s.Tally(context.Background(), r.Request)
			check(rt, err)
			then, err := s.Tally(context.Background(), elsewhen)
			check(rt, err)
			all, cells := byEvent(events, false), byEvent(events, true)
			for what, pair := range map[string][2]map[string]int64{
				"the balance of every cell": {cells[store.RegisteredAfter], balanced(cells)},
				"at the other day":          {countedBy(then[0], "age"), all[other]},
				"at the reference time":     {countedBy(now[0], ""), cells[at]},
			} {
				if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
					rt.Errorf("%s, %s and %s: %s:\n%s", format, ymd(r.Reference), ymd(r.Other), what, diff)
				}
			}
		}
	})
}

// One person each, with what happened to it between 1 April and 31 December, as one would tell by hand.
func TestWhatIsAnEvent(t *testing.T) {
	cases := map[string]struct {
		person person
		want   string
	}{
		"there all the time":                  {person{Birth: "1990-01-01"}, "registered_before registered_after"},
		"nothing known":                       {person{}, "registered_before registered_after"},
		"born":                                {person{Birth: "2024-05-01"}, "births registered_after"},
		"born on the first day":               {person{Birth: "2024-04-01"}, "births registered_after"},
		"born on the last day":                {person{Birth: "2024-12-31"}, ""},
		"born, registered weeks later":        {person{Birth: "2024-05-01", From: "2024-06-20"}, "births registered_after"},
		"born before, registered between":     {person{Birth: "2024-03-01", From: "2024-04-20"}, "arrivals registered_after"},
		"registered before its birth":         {person{Birth: "2024-05-01", From: "2024-01-01"}, "births registered_after"},
		"arrived, of a birth that is no date": {person{Birth: "không rõ", From: "2024-05-01"}, "arrivals registered_after"},
		"died":                                {person{Birth: "1950-01-01", Death: "2024-05-01"}, "registered_before deaths"},
		"died the day before":                 {person{Birth: "1950-01-01", Death: "2024-03-31"}, ""},
		"died on the last day":                {person{Birth: "1950-01-01", Death: "2024-12-31"}, "registered_before registered_after"},
		"left":                                {person{Birth: "1950-01-01", To: "2024-05-01"}, "registered_before departures"},
		"left, and died elsewhere":            {person{Birth: "1950-01-01", To: "2024-05-01", Death: "2024-06-01"}, "registered_before departures"},
		"died, and taken off later":           {person{Birth: "1950-01-01", To: "2024-06-01", Death: "2024-05-01"}, "registered_before deaths"},
		"died, and taken off that day":        {person{Birth: "1950-01-01", To: "2024-05-01", Death: "2024-05-01"}, "registered_before deaths"},
		"born and dead between":               {person{Birth: "2024-05-01", Death: "2024-06-01"}, "births deaths"},
		"born and dead on one day":            {person{Birth: "2024-05-01", Death: "2024-05-01"}, ""},
		"dead before birth":                   {person{Birth: "2024-06-01", Death: "2024-05-01"}, ""},
		"came and left between":               {person{Birth: "1990-01-01", From: "2024-05-01", To: "2024-06-01"}, "arrivals departures"},
		"left before it came":                 {person{Birth: "1990-01-01", From: "2024-06-01", To: "2024-05-01"}, ""},
		"arrived and died":                    {person{Birth: "1990-01-01", From: "2024-05-01", Death: "2024-06-01"}, "deaths arrivals"},
		"came after the last day":             {person{Birth: "1990-01-01", From: "2025-01-01"}, ""},
	}
	var all []person
	for what, c := range cases {
		c.person.Permanent = what
		all = append(all, c.person)
	}
	k := task{age: "birth", death: true, from: true, to: true, definitions: []string{"permanent"}}
	everyFormat(t, people(all), func(t *testing.T, at store.Location) {
		for _, days := range [][2]time.Time{{day("2024-04-01"), day("2024-12-31")}, {day("2024-12-31"), day("2024-04-01")}} {
			r := store.EventsRequest{Request: k.request(), Other: days[1]}
			r.Reference = days[0]
			events, err := opened(t, at).Events(context.Background(), r)
			check(t, err)
			got := make(map[string][]string)
			for i := range events.N {
				area, event := events.Dim("area"), events.Dim("event")
				what := area.Levels[area.Code[i]]
				got[what] = append(got[what], event.Levels[event.Code[i]])
			}
			for what, c := range cases {
				if got := strings.Join(got[what], " "); got != c.want {
					t.Errorf("%s, asked at %s: %q, want %q", what, ymd(days[0]), got, c.want)
				}
			}
		}
	})
}
