package api

import "github.com/concord-stat/concord/compare"

// A Row is one discrepancy as JSON.
type Row struct {
	Area            string `json:"area" doc:"code of the area"`
	AreaName        string `json:"area_name"`
	Definition      string `json:"definition" doc:"population definition, or name of the pair of sources; pairs of the study says what is held against what"`
	Dimension       string `json:"dimension" doc:"what the cell is a cell of: total, sex, age5, sex*age5, …"`
	Cell            string `json:"cell"`
	Register        Number `json:"register" doc:"persons in the register, or the first source of the pair"`
	RegisterSE      Number `json:"register_se" doc:"its standard error"`
	Census          Number `json:"census" doc:"persons in the census, or the second source of the pair"`
	CensusSE        Number `json:"census_se" doc:"its standard error"`
	Difference      Number `json:"difference" doc:"register minus census; first minus second"`
	DifferencePct   Number `json:"difference_pct" doc:"percent of the census, or the second source"`
	CILower         Number `json:"ci_lower" doc:"interval of the difference, lower end"`
	CIUpper         Number `json:"ci_upper" doc:"interval of the difference, upper end"`
	PValue          Number `json:"p_value" doc:"two-sided, of no difference"`
	QValue          Number `json:"q_value" doc:"p adjusted over the family"`
	MarginPct       Number `json:"margin_pct" doc:"margin of equivalence, percent of the census"`
	Verdict         string `json:"verdict" enum:"agrees,differs,cannot_tell"`
	Notes           string `json:"notes"`
	Ratio           Number `json:"ratio" doc:"register over census"`
	RatioLower      Number `json:"ratio_lower" doc:"interval of the ratio, lower end"`
	RatioUpper      Number `json:"ratio_upper" doc:"interval of the ratio, upper end"`
	LogRatioSE      Number `json:"log_ratio_se" doc:"standard error of the logarithm of the ratio"`
	StdDifference   Number `json:"std_difference" doc:"difference of the shares in the area, in standard deviations"`
	StdDifferenceSE Number `json:"std_difference_se" doc:"its standard error"`
	EquivalenceP    Number `json:"equivalence_p" doc:"of a difference beyond the margin: the larger of two one-sided p-values"`
	NoiseSD         Number `json:"noise_sd" doc:"standard deviation of the disclosure noise of both sides together, persons"`
	Family          string `json:"family" doc:"named family over which p was adjusted; empty for level, definition and dimension"`
	RegisterLower   Number `json:"register_lower" doc:"least the register can have here, where old units were split and it is not known how; no sampling interval"`
	RegisterUpper   Number `json:"register_upper" doc:"most it can have"`
	CensusLower     Number `json:"census_lower" doc:"least the census can have here, where old units were split and it is not known how; no sampling interval"`
	CensusUpper     Number `json:"census_upper" doc:"most it can have"`
}

func newRow(d *compare.Discrepancy) Row {
	return Row{
		Area: d.Area, AreaName: d.AreaName, Definition: d.Definition, Dimension: d.Dimension, Cell: d.Cell,
		Register: Number(d.Register), RegisterSE: Number(d.RegisterSE),
		Census: Number(d.Census), CensusSE: Number(d.CensusSE),
		Difference: Number(d.Difference), DifferencePct: Number(d.DifferencePct),
		CILower: Number(d.CILower), CIUpper: Number(d.CIUpper),
		PValue: Number(d.PValue), QValue: Number(d.QValue), MarginPct: Number(d.MarginPct),
		Verdict: string(d.Verdict), Notes: d.Notes,
		Ratio: Number(d.Ratio), RatioLower: Number(d.RatioLower), RatioUpper: Number(d.RatioUpper), LogRatioSE: Number(d.LogRatioSE), StdDifference: Number(d.StdDifference), StdDifferenceSE: Number(d.StdDifferenceSE), EquivalenceP: Number(d.EquivalenceP), NoiseSD: Number(d.NoiseSD),
		Family:        d.Family,
		RegisterLower: Number(d.RegisterBounds.Lower), RegisterUpper: Number(d.RegisterBounds.Upper),
		CensusLower: Number(d.CensusBounds.Lower), CensusUpper: Number(d.CensusBounds.Upper),
	}
}

