package analysis

import (
	"fmt"
	"strings"
)

// A QuantileRule says which value stands for the p-quantile, where the sample alone leaves a choice: between two
// values, and within a step of the distribution. Rules are those of Hyndman and Fan with weights in place of ranks.
// Let y₁ ≤ … ≤ yₙ be the values of the rows with weight, wₖ their weights, Cₖ = w₁+…+wₖ and C = Cₙ. Equal values stand
// in order of their weights, so that the order of rows changes nothing. Sums count as equal where they differ by less
// than 1e-12 of C. Multiplying all weights by a constant changes nothing.
//
// Hyndman and Fan (1996), American Statistician 50:361-365; with weights, Lumley, "Estimating quantiles", vignette of R
// survey. With equal weights HF1 to HF9 are types 1 to 9 of R's quantile.
type QuantileRule uint8

const (
	// HF1 is the smallest yₖ with Cₖ ≥ pC. It is the default.
	HF1 QuantileRule = iota
	// HF2 is HF1, but the mean of yₖ and yₖ₊₁ where Cₖ = pC: the median of school.
	HF2
	// HF3 is the yₖ whose Cₖ is nearest to pC; of two that are equally near, the one with an even k.
	HF3
	// HF4 draws lines between the points (pₖ, yₖ), and is y₁ before the first and yₙ after the last, with pₖ = Cₖ/C.
	HF4
	// HF5 is HF4 with pₖ = (Cₖ - wₖ/2)/C.
	HF5
	// HF6 is HF4 with pₖ = Cₖ/(C + wₙ).
	HF6
	// HF7 is HF4 with pₖ = (Cₖ - wₖ)/(C - wₙ).
	HF7
	// HF8 is HF4 with pₖ = (Cₖ - wₖ/3)/(C + wₙ/3).
	HF8
	// HF9 is HF4 with pₖ = (Cₖ - 3wₖ/8)/(C + wₙ/4).
	HF9
	// ShahVaish is the smallest yₖ with (Cₖ - wₖ/2)·n/C + 1/2 ≥ p(n+1), or yₙ. Shah and Vaish (2006), Proceedings of
	// the Survey Research Methods Section, American Statistical Association, as that vignette has it.
	ShahVaish
)

// asSurvey marks the rules as R survey computes them.
const asSurvey QuantileRule = 1 << 7

var quantileRuleNames = [...]string{"hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9", "shahvaish"}

const surveyPrefix = "survey-"

// String is the name by which ParseQuantileRule knows the rule.
func (r QuantileRule) String() string {
	switch base := r &^ asSurvey; {
	case int(base) >= len(quantileRuleNames):
		return fmt.Sprintf("QuantileRule(%d)", uint8(r))
	case r != base:
		return surveyPrefix + quantileRuleNames[base]
	default:
		return quantileRuleNames[base]
	}
}

// ParseQuantileRule reads hf1 to hf9 and shahvaish, math for hf1 and school for hf2, and any of these after "survey-"
// for what AsSurvey makes of it.
func ParseQuantileRule(name string) (QuantileRule, error) {
	base, as := strings.CutPrefix(name, surveyPrefix)
	switch base {
	case "math":
		base = "hf1"
	case "school":
		base = "hf2"
	}
	for i, n := range quantileRuleNames {
		switch {
		case n == base && as:
			return QuantileRule(i).AsSurvey(), nil
		case n == base:
			return QuantileRule(i), nil
		}
	}
	return 0, fmt.Errorf("analysis: rule %q for quantiles, want math, school or one of %v", name, quantileRuleNames)
}

// FromSums tells whether the rule needs no more than the sum of weights of every value, so that it serves a tally.
func (r QuantileRule) FromSums() bool {
	switch r {
	case HF1, HF2, HF3 | asSurvey:
		return true
	}
	return false
}

// ordersTies tells whether the order of equal values may change what the rule gives.
func (r QuantileRule) ordersTies() bool {
	switch r &^ asSurvey {
	case HF1, HF2:
		return false
	}
	return r&asSurvey == 0
}

func (r QuantileRule) mustBe() {
	if int(r&^asSurvey) >= len(quantileRuleNames) {
		panic("analysis: no rule for quantiles: " + r.String())
	}
}
