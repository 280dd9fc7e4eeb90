package compare

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A DualSystem is two lists of the same population, matched person by person: First and Second have so many persons,
// Both are in both. Estimates of the whole population N hold if being on one list makes nobody likelier to be on the
// other, everybody has the same chance to be on at least one of them, no list has persons who are not there, and
// matching makes no error. A register with persons who have left, and links that are missed, make N too large; people
// whom both lists miss more than others make it too small.
type DualSystem struct{ First, Second, Both int64 }

// NewDualSystem checks the counts: neither list has less than both together have.
func NewDualSystem(first, second, both int64) (DualSystem, error) {
	if both < 0 || both > first || both > second {
		return DualSystem{}, fmt.Errorf("compare: lists of %d and %d persons, with %d in both", first, second, both)
	}
	return DualSystem{first, second, both}, nil
}

// LincolnPetersen is the estimate of N,
//
//	n1n2/m,  variance n1n2(n1-m)(n2-m)/m³
//
// too large on average where m is small: Chapman is the one to use. It is +Inf where nobody is in both lists.
//
// Petersen (1896); Sekar and Deming (1949), Journal of the American Statistical Association 44:101-115.
func (s DualSystem) LincolnPetersen() analysis.Estimate {
	n1, n2, m := float64(s.First), float64(s.Second), float64(s.Both)
	return s.estimate(n1*n2/m, n1/m*n2/m*(n1-m)*(n2-m)/m)
}

// Chapman is the estimate of N that has nearly no bias, also with few persons in both lists,
//
//	(n1+1)(n2+1)/(m+1) - 1,  variance (n1+1)(n2+1)(n1-m)(n2-m)/((m+1)²(m+2))
//
// Chapman (1951), University of California Publications in Statistics 1:131-160; Seber (1970), Biometrics 26:13-22.
func (s DualSystem) Chapman() analysis.Estimate {
	n1, n2, m := float64(s.First), float64(s.Second), float64(s.Both)
	a := (n1 + 1) / (m + 1) * (n2 + 1)
	return s.estimate(a-1, a/(m+1)*(n1-m)*(n2-m)/(m+2))
}

func (s DualSystem) estimate(value, variance float64) analysis.Estimate {
	return analysis.Estimate{Value: value, SE: math.Sqrt(variance), DF: math.Inf(1), N: s.First + s.Second - s.Both}
}

// LogNormalInterval is the interval N·exp(∓ z √log(1 + v/N²)) of an estimate N of variance v, which is longer upwards,
// as the distribution of N is. It allows for chance in who is on the lists (superpopulation). It panics where the level
// is not inside (0, 1).
//
// Burnham, Anderson, White, Brownie and Pollock (1987), American Fisheries Society Monograph 5, section 3.1.
func LogNormalInterval(e analysis.Estimate, level float64) analysis.Interval {
	mustBeLevel(level)
	half := analysis.Quantile((1+level)/2, e.DF) * math.Sqrt(math.Log1p(e.SE/e.Value*(e.SE/e.Value)))
	return analysis.Interval{
		Lower: e.Value * math.Exp(-half), Upper: e.Value * math.Exp(half),
		Level: level, Basis: analysis.Superpopulation,
	}
}

// Coverage is the share of the population that either list has: of the persons of the other list those who are in both.
func (s DualSystem) Coverage() (first, second Fraction) {
	return Fraction{s.Both, s.Second}, Fraction{s.Both, s.First}
}

// MissedByBoth is the persons whom neither list has, of an estimate of N.
func (s DualSystem) MissedByBoth(e analysis.Estimate) analysis.Estimate {
	e.Value -= float64(e.N)
	return e
}
