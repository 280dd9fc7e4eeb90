package compare

import "math"

// A Wilcoxon is the rank-sum test of Wilcoxon, Mann and Whitney that two samples of independent values are from one
// distribution, against one that puts the values of one sample above those of the other.
type Wilcoxon struct {
	W      float64 // pairs in which the value of the first sample is the larger, ties counting half
	Mean   float64 // of W where the distributions are alike: mn/2
	SE     float64 // of W there, ties allowed for
	P      float64 // two-sided, normal with continuity correction; NaN where all values are tied
	PLarge float64 // share of pairs in which the first is the larger: W/mn
}

// NewWilcoxon compares two samples. With t the sizes of groups of tied values and N = m + n,
//
//	v(W) = mn/12 ((N+1) - Σ (t³-t)/(N(N-1)))
//
// The error is ErrNoValues or ErrNotANumber. Persons of a household are not independent: NewRankTest of analysis is for
// values of a sample with a design.
//
// Mann and Whitney (1947), Annals of Mathematical Statistics 18:50-60; Lehmann (1975), Nonparametrics, chapter 1.
func NewWilcoxon(x, y []float64) (Wilcoxon, error) {
	all, err := pool(x, nil, y, nil)
	if err != nil {
		return Wilcoxon{}, err
	}
	m, n := float64(len(x)), float64(len(y))
	w := Wilcoxon{W: -m * (m + 1) / 2, Mean: m * n / 2}
	ties := 0.0
	for from := 0; from < len(all); {
		to, first := from, 0.0
		for ; to < len(all) && all[to].v == all[from].v; to++ {
			if all[to].first {
				first++
			}
		}
		t := float64(to - from)
		w.W += first * (float64(from) + (t+1)/2)
		ties += t*t*t - t
		from = to
	}
	w.SE = math.Sqrt(m * n / 12 * ((m + n + 1) - ties/((m+n)*(m+n-1))))
	w.PLarge = w.W / (m * n)
	off := math.Max(0, math.Abs(w.W-w.Mean)-0.5)
	w.P = math.Erfc(off / w.SE / math.Sqrt2)
	return w, nil
}
