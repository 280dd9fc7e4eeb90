package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/store"
)

// planted is a register with one of every error, counted by hand. The number is area (3), century and sex (1), year (2)
// and the rest: 0 and 1 are men and women of 1900-1999, 2 and 3 of 2000-2099 (Decree 137/2015/NĐ-CP, article 13).
var planted = texts("number,house,perm,temp,sex,birth,death,reg_from,reg_to,ym,age,n,ethnicity,marital,status",
	[]string{"001090000001", "h1", "01", "", "1", "1990-05-01", "", "1990-06-01", "", "1990-05", "33", "1", "Kinh", "1", "active"},
	[]string{"001090000001", "h1", "01", "02", "1", "1990-05-01", "", "1990-06-01", "", "1990-13", "33", "1", "", "2", "active"},       // key again; no month
	[]string{"001191000002", "h2", "77", "77", "2", "1990-05-01", "1989-01-01", "1980-01-01", "", "", "-1", "x", "Tày", "9", "active"}, // area, marital unlisted; other year; died and registered before birth
	[]string{"001290000003", "", "02", " ", "2", "2090-05-01", "", "", "2091-01-01", "2090-05", "", "1", "Tày", "", "active"},          // number says man; born, left in the future
	[]string{"12345", "h3", "", "", "", "1849-01-01", "không rõ", "", "", "1849-01", "x", "", "Tày", "1", "active"},                    // five digits; early; death no date
	[]string{"HC-000001-ab", "h3", "02", "01", "7", "hè 1975", "1700-01-01", "", "", "1975", "40", "1", "Kinh", "1", "active"},         // another kind of key; sex unlisted; birth no date; death early
	[]string{"", "h3", "02", "01", "1", "", "", "", "", "1975-01", "40", "1", "Kinh", "1", "active"},                                   // no key, no birth
	[]string{"001090000001", "", "", "", "", "", "", "", "", "", "", "", "", "", "gone"},                                               // does not count
)

func TestProfileCountsPlantedErrors(t *testing.T) {
	request := store.ProfileRequest{
		Key: "number", Household: "house", Areas: map[string]store.Expression{"permanent": "perm", "temporary": "temp"},
		Listed: []string{"01", "02"}, Reference: day("2024-04-01"), Today: day("2024-04-01"), Male: "male", Female: "female",
		Persons: store.Persons{
			Where: "status = 'active' OR status = 'x'", Count: "n", Sex: store.Coded{Name: "sex", Expr: "sex", Codes: map[string]string{"1": "male", "2": "female"}},
			BirthDate: "birth", BirthYearMonth: "ym", Age: "age", DeathDate: "death", RegisteredFrom: "reg_from", RegisteredTo: "reg_to",
			Dimensions: []store.Coded{{Name: "ethnicity", Expr: "ethnicity"}, {Name: "marital", Expr: "marital", Codes: map[string]string{"1": "s", "2": "m"}}},
		},
	}
	want := []string{
		"permanent missing 1/7", "permanent not in code list 1/6",
		"temporary given 4/7", "temporary not in code list 1/4",
		"household missing 1/7",
		"sex missing 1/7", "sex not in code list 1/6",
		"ethnicity missing 1/7",
		"marital missing 1/7", "marital not in code list 1/6",
		"birth_date missing 1/7", "birth_date no date 1/6", "birth_date before 1850 1/5", "birth_date at or after the reference time 1/5", "birth_date after today 1/5",
		"death_date no date 1/3", "death_date before 1850 1/2", "death_date at or after the reference time 0/2", "death_date after today 0/2",
		"registered_from no date 0/3", "registered_from before 1850 0/3", "registered_from at or after the reference time 0/3", "registered_from after today 0/3",
		"registered_to no date 0/1", "registered_to before 1850 0/1", "registered_to at or after the reference time 1/1", "registered_to after today 1/1",
		"death_date death before birth 1/1",
		"registered_from registered before birth 1/3",
		"birth_year_month missing 1/7", "birth_year_month no date 2/6",
		"count missing 1/7", "count no count 1/6", "age missing 3/7",
		"person not 12 digits 1/5", "person differs from the birth year 1/4", "person differs from the sex 1/4",
		"person duplicate key 1/6",
	}
	everyFormat(t, planted, func(t *testing.T, at store.Location) {
		s, err := store.Open(context.Background(), at)
		check(t, err)
		defer s.Close()
		rows, counts, err := s.Profile(context.Background(), request)
		check(t, err)
		if rows != 7 {
			t.Errorf("%d rows, want 7", rows)
		}
		var got []string
		for _, c := range counts {
			got = append(got, fmt.Sprintf("%s %s %d/%d", c.Field, c.Check, c.Rows, c.Of))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestProfileNamesABadExpression(t *testing.T) {
	at := planted.write(t, t.TempDir())["csv"]
	s, err := store.Open(context.Background(), at)
	check(t, err)
	defer s.Close()
	for name, r := range map[string]store.ProfileRequest{
		"statsu":  {Persons: store.Persons{Where: "statsu = 'active'"}},
		"nummer":  {Key: "nummer"},
		"brith":   {Key: "number", Persons: store.Persons{BirthDate: "brith"}},
		"hous":    {Household: "hous"},
		"permant": {Areas: map[string]store.Expression{"permanent": "permant"}},
	} {
		if _, _, err := s.Profile(context.Background(), r); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one that names %s", err, name)
		}
	}
}
