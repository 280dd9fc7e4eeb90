// Package trends holds finished comparisons of successive rounds side by side: which discrepancies persist.
package trends

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

// A Round is a finished comparison.
type Round struct {
	Name       string // what it was called by, for errors
	Comparison *results.Comparison
}

// Options say what of the comparisons is held side by side. An empty list of levels or definitions means all of them.
type Options struct {
	Levels      []string
	Definitions []string
	Dimensions  []string // Required
	FDR         float64  // rate at which change is called one. Defaults to that of the last round
}

// Trends are the trends of every cell that a round has.
type Trends struct {
	Dates  []string // reference times of the rounds, as days
	FDR    float64
	Rows   []Row
	Absent []Absence // areas that not every round has, in order of code
}

// A Row is one cell over the rounds.
type Row struct {
	Level, Area, AreaName       string
	Definition, Dimension, Cell string
	Pct                         []float64 // percent, by round
	Series                      compare.Series
	Trend                       compare.Trend
	Notes                       string
}

// An Absence is an area with the rounds that do not have it.
type Absence struct {
	Area string   `json:"area"`
	Name string   `json:"name"`
	Not  []string `json:"not_in"`
}

// Of finds the trends. Rounds must come in order of their reference times. Codes are taken to mean the same area in all
// rounds; an area whose code a round does not have is told.
func Of(rounds []Round, o Options) (*Trends, error) {
	dates, years, err := times(rounds)
	if err != nil {
		return nil, err
	}
	if o.FDR == 0 {
		o.FDR = rounds[len(rounds)-1].Comparison.Summary.FDR
	}
	g := &gathering{rounds: rounds, options: o, degrees: newDegrees(), out: &Trends{Dates: dates, FDR: o.FDR}}
	if err := g.known(); err != nil {
		return nil, err
	}
	g.gather()
	g.judge(years)
	return g.out, nil
}

// times are the reference times of the rounds, as days and in years.
func times(rounds []Round) (dates []string, years []float64, err error) {
	if len(rounds) < 2 {
		return nil, nil, fmt.Errorf("one round has no trend: name two comparisons or more")
	}
	var before time.Time
	for i, r := range rounds {
		day, _, _ := strings.Cut(r.Comparison.Summary.ReferenceTime, "T")
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: the reference time %q is no date", r.Name, r.Comparison.Summary.ReferenceTime)
		}
		if i > 0 && !at.After(before) {
			return nil, nil, fmt.Errorf("%s is of %s, %s before it of %s: name the rounds in order of reference time", r.Name, day, rounds[i-1].Name, dates[i-1])
		}
		before, dates = at, append(dates, day)
		years = append(years, float64(at.Unix())/(365.25*24*3600))
	}
	return dates, years, nil
}

// gathering collects the cells of all rounds.
type gathering struct {
	rounds  []Round
	options Options
	degrees *degrees
	out     *Trends
}

// known refuses what no round has: a slip of the pen would look like an empty result.
func (g *gathering) known() error {
	for _, asked := range []struct {
		what   string
		values []string
		of     func(results.Summary) []string
	}{
		{"level", g.options.Levels, func(s results.Summary) []string { return s.Levels }},
		{"definition", g.options.Definitions, func(s results.Summary) []string { return s.Definitions }},
		{"dimension", g.options.Dimensions, func(s results.Summary) []string { return s.Dimensions }},
	} {
		var there []string
		for _, r := range g.rounds {
			for _, v := range asked.of(r.Comparison.Summary) {
				if !slices.Contains(there, v) {
					there = append(there, v)
				}
			}
		}
		for _, v := range asked.values {
			if !slices.Contains(there, v) {
				return fmt.Errorf("no round has the %s %q; there are %s", asked.what, v, strings.Join(there, ", "))
			}
		}
	}
	return nil
}

// gather goes through the areas of the last round in its order, then through those that only earlier ones have.
func (g *gathering) gather() {
	seen := make(map[string]bool)
	for i := len(g.rounds) - 1; i >= 0; i-- {
		for _, a := range g.rounds[i].Comparison.Areas {
			if seen[a.Code] {
				continue
			}
			seen[a.Code] = true
			if len(g.options.Levels) == 0 || slices.Contains(g.options.Levels, a.Level) {
				g.area(a)
			}
		}
	}
	slices.SortFunc(g.out.Absent, func(a, b Absence) int { return strings.Compare(a.Area, b.Area) })
}

// cellKey names a cell within an area.
type cellKey struct{ definition, dimension, cell string }

// area puts the rounds of an area side by side.
func (g *gathering) area(a results.Area) {
	first, at := len(g.out.Rows), make(map[cellKey]int)
	var not []string
	for r := len(g.rounds) - 1; r >= 0; r-- {
		rows := g.rounds[r].Comparison.Area(a.Code)
		if len(rows) == 0 {
			not = append(not, g.out.Dates[r])
		}
		for i := range rows {
			d := &rows[i]
			if !g.asked(d) {
				continue
			}
			key := cellKey{d.Definition, d.Dimension, d.Cell}
			to, seen := at[key]
			if !seen {
				to, at[key] = len(g.out.Rows), len(g.out.Rows)
				g.out.Rows = append(g.out.Rows, g.blank(a, d))
			}
			g.out.Rows[to].set(r, d, g.degrees.of(d, g.rounds[r].Comparison.Summary.Level))
		}
	}
	if len(not) > 0 {
		slices.Reverse(not)
		g.out.Absent = append(g.out.Absent, Absence{a.Code, a.Name, not})
		for i := first; i < len(g.out.Rows); i++ {
			g.out.Rows[i].Notes = "the area is not in " + strings.Join(not, ", ")
		}
	}
}

func (g *gathering) asked(d *compare.Discrepancy) bool {
	return slices.Contains(g.options.Dimensions, d.Dimension) &&
		(len(g.options.Definitions) == 0 || slices.Contains(g.options.Definitions, d.Definition))
}

// family is what is judged together.
type family struct{ level, definition, dimension string }

// judge finds the trends, family by family.
func (g *gathering) judge(years []float64) {
	members := make(map[family][]int)
	for i := range g.out.Rows {
		f := g.out.Rows[i].family()
		members[f] = append(members[f], i)
	}
	for _, rows := range members {
		series := make([]compare.Series, len(rows))
		for n, i := range rows {
			series[n] = g.out.Rows[i].Series
		}
		for n, t := range compare.Trends(years, series, g.options.FDR) {
			g.out.Rows[rows[n]].judged(t)
		}
	}
}

func (r *Row) family() family { return family{r.Level, r.Definition, r.Dimension} }
