package results_test

import (
	"io"
	"math"
	"strconv"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

// rows resembles a national comparison: communes by definition, sex and age group.
func rows(n int) []compare.Discrepancy {
	all := make([]compare.Discrepancy, n)
	for i := range all {
		all[i] = compare.Discrepancy{
			Area: strconv.Itoa(10000 + i/100), AreaName: "Xã Ngọc Lũng", Definition: "current", Dimension: "sex*age5", Cell: "male*0-4",
			Register: float64(i % 977), Census: float64(i%877) * 1.37, CensusSE: float64(i%77) / 7, Difference: float64(i % 31),
			DifferencePct: float64(i%1001) / 3, CILower: -float64(i) / 3, CIUpper: math.NaN(), PValue: 1 / float64(i+1), QValue: math.NaN(),
			MarginPct: 5, Verdict: compare.CannotTell, Notes: "no sample here",
		}
	}
	return all
}

func BenchmarkTables(b *testing.B) {
	t := results.Table(rows(200_000))
	for name, write := range map[string]func(io.Writer) error{"csv": t.WriteCSV, "json": t.WriteJSON, "parquet": t.WriteParquet} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := write(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
