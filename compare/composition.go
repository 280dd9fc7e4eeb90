package compare

import (
	"fmt"
	"math"
)

// A Composition is persons by category as one source states them, with how sure their shares are: as sure as those of
// N independent persons would be, with covariance (diag(p) - pp')/N.
//
// That is the working model of Rao and Scott: one design effect, the mean of the generalised ones, holds for all
// categories and all differences of them. Where design effects differ much between categories (one that fills whole
// clusters, as an ethnic group does), intervals of distances that such a category rules are too short.
type Composition struct {
	Persons []float64
	N       float64 // effective number; +Inf for a complete count that is taken as it is
	DF      float64 // degrees of freedom that N is known on, +Inf where it is known
}

// CompleteCount is a count of everybody without an error of its own.
func CompleteCount(persons []float64) Composition {
	return Composition{Persons: persons, N: math.Inf(1), DF: math.Inf(1)}
}

// Outcome is a count of everybody, taken as one outcome of a process in which persons are independent: the basis of its
// errors is the superpopulation.
func Outcome(persons []float64) Composition {
	all := 0.0
	for _, x := range persons {
		all += x
	}
	return Composition{Persons: persons, N: all, DF: math.Inf(1)}
}

// Estimated is totals of a sample by category, with their standard errors and that of the sum of all, on the degrees of
// freedom of the design. EffectivePersons gives N.
func Estimated(persons, se []float64, totalSE, df float64) Composition {
	return Composition{Persons: persons, N: EffectivePersons(persons, se, totalSE), DF: df}
}

// EffectivePersons is the number of independent persons whose shares would be as sure as those of estimated totals:
// with Tc totals, vc their variances, T and v those of the sum, and k categories that are not empty,
//
//	n = (k-1) / (Σ vc/(T Tc) - v/T²)
//
// What n is divided by is Σ v(qc)/qc of the shares qc = Tc/T, without any approximation: covariances with the sum
// cancel, so that standard errors of cells and sum are enough. The sample size by n is the mean generalised design
// effect. A sum without an error, calibrated, is fine. n is +Inf where shares show no error, and NaN where fewer than
// two categories have anybody, where an error is not stated, or where rounding or chance makes the sum surer than it
// can be.
//
// Rao and Scott (1981), Journal of the American Statistical Association 76:221-230.
func EffectivePersons(persons, se []float64, totalSE float64) float64 {
	if len(se) != len(persons) {
		panic(fmt.Sprintf("compare: %d standard errors of %d totals", len(se), len(persons)))
	}
	all, k, spread := 0.0, 0.0, 0.0
	for c, x := range persons {
		if x > 0 {
			all, k, spread = all+x, k+1, spread+se[c]*se[c]/x
		}
	}
	spread = (spread - totalSE*totalSE/all) / all
	if k < 2 || spread < 0 {
		return math.NaN()
	}
	return (k - 1) / spread
}

// IndependentSE is the standard error of the sum as if categories were independent, for want of a stated one. It is too
// small where persons come in clusters, and N with it.
func IndependentSE(se []float64) float64 {
	v := 0.0
	for _, s := range se {
		if s > 0 {
			v += s * s
		}
	}
	return math.Sqrt(v)
}
