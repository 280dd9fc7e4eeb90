package analysis

// A MeanTest is a t test with what it tests: a mean less a value, or a difference of means. The degrees of freedom of
// the difference are those of the test.
type MeanTest struct {
	Difference Estimate
	TestResult
}

// OneSampleT tests that the mean of y in a domain, nil for all, is a value. It has one degree of freedom less than the
// design, as R survey counts (svyttest): a little cautious, as the mean itself uses up none. Rows where y is missing
// are to be outside the domain.
func OneSampleT(sv Survey, y []float64, value float64, domain []bool) MeanTest {
	mean := sv.Estimate(MeanOf(y), domain).At(0)
	mean.Value -= value
	return newMeanTest(mean)
}

// TwoSampleT tests that y has the same mean in a group as in the rest of a domain, nil for all: the difference is that
// of the group less the rest. It has one degree of freedom less than the design, as the slope of a regression on the
// group has. Rows where y is missing are to be outside the domain.
//
// Korn and Graubard (1999), Analysis of Health Surveys, section 3.2. R survey, svyttest.
func TwoSampleT(sv Survey, y []float64, group []bool, domain []bool) MeanTest {
	means := sv.Estimate(ByDomain(MeanOf(y), group, complement(group)), domain)
	return newMeanTest(means.Contrasts([]float64{1, -1}).At(0))
}

func newMeanTest(difference Estimate) MeanTest {
	difference.DF--
	return MeanTest{Difference: difference, TestResult: studentTest(difference, 0)}
}

func complement(group []bool) []bool {
	out := make([]bool, len(group))
	for i, in := range group {
		out[i] = !in
	}
	return out
}
