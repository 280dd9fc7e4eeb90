package register

import (
	"context"
	"fmt"

	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// Households counts the households of every listed area under the plan's population, and sums the persons of the
// categories and their squares over households.
func (r *Register) Households(ctx context.Context, listed []string, categories []study.Category) (*store.Households, error) {
	plan := r.study.Plan
	request := store.HouseholdRequest{
		Persons: r.persons(), Household: store.Expression(r.study.Register.Columns.Household), PSU: store.Expression(plan.PSU),
		Reference: r.study.Reference.Time, Listed: listed, Definition: r.definition(plan.Population),
	}
	for _, c := range categories {
		request.Categories = append(request.Categories, store.PersonCategory{Sex: c.Sex, Aged: c.Aged, From: c.From, To: c.To})
	}
	h, err := r.source.Households(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	return h, nil
}
