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
		Request: store.Request{Persons: r.persons(), Reference: r.study.Reference.Time, Wanted: wanted},
		Below:   store.Expression(below),
	}
	for _, d := range r.definitions() {
		if d.Name == definition {
			request.Definitions = append(request.Definitions, d)
		}
	}
	for _, k := range keys {
		request.Keys = append(request.Keys, store.Expression(k))
	}
	return r.source.Placed(ctx, request)
}
