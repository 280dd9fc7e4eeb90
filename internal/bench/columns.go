package main

import (
	"math/rand/v2"

	"github.com/concord-stat/concord/analysis"
)

// ageGroups are 0-4, 5-9, …, 80 and over.
const ageGroups = 17

// sample is the design over the columns in memory. The columns are right by construction.
func (p *persons) sample() *analysis.Sample {
	s, err := analysis.NewSample(analysis.SampleColumns{
		Rows: len(p.psu), Weights: p.weight, Stages: []analysis.StageColumns{{Stratum: p.stratum, Unit: p.psu}},
	})
	if err != nil {
		panic(err)
	}
	return s
}

// bootstrap are 200 bootstrap replicates.
func (p *persons) bootstrap(s *analysis.Sample) *analysis.Replicates {
	r, err := s.Replicates(analysis.CantyDavison(200, rand.New(rand.NewPCG(1, 0))))
	if err != nil {
		panic(err)
	}
	return r
}

// children is 1 for persons under 15.
func (p *persons) children() []float64 {
	child := make([]float64, len(p.age))
	for i, a := range p.age {
		if a < 15 {
			child[i] = 1
		}
	}
	return child
}

// provinceSex numbers the cells of province by sex.
func (p *persons) provinceSex() (cell []int32, k int) {
	cell = make([]int32, len(p.province))
	for i, v := range p.province {
		cell[i] = 2*v + p.sex[i]
	}
	return cell, 2 * provinces
}

// ageShares are the shares of age groups in provinces, the group varying fastest.
func (p *persons) ageShares(s *analysis.Sample) []analysis.Estimate {
	group := make([]int32, len(p.age))
	for i, a := range p.age {
		group[i] = min(a/5, ageGroups-1)
	}
	return s.Shares(group, ageGroups, p.province, provinces)
}

// medianAges are those of provinces.
func (p *persons) medianAges(s *analysis.Sample) [][]analysis.QuantileEstimate {
	return s.Quantiles(p.ages(), p.province, provinces, analysis.QuantileRequest{P: []float64{0.5}, Level: 0.95})
}

// ages are those of the persons as numbers.
func (p *persons) ages() []float64 {
	y := make([]float64, len(p.age))
	for i, a := range p.age {
		y[i] = float64(a)
	}
	return y
}
