package register

import (
	"context"
	"fmt"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/store"
)

// Events counts the persons of the wanted areas (all when empty) at the reference time and at the day of the study's section
// on time, and what happened to them between: by definition, area, sex, age group of the comparison and event. Single
// years are left out on purpose: few persons die or move in a commune, and nothing is compared by them.
func (r *Register) Events(ctx context.Context, listed, wanted []string) (*analysis.Tally, error) {
	t, err := r.source.Events(ctx, store.EventsRequest{
		Request: store.Request{
			Persons: r.persons(), Definitions: r.definitions(), Reference: r.study.Reference.Time, Listed: listed, Wanted: wanted,
		},
		Other: r.study.Time.Register.Time,
	})
	if err != nil {
		return nil, fmt.Errorf("register: events: %w", err)
	}
	if age := t.Dim("age"); age != nil {
		groups := analysis.AgeGroups(r.study.Compare.AgeGroups)
		age.Name, age.Levels, age.Code = "age_group", groups.Names, classOf(groups, age.Code)
		t.Sort()
	}
	return t, nil
}

// classOf puts codes of levels into their classes.
func classOf(c analysis.Class, codes []int32) []int32 {
	out := make([]int32, len(codes))
	for i, code := range codes {
		out[i] = c.Of[code]
	}
	return out
}
