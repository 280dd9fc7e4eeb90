package estimation

import (
	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/microdata"
	"github.com/concord-stat/concord/internal/problems"
)

// An engine is a sample with a way to estimate its errors, cell by cell.
type engine interface {
	analysis.Survey
	analysis.CellEstimator
	Quantiles(y []float64, cell []int32, k int, r analysis.QuantileRequest) [][]analysis.QuantileEstimate
}

// engine makes what the estimates come from, and puts the design into the record. What is wrong with the columns is
// added to found; there is no engine then.
func (r *request) engine(t *microdata.Table, found *problems.List, d *DesignRecord) (engine, error) {
	d.Rows, d.Weight, d.Lonely = t.Rows, r.Weight, r.Lonely
	if r.replication != nil && r.replication.columns != nil {
		d.Lonely = ""
		given := r.given(t, found)
		if given == nil {
			return nil, nil
		}
		d.Replicates = given.Len()
		return given, nil
	}
	sample := r.sample(t, found)
	if sample == nil {
		return nil, nil
	}
	d.Strata, d.PSUs, d.Stages = sample.Strata(), sample.PSUs(), r.stageRecords()
	if r.replication == nil {
		return sample, nil
	}
	made, err := r.replicates(sample, found, t)
	if made == nil {
		return nil, err
	}
	d.Replicates = made.Len()
	return made, nil
}

// shares are those of each of g categories in every cell, the category varying fastest.
func shares(e engine, category []int32, g int, cell []int32, k int) []analysis.Estimate {
	if all, ok := e.(interface {
		Shares(category []int32, g int, cell []int32, k int) []analysis.Estimate
	}); ok {
		return all.Shares(category, g, cell, k)
	}
	out := make([]analysis.Estimate, g*k)
	for level := range g {
		has := make([]float64, len(category))
		for i, c := range category {
			if int(c) == level {
				has[i] = 1
			}
		}
		for c, estimate := range e.Ratios(has, nil, cell, k) {
			out[c*g+level] = estimate
		}
	}
	return out
}
