// Package compare holds a register against a census: discrepancies, tests and verdicts.
//
// It is pure: it reads slices, returns values, logs nothing and opens nothing.
package compare

// A Verdict says what the comparison of one cell allows to conclude.
type Verdict string

const (
	Agrees     Verdict = "agrees"      // the difference is shown to lie within the margin
	Differs    Verdict = "differs"     // there is a difference, beyond what the false-discovery rate lets through
	CannotTell Verdict = "cannot_tell" // neither is shown, or a side cannot speak
)

// A Discrepancy is the comparison of register and census in one cell. Differences are register minus census,
// percentages relative to the census. A figure that does not exist is NaN.
type Discrepancy struct {
	Area, AreaName string
	Definition     string
	Dimension      string // total, sex, age5, sex*age5, age, or a named one
	Cell           string

	Register, RegisterSE float64 // persons
	Census, CensusSE     float64 // persons
	Difference           float64 // persons
	DifferencePct        float64 // percent of the census; NaN when the census is 0
	CILower, CIUpper     float64 // of the difference, at the level of the plan
	PValue               float64 // two-sided, of no difference
	QValue               float64 // p adjusted over the family
	MarginPct            float64 // margin of equivalence, percent of the census
	Verdict              Verdict
	Notes                string

	Ratio, RatioLower, RatioUpper  float64 // register over census, with its interval
	LogRatioSE                     float64 // standard error of ln(Ratio)
	StdDifference, StdDifferenceSE float64 // of the shares that the cell has of its area, in standard deviations
	EquivalenceP                   float64 // of a difference beyond the margin
	NoiseSD                        float64 // of the disclosure noise of both sides together, persons
	Family                         string  // named family over which p was adjusted; empty for level × definition × dimension
	// RegisterBounds and CensusBounds are what a figure may be where an old unit was split and the shares are not published;
	// NaN where the figure is determined. They are no sampling interval.
	RegisterBounds, CensusBounds Bounds
}
