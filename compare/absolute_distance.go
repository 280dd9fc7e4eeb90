package compare

import "math"

// meanAbsolute is the mean of |Z| of a standard normal, √(2/π).
const meanAbsolute = 0.7978845608028654

// foldedMean is the mean of |t + Z|: 2φ(t) + t(1 - 2Φ(-t)).
func foldedMean(t float64) float64 {
	return meanAbsolute*math.Exp(-t*t/2) + t*math.Erf(t/math.Sqrt2)
}

// foldedBias is by how much the mean of |t + Z| exceeds t ≥ 0: √(2/π) at 0, gone at 3.
func foldedBias(t float64) float64 {
	return meanAbsolute*math.Exp(-t*t/2) - t*math.Erfc(t/math.Sqrt2)
}

// An absolute adds up a distance that is a weighted sum of absolute differences, Σ w|d|, of differences with standard
// errors σ.
type absolute struct {
	value      float64 // Σ w|d|
	scale      float64 // Σ wσ
	folded     float64 // bias by the normal distribution folded at each d̂: of d̂ itself
	least      float64 // the same, of |d̂| less two standard errors: no less than the bias, whatever is true
	nullSquare float64 // mean of the square where all true differences are 0
}

// add adds a difference.
func (a *absolute) add(w, difference, se float64) {
	d := math.Abs(difference)
	a.value += w * d
	if se == 0 {
		return
	}
	a.scale += w * se
	a.folded += w * se * foldedBias(d/se)
	a.least += w * se * foldedBias(math.Max(0, d/se-2))
}

// measure gives the distance with its correction and interval, where sd is the standard error of a sum whose signs are
// known and z the quantile of the tail, on df degrees of freedom.
//
// The correction is the larger of two. One folds a normal distribution at every difference, and takes away too little
// where all is chance, since what is observed is then larger than what is true. The other takes differences for draws
// from a normal distribution, under which mean squares add: √(D² - D₀²), with D₀² the mean square without any.
//
// The lower end allows for the bias that the sum may have at most, the upper end for that which it has at least, which
// by convexity is where all differences are alike in their standard errors.
//
// Leone, Nelson and Nottingham (1961), Technometrics 3:543-550, for the folded normal; Allen, Burgess, Davidson and
// Windmeijer (2015), Econometrics Journal 18:40-66, for the index of dissimilarity.
func (a *absolute) measure(sd, z, df float64) Measured {
	m := Measured{Value: a.value}
	mean := math.Sqrt(math.Max(0, a.value*a.value-a.nullSquare))
	m.Corrected = math.Max(0, math.Min(a.value-a.folded, mean))
	null := meanAbsolute * a.scale
	m.Lower = math.Max(0, a.value-a.least-z*math.Hypot(sd, a.least/math.Sqrt(2*df)))
	m.Upper = a.upper(math.Max(a.value, null) + z*math.Hypot(sd, a.folded/math.Sqrt(2*df)))
	return m
}

// upper is the distance under which the mean is no less than y, all differences being alike in standard errors.
func (a *absolute) upper(y float64) float64 {
	y /= a.scale
	if !(y > meanAbsolute) {
		return 0
	}
	t := y // the mean of |t + Z| is convex in t and above it, so that Newton's steps fall
	for range 20 {
		step := (foldedMean(t) - y) / math.Erf(t/math.Sqrt2)
		t -= step
		if math.Abs(step) < 1e-12*y {
			break
		}
	}
	return t * a.scale
}
