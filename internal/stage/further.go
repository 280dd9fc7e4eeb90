package stage

import (
	"context"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
)

// leveled is a level of areas with all its families, ordered by pair and then by dimension.
type leveled struct {
	level    string
	areas    []string
	families []family
	units    []testedUnit // where p-values were adjusted down the tree of units
}

// family is that of a pair and dimension, nil when it is not compared.
func (l *leveled) family(pair, dimension string) *family {
	for i := range l.families {
		if f := &l.families[i]; f.definition == pair && f.dimension == dimension {
			return f
		}
	}
	return nil
}

// A furtherTable is a table that the comparison has beside its discrepancies. It sees one level after the other, and
// keeps of it what its rows need.
type furtherTable interface {
	add(ctx context.Context, l *leveled) error
	name() string
	table() columns.Table
}

// furtherTables are those of this comparison.
func (c *comparison) furtherTables() []furtherTable {
	return append([]furtherTable{
		&timeTable{c: c},
		&survivalTable{c: c},
		&agreementTable{level: c.details.Plan.Level},
		&structureTable{},
		&hierarchyTable{},
		&ageComparison{c: c},
		newDistributionTable(c),
		newSegregationTable(c),
	}, append(c.screeningTables(), c.explanationTables()...)...)
}

// addFurther gives a comparison the further tables that have a row.
func (c *comparison) addFurther(to *results.Comparison) {
	for _, f := range c.further {
		if t := f.table(); t.Rows() > 0 {
			to.Add(f.name(), t)
		}
	}
}
