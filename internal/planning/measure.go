package planning

import (
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/sampling/plan"
)

// Measured is what a finished comparison tells of the model.
type Measured struct {
	Population string  `json:"population"`
	Ratio      float64 `json:"ratio"`
	RatioCV    float64 `json:"ratio_cv"`
	Areas      int     `json:"areas"` // compared, of the lowest level
}

// vague is the relative standard error of census counts, in the middle area, above which nothing is to be learnt of how
// ratios differ: a sample's standard error then depends on the very estimate it belongs to, which bends the measure.
const vague = 0.1

// Measure takes ratio and ratio_cv from the totals of a comparison, by areas of the lowest level within those of the
// highest. Areas whose census count has no standard error are left out; that of a complete count is 0.
func Measure(c *results.Comparison, list *areas.List, population string) (Measured, error) {
	m := Measured{Population: population}
	var x, y, v []float64
	var group []int
	lowest, highest := list.Levels[0], list.Levels[len(list.Levels)-1]
	at := make(map[string]int)
	for _, row := range c.Rows {
		if row.Definition != population || row.Dimension != "total" || c.Unit(row.Area).Level != lowest {
			continue
		}
		if math.IsNaN(row.Census) || math.IsNaN(row.Register) || math.IsNaN(row.CensusSE) {
			continue
		}
		top, _ := list.Ancestor(row.Area, highest)
		if _, seen := at[top]; !seen {
			at[top] = len(at)
		}
		x, y, v = append(x, row.Register), append(y, row.Census), append(v, row.CensusSE*row.CensusSE)
		group = append(group, at[top])
	}
	m.Ratio, m.RatioCV, m.Areas = plan.ClusterRatios(x, y, v, group)
	if math.IsNaN(m.RatioCV) {
		return m, problems.Input(fmt.Errorf("the comparison has totals under %s with a standard error for %d areas of level %s: "+
			"too few to measure", population, m.Areas, lowest))
	}
	if se := median(relative(y, v)); se > vague {
		return m, problems.Input(fmt.Errorf("the census counts of areas of level %s have a relative standard error of %.0f %% "+
			"in the middle: too large to tell how they differ, want %.0f %% or less", lowest, 100*se, 100*vague))
	}
	return m, nil
}

// relative is the standard error over the count of every area.
func relative(y, v []float64) []float64 {
	out := make([]float64, len(y))
	for i := range y {
		out[i] = math.Sqrt(v[i]) / y[i]
	}
	return out
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
