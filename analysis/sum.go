package analysis

// Sum adds up numbers; any order of them gives the same bits. It is exact to 2^-52 of the largest number for each of up
// to 2^26 numbers, and NaN or infinite where one of them is.
func Sum(v []float64) float64 { return sum(v) }
