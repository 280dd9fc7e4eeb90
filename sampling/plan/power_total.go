package plan

import (
	"fmt"
	"math"
)

// DifferentTotal is the test that a register's total differs from the census estimate of it, a t test of the difference
// over the standard error of the census. Its power depends on the census only by the coefficient of variation cv of its
// estimate:
//
//	P(T > t),  T noncentral t with NCP = |Difference|/cv and DF degrees of freedom
//
// with t the quantile 1-Alpha/2 of Student's t. Find the size for the cv with [SizeMeanCV], or an allocation.
type DifferentTotal struct {
	Difference float64 // register less true total, as a share of the true total
	Alpha      float64 // size of the test, both sides together
	DF         float64 // degrees of freedom of the census's standard error, such as PSUs less strata; 0 means normal
}

// Power is the probability that the difference is found by an estimate with coefficient of variation cv.
func (t DifferentTotal) Power(cv float64) float64 {
	mustBeSize(t.Alpha)
	must(cv >= 0, "coefficient of variation of %v", cv)
	return tPower(inStandardErrors(t.Difference, cv), t.Alpha/2, orInfinite(t.DF))
}

// CV is the coefficient of variation, at most 1, the estimate may have for a power. Where none has the power, an error
// says so.
func (t DifferentTotal) CV(power float64) (float64, error) { return largestCV(power, t.Power) }

// EquivalentTotal is the test that a register's total lies within a percentage margin of the census: two one-sided
// tests that carry the error of the census in the margin as well,
//
//	(R - (1-m)·C)/((1-m)·se),  ((1+m)·C - R)/((1+m)·se),
//
// R the register, C the census with standard error se, m the margin. The power, d the difference, is
//
//	P(Z < (m+d)/((1-m)·cv) - t·s and Z > t·s - (m-d)/((1+m)·cv)),  s = √(χ²/DF)
//
// with Z normal and t the quantile 1-Alpha of Student's t. It takes se for cv times the true total, times s.
//
// Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15:657-680; for a margin relative to an estimate
// Hauschke, Kieser and Hothorn (1999), Statistics in Medicine 18:93-105.
type EquivalentTotal struct {
	Difference float64 // register less true total, as a share of the true total, between -Margin and Margin
	Margin     float64 // share of the census total, between 0 and 1: 0.02 for 2 %
	Alpha      float64 // size of each one-sided test, below ½
	DF         float64 // degrees of freedom of the census's standard error, such as PSUs less strata; 0 means normal
}

// Power is the probability that equivalence is shown by an estimate with coefficient of variation cv.
func (t EquivalentTotal) Power(cv float64) float64 {
	must(t.Alpha > 0 && t.Alpha < 0.5, "one-sided test of size %v", t.Alpha)
	must(t.Margin > 0 && t.Margin < 1 && cv >= 0, "margin of %v and coefficient of variation of %v", t.Margin, cv)
	if cv == 0 && math.Abs(t.Difference) >= t.Margin {
		return 0
	}
	df := orInfinite(t.DF)
	above, below := (t.Margin+t.Difference)/((1-t.Margin)*cv), (t.Margin-t.Difference)/((1+t.Margin)*cv)
	return bothReject(above, below, upperT(t.Alpha, df), df)
}

// CV is the coefficient of variation, at most 1, the estimate may have for a power. Where none has the power, as when
// the difference reaches the margin, an error says so.
func (t EquivalentTotal) CV(power float64) (float64, error) { return largestCV(power, t.Power) }

// largestCV is at most 1. It is found as a size, 1/cv², with which the power grows.
func largestCV(target float64, power func(cv float64) float64) (float64, error) {
	n, err := sizeFor(target, 1, func(n float64) float64 { return power(1 / math.Sqrt(n)) })
	if err != nil {
		return 0, fmt.Errorf("sampling: no coefficient of variation down to 1e-6 has power %v", target)
	}
	return 1 / math.Sqrt(n), nil
}

func orInfinite(df float64) float64 {
	if df == 0 {
		return math.Inf(1)
	}
	return df
}
