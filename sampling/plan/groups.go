package plan

// Groups are two independent samples that are compared. The zero value is two simple random samples of equal size.
type Groups struct {
	Ratio         float64 // units invited in the second group for each in the first, above 0; 0 means 1
	First, Second Survey
}

// effective is what n units in the first group, and their counterparts in the second, are worth.
func (g Groups) effective(n float64) (first, second float64) {
	return g.First.Effective(n), g.Second.Effective(g.second(n))
}

func (g Groups) second(n float64) float64 {
	must(g.Ratio >= 0, "ratio of %v between groups", g.Ratio)
	return n * orOne(g.Ratio)
}

// unitVariance is the variance of the difference of two means with unit variance in each group.
func (g Groups) unitVariance(n float64) float64 {
	return g.First.UnitVariance(n) + g.Second.UnitVariance(g.second(n))
}

// degrees are the degrees of freedom of the pooled variance, those of the effective sizes.
func (g Groups) degrees(n float64) float64 {
	first, second := g.effective(n)
	return first + second - 2
}

// worth is the size of the first group from which either group is worth so many units.
func (g Groups) worth(units float64) float64 {
	return units / min(g.First.Effective(1), g.Second.Effective(g.second(1)))
}
