package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
)

// A HeapingVerdict says on which side errors in stated ages are shown.
type HeapingVerdict string

const (
	CensusHeaps   HeapingVerdict = "census_heaps"      // beyond what is tolerable in the census, and more than in the register
	RegisterHeaps HeapingVerdict = "register_heaps"    // the same the other way round
	BothHeap      HeapingVerdict = "both_heap"         // beyond what is tolerable on both sides
	NoneHeaps     HeapingVerdict = "neither_shown"     // on neither side beyond what is tolerable, as far as the data tell
	CannotTellWho HeapingVerdict = "cannot_tell_which" // on one side, and no difference is shown
	NoTest        HeapingVerdict = "cannot_tell"       // a side has no index, no error of it, or too few persons to test it
)

// A HeapingJudgement is what is made of an index of one area, register against census. What does not exist is NaN.
type HeapingJudgement struct {
	demography.Difference // register less census
	QValue                float64
	RegisterQ, CensusQ    float64 // p-values of no more than is tolerable on a side, adjusted
	Verdict               HeapingVerdict
}

// JudgeHeaping compares an index of ages on both sides, area by area: one family. Three times p-values are adjusted
// over the areas by Benjamini and Hochberg: of no difference, and of no more than what is tolerable on either side. A
// side heaps where its own is at most the false-discovery rate of the plan; one heaps alone where the difference is
// shown too, and has its sign.
//
// The same people are on both sides. Against a sample of them the register is what it is, without chance: the error
// of the difference is that of the sample. Two complete counts are taken for independent, which they are not, so that
// fewer differences are shown than there are. What both share, waves of cohorts and births in favoured years, drops
// out of the difference. It panics where the sides differ in length.
func JudgeHeaping(x demography.Index, register, census []demography.Quality, plan Plan) []HeapingJudgement {
	if len(register) != len(census) {
		panic("compare: the two sides have different numbers of areas")
	}
	out := make([]HeapingJudgement, len(register))
	p, own, other := make([]float64, len(out)), make([]float64, len(out)), make([]float64, len(out))
	for i, r := range register {
		own[i], other[i] = r.Fair, census[i].Fair
		if census[i].Interval.Basis == analysis.DesignBased {
			r = demography.Exactly(r)
		}
		out[i].Difference = x.Between(r, census[i], plan.Level)
		p[i] = out[i].PValue
	}
	q, registerQ, censusQ := BenjaminiHochberg(p), BenjaminiHochberg(own), BenjaminiHochberg(other)
	for i := range out {
		j := &out[i]
		j.QValue, j.RegisterQ, j.CensusQ = q[i], registerQ[i], censusQ[i]
		j.Verdict = j.decide(plan.FDR)
	}
	return out
}

func (j *HeapingJudgement) decide(fdr float64) HeapingVerdict {
	register, census, differ := j.RegisterQ <= fdr, j.CensusQ <= fdr, j.QValue <= fdr
	switch {
	case math.IsNaN(j.RegisterQ + j.CensusQ + j.QValue):
		return NoTest
	case register && census:
		return BothHeap
	case register && differ && j.Value > 0:
		return RegisterHeaps
	case census && differ && j.Value < 0:
		return CensusHeaps
	case register || census:
		return CannotTellWho
	}
	return NoneHeaps
}
