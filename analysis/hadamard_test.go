package analysis_test

import (
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// TestHadamard: rows are orthogonal, the first row and column are ones, and up to 200 nothing but the orders that are
// known to be out of reach of the constructions is passed over (Hedayat and Wallis 1978, Annals of Statistics
// 6:1184-1238, table of orders).
func TestHadamard(t *testing.T) {
	var missing []int
	for n := 4; n <= 400; n += 4 {
		m := analysis.Hadamard(n)
		if len(m) != n {
			missing = append(missing, n)
		}
		if bad := notOrthogonal(m); bad != "" {
			t.Errorf("order %d: %s", n, bad)
		}
	}
	want := []int{92, 116, 156, 172, 184, 188, 232, 236, 260, 268, 292, 324, 356, 372, 376}
	if !slices.Equal(missing, want) {
		t.Errorf("orders passed over: %v, want %v", missing, want)
	}
	for n, want := range map[int]int{-1: 1, 0: 1, 1: 1, 2: 2, 3: 4, 21: 24} {
		if got := len(analysis.Hadamard(n)); got != want {
			t.Errorf("order %d for %d, want %d", got, n, want)
		}
	}
}

func notOrthogonal(m [][]int8) string {
	for i, row := range m {
		if row[0] != 1 || m[0][i] != 1 {
			return "the first row and column are not ones"
		}
		for _, other := range m[:i] {
			products := 0
			for k := range row {
				products += int(row[k] * other[k])
			}
			if products != 0 {
				return "rows are not orthogonal"
			}
		}
		for _, s := range row {
			if s != 1 && s != -1 {
				return "not a sign"
			}
		}
	}
	return ""
}
