// Package screen reads many areas at once: it steadies discrepancies by what all areas tell (shrinkage), shows which
// lie outside what chance explains (funnels), how sure an order of them is (ranks), whether they lie together
// (clustering), and which to visit first (the worklist).
//
// It is pure: slices in, values out. Discrepancies are log ratios of register to census, so that a register of twice
// the census and one of half of it are equally far from agreement, and a missing value is NaN.
package screen

import "math"

var nan = math.NaN()

// normalAbove is P(Z > z) for the standard normal distribution, precise in both tails.
func normalAbove(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
