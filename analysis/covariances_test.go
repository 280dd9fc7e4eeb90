package analysis_test

import (
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// TestCovariancesOf holds the elements of the matrix, row by row, against those estimated one by one.
func TestCovariancesOf(t *testing.T) {
	y := [][]float64{{2, 5, 1, 7, 3, 8}, {1, 0, 4, 2, 2, 9}}
	s, err := analysis.NewSample(analysis.SampleColumns{Rows: 6, Weights: []float64{1, 2, 1, 3, 2, 1}})
	if err != nil {
		t.Fatal(err)
	}
	jackknife, err := s.Replicates(analysis.JK1())
	if err != nil {
		t.Fatal(err)
	}
	for _, sv := range []analysis.Survey{s, jackknife} {
		all := sv.Estimate(analysis.CovariancesOf(y...), nil)
		if all.Len() != 4 {
			t.Fatalf("%d elements of the covariances of 2 variables", all.Len())
		}
		for a := range y {
			for b := range y {
				one := sv.Estimate(analysis.CovarianceOf(y[a], y[b]), nil)
				if i := 2*a + b; all.Values[i] != one.Values[0] || all.SE(i) != one.SE(0) {
					t.Errorf("%T: element %d,%d is %v ± %v, alone %v ± %v", sv, a, b, all.Values[i], all.SE(i), one.Values[0], one.SE(0))
				}
			}
		}
	}
}