// A column is one field of a discrepancy; exactly one of text and number is set.
type column struct {
	name   string
	text   func(*compare.Discrepancy) string
	number func(*compare.Discrepancy) float64
}

// rowColumns are the columns of a row in the order of CSV.
var rowColumns = []column{
	{name: "area", text: func(d *compare.Discrepancy) string { return d.Area }},
	{name: "area_name", text: func(d *compare.Discrepancy) string { return d.AreaName }},
	{name: "definition", text: func(d *compare.Discrepancy) string { return d.Definition }},
	{name: "dimension", text: func(d *compare.Discrepancy) string { return d.Dimension }},
	{name: "cell", text: func(d *compare.Discrepancy) string { return d.Cell }},
	{name: "register", number: func(d *compare.Discrepancy) float64 { return d.Register }},
	{name: "register_se", number: func(d *compare.Discrepancy) float64 { return d.RegisterSE }},
	{name: "census", number: func(d *compare.Discrepancy) float64 { return d.Census }},
	{name: "census_se", number: func(d *compare.Discrepancy) float64 { return d.CensusSE }},
	{name: "difference", number: func(d *compare.Discrepancy) float64 { return d.Difference }},
	{name: "difference_pct", number: func(d *compare.Discrepancy) float64 { return d.DifferencePct }},
	{name: "ci_lower", number: func(d *compare.Discrepancy) float64 { return d.CILower }},
	{name: "ci_upper", number: func(d *compare.Discrepancy) float64 { return d.CIUpper }},
	{name: "p_value", number: func(d *compare.Discrepancy) float64 { return d.PValue }},
	{name: "q_value", number: func(d *compare.Discrepancy) float64 { return d.QValue }},
	{name: "margin_pct", number: func(d *compare.Discrepancy) float64 { return d.MarginPct }},
	{name: "verdict", text: func(d *compare.Discrepancy) string { return string(d.Verdict) }},
	{name: "notes", text: func(d *compare.Discrepancy) string { return d.Notes }},
	{name: "ratio", number: func(d *compare.Discrepancy) float64 { return d.Ratio }},
	{name: "ratio_lower", number: func(d *compare.Discrepancy) float64 { return d.RatioLower }},
	{name: "ratio_upper", number: func(d *compare.Discrepancy) float64 { return d.RatioUpper }},
	{name: "log_ratio_se", number: func(d *compare.Discrepancy) float64 { return d.LogRatioSE }},
	{name: "std_difference", number: func(d *compare.Discrepancy) float64 { return d.StdDifference }},
	{name: "std_difference_se", number: func(d *compare.Discrepancy) float64 { return d.StdDifferenceSE }},
	{name: "equivalence_p", number: func(d *compare.Discrepancy) float64 { return d.EquivalenceP }},
	{name: "noise_sd", number: func(d *compare.Discrepancy) float64 { return d.NoiseSD }},
	{name: "family", text: func(d *compare.Discrepancy) string { return d.Family }},
	{name: "register_lower", number: func(d *compare.Discrepancy) float64 { return d.RegisterBounds.Lower }},
	{name: "register_upper", number: func(d *compare.Discrepancy) float64 { return d.RegisterBounds.Upper }},
	{name: "census_lower", number: func(d *compare.Discrepancy) float64 { return d.CensusBounds.Lower }},
	{name: "census_upper", number: func(d *compare.Discrepancy) float64 { return d.CensusBounds.Upper }},
}

// columnNamed returns the column of a row, and false when there is none of that name.
func columnNamed(name string) (column, bool) {
	for _, c := range rowColumns {
		if c.name == name {
			return c, true
		}
	}
	return column{}, false
}
