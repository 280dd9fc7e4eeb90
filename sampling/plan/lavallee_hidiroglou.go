package plan

// LavalleeHidiroglou returns the strata that need the fewest units to give the estimated total of the sizes a
// coefficient of variation of at most cv, among all ways to cut the distinct sizes into at most the given number of
// strata. Units are whole numbers under Neyman allocation within
//
//	min(least, Nh) ≤ nh ≤ Nh
//
// so that a stratum of large units is drawn whole where that is best, or always with [StrataRules].TakeAllTop. The
// study variable is taken to be the size itself. There are fewer strata than allowed where more do not help.
//
// The problem is that of Lavallée and Hidiroglou (1988), Survey Methodology 14:33-43; their iteration (Sethi 1963) may
// end in a local optimum or not at all, and is not used. Instead a price p is put on variance, and the least of
//
//	Σ { nh + p·Nh²·Sh²·(1/nh - 1/Nh) }
//
// over all boundaries and allocations is found exactly by dynamic programming. Less p times the variance aimed at, that
// is a lower bound on the units any stratification needs, at every p (Everett 1963, Operations Research 11:399-417). p
// is moved until bound and best stratification meet, and stratifications that the last bound leaves open are
// enumerated. Bound and Optimal of the result say what is proven, but for rounding: usually that the result is optimal;
// else, after a fixed amount of work, that no stratification needs fewer than Bound units. The larger the sample, the
// narrower the gap. Time grows as the number of distinct sizes to the power of about 1.5.
//
// An error says why the request cannot be met.
func LavalleeHidiroglou(size []float64, strata int, cv float64, rules StrataRules) (Stratification, error) {
	return bestStrata(size, strata, rules, func(t *sizeTable) (goal, error) { return newCVGoal(t, cv) })
}

// LeastVariance returns the strata that give the estimated total of the sizes the least variance with n units, under
// the rules, by the method and with the guarantees of [LavalleeHidiroglou]; Bound is then a variance. Take is below n
// only where more units change nothing.
//
// Without limits on nh and without the correction for finite populations this is to minimise Σ Nh·Sh (Dalenius 1950,
// Skandinavisk Aktuarietidskrift 33:203-213). Both matter for skewed sizes, and are kept here.
func LeastVariance(size []float64, strata, n int, rules StrataRules) (Stratification, error) {
	return bestStrata(size, strata, rules, func(t *sizeTable) (goal, error) { return newSizeGoal(t, n, rules) })
}

func bestStrata(size []float64, strata int, rules StrataRules,
	newGoal func(*sizeTable) (goal, error)) (Stratification, error) {
	rules, err := rules.check(strata)
	if err != nil {
		return Stratification{}, err
	}
	t, err := newSizeTable(size)
	if err != nil {
		return Stratification{}, err
	}
	g, err := newGoal(t)
	if err != nil {
		return Stratification{}, err
	}
	return searchStrata(t, strata, rules, g)
}
