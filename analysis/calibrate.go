package analysis

import (
	"fmt"
	"slices"
)

// Calibrate gives the sample with its weights fitted to known totals, and what is to be known of them. Estimates from
// it have the variance that the calibration leaves: the linearised values are replaced by their residuals
//
//	z = w (u - x'B)
//
// from a regression over the whole sample, also where the estimate is of a domain; see ResidualWeights for B. Samples
// may be calibrated again. Rows whose new weight is 0 do not count any more.
//
// The error is that of NewCalibrator or Fit, or says that weights are negative where residuals are by them.
func (s *Sample) Calibrate(c Calibration) (*Sample, *CalibrationFit, error) {
	k, err := NewCalibrator(c, s.Rows())
	if err != nil {
		return nil, nil, err
	}
	f, err := k.fit(s.weights)
	if err != nil {
		return nil, nil, err
	}
	report := k.report(s.weights, f)
	if c.Residuals == ResidualsByFinal && report.G.Negative > 0 {
		return nil, nil, fmt.Errorf("analysis: %d new weights are negative: take residuals by those of the design, or bounds",
			report.G.Negative)
	}
	return s.adjusted(f.w, k.step(s.weights, f)), report, nil
}

// adjusted is the sample with other weights, and the step that led to them.
func (s *Sample) adjusted(w []float64, step *regressionStep) *Sample {
	out := *s
	out.weights, out.silent = w, slices.Contains(w, 0)
	if step != nil {
		out.adjust = append(slices.Clone(s.adjust), step)
	}
	return &out
}

// step is what a calibration of the weights d takes from a variance.
func (k *Calibrator) step(d []float64, f *calibrated) *regressionStep {
	p := k.profiles
	give, m := make([]float64, len(d)), make([]float64, len(p.q))
	rows := make([]float64, len(p.q))
	for i, at := range p.of {
		if f.w[i] != 0 {
			give[i] = k.weight(d[i], f.w[i], p.q[at]) / f.w[i]
			rows[at]++
		}
	}
	for at := range m {
		if f.g[at] != 0 {
			m[at] = k.weight(f.d[at], f.d[at]*f.g[at], p.q[at])
		}
		if k.c.Residuals == ResidualsByRounds {
			m[at] = rows[at]
		}
	}
	step := newRegressionStep(p, m, f.w, give)
	if k.c.Residuals == ResidualsByRounds {
		step.byRounds(10, m)
	}
	return step
}

// weight is that of a row, or of rows together, in the regression.
func (k *Calibrator) weight(d, w, q float64) float64 {
	switch k.c.Residuals {
	case ResidualsByFinal:
		return w * q
	case ResidualsByRounds:
		return 1
	}
	return d * q
}
