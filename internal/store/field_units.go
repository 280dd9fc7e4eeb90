package store

import "math"

// InUnits is a number in units of which there are so many to one: the nearest whole number of them, up from the middle,
// by the same arithmetic in Go and in every database.
func InUnits(v, perOne float64) int64 {
	product := float64(v * perOne) // the conversion keeps a processor from rounding product and sum at once
	return int64(math.Floor(product + 0.5))
}
