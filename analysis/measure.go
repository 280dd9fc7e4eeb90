package analysis

import "slices"

// A Measure is a demographic measure: what some persons count over what some persons count,
//
//	M = Per · Σ above / Σ below
//
// such as males per 100 females; or that ratio standardised for age. It is estimated from samples by Estimate and
// Statistic, and from complete counts by Complete.
type Measure struct {
	Name     string // "sex_ratio"
	Unit     string // "males per 100 females"
	Per      float64
	Above    Count
	Below    Count
	Relation Relation  // of the persons above and below, which says on what scale an interval is taken
	Standard *Standard // nil: not standardised
}

// A Relation is how the persons above the line of a measure and those below it go together.
type Relation uint8

const (
	// PartOf has those above among those below: M/Per is a share.
	PartOf Relation = iota + 1
	// Beside has persons either above or below: M/Per is the odds of a share.
	Beside
	// Holds has those below among those above: M/Per is one over a share.
	Holds
	// Mean has a quantity above and its persons below.
	Mean
	// Median is the median age of the persons below, who count 0 or 1; see MedianAge.
	Median
	// Rate has events above that are no persons below, or of which a person may have several.
	Rate
)

// A Measured is an estimate of a measure in its unit, with its interval and with who was left out.
type Measured struct {
	Estimate // N is the persons that count above or below
	Interval Interval

	Unknown int64 // persons left out, because what they count depends on a level that is Missing
	Assumed int64 // persons whose quantity is a convention, such as the years of the open age group
}

// measureRows are a measure over rows.
type measureRows struct {
	above, below []float64
	use, unknown []bool // rows that count; rows that may, had we the missing level
	assumed      []bool
	group        []int32 // group of the standard; all 0 without one
	groups       int
}

// rows works out what every row counts. A row is unknown where a level that matters to it is missing.
func (m Measure) rows(dims []Dim, rows int) (*measureRows, error) {
	c := &measureRows{use: make([]bool, rows), unknown: make([]bool, rows), groups: 1}
	var err error
	if c.above, err = m.Above.values(dims, rows); err != nil {
		return nil, m.wrap(err)
	}
	if c.below, err = m.Below.values(dims, rows); err != nil {
		return nil, m.wrap(err)
	}
	if c.group, c.groups, err = m.Standard.of(dims, rows); err != nil {
		return nil, m.wrap(err)
	}
	c.assumed = m.Above.assumed(dims, rows)
	for i, a := range c.above {
		b := c.below[i]
		switch {
		case a == 0 && b == 0:
		case a != a || b != b || c.group[i] < 0:
			c.unknown[i] = true
		default:
			c.use[i] = true
		}
	}
	return c, nil
}

// cellsOf are the cells of the rows that are marked, -1 for others.
func cellsOf(cell []int32, marked []bool) []int32 {
	out := make([]int32, len(cell))
	for i, c := range cell {
		out[i] = -1
		if marked[i] {
			out[i] = c
		}
	}
	return out
}

// Where is the measure among persons of some levels alone: the sex ratio at ages 20 to 24, the rate in an age group.
func (m Measure) Where(f ...Factor) Measure {
	m.Above = append(append(Count(nil), m.Above...), f...)
	m.Below = append(append(Count(nil), m.Below...), f...)
	return m
}

// Dims are the dimensions that the measure needs of a tally, in order.
func (m Measure) Dims() []string {
	var names []string
	for _, f := range slices.Concat(m.Above, m.Below) {
		names = append(names, f.Dim)
	}
	if m.Relation == Median || m.Standard != nil {
		names = append(names, "age")
	}
	slices.Sort(names)
	return slices.Compact(names)
}
