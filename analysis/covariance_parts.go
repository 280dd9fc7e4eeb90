package analysis

import "fmt"

// CertainAside applies a covariance to the units that are not certain (π < 1), and gives 0 where there are none.
// Certain units are a part of the population that was counted whole: they are no part of the sample of the rest,
// whose size and means most approximations use.
func CertainAside(c Covariance) Covariance {
	return func(y, z, pi []float64) float64 {
		var left []int
		for k, p := range pi {
			if p < 1 {
				left = append(left, k)
			}
		}
		if len(left) == 0 {
			return 0
		}
		return c.of(left, y, z, pi)
	}
}

// WithinStrata adds up covariances over strata that were sampled independently. stratum[k] is the code of unit k,
// and within has either one covariance for all strata or one for each, by code (as Hartley and Rao's needs, whose p
// differs). A stratum too small for its covariance makes the sum NaN. It panics where a code has no covariance.
//
// It is for the approximations: joint probabilities say themselves that units of two strata are independent.
func WithinStrata(stratum []int32, within ...Covariance) Covariance {
	units := map[int32][]int{}
	var order []int32 // of the first unit, so that sums have one order
	for k, h := range stratum {
		if units[h] == nil {
			order = append(order, h)
		}
		units[h] = append(units[h], k)
	}
	return func(y, z, pi []float64) float64 {
		if len(pi) != len(stratum) {
			panic(fmt.Sprintf("analysis: strata of %d units for a sample of %d", len(stratum), len(pi)))
		}
		sum := 0.0
		for _, h := range order {
			c := within[0]
			if len(within) > 1 {
				c = within[h]
			}
			sum += c.of(units[h], y, z, pi)
		}
		return sum
	}
}

// of is the covariance over some of the units.
func (c Covariance) of(units []int, y, z, pi []float64) float64 {
	return c(pick(y, units), pick(z, units), pick(pi, units))
}
