package analysis

import "math"

// codeIndicator is 1 where a row has a code, 0 where it has another, and NaN where it has none (below 0).
func codeIndicator(code []int32, of int32) []float64 {
	out := make([]float64, len(code))
	for i, c := range code {
		switch {
		case c < 0:
			out[i] = math.NaN()
		case c == of:
			out[i] = 1
		}
	}
	return out
}

// codeIndicators are those of the codes 0 to k-1.
func codeIndicators(code []int32, k int) [][]float64 {
	out := make([][]float64, k)
	for c := range out {
		out[c] = codeIndicator(code, int32(c))
	}
	return out
}

// withCodes is the domain without rows that lack a code, nil where it is all rows.
func withCodes(domain []bool, codes ...[]int32) []bool {
	out, all := make([]bool, len(codes[0])), true
	for i := range out {
		out[i] = domain == nil || domain[i]
		for _, c := range codes {
			out[i] = out[i] && c[i] >= 0
		}
		all = all && out[i]
	}
	if all {
		return nil
	}
	return out
}
