package stage

import (
	"fmt"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/extract"
)

// coverage says in words what an extract lacks of the units above its areas.
type coverage struct {
	drawn bool              // not all areas of the code list are in the extract
	part  map[string]string // units of which only some areas were drawn
	gaps  map[string]string // units with drawn areas for which the register has no figure
	units map[string][2]int // areas drawn of each unit above, and how many it has
}

// coverageOf goes through the whole code list. Units above communes are compared over the drawn communes alone, and a
// row has to say so.
func coverageOf(list *areas.List, extracted []extract.Area) coverage {
	known := make(map[string]bool, len(extracted))
	for _, a := range extracted {
		known[a.Code] = a.Known
	}
	of, drawn, unknown := make(map[string]int), make(map[string]int), make(map[string]int)
	for _, level := range list.Levels[1:] {
		for _, code := range list.Lowest() {
			up, _ := list.Ancestor(code, level)
			of[up]++
			if has, ok := known[code]; ok {
				drawn[up]++
				if !has {
					unknown[up]++
				}
			}
		}
	}
	c := coverage{drawn: len(extracted) < len(list.Lowest()), part: make(map[string]string), units: make(map[string][2]int), gaps: make(map[string]string)}
	for up, n := range drawn {
		c.units[up] = [2]int{n, of[up]}
		if n < of[up] {
			c.part[up] = fmt.Sprintf("over the %d of %d areas drawn here", n, of[up])
		}
		if unknown[up] > 0 {
			c.gaps[up] = fmt.Sprintf("the register has no figure for %d of the areas here", unknown[up])
		}
	}
	return c
}

// areaSet is the codes of an extract's areas; nil, for all there are, without an extract.
func areaSet(extracted []extract.Area) map[string]bool {
	if extracted == nil {
		return nil
	}
	set := make(map[string]bool, len(extracted))
	for _, a := range extracted {
		set[a.Code] = true
	}
	return set
}
