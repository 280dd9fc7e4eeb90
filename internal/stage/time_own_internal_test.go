package stage

import (
	"errors"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/store"
)

// Five persons before, one born and two died, four after; every count changed by one is found, and so is another area's.
func TestEventsMustClose(t *testing.T) {
	area := analysis.Dim{Name: "area", Levels: []string{"A1", "A2"}}
	made := func(at int32, n ...int64) (*analysis.Tally, *analysis.Tally) {
		events := &analysis.Tally{N: n}
		of, in, what := make([]int32, len(n)), make([]int32, len(n)), make([]int32, len(n))
		for i := range n {
			in[i], what[i] = at, int32(i)
		}
		events.Dims = []analysis.Dim{
			{Name: "definition", Levels: []string{"d"}, Code: of}, {Name: "area", Levels: area.Levels, Code: in},
			{Name: "event", Levels: store.EventLevels(), Code: what},
		}
		tally := &analysis.Tally{N: []int64{5}, Dims: []analysis.Dim{
			{Name: "definition", Levels: []string{"d"}, Code: []int32{0}}, {Name: "area", Levels: area.Levels, Code: []int32{0}},
		}}
		return events, tally
	}
	right := []int64{5, 1, 2, 0, 0, 4}
	events, tally := made(0, right...)
	if err := closes(events, tally, store.RegisteredBefore); err != nil {
		t.Error(err)
	}
	if err := closes(events, tally, store.RegisteredAfter); !errors.Is(err, errUnbalanced) {
		t.Errorf("the figure of the wrong day: %v", err)
	}
	for i := range right {
		wrong := append([]int64(nil), right...)
		wrong[i]++
		events, tally := made(0, wrong...)
		if err := closes(events, tally, store.RegisteredBefore); !errors.Is(err, errUnbalanced) {
			t.Errorf("one more of %s: %v", store.EventLevels()[i], err)
		}
	}
	events, tally = made(1, right...)
	if err := closes(events, tally, store.RegisteredBefore); !errors.Is(err, errUnbalanced) {
		t.Errorf("in another area: %v", err)
	}
}
