package register

import (
	"context"
	"iter"

	"github.com/concord-stat/concord/internal/store"
)

// Units yields the units of a stage within the wanted areas, which a definition of the study places persons in: in byte
// order of area and keys, with the persons of each and the number of its units one level further down. keys tell the units
// apart, outermost first; below tells those further down, "" for none.
func (r *Register) Units(ctx context.Context, wanted []string, definition string, keys []string, below string) iter.Seq2[store.UnitRow, error] {
	request := store.PlacedRequest{
		Request: store.Request{Persons: r.persons(), Reference: r.study.Reference.Time, Wanted: wanted,
			Definitions: []store.Definition{r.definition(definition)}},
		Below: store.Expression(below),
	}
	for _, k := range keys {
		request.Keys = append(request.Keys, store.Expression(k))
	}
	return r.source.Placed(ctx, request)
}
