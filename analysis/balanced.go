package analysis

import (
	"fmt"
	"math"
)

// BRR is balanced repeated replication, for two PSUs a stratum: every replicate takes one PSU of each stratum, at
// twice its weight, by the signs of a Hadamard matrix of an order above the number of strata (so that the mean over
// replicates of a total is the total: full orthogonal balance), and
//
//	v = 1/R Σr (θr - c)²
//
// For totals it is the variance by linearisation, of the first stage. Where the frame counts say that a part fh of a
// stratum was sampled, the weights are changed by √(1-fh) times as much.
//
// McCarthy (1969), Review of the International Statistical Institute 37:239-264; Wolter (2007), chapter 3; R survey,
// type BRR.
func BRR() ReplicateMethod { return Fay(0) }

// Fay is BRR with the PSU that is not taken left at rho of its weight, and the other one at 2 - rho, which keeps
// domains and ratios of few PSUs from coming to nothing:
//
//	v = 1/(R(1-rho)²) Σr (θr - c)²
//
// It panics where rho is not in [0, 1).
//
// Dippo, Fay and Morganstein (1984), Proceedings of the Section on Survey Research Methods, American Statistical
// Association, 489-494; Judkins (1990), Journal of Official Statistics 6:223-239; R survey, type Fay.
func Fay(rho float64) ReplicateMethod {
	if !(rho >= 0 && rho < 1) {
		panic(fmt.Sprintf("analysis: rho is %v, want at least 0 and below 1", rho))
	}
	return func(t *tree) (*replication, *stratumProblem) {
		level := &t.stages[0]
		signs := Hadamard(level.strata() + 1)
		replicates := len(signs)
		c := newCodedFactors(level.units(), replicates, stratumRank{t, replicates})
		for h := range int32(level.strata()) {
			varies, problem := t.replicated(h)
			n, first := level.sampled(h), level.firstUnit[h]
			switch {
			case problem != nil:
				return nil, problem
			case n > 2:
				return nil, &stratumProblem{h, fmt.Sprintf(
					"the stratum has %d sampled PSUs: balanced replicates are for two, take JKn or a bootstrap", n)}
			case !varies:
				c.setClass(first, first+1, 1)
				continue
			}
			by := (1 - rho) * math.Sqrt(1-level.fraction(h))
			c.setClass(first, first+2, 1-by, 1+by)
			c.setSigns(first, signs[h+1])
		}
		scale := 1 / (float64(replicates) * (1 - rho) * (1 - rho))
		return &replication{factors: c, variance: equalReplicates(replicates, scale)}, nil
	}
}

// setSigns takes the first of two PSUs where the sign is positive, and else the second.
func (c *codedFactors) setSigns(first int32, signs []int8) {
	for r, s := range signs {
		if s > 0 {
			c.codes(first)[r] = 1
		} else {
			c.codes(first + 1)[r] = 1
		}
	}
}
