package demography

// spencerWeights are the first eleven of the 21 weights, which are the same turned round; they are over 350.
var spencerWeights = [11]float64{-1, -3, -5, -5, -2, 6, 18, 33, 47, 57, 60}

// Spencer21 smooths counts by single years with Spencer's formula of 21 terms, a moving average that leaves cubics as
// they are:
//
//	Σ w(|k|) N(x+k) / 350, k = -10 … 10, w = 60, 57, 47, 33, 18, 6, -2, -5, -5, -3, -1
//
// It is NaN within ten years of either end. It takes out heaping at 0 and 5 and real differences of neighbouring years
// alike, and keeps no total. An open group must not be among the counts.
//
// Spencer (1904), Journal of the Institute of Actuaries 38:334-343.
func Spencer21(counts []float64) Carried {
	w := &smoothing{counts: counts, closed: len(counts), out: undefined(len(counts), len(counts))}
	weights := make([]float64, 21)
	for k, v := range spencerWeights {
		weights[k], weights[20-k] = v/350, v/350
	}
	w.window(weights)
	return w.out
}
