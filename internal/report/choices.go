package report

import (
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/findings"
)

// choices are what is shown of the tables beside the discrepancies, in the order in which it is shown. Of areas the leading
// definition is shown.
func (e *edition) choices() []choice {
	leading := e.leading()
	is := func(pairs ...string) func(*findings.Table, int) bool {
		return func(t *findings.Table, row int) bool {
			for i := 0; i < len(pairs); i += 2 {
				if t.Text(pairs[i], row) != pairs[i+1] {
					return false
				}
			}
			return true
		}
	}
	told := func(column string, admits func(*findings.Table, int) bool) func(*findings.Table, int) bool {
		return func(t *findings.Table, row int) bool { return admits(t, row) && !math.IsNaN(t.Number(column, row)) }
	}
	return []choice{
		{table: "definition_fit", title: "fits", note: "fitsNote", admits: is("area", "all", "age_group", "all"), columns: []column{
			levelColumn, definitionColumn, number("distance", "distance", words.figures3), number("weight", "weight", words.weight),
			number("difference", "gap", words.signedPersons), number("explained", "explained_pct", words.signedPercent),
		}},
		{table: "age_quality", title: "ageQuality", note: "ageQualityNote", columns: ageColumns(column{"index", false, indexOf}),
			admits: func(t *findings.Table, row int) bool {
				return is("level", "country", "sex", "both", "definition", leading)(t, row) && slices.Contains(shownIndices, t.Text("index", row))
			}},
		{table: "age_quality", title: "ageQualityAreas", note: "ageQualityNote", areas: true, largest: "difference",
			columns: ageColumns(levelColumn, areaColumn), admits: func(t *findings.Table, row int) bool {
				return is("sex", "both", "definition", leading, "index", "whipple")(t, row) && t.Text("level", row) != "country" &&
					t.Text("verdict", row) != "cannot_tell"
			}},
		{table: "agreement", title: "agreement", note: "agreementNote", admits: is("dimension", "total"), columns: []column{
			levelColumn, definitionColumn, number("areas", "areas", words.persons), number("bias", "bias_pct", words.signedPercent),
			spanned("limits", "limit_low_pct", "limit_high_pct", words.signedPercent), number("concordance", "concordance", words.figures3),
			number("mape", "mape", words.figures3), number("withinMargin", "within_margin", words.share),
		}},
		{table: "segregation", title: "displacement", note: "displacementNote", admits: is("measure", "displacement", "dimension", "total"),
			columns: []column{
				levelColumn, definitionColumn, number("areas", "areas", words.persons), number("measured", "difference", words.share),
				number("corrected", "difference_corrected", words.share), spanned("interval", "ci_lower", "ci_upper", words.share),
			}},
		{table: "distributions", title: "distances", note: "distancesNote", areas: true, largest: "dissimilarity_corrected",
			admits: told("dissimilarity", is("definition", leading, "dimension", "age5")), columns: []column{
				levelColumn, areaColumn, number("measured", "dissimilarity", words.share), number("corrected", "dissimilarity_corrected", words.share),
				spanned("interval", "dissimilarity_lower", "dissimilarity_upper", words.share),
				number("hellinger", "hellinger_corrected", words.figures3), number("p", "p_value", words.qValue),
			}},
		{table: "structure", title: "structure", note: "structureNote", areas: true, largest: "structure_part",
			admits: is("definition", leading, "dimension", "age5"), columns: []column{
				areaColumn, cellColumn, number("difference", "difference", words.signedPersons), number("levelPart", "level_part", words.signedPersons),
				number("structurePart", "structure_part", words.signedPersons),
			}},
		{table: "hierarchy", title: "hierarchy", note: "hierarchyNote", areas: true, largest: "none", admits: is("definition", leading, "dimension", "total"),
			columns: []column{levelColumn, areaColumn, number("p", "p_value", words.qValue), number("q", "q_value", words.qValue)}},
		{table: "time", title: "time", note: "timeNote", areas: true, largest: "closure", admits: told("closure", is("definition", leading)), columns: []column{
			levelColumn, areaColumn, number("register", "register", words.persons), number("births", "births", words.persons),
			number("deaths", "deaths", words.persons), number("arrivals", "arrivals", words.persons), number("departures", "departures", words.persons),
			number("expected", "expected", words.persons), number("census", "census", words.persons), number("closure", "closure", words.signedPersons),
		}},
		{table: "survival", title: "survival", note: "survivalNote", areas: true, largest: "none",
			admits: func(t *findings.Table, row int) bool { return t.Text("flag", row) != "" }, columns: []column{
				levelColumn, areaColumn, {"cohort", false, textOf("cohort")}, {"cohortNow", false, textOf("now")},
				number("before", "before", words.persons), number("after", "after", words.persons), number("ratio", "ratio", words.figures3),
				{"flag", false, flagOf},
			}},
	}
}

var shownIndices = []string{"whipple", "myers", "bachi", "spoorenberg", "age_sex_accuracy", "sex_ratio_score", "jdanov", "kannisto_90"}

func ageColumns(first ...column) []column {
	return append(first, number("register", "register", words.figures3), number("census", "census", words.figures3),
		number("difference", "difference", words.figures3), spanned("interval", "ci_lower", "ci_upper", words.figures3),
		number("tolerable", "tolerable", words.figures3), column{"verdict", false, heapingOf})
}

var (
	levelColumn      = column{"level", false, func(e *edition, t *findings.Table, row int) string { return e.level(t.Text("level", row)) }}
	areaColumn       = column{"area", false, func(e *edition, t *findings.Table, row int) string { return e.nameOf(t.Text("area", row)) }}
	definitionColumn = column{"definition", false, func(e *edition, t *findings.Table, row int) string { return e.definition(t.Text("definition", row)) }}
	cellColumn       = column{"cell", false, func(e *edition, t *findings.Table, row int) string { return e.cell(t.Text("cell", row)) }}
)

func (e *edition) nameOf(area string) string {
	if a := e.byCode[area]; a.Name != "" {
		return a.Name
	}
	return area
}

func indexOf(e *edition, t *findings.Table, row int) string {
	return e.named("index", t.Text("index", row))
}

func heapingOf(e *edition, t *findings.Table, row int) string {
	return e.named("heaping", t.Text("verdict", row))
}

// flagOf is what is remarkable of a cohort, which begins with what its ratio is beyond.
func flagOf(e *edition, t *findings.Table, row int) string {
	if strings.HasPrefix(t.Text("flag", row), "above") {
		return e.word("flagAbove")
	}
	return e.word("flagBelow")
}

func textOf(name string) func(*edition, *findings.Table, int) string {
	return func(_ *edition, t *findings.Table, row int) string { return t.Text(name, row) }
}

// number is a column of numbers, printed in a way of the words.
func number(head, name string, print func(words, float64) string) column {
	return column{head, true, func(e *edition, t *findings.Table, row int) string { return print(e.words, t.Number(name, row)) }}
}

// spanned is a column of two ends.
func spanned(head, low, high string, print func(words, float64) string) column {
	return column{head, true, func(e *edition, t *findings.Table, row int) string {
		if math.IsNaN(t.Number(low, row)) || math.IsNaN(t.Number(high, row)) {
			return absent
		}
		return "[" + print(e.words, t.Number(low, row)) + "; " + print(e.words, t.Number(high, row)) + "]"
	}}
}
