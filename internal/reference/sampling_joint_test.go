package reference

import (
	"fmt"
	"math"
	"strings"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// joints are our joint inclusion probabilities, by the function of R sampling that an entry's call names.
var joints = map[string]func(pi []float64) *mat.SymDense{
	"UPsystematicpi2": sampling.JointSystematic,
	"UPtillepi2":      sampling.JointTille,
	"UPmidzunopi2":    sampling.JointMidzuno,
	"UPsampfordpi2":   sampling.JointSampford,
	"UPmaxentropypi2": sampling.JointConditionalPoisson,
}

// jointProbabilities holds joint inclusion probabilities against ours.
func jointProbabilities(e *entry) outcome {
	var in struct {
		Call string
		Pik  []float64
	}
	e.inputs(&in)
	joint := jointOf(in.Call)
	if joint == nil {
		return unsupported("joint inclusion probabilities by %s", in.Call)
	}
	f := newFigures(e, "pik")
	ours := rows(joint(in.Pik))
	f.number("n", floats.Sum(in.Pik))
	f.joint("pi2", ours, in.Pik)
	f.rowSums("row_sum_check", ours, in.Pik)
	return f.outcome()
}

func jointOf(call string) func([]float64) *mat.SymDense {
	for name, joint := range joints {
		if strings.Contains(call, name) {
			return joint
		}
	}
	return nil
}

// joint compares joint probabilities. They come about by adding and subtracting probabilities that add up to n, so that
// a pair that never comes together may stand there as a rounding error of n instead of 0: within that, what is stated
// is 0, and then ours has to be within it, too.
func (f *figures) joint(field string, got [][]float64, pi []float64) {
	rounding := floats.Sum(pi) * 0x1p-52
	var want [][]number
	f.field(field, &want, func() error {
		for k := range want {
			for l, v := range want[k] {
				if math.Abs(float64(v)) <= rounding && math.Abs(got[k][l]) <= rounding {
					want[k][l], got[k][l] = 0, 0
				}
			}
		}
		return f.compareMatrix(field, got, want)
	})
}

// rowSums holds our row sums against n π. The field states the greatest departure of the entry's, which is no figure
// of a design of fixed size but rounding; so it must be.
func (f *figures) rowSums(field string, got [][]float64, pi []float64) {
	n := floats.Sum(pi)
	var departure float64
	f.field(field, &departure, func() error {
		if !f.e.tolerance.near(n+departure, n) {
			return fmt.Errorf("%s = %v, want 0", field, departure)
		}
		for k, row := range got {
			if sum := floats.Sum(row); !f.e.tolerance.near(sum, n*pi[k]) {
				return fmt.Errorf("row %d of ours adds up to %v, want %v", k, sum, n*pi[k])
			}
		}
		return nil
	})
}
