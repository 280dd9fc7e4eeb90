package stage

import "github.com/concord-stat/concord/compare"

// A side is what one source says, cell by cell. A grid is nil where the source does not carry the dimension.
type side interface {
	grid(level, dimension string) *grid
	figure(g *grid, area, cell string) compare.Figure
}

// A pair is two sources held against each other; differences are first minus second. Its name stands in the column
// definition of the rows.
type pair struct {
	name          string
	first, second side
}

// pairsOf are the register under each definition compared, held against the census.
func (c *comparison) pairsOf() []pair {
	var pairs []pair
	for _, d := range c.details.Plan.Compared {
		pairs = append(pairs, pair{d, newRegisterSide(c.extract, c.details, c.list, c.cover, c.lowest(), d), c.census})
	}
	return pairs
}
