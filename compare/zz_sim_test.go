package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

func draw(r *rand.Rand, cum []float64, n int, out []float64) {
	for i := range out {
		out[i] = 0
	}
	for ; n > 0; n-- {
		u := r.Float64()
		k := 0
		for k < len(cum)-1 && u > cum[k] {
			k++
		}
		out[k]++
	}
}
func TestZZ(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, k := range []int{2, 5, 17, 34} {
		for _, n := range []int{30, 110, 500, 5000} {
			for _, shift := range []float64{0, 0.1, .3, 1} {
				p := make([]float64, k)
				q := make([]float64, k)
				for i := range p {
					p[i] = 1000000 * math.Exp(-1.5*float64(i)/float64(k))
					q[i] = p[i] * math.Exp(shift*math.Sin(float64(i)*2.3+1))
				}
				e := NewDistanceEstimator(.95)
				truth := e.Between(CompleteCount(p), CompleteCount(q), true)
				cum := make([]float64, k)
				s := 0.
				tot := 0.
				for _, x := range q {
					tot += x
				}
				for i, x := range q {
					s += x / tot
					cum[i] = s
				}
				x := make([]float64, k)
				R := 1000
				pick := func(d *Distances) []Measured {
					return []Measured{d.Dissimilarity, d.Hellinger, d.JensenShannon, d.Kullback, d.Stability, d.CramersV, d.Kolmogorov, d.VonMises, d.EarthMover}
				}
				names := []string{"D", "H", "JS", "KL", "PSI", "V", "KS", "CvM", "EMD"}
				T := pick(&truth)
				lowmiss := make([]int, 9)
				upmiss := make([]int, 9)
				mv := make([]float64, 9)
				mc := make([]float64, 9)
				wid := make([]float64, 9)
				rej := 0
				for rep := 0; rep < R; rep++ {
					draw(r, cum, n, x)
					sumx := 0.
					for _, v := range x {
						sumx += v
					}
					d := e.Between(CompleteCount(p), Composition{x, float64(n), math.Inf(1)}, true)
					// V depends on number: scale persons
					for i := range x {
						x[i] *= tot / sumx
					}
					dd := e.Between(CompleteCount(p), Composition{x, float64(n), math.Inf(1)}, true)
					d.CramersV = dd.CramersV
					if d.P < .05 {
						rej++
					}
					for j, m := range pick(&d) {
						if m.Lower > T[j].Value {
							lowmiss[j]++
						}
						if m.Upper < T[j].Value {
							upmiss[j]++
						}
						mv[j] += m.Value / float64(R)
						mc[j] += m.Corrected / float64(R)
						wid[j] += (m.Upper - m.Lower) / float64(R)
					}
				}
				fmt.Printf("k=%d n=%d shift=%v rej=%.3f\n", k, n, shift, float64(rej)/float64(R))
				for j := range names {
					fmt.Printf("   %-4s true %.5f value %.5f corr %.5f  lo %.3f up %.3f width %.4f\n", names[j], T[j].Value, mv[j], mc[j], float64(lowmiss[j])/float64(R), float64(upmiss[j])/float64(R), wid[j])
				}
			}
		}
	}
}
