package analysis

import "fmt"

// FitReplicates fits the weights of every replicate to the same totals: what an estimate then does from one replicate
// to the next takes the calibration in. Rows that are not in a replicate have a weight of 0 in it, and keep it. The
// error says which replicate, from 0, could not be fitted, and wraps the reason. It panics where a replicate has
// another length than the sample.
//
// Rao, Yung and Hidiroglou (2002), Sankhyā A 64:364-378, section 4.
func (k *Calibrator) FitReplicates(replicates [][]float64) ([][]float64, error) {
	for _, w := range replicates {
		mustHave(w, len(k.profiles.of)) // here, since nobody could recover from it on another core
	}
	out := make([][]float64, len(replicates))
	parts := inParts(len(replicates), len(replicates)*len(k.profiles.of), func(from, to int) error {
		for r := from; r < to; r++ {
			f, err := k.fit(replicates[r])
			if err != nil {
				return fmt.Errorf("analysis: replicate %d: %w", r, err)
			}
			out[r] = f.w
		}
		return nil
	})
	for _, err := range parts {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Calibrate gives the replicates with the weights of the full sample, and those of every replicate, fitted to the same
// totals; what is to be known of the weights is that of the full sample. The error is that of NewCalibrator, Fit or
// FitReplicates.
func (r *Replicates) Calibrate(c Calibration) (*Replicates, *CalibrationFit, error) {
	k, err := NewCalibrator(c, len(r.weights))
	if err != nil {
		return nil, nil, err
	}
	w, fit, err := k.Fit(r.weights)
	if err != nil {
		return nil, nil, err
	}
	columns := make([][]float64, r.Len())
	for n := range columns {
		columns[n] = r.ReplicateWeights(n)
	}
	if columns, err = k.FitReplicates(columns); err != nil {
		return nil, nil, err
	}
	return &Replicates{weights: w, source: rowReplicates(columns), variance: r.variance}, fit, nil
}
