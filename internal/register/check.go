package register

import (
	"context"
	"fmt"
	"time"

	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// A Profile is what register check finds.
type Profile struct {
	Rows   int64         `json:"rows"`
	Counts []store.Count `json:"checks"`
	// Of a database: when it was read, and what the role may do beside reading.
	Snapshot *store.Snapshot `json:"snapshot,omitempty"`
	Guest    *store.Guest    `json:"guest,omitempty"`
}

// Check profiles the register: missing shares, areas and codes not listed, impossible dates, duplicate keys, personal
// numbers that contradict birth year or sex. listed is the code list; today is the day dates are held against.
func (r *Register) Check(ctx context.Context, listed []string, today time.Time) (Profile, error) {
	c := r.study.Register.Columns
	areas := make(map[string]store.Expression)
	for name, column := range map[string]string{"permanent": c.Permanent, "temporary": c.Temporary, "current": c.Current} {
		if column != "" {
			areas[name] = store.Expression(column)
		}
	}
	rows, counts, err := r.source.Profile(ctx, store.ProfileRequest{
		Key: store.Expression(c.Person), Household: store.Expression(c.Household), Areas: areas, Persons: r.persons(),
		Listed: listed, Reference: r.study.Reference.Time, Today: today, Male: study.Male, Female: study.Female,
	})
	if err != nil {
		return Profile{}, fmt.Errorf("register: %w", err)
	}
	for i := range counts {
		counts[i].Effect = effect(counts[i].Check, counts[i].Field)
	}
	guest, err := r.source.Guest(ctx)
	if err != nil {
		return Profile{}, fmt.Errorf("register: %w", err)
	}
	return Profile{rows, counts, r.source.Snapshot(), guest}, nil
}

// effect says what becomes of remarkable rows in an extract.
func effect(check, field string) string {
	area := field == "permanent" || field == "temporary" || field == "current"
	switch {
	case area && (check == store.CheckUnlisted || check == store.CheckMissing):
		return "counted under area missing"
	case field == "count" && check == store.CheckMissing:
		return "not counted"
	case field == "birth_date" && check == store.CheckMissing:
		return "counted under age missing"
	case check == store.CheckMissing && field != "household", check == store.CheckUnlisted:
		return "counted under " + field + " missing"
	case field == "birth_date" && (check == store.CheckNoDate || check == store.CheckEarly), field == "birth_year_month":
		return "counted under age missing"
	case check == store.CheckReference && field == "death_date", check == store.CheckReference && field == "registered_to":
		return "counted: so it was at the reference time"
	case check == store.CheckReference:
		return "not counted"
	case check == store.CheckDuplicate:
		return "every row is counted"
	case check == store.CheckDeathFirst:
		return "not counted: dead"
	}
	return "counted"
}
