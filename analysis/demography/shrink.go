package demography

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// Shrink draws an index of areas towards their mean, each by as much as its error is large against the spread of
// areas: the best prediction under a Fay-Herriot model with a constant alone, by restricted likelihood. Few persons
// say little, and a commune of 400 is then about what communes are. It is for a Ratio; that of Whipple has its
// variance from the share of all areas together, since the own share of a small area errs together with its variance.
//
// The error says that too few areas have an index. It panics for other kinds of index.
func Shrink(x Index, areas []Quality) ([]analysis.AreaEstimate, error) {
	if x.Kind != Ratio {
		panic("demography: " + x.Name + " is no ratio: it cannot be drawn to a mean")
	}
	data := analysis.AreaData{
		Direct: make([]float64, len(areas)), Variance: make([]float64, len(areas)), X: make([][]float64, len(areas)),
	}
	share := x.shareOf(areas)
	for i, q := range areas {
		v := q.SE * q.SE
		if x.share {
			v = x.full * x.full * share * (1 - share) / q.Effective
		}
		data.Direct[i], data.Variance[i], data.X[i] = q.Value, v, []float64{1}
		if !(v > 0) || math.IsInf(v, 1) {
			data.Direct[i] = math.NaN()
		}
	}
	model, err := analysis.FitFayHerriot(data, analysis.REML)
	if err != nil {
		return nil, err
	}
	return model.Areas, nil
}

// shareOf is the share of all areas together.
func (x Index) shareOf(areas []Quality) float64 {
	above, below := 0.0, 0.0
	for _, q := range areas {
		if x.share && q.Effective > 0 && !math.IsInf(q.Effective, 1) {
			above, below = above+q.Value/x.full*q.Effective, below+q.Effective
		}
	}
	return above / below
}
