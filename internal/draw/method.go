package draw

import (
	"math/rand/v2"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/sampling"
)

// methods select by inclusion probabilities alone.
var methods = map[string]func(rng *rand.Rand, pi []float64) []int{
	"pps_systematic":        sampling.Systematic,
	"pps_random_systematic": sampling.RandomSystematic,
	"pps_with_replacement":  sampling.PPSWithReplacement,
	"tille":                 sampling.Tille,
	"sampford":              sampling.Sampford,
	"midzuno":               sampling.Midzuno,
	"conditional_poisson":   sampling.ConditionalPoisson,
}

// choose selects positions of the units held, and gives their weights where these are not 1/π.
func (w *whole) choose(rng *rand.Rand) (positions []int, weights []float64, err error) {
	if w.plan.Before != nil {
		return w.keep(rng), nil, nil
	}
	switch w.plan.Method {
	case "systematic":
		if w.stratum.rate > 0 {
			return sampling.Systematic(rng, w.pi), nil, nil
		}
		return sampling.FractionalSystematic(rng, w.stratum.take, len(w.units)), nil, nil
	case "circular_systematic":
		return sampling.CircularSystematic(rng, w.stratum.take, len(w.units)), nil, nil
	case "local_pivotal":
		return sampling.LocalPivotal(rng, w.pi, w.centres()), nil, nil
	case "rao_hartley_cochran":
		return w.groups(rng)
	case "pareto": // the probabilities that come of it are near those asked for, and known
		positions = sampling.Pareto(rng, w.pi)
		w.pi = sampling.ParetoInclusionProbabilities(w.pi)
		return positions, nil, nil
	}
	return methods[w.plan.Method](rng, w.pi), nil, nil
}

// centres are the places of the units on the sphere.
func (w *whole) centres() [][]float64 {
	longitude, latitude := make([]float64, len(w.units)), make([]float64, len(w.units))
	for i, u := range w.units {
		longitude[i], latitude[i] = u.Centre[0], u.Centre[1]
	}
	return sampling.Sphere(longitude, latitude)
}

// groups draws one unit from each of as many random groups as units are asked for; a unit stands for its group.
func (w *whole) groups(rng *rand.Rand) (positions []int, weights []float64, err error) {
	size := make([]float64, len(w.units))
	for i, u := range w.units {
		size[i] = u.Size
	}
	s, err := sampling.RaoHartleyCochran(rng, size, w.stratum.take)
	if err != nil {
		return nil, nil, problems.Input(err)
	}
	return s.Units, s.Weight, nil
}
