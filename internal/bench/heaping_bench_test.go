package main

import (
	"testing"

	"github.com/concord-stat/concord/analysis/demography"
)

// BenchmarkHeaping is the work of the table on age heaping.
func BenchmarkHeaping(b *testing.B) {
	counts := communeAges()
	b.Run("values", func(b *testing.B) {
		for b.Loop() {
			for _, x := range fourIndices() {
				x.Values(counts, heapingAges)
			}
		}
	})
	b.Run("assessed", func(b *testing.B) {
		for b.Loop() {
			for _, x := range fourIndices() {
				x.AssessAll(counts, heapingAges, demography.Counted(0.95))
			}
		}
	})
}

// TestHeapingAgreesWithR: the formulas in plain R give the same indices of the same communes.
func TestHeapingAgreesWithR(t *testing.T) {
	counts := communeAges()[:200*heapingAges]
	peer, _, sums, err := plainR(t.Context(), t.TempDir(), counts)
	if err != nil {
		t.Fatal(err)
	}
	if peer == "" {
		t.Skip("Rscript is not here")
	}
	if len(sums) != len(fourIndices()) {
		t.Fatalf("R gives %d sums", len(sums))
	}
	if err := agreeWith(sums, counts, fourIndices()); err != nil {
		t.Error(err)
	}
}
