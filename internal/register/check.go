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
		Listed: listed, Today: today, Male: study.Male, Female: study.Female,
	})
	if err != nil {
		return Profile{}, fmt.Errorf("register: %w", err)
	}
	return Profile{rows, counts}, nil
}
