package analysis

import (
	"math"
	"slices"
)

// A CalibrationFit is what is to be known of fitted weights.
type CalibrationFit struct {
	Method       CalibrationMethod
	Lower, Upper float64   // bounds of g where the method has them
	Iterations   int       // the most that any part took
	Terms        []TermFit // every total, before and after, by part and column
	Redundant    []TermFit // the totals that others tell, and that agree with them
	G            GWeights
}

// Worst is the total furthest from its target.
func (f *CalibrationFit) Worst() TermFit {
	worst := f.Terms[0]
	for _, t := range f.Terms {
		if math.Abs(t.Miss()) > math.Abs(worst.Miss()) {
			worst = t
		}
	}
	return worst
}

// GWeights describe the ratios g of new weights to old ones, over the rows of weight.
type GWeights struct {
	N                  int
	Min, Max, Mean, CV float64
	Levels, Quantiles  []float64 // of g, by row: the smallest that has at least the share Levels at or below it

	// AtLower and AtUpper are the rows whose g is at a bound, or for the logit within a hundredth of the way from it to
	// the other. Negative are those below 0.
	AtLower, AtUpper, Negative int

	// DeffBefore and DeffAfter are Kish's design effects of weighting, nΣw²/(Σw)²: by how much unequal weights that
	// have nothing to do with what is studied make a variance larger.
	DeffBefore, DeffAfter float64
}

var gLevels = []float64{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99}

// report describes a calibration of the weights d.
func (k *Calibrator) report(d []float64, f *calibrated) *CalibrationFit {
	r := &CalibrationFit{Method: k.c.Method, Iterations: f.iterations, Lower: k.f.lower, Upper: k.f.upper}
	w := make([]float64, len(f.d))
	for i, at := range f.d {
		w[i] = at * f.g[i]
	}
	for part := range k.profiles.parts {
		b := k.profiles.part(part, f.d, k.c.targets(part))
		start, fitted := b.totals(b.d), b.totals(w[k.profiles.begin[part]:k.profiles.begin[part+1]])
		for j, target := range b.target {
			r.Terms = append(r.Terms, k.termFit(part, j, target, start[j], fitted[j]))
		}
		for _, t := range f.bases[part].told {
			j := t.column
			r.Redundant = append(r.Redundant, k.termFit(part, j, b.target[j], start[j], fitted[j]))
		}
	}
	r.G = k.gWeights(d, f)
	return r
}

func (k *Calibrator) gWeights(d []float64, f *calibrated) GWeights {
	var g []float64
	for i, at := range k.profiles.of {
		if d[i] != 0 {
			g = append(g, f.g[at])
		}
	}
	out := GWeights{N: len(g), Levels: slices.Clone(gLevels), DeffBefore: KishDeff(d), DeffAfter: KishDeff(f.w)}
	if len(g) == 0 {
		return out
	}
	slices.Sort(g)
	out.Min, out.Max, out.Mean = g[0], g[len(g)-1], sum(g)/float64(len(g))
	squares := make([]float64, len(g))
	for i, v := range g {
		squares[i] = (v - out.Mean) * (v - out.Mean)
	}
	out.CV = math.Sqrt(sum(squares)/float64(len(g))) / out.Mean
	for _, p := range gLevels {
		out.Quantiles = append(out.Quantiles, g[max(int(math.Ceil(p*float64(len(g))))-1, 0)])
	}
	near := 0.0
	if k.c.Method == LogitCalibration {
		near = (k.c.Upper - k.c.Lower) / 100
	}
	for _, v := range g {
		out.Negative += oneIf(v < 0)
		if k.c.bounded() {
			out.AtLower += oneIf(v <= k.c.Lower+near)
			out.AtUpper += oneIf(v >= k.c.Upper-near)
		}
	}
	return out
}

func oneIf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// KishDeff is the design effect of weighting,
//
//	nΣw²/(Σw)²
//
// over the n weights that are not 0; 1 where they are all the same.
//
// Kish (1992), Journal of Official Statistics 8:183-200.
func KishDeff(w []float64) float64 {
	squares := make([]float64, len(w))
	for i, v := range w {
		squares[i] = v * v
	}
	size := sum(w)
	return float64(counted(w)) * sum(squares) / (size * size)
}
