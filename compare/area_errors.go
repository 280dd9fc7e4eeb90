package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// The measures of this file say how far figures x of areas are from those of a source y that is taken for the truth.
// Percentages are of y, every area counting the same: of small areas a few persons are many percent, so that mean
// percentages rise as areas get smaller, and an area without anybody makes them undefined. Standard errors take areas
// as independent outcomes (superpopulation). They panic where the figures differ in length.
//
// Smith, Tayman and Swanson (2013), A Practitioner's Guide to State and Local Population Projections, chapter 13.

// RMSE is the root of the mean squared error, √(Σ(x-y)²/n), in persons, with its standard error by the delta method. It
// is mostly the error of the largest areas.
func RMSE(x, y []float64) analysis.Estimate {
	e := meanOver(x, y, func(d, _ float64) float64 { return d * d })
	e.Value = math.Sqrt(e.Value)
	e.SE /= 2 * e.Value
	return e
}

// MAE is the mean absolute error, Σ|x-y|/n, in persons.
func MAE(x, y []float64) analysis.Estimate {
	return meanOver(x, y, func(d, _ float64) float64 { return math.Abs(d) })
}

// MAPE is the mean absolute percent error, 100 Σ|x-y|/y / n.
func MAPE(x, y []float64) analysis.Estimate {
	return meanOver(x, y, func(d, y float64) float64 { return 100 * math.Abs(d) / y })
}

// MALPE is the mean algebraic percent error, 100 Σ(x-y)/y / n. It has a sign, and is near 0 where areas that are too
// high make up for those that are too low.
func MALPE(x, y []float64) analysis.Estimate {
	return meanOver(x, y, func(d, y float64) float64 { return 100 * d / y })
}

// meanOver is the mean over areas of a value that depends on the difference and on y.
func meanOver(x, y []float64, value func(d, y float64) float64) analysis.Estimate {
	mustPair(x, y)
	v := make([]float64, len(x))
	for i := range x {
		v[i] = value(x[i]-y[i], y[i])
	}
	e, _ := meanEstimate(v)
	return e
}
