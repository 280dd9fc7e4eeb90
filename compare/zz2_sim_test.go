package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// clustered: m PSUs of b households; household size 1..7; each household: random effect tilting ages; PSU effect too
func TestZY(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, k := range []int{2, 17} {
		for _, psu := range [][2]int{{30, 1}, {5, 6}, {3, 10}, {2, 15}, {60, 5}} {
			for _, clus := range []float64{0, .5} {
				for _, shift := range []float64{0, .3, 1} {
					base := make([]float64, k)
					p := make([]float64, k)
					for i := range p {
						base[i] = math.Exp(-1.5 * float64(i) / float64(k))
					}
					w := make([]float64, k)
					house := func(pe float64, x []float64) {
						he := clus * r.NormFloat64()
						tot := 0.
						for i := range w {
							w[i] = base[i] * math.Exp((he+pe)*math.Cos(math.Pi*float64(i)/float64(k-1)))
							tot += w[i]
						}
						size := 1 + r.IntN(6)
						for ; size > 0; size-- {
							u := r.Float64() * tot
							j := 0
							for j < k-1 && u > w[j] {
								u -= w[j]
								j++
							}
							x[j]++
						}
					}
					// truth by large simulation
					q := make([]float64, k)
					for i := 0; i < 200000; i++ {
						pe := clus * .5 * r.NormFloat64()
						house(pe, q)
					}
					for i := range p {
						p[i] = q[i] * math.Exp(shift*math.Sin(float64(i)*2.3+1))
					}
					e := NewDistanceEstimator(.95)
					truth := e.Between(CompleteCount(p), CompleteCount(q), true)
					R := 600
					pick := func(d *Distances) []Measured {
						return []Measured{d.Dissimilarity, d.Hellinger, d.JensenShannon, d.Kullback, d.Stability, d.CramersV, d.Kolmogorov, d.VonMises, d.EarthMover}
					}
					names := []string{"D", "H", "JS", "KL", "PSI", "V", "KS", "CvM", "EMD"}
					T := pick(&truth)
					lowmiss := make([]int, 9)
					upmiss := make([]int, 9)
					mv := make([]float64, 9)
					mc := make([]float64, 9)
					cnt := make([]int, 9)
					rej := 0
					nn := 0.
					none := 0
					for rep := 0; rep < R; rep++ {
						m := psu[0]
						tot := make([]float64, k)
						sq := make([]float64, k)
						T0, T2 := 0., 0.
						x := make([]float64, k)
						for a := 0; a < m; a++ {
							for i := range x {
								x[i] = 0
							}
							pe := clus * .5 * r.NormFloat64()
							for h := 0; h < psu[1]; h++ {
								house(pe, x)
							}
							s := 0.
							for i, v := range x {
								tot[i] += v
								sq[i] += v * v
								s += v
							}
							T0 += s
							T2 += s * s
						}
						M := float64(m)
						f := M / (M - 1)
						se := make([]float64, k)
						for i := range se {
							se[i] = math.Sqrt(f * (sq[i] - tot[i]*tot[i]/M))
						}
						c := Estimated(tot, se, math.Sqrt(f*(T2-T0*T0/M)), M-1)
						d := e.Between(CompleteCount(p), c, true)
						if d.Notes&NoPrecision != 0 {
							none++
							continue
						}
						nn += 1 / d.N
						if d.P < .05 {
							rej++
						}
						for j, mm := range pick(&d) {
							if math.IsNaN(mm.Lower) {
								continue
							}
							cnt[j]++
							if mm.Lower > T[j].Value {
								lowmiss[j]++
							}
							if mm.Upper < T[j].Value {
								upmiss[j]++
							}
							mv[j] += mm.Value
							mc[j] += mm.Corrected
						}
					}
					ok := float64(R - none)
					fmt.Printf("k=%d psu=%v clus=%v shift=%v rej=%.3f n=%.1f none=%d\n", k, psu, clus, shift, float64(rej)/ok, ok/nn, none)
					for j := range names {
						C := float64(cnt[j])
						fmt.Printf("   %-4s true %.5f value %.5f corr %.5f  lo %.3f up %.3f of %d\n", names[j], T[j].Value, mv[j]/C, mc[j]/C, float64(lowmiss[j])/C, float64(upmiss[j])/C, cnt[j])
					}
				}
			}
		}
	}
}
