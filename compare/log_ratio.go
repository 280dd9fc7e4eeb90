package compare

import "math"

// LogRatios are the logarithms of the figures of two sources in the areas where both are above 0, in order, and how
// many areas are left out because one is not. A difference of logarithms is that of a ratio,
//
//	log x - log y = log(x/y)
//
// on which areas of 400 and of 40,000 persons count the same; Percent makes it a percentage. It panics where the
// figures differ in length.
func LogRatios(x, y []float64) (logX, logY []float64, left int) {
	mustPair(x, y)
	logX, logY = make([]float64, 0, len(x)), make([]float64, 0, len(x))
	for i := range x {
		if x[i] > 0 && y[i] > 0 {
			logX, logY = append(logX, math.Log(x[i])), append(logY, math.Log(y[i]))
		}
	}
	return logX, logY, len(x) - len(logX)
}

// Percent is a log ratio as a percentage: by how many percent x is above y, 100 (exp(v) - 1).
func Percent(v float64) float64 { return 100 * math.Expm1(v) }
