package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/store"
)

// TestPlaced: units within areas under a definition with two areas, of a register with a person born after the reference
// time, one who died before it, one without a household and codes with blanks.
func TestPlaced(t *testing.T) {
	f := texts("perm,temp,hh,id,birth,death")
	f.rows = [][]string{
		{"01", "", "h1", "a", "1990-01-01", ""},
		{"01", "02", "h1", "b", "1990-01-01", ""},
		{"02", "02", "h2", "c", "1990-01-01", ""},
		{"02", "", "h10", "d", "1990-01-01", ""},
		{" 02 ", "", "h10", "e", "2030-01-01", ""},
		{"02", "", "h2", "f", "1990-01-01", "2020-01-01"},
		{"02", "", "", "g", "", ""},
		{"03", "", "h3", "h", "", ""},
		{"", "", "h4", "i", "", ""},
	}
	everyFormat(t, f, func(t *testing.T, at store.Location) {
		s, err := store.Open(context.Background(), at)
		check(t, err)
		defer s.Close()
		request := store.PlacedRequest{
			Request: store.Request{
				Persons: store.Persons{BirthDate: "birth", DeathDate: "death"}, Reference: time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC),
				Definitions: []store.Definition{{Name: "registered", Areas: []store.Expression{"perm", "temp"}}}, Wanted: []string{"01", "02"},
			},
			Keys: []store.Expression{"hh"}, Below: "id",
		}
		want := []string{"01/h1: 2 2", "02/: 1 1", "02/h1: 1 1", "02/h10: 1 1", "02/h2: 1 1"}
		if diff := cmp.Diff(want, placed(t, s, request)); diff != "" {
			t.Errorf("households:\n%s", diff)
		}
		request.Keys, request.Below = []store.Expression{"hh", "id"}, ""
		want = []string{"01/h1/a: 1 1", "01/h1/b: 1 1", "02//g: 1 1", "02/h1/b: 1 1", "02/h10/d: 1 1", "02/h2/c: 1 1"}
		if diff := cmp.Diff(want, placed(t, s, request)); diff != "" {
			t.Errorf("persons:\n%s", diff)
		}
		request.Keys = []store.Expression{"nothing"}
		for _, err := range s.Placed(context.Background(), request) {
			if err == nil || !strings.Contains(err.Error(), `no column "nothing"`) {
				t.Errorf("a key that is no column: %v", err)
			}
		}
	})
}

func placed(t *testing.T, s *store.Source, r store.PlacedRequest) (all []string) {
	t.Helper()
	for u, err := range s.Placed(context.Background(), r) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s/%s: %v %v", strings.Join(u.Above, "/"), u.Code, u.Numbers[0], u.Numbers[1]))
	}
	return all
}

// TestUnits: the frame of a file comes in byte order, whatever the order of its rows, with numbers that are none as NaN.
func TestUnits(t *testing.T) {
	f := texts("ea,commune,households,urban,keep",
		[]string{"b", "02", "12", "u", "1"}, []string{"a", "02", "", "", "1"}, []string{"B", "01", "x", "r", "1"},
		[]string{"é", "01", "7.5", "r", "1"}, []string{"z", "01", "3", "r", "0"})
	everyFormat(t, f, func(t *testing.T, at store.Location) {
		s, err := store.Open(context.Background(), at)
		check(t, err)
		defer s.Close()
		var got []string
		request := store.UnitsRequest{Code: "ea", Above: []store.Expression{"commune"}, Where: "keep = '1'", Texts: []store.Expression{"urban"},
			Numbers: []store.Expression{"households", "1"}}
		for u, err := range s.Units(context.Background(), request) {
			check(t, err)
			got = append(got, fmt.Sprintf("%s/%s %q %v", u.Above[0], u.Code, u.Texts[0], u.Numbers))
		}
		want := []string{`01/B "r" [NaN 1]`, `01/é "r" [7.5 1]`, `02/a "" [NaN 1]`, `02/b "u" [12 1]`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
