package explain

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A Gap is the difference of a definition in total, and how much of it goes with the choice of another.
type Gap struct {
	Persons, SE         float64
	Explained           float64 // percent: 100 (R - R')/(R - C)
	Lower, Upper, Level float64
}

// GapOf is the gap between register and census, with that part of it, in percent, that goes where the definition
// best, which has other persons in the register, is taken instead. R - R' is without error, so that the interval of the
// percentage is that of the gap turned over; where the gap's interval holds 0 the percentage has none. It is above 100
// where the choice turns the gap round, and below 0 where it widens it.
func GapOf(register, best float64, census analysis.Estimate, level float64) Gap {
	g := Gap{Persons: register - census.Value, SE: census.SE, Level: level, Lower: math.NaN(), Upper: math.NaN()}
	if register == best {
		g.Lower, g.Upper = 0, 0
		return g
	}
	g.Explained = 100 * (register - best) / g.Persons
	lower, upper := analysis.Estimate{Value: g.Persons, SE: census.SE, DF: census.DF}.Interval(level)
	if lower*upper > 0 {
		a, b := 100*(register-best)/lower, 100*(register-best)/upper
		g.Lower, g.Upper = math.Min(a, b), math.Max(a, b)
	}
	return g
}
