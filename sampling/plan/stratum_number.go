package plan

import "fmt"

// StratumNumber chooses the number of strata by gain: starting from one stratum, it adds one as long as that cuts the
// units [LavalleeHidiroglou] needs for the coefficient of variation by at least the share gain, as 0.05, and there are
// no more than most strata. path[h-1] is the best stratification in at most h strata; the last but one is chosen where
// the last gained less, so that the gain that was not worth it can be shown:
//
//	chosen, path, err := plan.StratumNumber(size, 0.02, 0.05, 10, plan.StrataRules{})
//	fmt.Println(chosen, "strata:", path[chosen-1].Take, "units")
//
// Gains fall off quickly, and with a study variable that is not the size itself sooner than the path shows (Cochran
// 1977, Sampling Techniques, section 5A.8). An error says why the request cannot be met.
func StratumNumber(size []float64, cv, gain float64, most int, rules StrataRules) (
	chosen int, path []Stratification, err error) {
	return byGain(gain, most, func(strata int) (Stratification, float64, error) {
		s, err := LavalleeHidiroglou(size, strata, cv, rules)
		return s, float64(s.Take), err
	})
}

// StratumNumberForSize is [StratumNumber] for the variance of [LeastVariance] with n units.
func StratumNumberForSize(size []float64, n int, gain float64, most int, rules StrataRules) (
	chosen int, path []Stratification, err error) {
	return byGain(gain, most, func(strata int) (Stratification, float64, error) {
		s, err := LeastVariance(size, strata, n, rules)
		return s, s.Variance, err
	})
}

func byGain(gain float64, most int, best func(strata int) (Stratification, float64, error)) (
	chosen int, path []Stratification, err error) {
	if !(gain > 0 && gain < 1) || most < 1 {
		return 0, nil, fmt.Errorf("sampling: a gain of %v a stratum and at most %d strata are asked for", gain, most)
	}
	before := 0.0
	for strata := 1; strata <= most; strata++ {
		s, now, err := best(strata)
		if err != nil {
			return 0, nil, err
		}
		path = append(path, s)
		if strata > 1 && now > before*(1-gain) || strata > 1 && before == 0 {
			return strata - 1, path, nil
		}
		before = now
	}
	return most, path, nil
}
