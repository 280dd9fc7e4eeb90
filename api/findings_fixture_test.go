package api_test

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/compare/screen"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
)

// withTables adds the tables beside the discrepancies of the synthetic study. Province 01 and two districts are explained, of
// commune 00001 it is said that nothing can be; 60 communes are screened.
func withTables(c *results.Comparison) *results.Comparison {
	c.Add("ranks", columns.Table{
		texts("level", "commune", "commune", "district"), texts("area", "00001", "00002", "001"),
		{Name: "rank", Int: []int64{2, 1, 1}}, floats("shrunken", 0.25, nan, -1.5),
	})
	c.Add("explanation", parts("01", "490", "491"))
	c.Add("causes", columns.Table{
		texts("level", "province", "district", "district", "commune"), texts("area", "01", "490", "491", "00001"),
		texts("definition", "permanent", "permanent", "permanent", "permanent"), texts("cause", "young_adults", "none found", "level", "not tested"),
		texts("direction", "more", "", "fewer", ""), floats("persons", 1200, 300, -40, nan), floats("q_value", 0.001, 0.4, 0.02, nan),
		texts("notes", "", "", "", "no sample here"),
	})
	c.Add("definition_fit", columns.Table{
		texts("area", "490", "490"), texts("definition", "permanent", "current"), texts("best", "current", "current"),
		texts("chosen_by", "all areas", "all areas"), floats("distance", 1.5, 1.1), floats("weight", 0.0001, 0.9999), floats("gap", 900, 100),
		floats("explained_pct", 88.9, 0),
	})
	c.Add("screening", screened(60))
	c.Add("age_quality", columns.Table{
		texts("level", "country"), texts("area", "country"), texts("definition", "permanent"), texts("sex", "both"), texts("index", "whipple"),
		floats("register", 100.2), floats("census", 118.4), floats("difference", -18.2), floats("ci_lower", -22), floats("ci_upper", -14),
		floats("tolerable", 105), texts("verdict", "census_heaps"), texts("notes", "no sample here"),
	})
	return c
}

func texts(name string, values ...string) columns.Column {
	return columns.Column{Name: name, Text: values}
}

func floats(name string, values ...float64) columns.Column {
	return columns.Column{Name: name, Float: values}
}

// parts are three of each area: one known, one not known, and the rest, which together make up the difference.
func parts(areas ...string) columns.Table {
	n := 3 * len(areas)
	of := func(name string, values ...string) columns.Column {
		return columns.Texts(name, n, func(i int) string { return values[i%len(values)] })
	}
	number := func(name string, values ...float64) columns.Column {
		return columns.Floats(name, n, func(i int) float64 { return values[i%len(values)] })
	}
	return columns.Table{
		columns.Texts("area", n, func(i int) string { return areas[i/3] }), of("definition", "permanent"),
		of("part", "young_adults", "time", "unexplained"), of("age_group", "all"), number("persons", 1200, nan, -200),
		number("ci_lower", 900, nan, -400), number("ci_upper", 1500, nan, 0), number("gross", 1200, nan, 300),
		number("share_of_difference", 1.2, nan, -0.2), of("basis", "design-based", "", "design-based"),
		of("notes", "", "not carried to the reference time", ""),
	}
}

// screened are the first communes, the k-th of which is to be visited k-th.
func screened(n int) columns.Table {
	of := func(name, value string) columns.Column {
		return columns.Texts(name, n, func(int) string { return value })
	}
	number := func(name string, value func(k float64) float64) columns.Column {
		return columns.Floats(name, n, func(i int) float64 { return value(float64(i + 1)) })
	}
	y := func(k float64) float64 { return 0.3 - 0.01*k }
	half := func(k float64) float64 { return screen.NormalLimits(0, 0.02+0.001*k, screen.InnerLimits).Upper }
	return columns.Table{
		of("level", "commune"), columns.Texts("area", n, func(i int) string { return fmt.Sprintf("%05d", i+1) }),
		columns.Texts("area_name", n, func(i int) string { return fmt.Sprintf("Xã số %d", i+1) }), of("definition", "permanent"),
		of("dimension", "total"), of("cell", "total"), number("log_ratio", y), number("se", func(k float64) float64 { return 0.02 + 0.001*k }),
		number("discrepancy_pct", func(k float64) float64 { return 100 * math.Expm1(y(k)) }), number("lower", func(k float64) float64 { return y(k) - 0.05 }),
		number("upper", func(k float64) float64 { return y(k) + 0.05 }), number("funnel_lower_95", func(k float64) float64 { return -half(k) }),
		number("funnel_upper_95", half), of("outside_limits", "95"), number("visit_priority", func(k float64) float64 { return k }),
		number("visit_cost", func(float64) float64 { return 1 }), number("expected_error", func(k float64) float64 { return 100 - k }),
		number("cumulative_share", func(k float64) float64 { return k / float64(n) }), number("probability_beyond_margin", func(float64) float64 { return 0.9 }),
		of("reason", "in English"), of("reason_codes", "measured; outside_95; error_expected"),
	}
}
