package analysis_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// BenchmarkReplicates is 200 bootstrap replicates of 40,000 PSUs in 126 strata with 35 persons each: making them, and
// totals by as many cells as the name says, a PSU being in one cell, or in seventeen.
func BenchmarkReplicates(b *testing.B) {
	const psus, strata, persons, replicates = 40_000, 126, 35, 200
	var psu, stratum []int32
	for p := range int32(psus) {
		for range persons {
			psu, stratum = append(psu, p), append(stratum, p*strata/psus)
		}
	}
	s := newSample(b, analysis.SampleColumns{
		Rows: len(psu), Weights: slices.Repeat([]float64{65}, len(psu)),
		Stages: []analysis.StageColumns{{Stratum: stratum, Unit: psu}},
	})
	bootstrap := func() *analysis.Replicates {
		r, err := s.Replicates(analysis.RaoWu(replicates, rand.New(rand.NewPCG(1, 1))))
		if err != nil {
			b.Fatal(err)
		}
		return r
	}
	b.Run("make", func(b *testing.B) {
		for b.Loop() {
			bootstrap()
		}
	})
	r := bootstrap()
	for _, k := range []int{63, 100, 10_000} {
		cell := make([]int32, len(psu))
		for i, p := range psu {
			cell[i] = int32(int(p) * k / psus)
		}
		b.Run(fmt.Sprintf("totals/%d", k), func(b *testing.B) {
			for b.Loop() {
				r.Totals(nil, cell, k)
			}
		})
	}
	ages := make([]int32, len(psu))
	for i, p := range psu {
		ages[i] = p*63/psus*17 + int32(i)%17
	}
	b.Run("ratios/1071_ages", func(b *testing.B) {
		for b.Loop() {
			r.Ratios(nil, nil, ages, 63*17)
		}
	})
}
