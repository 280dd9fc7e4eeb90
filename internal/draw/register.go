package draw

import (
	"context"
	"iter"
	"slices"

	"github.com/concord-stat/concord/internal/register"
	"github.com/concord-stat/concord/internal/study"
)

// A Register is a frame of units within drawn areas, built from the register.
type Register struct {
	From       *register.Register
	File       string          // path of the register
	Areas      []string        // drawn
	Definition string          // that places persons in areas
	Keys       []string        // expressions of the units, from the first stage below the areas to this one
	Below      string          // expression of the units one stage further down; "" for none
	Drawn      map[string]bool // groups that units of the stage above, which were drawn, make up; see Chain.Drawn
}

// Name is the path of the register.
func (r Register) Name() string { return r.File }

// Units yields the units within the drawn units of the stage above, in order of these and of code.
func (r Register) Units(ctx context.Context, s *study.Selection) iter.Seq2[Unit, error] {
	return func(yield func(Unit, error) bool) {
		for row, err := range r.From.Units(ctx, r.Areas, r.Definition, r.Keys, r.Below) {
			if err != nil {
				yield(Unit{}, err)
				return
			}
			u := Unit{Code: row.Code, Above: slices.Clone(row.Above), Size: row.Numbers[0]}
			if !r.Drawn[groupOf(u)] {
				continue
			}
			if s.Size == study.SizeUnits {
				u.Size = row.Numbers[1]
			}
			if !yield(u, nil) {
				return
			}
		}
	}
}
