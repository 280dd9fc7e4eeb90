package sampling

import (
	"fmt"
	"math/rand/v2"
)

// maxLandings is how many samples the linear programme of a landing may choose from. It is enough for 12 undecided
// units and, if their number is fixed, for 14.
const maxLandings = 1 << 12

// maxUnits is how many undecided units a landing has room for: a sample of them is the bits of a number.
const maxUnits = 60

// CubeLand decides the units that a flight has left, ψ, and returns the sample. It draws one of the samples a of the
// undecided units R by the probabilities p(a) that
//
//	minimise    Σ_a p(a) C(a),   C(a) = d'(Σ_U c_i c_i')⁻ d,   d = Σ_R (a_i - ψ_i) c_i,   c_i = x_i/π_i
//	subject to  Σ_{a ∋ i} p(a) = ψ_i for i in R,   Σ_a p(a) = 1,   p(a) ≥ 0
//
// so that inclusion probabilities are kept exactly and the expected imbalance is the least possible. C does not depend
// on the units of the variables. The samples have Σψ units, or, if that is not whole, one of the two sizes next to it.
//
// If they are more than 2^12, as they can be with more than 12 variables, the last variable is given up and the flight
// goes on without it, then the one before, until they are few enough. That is why variables come in order of
// importance.
//
// ψ may be any vector with 0 and 1 where π is 0 and 1. CubeLand panics where Cube does.
//
// Deville and Tillé (2004), Biometrika 91:893-912; Tillé (2006), Sampling Algorithms, chapter 8.
func CubeLand(rng *rand.Rand, psi, pi []float64, x [][]float64) []int {
	e, psi := landingEquations(psi, pi, x)
	e.land(rng, psi, undecidedUnits(psi))
	return takenUnits(psi)
}

// CubeLandBySuppression decides the units that a flight has left, ψ, by giving up one variable after the other, from
// the last to the first, and going on with the flight each time. Inclusion probabilities are kept; the first variables
// lose the least balance. It is for many variables, where it is faster than CubeLand and keeps to their order of
// importance throughout; the expected imbalance C of CubeLand is the smaller one. If π is the first variable and Σπ is
// whole, the size is fixed.
//
// Deville and Tillé (2004), Biometrika 91:893-912; Tillé (2006), Sampling Algorithms, chapter 8.
func CubeLandBySuppression(rng *rand.Rand, psi, pi []float64, x [][]float64) []int {
	e, psi := landingEquations(psi, pi, x)
	left := undecidedUnits(psi)
	for p := len(x); p > 0; p-- {
		left = e.first(p).fly(rng, psi, left)
	}
	e.first(0).fly(rng, psi, settle(psi, left))
	return takenUnits(psi)
}

func landingEquations(psi, pi []float64, x [][]float64) (equations, []float64) {
	e := newEquations(pi, x)
	mustBeProbabilities(psi)
	if len(psi) != len(pi) {
		panic(fmt.Sprintf("sampling: %d probabilities after the flight for %d units", len(psi), len(pi)))
	}
	for i, p := range pi {
		if !isUndecided(p) && psi[i] != p {
			panic(fmt.Sprintf("sampling: probability of unit %d is %v after the flight, with π = %v", i, psi[i], p))
		}
	}
	return e, startFrom(psi)
}

// land decides the given units, which are all that are undecided: it gives up variables until the linear programme is
// small enough. The groups of the equations keep their sizes.
func (e equations) land(rng *rand.Rand, psi []float64, left []int) {
	parts := e.parts(psi, left)
	for p := len(e.x) - 1; countLandings(parts) > maxLandings; p-- {
		left = e.first(p).fly(rng, psi, left)
		parts = e.parts(psi, left)
	}
	if len(parts) > 0 {
		newLanding(e, psi, parts).draw(rng, psi)
	}
}

// A part is the undecided units of a group and the sizes its samples may have: one, or two next to each other.
type part struct {
	units       []int
	least, most int
}

// parts splits the undecided units by group, in the order in which groups first occur.
func (e equations) parts(psi []float64, left []int) []part {
	byGroup := make([][]int, max(1, e.groups))
	for _, u := range left {
		g := 0
		if e.groups > 0 {
			g = e.group[u]
		}
		byGroup[g] = append(byGroup[g], u)
	}
	var parts []part
	for _, units := range byGroup {
		if units = settle(psi, units); len(units) > 0 {
			parts = append(parts, newPart(psi, units))
		}
	}
	return parts
}

func newPart(psi []float64, units []int) part {
	sum := sumOver(psi, units)
	if isWhole(sum) {
		n := int(sum + 0.5)
		return part{units, n, n}
	}
	return part{units, int(sum), int(sum) + 1}
}

// countLandings is the number of samples that have the sizes of all parts, or a number above maxLandings.
func countLandings(parts []part) int {
	count, units := 1.0, 0
	for _, p := range parts {
		if units += len(p.units); units > maxUnits {
			return 2 * maxLandings
		}
		samples := 0.0
		for n := p.least; n <= p.most; n++ {
			samples += combinations(len(p.units), n)
		}
		count = min(count*samples, 2*maxLandings)
	}
	return int(count)
}

// combinations is the number of ways to take n of m, a little rounded where it is large.
func combinations(m, n int) float64 {
	ways := 1.0
	for i := range n {
		ways = ways * float64(m-i) / float64(i+1)
	}
	return ways
}
