package analysis_test

import (
	"fmt"

	"github.com/concord-stat/concord/analysis"
)

// Ten persons of two sexes, in towns and villages. A register counts 60 women and 40 men, and 30 of them in towns.
func ExampleSample_Calibrate() {
	s, err := analysis.NewSample(analysis.SampleColumns{
		Rows: 10, Weights: []float64{10, 10, 10, 10, 10, 10, 10, 10, 10, 10},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	sex := analysis.Term{Name: "sex", Levels: []string{"female", "male"}, Totals: []float64{60, 40},
		Code: []int32{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}}
	place := analysis.Term{Name: "place", Levels: []string{"town", "village"}, Totals: []float64{30, 70},
		Code: []int32{0, 0, 1, 1, 1, 0, 0, 1, 1, 1}}
	employed := []float64{1, 1, 0, 1, 0, 1, 1, 1, 0, 1}
	raked, fit, err := s.Calibrate(analysis.Calibration{
		Method: analysis.ExponentialCalibration, Terms: []analysis.Term{sex, place},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	before, after := s.Estimate(analysis.TotalOf(employed), nil), raked.Estimate(analysis.TotalOf(employed), nil)
	fmt.Printf("employed: %.1f (%.1f), raked %.1f (%.1f)\n", before.Values[0], before.SE(0), after.Values[0], after.SE(0))
	fmt.Printf("g from %.2f to %.2f\n", fit.G.Min, fit.G.Max)

	place.Totals = []float64{95, 5}
	_, _, err = s.Calibrate(analysis.Calibration{
		Method: analysis.TruncatedCalibration, Lower: 0.5, Upper: 2, Terms: []analysis.Term{sex, place},
	})
	fmt.Println(err)
	// Output:
	// employed: 70.0 (15.3), raked 62.7 (14.7)
	// g from 0.60 to 1.40
	// analysis: calibration: no weights have the totals with g between 0.5 and 2; furthest off: "place town" by -25 % (its rows need a mean g of 2.37), "sex male" by 16 %; bounds of 0.071 and 2.86 can be met
}

// Four areas of each of two provinces were enumerated again. The register's counts of all areas help.
func ExampleSample_Assisted() {
	s, err := analysis.NewSample(analysis.SampleColumns{Rows: 8, Stages: []analysis.StageColumns{{
		Stratum: []int32{0, 0, 0, 0, 1, 1, 1, 1}, Population: []float64{20, 20, 20, 20, 30, 30, 30, 30},
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	census := []float64{95, 210, 148, 330, 48, 118, 75, 204}
	register := []float64{100, 220, 150, 340, 50, 120, 80, 200}
	estimates, err := s.Assisted(census, analysis.Assistance{
		Assistant: analysis.RatioAssisted, X: [][]float64{register}, Totals: [][]float64{{4000, 3300}},
	}, []int32{0, 0, 0, 0, 1, 1, 1, 1}, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range estimates {
		fmt.Printf("%v %.0f (%.0f), %v %.0f (%.0f), gain %.3f\n", e.Assistant, e.Value, e.SE, analysis.Unassisted, e.Plain.Value,
			e.Plain.SE, e.Gain())
	}
	// Output:
	// ratio 3867 (23), Horvitz-Thompson 3915 (904), gain 0.999
	// ratio 3263 (60), Horvitz-Thompson 3338 (953), gain 0.996
}
