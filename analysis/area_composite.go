package analysis

import (
	"fmt"
	"math"
)

// OptimalComposite weighs direct and synthetic estimates of areas by their errors:
//
//	θ̂d = φ yd + (1-φ) sd,  φ = MSE(sd)/{v(yd) + MSE(sd)}
//
// which has the least mean squared error where the two are uncorrelated and φ is known. Its error is estimated as
//
//	φ² v(yd) + (1-φ)² MSE(sd)
//
// of which G1 is the first part and G2 the second; that φ is estimated is not in it. Shrinkage is 1-φ. An area with one
// of the two estimates has that, and keeps its kind; with neither it is refused. Where both are without error the
// direct one stands. OptimalComposite panics where the lists differ in length.
//
// Rao and Molina (2015), Small Area Estimation, second edition, section 3.3.1.
func OptimalComposite(direct, synthetic []AreaEstimate) []AreaEstimate {
	return composites(direct, synthetic, func(d int) float64 {
		if v := direct[d].MSE; v > 0 {
			return synthetic[d].MSE / (v + synthetic[d].MSE)
		}
		return 1
	})
}

// SizeDependentComposite weighs direct and synthetic estimates of areas by the size of their samples:
//
//	θ̂d = φ yd + (1-φ) sd,  φ = min{1, N̂d/(δ Nd)}
//
// estimated is N̂d, the population of every area as the weights of the sample estimate it, and known Nd that of the
// register. An area of which as many persons were sampled as expected keeps its direct estimate where δ is 1, the usual
// value; a δ of 2 leans on the synthetic one until there are twice as many. The weight knows nothing of the variable,
// so it is the same for all variables, and tables add up.
//
// The rest is as for OptimalComposite. The error names the area whose sizes are impossible; δ that is not positive
// panics, as do lists that differ in length.
//
// Drew, Singh and Choudhry (1982), Survey Methodology 8:17-47; Rao and Molina (2015), Small Area Estimation, second
// edition, section 3.3.2.
func SizeDependentComposite(
	direct, synthetic []AreaEstimate, estimated, known []float64, delta float64,
) ([]AreaEstimate, error) {
	if len(estimated) != len(direct) || len(known) != len(direct) {
		panic("analysis: sizes and estimates of areas differ in length")
	}
	if !(delta > 0) {
		panic(fmt.Sprintf("analysis: delta is %v, want above 0", delta))
	}
	for d, n := range known {
		if !(n > 0) || math.IsInf(n, 1) || !(estimated[d] >= 0) || math.IsInf(estimated[d], 1) {
			return nil, fmt.Errorf("analysis: area %d has %v persons, estimated as %v", d, n, estimated[d])
		}
	}
	return composites(direct, synthetic, func(d int) float64 { return min(1, estimated[d]/(delta*known[d])) }), nil
}

// composites puts estimates together, direct ones with the weight φ.
func composites(direct, synthetic []AreaEstimate, weight func(d int) float64) []AreaEstimate {
	if len(direct) != len(synthetic) {
		panic("analysis: direct and synthetic estimates of areas differ in length")
	}
	out := make([]AreaEstimate, len(direct))
	for d, y := range direct {
		switch s := synthetic[d]; {
		case y.Kind == Refused && s.Kind == Refused:
			out[d] = refused(NeitherEstimate)
		case y.Kind == Refused:
			out[d] = s
		case s.Kind == Refused:
			out[d] = y
		default:
			out[d] = composite(y, s, weight(d))
		}
	}
	return out
}

func composite(y, s AreaEstimate, phi float64) AreaEstimate {
	e := AreaEstimate{
		Kind: Composite, Value: s.Value + phi*(y.Value-s.Value), Direct: y.Value, Synthetic: s.Value, Shrinkage: 1 - phi,
		G1: phi * phi * y.MSE, G2: (1 - phi) * (1 - phi) * s.MSE,
	}
	e.MSE = e.G1 + e.G2
	return e
}
