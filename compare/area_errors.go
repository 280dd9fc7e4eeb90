package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// AreaErrors say how far figures x of areas are from those of a source y that is taken for the truth. The percentages
// are of y, every area counting the same: of small areas a few persons are many percent, so that the mean percentages
// rise as areas get smaller, and a commune without anybody makes them undefined.
//
//	RMSE √(Σ(x-y)²/n),  MAE Σ|x-y|/n,  MAPE 100 Σ|x-y|/y / n,  MALPE 100 Σ(x-y)/y / n
//
// MALPE has a sign: near 0 where areas that are too high make up for those that are too low. Standard errors take areas
// as independent outcomes (superpopulation), that of RMSE by the delta method.
//
// Smith, Tayman and Swanson (2013), A Practitioner's Guide to State and Local Population Projections, chapter 13.
type AreaErrors struct {
	RMSE, MAE   analysis.Estimate // persons
	MAPE, MALPE analysis.Estimate // percent
}

// AreaErrorsOf are the errors of x against y. It panics where they differ in length.
func AreaErrorsOf(x, y []float64) AreaErrors {
	mustPair(x, y)
	v := make([]float64, len(x))
	mean := func(value func(d, y float64) float64) analysis.Estimate {
		for i := range x {
			v[i] = value(x[i]-y[i], y[i])
		}
		e, _ := meanEstimate(v)
		return e
	}
	e := AreaErrors{
		RMSE:  mean(func(d, _ float64) float64 { return d * d }),
		MAE:   mean(func(d, _ float64) float64 { return math.Abs(d) }),
		MAPE:  mean(func(d, y float64) float64 { return 100 * math.Abs(d) / y }),
		MALPE: mean(func(d, y float64) float64 { return 100 * d / y }),
	}
	e.RMSE.Value = math.Sqrt(e.RMSE.Value)
	e.RMSE.SE /= 2 * e.RMSE.Value
	return e
}
