package chart_test

import (
	"math"
	"strings"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

// diacritics has every kind of mark that Vietnamese puts on a letter.
const diacritics = "Xã Ngọc Lũng Lũy Ỷ Ỗ ướt đặng ẵ ặ ợ ữ ỵ"

var ageGroups = strings.Fields("0-4 5-9 10-14 15-19 20-24 25-29 30-34 35-39 40-44 45-49 50-54 55-59 60-64 65-69 70-74 75-79 80-84 85+")

var (
	males   = []float64{412, 438, 401, 352, 318, 371, 398, 366, 322, 301, 276, 248, 219, 158, 96, 58, 37, 28}
	females = []float64{371, 396, 372, 338, 321, 378, 391, 362, 325, 308, 291, 272, 251, 192, 131, 94, 71, 66}
)

// commune is a comparison of one made-up commune against a sample census: young adults are registered but absent, and
// 7 registered persons have no age.
func commune(name string) *results.Comparison {
	var rows []compare.Discrepancy
	for i, group := range ageGroups {
		rows = append(rows, cell(name, "male*"+group, males[i], away(i), 0.09))
		rows = append(rows, cell(name, "female*"+group, females[i], away(i), 0.08))
	}
	rows = append(rows, complete(name, "male*missing", 7, 0))
	summary := results.Summary{Level: 0.95, AgeGroups: ageGroups, Definitions: []string{"permanent"}}
	return results.New(summary, []results.Area{{Code: "00001", Name: name, Level: "commune"}}, rows)
}

// away is the share of the registered whom the census did not find.
func away(group int) float64 {
	if group >= 4 && group <= 7 {
		return 0.22
	}
	return 0.02
}

func cell(name, cell string, register, away, relativeSE float64) compare.Discrepancy {
	census := math.Round(register * (1 - away))
	row := complete(name, cell, register, census)
	half := 1.96 * relativeSE * math.Sqrt(census*60)
	row.CILower, row.CIUpper = row.Difference-half, row.Difference+half
	row.PValue, row.Verdict = 0.2, compare.CannotTell
	return row
}

func complete(name, cell string, register, census float64) compare.Discrepancy {
	nan := math.NaN()
	return compare.Discrepancy{
		Area: "00001", AreaName: name, Definition: "permanent", Dimension: "sex*age5", Cell: cell,
		Register: register, Census: census, Difference: register - census, DifferencePct: nan,
		CILower: nan, CIUpper: nan, PValue: nan, QValue: nan, Verdict: compare.Differs,
	}
}
