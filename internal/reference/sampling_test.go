package reference

import (
	"github.com/concord-stat/concord/sampling"
)

func init() { register("sampling", samplings) }

// samplings holds inclusion probabilities against ours.
func samplings(e *entry) outcome {
	var x []float64
	var pik []number
	var n int
	switch {
	case e.has("pi2"):
		return unsupported("joint inclusion probabilities")
	case e.has("design"):
		return unsupported("estimates under unequal probabilities")
	case e.has("allocation"):
		return unsupported("allocation whose rule no field names")
	case !e.has("pik") || !e.has("n"):
		return unsupported("other measures of a sample")
	case !e.fits("x", &x) || !e.fits("pik", &pik) || !e.fits("n", &n):
		return unsupported("inclusion probabilities whose sizes no field names")
	}
	pi, err := sampling.InclusionProbabilities(x, n)
	if err != nil {
		return disagree("%v", err)
	}
	if err := e.tolerance.vector("pik", pi, pik); err != nil {
		return disagree("%v", err)
	}
	return agree()
}
