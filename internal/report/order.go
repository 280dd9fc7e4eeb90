package report

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/results"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// collated orders areas by name as a Vietnamese index does: a ă â, d đ, and Quận 2 before Quận 10. Areas of one name
// are ordered by code.
func collated(areas []results.Area) []results.Area {
	type keyed struct {
		area results.Area
		key  []byte
	}
	c, buffer := collate.New(language.Vietnamese, collate.Numeric), new(collate.Buffer)
	order := make([]keyed, len(areas))
	for i, a := range areas {
		order[i] = keyed{a, c.KeyFromString(buffer, a.Name)}
	}
	slices.SortStableFunc(order, func(a, b keyed) int {
		return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(a.area.Code, b.area.Code))
	})
	sorted := make([]results.Area, len(order))
	for i, k := range order {
		sorted[i] = k.area
	}
	return sorted
}

// within names the units an area lies in, from the lowest up. The one at the top that holds everything goes without
// saying, and a circle of parents, which a broken code list may hold, ends it.
func (e *edition) within(a results.Area) string {
	var names []string
	for range len(e.Summary.Levels) + 1 {
		parent, ok := e.byCode[a.Parent]
		if !ok || a.Parent == "" || parent.Parent == "" && e.single[parent.Level] {
			break
		}
		names, a = append(names, parent.Name), parent
	}
	return strings.Join(names, ", ")
}
