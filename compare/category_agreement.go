package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A CategoryAgreement is how two sources agree about one category, of the persons of a cross table. The rows are taken
// for the truth by Sensitivity and Specificity, the columns by PPV and NPV.
//
// Bailar (1968), Proceedings of the Social Statistics Section, American Statistical Association; U.S. Census Bureau
// reinterview studies.
type CategoryAgreement struct {
	Sensitivity Fraction // persons in the category by both sources, of those in it by the first
	Specificity Fraction // persons outside by both, of those outside by the first
	PPV         Fraction // persons in the category by both, of those in it by the second
	NPV         Fraction // persons outside by both, of those outside by the second

	// F1 is the harmonic mean of Sensitivity and PPV, 2·both/(first + second), also called the specific agreement
	// (Dice), with the standard error √(F(1-F)(2-F)/(first + second)).
	F1 analysis.Estimate

	// Kappa is that of the category against all others.
	Kappa Kappa

	// NetDifference is by how many percent of the persons the second source has more in the category than the first:
	// errors that do not cancel.
	NetDifference analysis.Estimate
}

// Category is the agreement about one category. It panics where there is none of that number.
func (t CrossTable) Category(category int) CategoryAgreement {
	one := t.Collapsed(category)
	both, neither := one.n[0][0], one.n[1][1]
	d := one.Discordant(0).Difference()
	return CategoryAgreement{
		Sensitivity:   Fraction{both, one.rows[0]},
		Specificity:   Fraction{neither, one.rows[1]},
		PPV:           Fraction{both, one.cols[0]},
		NPV:           Fraction{neither, one.cols[1]},
		F1:            one.dice(),
		Kappa:         one.Kappa(Unweighted),
		NetDifference: analysis.Estimate{Value: -100 * d.Value, SE: 100 * d.SE, DF: d.DF, N: d.N},
	}
}

func (t CrossTable) dice() analysis.Estimate {
	n := float64(t.rows[0] + t.cols[0])
	f := 2 * float64(t.n[0][0]) / n
	return analysis.Estimate{Value: f, SE: math.Sqrt(f * (1 - f) * (2 - f) / n), DF: math.Inf(1), N: t.total}
}

// Agreement is the persons of whom both sources say the same.
func (t CrossTable) Agreement() Fraction { return Fraction{t.agree, t.total} }

// GrossDifference is the persons of whom the sources differ, whether this cancels over persons or not.
func (t CrossTable) GrossDifference() Fraction { return Fraction{t.total - t.agree, t.total} }

// InconsistencyIndex is the gross difference as a percentage of what it would be if the sources were independent,
// 100 (1-po)/(1-pe), which is 100 (1-κ). The U.S. Census Bureau calls it low below 20, moderate to 50, and else high.
//
// Hansen, Hurwitz and Pritzker (1964), Contributions to Statistics presented to P. C. Mahalanobis, 111-136.
func (t CrossTable) InconsistencyIndex() analysis.Estimate {
	k := t.Kappa(Unweighted).Estimate
	k.Value, k.SE = 100*(1-k.Value), 100*k.SE
	return k
}
