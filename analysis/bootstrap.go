package analysis

import (
	"math"
	"math/rand/v2"
)

// RaoWu is the bootstrap that draws nh-1 of the nh PSUs of every stratum, with replacement, and gives a PSU that was
// drawn m times the weight
//
//	1 + √(1-fh) (m nh/(nh-1) - 1),  v = 1/(R-1) Σr (θr - c)²
//
// fh is 0 where frame counts are not known. For totals the variance is on average that by linearisation, of the first
// stage. The draws are from rng, in order of strata. It panics where there are fewer than two replicates.
//
// Rao and Wu (1988), Journal of the American Statistical Association 83:231-241; Rao, Wu and Yue (1992), Survey
// Methodology 18:209-217; R survey, type subbootstrap.
func RaoWu(replicates int, rng *rand.Rand) ReplicateMethod {
	mustReplicates(replicates)
	return func(t *tree) (*replication, *stratumProblem) {
		b := newBootstrap(t, replicates)
		problem := b.eachStratum(func(h int32, n int, f float64) {
			b.drawReplacing(rng, h, n-1)
			b.setCounts(h, expansion(n), math.Sqrt(1-f))
		})
		return b.replication(1), problem
	}
}

// CantyDavison is the bootstrap that draws nh PSUs of every stratum: with replacement where frame counts are not
// known, else without, from a population of Nh made of the sampled ones, each there Nh/nh times (where that is not
// whole, a part of them drawn anew each time has one more). A PSU that was drawn m times gets the weight
//
//	1 + λh (m - 1),  λh = √((1-fh) nh/(nh-1) / (a vh)),  v = a/(R-1) Σr (θr - c)²
//
// a is the largest of the nh/(nh-1), and vh the variance of a total of draws over Σ(z - z̄)² of the stratum, so that
// the variance of totals is on average that by linearisation, of the first stage, whatever the sizes of strata. In one
// stratum λ is 1 with replacement, and nearly so without. R survey, type bootstrap, has λ = 1 everywhere and for a the
// value at the harmonic mean of the nh. The draws are from rng, in order of strata. It panics where there are fewer
// than two replicates.
//
// Canty and Davison (1999), The Statistician 48:379-391; Booth, Butler and Hall (1994), Journal of the American
// Statistical Association 89:1282-1289.
func CantyDavison(replicates int, rng *rand.Rand) ReplicateMethod {
	mustReplicates(replicates)
	return func(t *tree) (*replication, *stratumProblem) {
		b, largest := newBootstrap(t, replicates), 1.0
		problem := b.eachStratum(func(_ int32, n int, _ float64) { largest = max(largest, expansion(n)) })
		if problem != nil {
			return nil, problem
		}
		b.eachStratum(func(h int32, n int, f float64) {
			of := 1.0
			if count := t.stages[0].population[h]; count == 0 {
				b.drawReplacing(rng, h, n)
			} else {
				p := newPseudoPopulation(n, int(math.Round(count)))
				b.drawFrom(p, rng, h)
				of = p.variance()
			}
			lambda := 0.0
			if of > 0 {
				lambda = math.Sqrt((1 - f) * expansion(n) / (largest * of))
			}
			b.setCounts(h, 1, lambda)
		})
		return b.replication(largest), nil
	}
}

// A bootstrap counts how often each PSU was drawn. Above 255 times no unit is: the probability is below 1e-500.
type bootstrap struct {
	t *tree
	*codedFactors
}

func newBootstrap(t *tree, replicates int) bootstrap {
	return bootstrap{t, newCodedFactors(t.stages[0].units(), replicates, stratumRank{t, replicates})}
}

func (b bootstrap) replication(scale float64) *replication {
	return &replication{factors: b.codedFactors, variance: equalReplicates(b.replicates, scale/float64(b.replicates-1))}
}

// eachStratum goes through the strata that vary; PSUs of others keep their weight.
func (b bootstrap) eachStratum(do func(h int32, n int, f float64)) *stratumProblem {
	level := &b.t.stages[0]
	b.values = b.values[:0]
	for h := range int32(level.strata()) {
		varies, problem := b.t.replicated(h)
		switch {
		case problem != nil:
			return problem
		case varies:
			do(h, level.sampled(h), level.fraction(h))
		default:
			b.setClass(level.firstUnit[h], level.firstUnit[h+1], 1)
		}
	}
	return nil
}

// of are the codes of a stratum, R for each PSU.
func (b bootstrap) of(h int32) []uint8 {
	level := &b.t.stages[0]
	return b.code[int(level.firstUnit[h])*b.replicates : int(level.firstUnit[h+1])*b.replicates]
}

// drawReplacing draws size PSUs of a stratum with replacement for every replicate.
func (b bootstrap) drawReplacing(rng *rand.Rand, h int32, size int) {
	counts, n := b.of(h), b.t.stages[0].sampled(h)
	for r := range b.replicates {
		for range size {
			counts[drawBelow(rng, n)*b.replicates+r]++
		}
	}
}

// setCounts turns counts m of a stratum into factors 1 + by·(m·per - 1).
func (b bootstrap) setCounts(h int32, per, by float64) {
	largest := uint8(0)
	for _, m := range b.of(h) {
		largest = max(largest, m)
	}
	factors := make([]float64, int(largest)+1)
	for m := range factors {
		factors[m] = 1 + by*(float64(m)*per-1)
		if by == 1 {
			factors[m] = float64(m) * per // no residue where m is 0
		}
	}
	level := &b.t.stages[0]
	b.setClass(level.firstUnit[h], level.firstUnit[h+1], factors...)
}
