package analysis

// A CalibrationMethod is the distance between old and new weights that a calibration makes smallest.
type CalibrationMethod uint8

const (
	// LinearCalibration has g = 1 + q x'λ, the weights of the generalised regression estimator. They may be negative.
	LinearCalibration CalibrationMethod = iota
	// ExponentialCalibration has g = exp(q x'λ), which is raking where the terms are margins. g is above 0.
	ExponentialCalibration
	// LogitCalibration has g between bounds L and U, which it never reaches:
	//
	//	g = (L(U-1) + U(1-L)e) / (U-1 + (1-L)e),  e = exp(A q x'λ),  A = (U-L)/((1-L)(U-1))
	LogitCalibration
	// TruncatedCalibration has g = 1 + q x'λ cut at bounds L and U.
	TruncatedCalibration
	// IterativeFitting rakes: it fits one margin after the other, again and again. All terms are margins. The limit is
	// that of ExponentialCalibration.
	IterativeFitting
)

var calibrationNames = []string{"linear", "exponential", "logit", "truncated", "iterative fitting"}

// String is the method in words.
func (m CalibrationMethod) String() string { return nameOf(m, calibrationNames, "CalibrationMethod") }

// ResidualWeights say how the regression is weighted whose residuals give the variance of a calibrated estimate,
//
//	B = (Σ r x x')⁻¹ Σ r x u
type ResidualWeights uint8

const (
	// ResidualsByDesign has r = dq, d the weights before the calibration: those of the generalised regression
	// estimator.
	ResidualsByDesign ResidualWeights = iota
	// ResidualsByFinal has r = wq, w the weights after it. Deville and Särndal (1992), equation 3.4.
	ResidualsByFinal
	// ResidualsByRounds takes the unweighted mean by margin out of u, one margin after the other, ten times: nearly
	// r = 1. R survey does so for rake, and this is for agreeing with it. Where weights are unequal B then estimates
	// nothing in the population, and variances can be several times too large; raking to one margin has not even those
	// of post-stratification, which it is.
	ResidualsByRounds
)

// A Term is what is known of the population in one respect: the number of persons (neither X nor Code), the total of a
// variable (X), the persons of every level of a factor, which is a margin (Code), or the totals of a variable by level
// (both). A term has one column for every level, or one.
type Term struct {
	Name   string
	X      []float64 // one value a row; nil is 1 for each
	Code   []int32   // level of every row, -1 for none; nil where the term has no levels
	Levels []string  // names of the levels

	// Totals are those of the population, one for every level, or one. Where the calibration has parts, those of all
	// levels in the first part come first.
	Totals []float64
}

// A Calibration fits weights to known totals: of all weights w = dg that have the totals
//
//	Σ w x = T
//
// it gives those nearest to the weights d there were, by the distance of the method.
//
// Deville and Särndal (1992), Journal of the American Statistical Association 87:376-382; Särndal (2007), Survey
// Methodology 33:99-119.
type Calibration struct {
	Method CalibrationMethod
	Terms  []Term

	// Lower and Upper bound g. Required by LogitCalibration and TruncatedCalibration: Lower < 1 < Upper.
	Lower, Upper float64

	// Part is the part of the population every row is in; the parts are calibrated by themselves. nil is one part.
	Part  []int32
	Parts []string // names of the parts

	// Q makes g of some rows stray further than that of others. With one variable x and Q = 1/x the linear method gives
	// the ratio estimator. Defaults to 1 for each.
	Q []float64

	// Unit is the unit (household, PSU) whose rows are to have one g: they enter by their mean. Rows of a unit have one
	// weight and are in one part. nil is every row by itself.
	Unit []int32

	// Residuals defaults to ResidualsByDesign.
	Residuals ResidualWeights

	// MaxIterations defaults to 200 steps of Newton's method, or 5,000 rounds over the margins.
	MaxIterations int
}

// PostStratification calibrates to the population of every post-stratum: cell[i] is that of row i, totals their
// populations.
func PostStratification(cell []int32, names []string, totals []float64) Calibration {
	return Calibration{Terms: []Term{{Name: "population", Totals: totals}}, Part: cell, Parts: names}
}

// levels is the number of columns of a term.
func (t *Term) levels() int {
	if t.Code == nil {
		return 1
	}
	return len(t.Levels)
}

// column is the name of a column of a term.
func (t *Term) column(level int) string {
	if t.Code == nil {
		return t.Name
	}
	return t.Name + " " + t.Levels[level]
}

// value is that of a row.
func (t *Term) value(row int32) float64 {
	if t.X == nil {
		return 1
	}
	return t.X[row]
}

// parts is the number of parts.
func (c *Calibration) parts() int {
	if c.Part == nil {
		return 1
	}
	return len(c.Parts)
}

// partName is the name of a part, empty where there is one.
func (c *Calibration) partName(part int) string {
	if c.Part == nil {
		return ""
	}
	return c.Parts[part]
}

// columns are the names of all columns.
func (c *Calibration) columns() (names []string) {
	for i := range c.Terms {
		for level := range c.Terms[i].levels() {
			names = append(names, c.Terms[i].column(level))
		}
	}
	return names
}

// targets are the totals of all columns in a part.
func (c *Calibration) targets(part int) (totals []float64) {
	for i := range c.Terms {
		n := c.Terms[i].levels()
		totals = append(totals, c.Terms[i].Totals[part*n:(part+1)*n]...)
	}
	return totals
}

// bounded tells whether g is to keep to bounds.
func (c *Calibration) bounded() bool {
	return c.Method == LogitCalibration || c.Method == TruncatedCalibration
}

// maxIterations is the number of steps after which the calibration gives up.
func (c *Calibration) maxIterations() int {
	switch {
	case c.MaxIterations > 0:
		return c.MaxIterations
	case c.Method == IterativeFitting:
		return 5000
	}
	return 200
}
