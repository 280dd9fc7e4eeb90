package explain

import (
	"errors"
	"fmt"
	"math"
)

// Level is the signature of all ages alike.
const Level = "level"

// mostSignatures is how many signatures there may be, Level included.
const mostSignatures = 8

// maxGroups is how many age groups there may be.
const maxGroups = Ages

// A Profile is the age profile of a cause: ages From to To, in completed years, both included. To at Ages or above is
// the open end.
type Profile struct {
	Name     string
	From, To int
}

// Profiles are the default ones: late registration of births, the young and mobile who are registered and gone or
// present and not registered, and deaths that the register has not heard of.
func Profiles() []Profile {
	return []Profile{{"newborns", 0, 4}, {"young_adults", 15, 34}, {"oldest", 80, Ages}}
}

// weights are the parts of the age groups that lie within the profile, by years of age.
func (p Profile) weights(starts []int) []float64 {
	w := make([]float64, len(starts))
	for g, from := range starts {
		to := Ages // of the open group
		if g+1 < len(starts) {
			to = starts[g+1]
		}
		common := min(to, p.To+1) - max(from, p.From)
		w[g] = float64(max(common, 0)) / float64(to-from)
		if g+1 == len(starts) && p.From <= from && p.To >= Ages {
			w[g] = 1
		}
	}
	return w
}

// ErrProfiles is wrapped by what is wrong with profiles.
var ErrProfiles = errors.New("explain: profiles cannot be used")

// signatures are the regressors: shares of the persons expected in a group, by signature and group. The first is Level.
type signatures struct {
	names []string
	x     [][]float64
}

// newSignatures refuses profiles that no data could tell apart: those that are a combination of others.
func newSignatures(profiles []Profile, starts []int) (*signatures, error) {
	if len(profiles)+1 > mostSignatures {
		return nil, fmt.Errorf("%w: %d of them, at most %d", ErrProfiles, len(profiles), mostSignatures-1)
	}
	s := &signatures{names: []string{Level}, x: [][]float64{make([]float64, len(starts))}}
	for g := range starts {
		s.x[0][g] = 1
	}
	ones := make([]float64, len(starts))
	for g := range ones {
		ones[g] = 1
	}
	for _, p := range profiles {
		s.names, s.x = append(s.names, p.Name), append(s.x, p.weights(starts))
		if n := s.normal(ones); !n.invert(len(s.names)) {
			return nil, fmt.Errorf("%w: in these age groups %q cannot be told from the others", ErrProfiles, p.Name)
		}
	}
	if len(s.names) >= len(starts) {
		return nil, fmt.Errorf("%w: %d signatures for %d age groups leave nothing to judge them by",
			ErrProfiles, len(s.names), len(starts))
	}
	return s, nil
}

// Check tells what is wrong with profiles for the age groups that start at the given ages.
func Check(profiles []Profile, starts []int) error {
	_, err := newSignatures(profiles, starts)
	return err
}

// Usable are the profiles that these age groups can tell apart, in their order; the level is always among the signatures.
// It is not ok where the age groups are too few even for that.
func Usable(profiles []Profile, starts []int) (usable []Profile, ok bool) {
	usable = []Profile{}
	for _, p := range profiles {
		if Check(append(usable, p), starts) == nil {
			usable = append(usable, p)
		}
	}
	return usable, Check(usable, starts) == nil
}

// A square is a small symmetric matrix.
type square [mostSignatures][mostSignatures]float64

// normal is X'WX: Σ xk xl E, since X = x E and W = 1/E.
func (s *signatures) normal(expected []float64) *square {
	n := new(square)
	for k, xk := range s.x {
		for l := range k + 1 {
			xl, sum := s.x[l], 0.0
			for g, e := range expected {
				sum += xk[g] * xl[g] * e
			}
			n[k][l], n[l][k] = sum, sum
		}
	}
	return n
}

// invert inverts the first p rows and columns in place, by Cholesky's factor; false where they are not independent.
func (n *square) invert(p int) bool {
	var l, inverse square
	for j := range p {
		for i := j; i < p; i++ {
			sum := n[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			if i > j {
				l[i][j] = sum / l[j][j]
			} else if !(sum > 1e-9*n[j][j]) {
				return false
			} else {
				l[j][j] = math.Sqrt(sum)
			}
		}
	}
	for j := range p {
		inverse[j][j] = 1 / l[j][j]
		for i := j + 1; i < p; i++ {
			sum := 0.0
			for k := j; k < i; k++ {
				sum -= l[i][k] * inverse[k][j]
			}
			inverse[i][j] = sum / l[i][i]
		}
	}
	for i := range p {
		for j := range i + 1 {
			sum := 0.0
			for k := i; k < p; k++ {
				sum += inverse[k][i] * inverse[k][j]
			}
			n[i][j], n[j][i] = sum, sum
		}
	}
	return true
}

// A fit is the regression of what is left of a difference on the signatures, in one area:
//
//	a = X θ + e,  X = x E
//
// by least squares with weights 1/E. The variance of the census, κ diag(C) + v CC', has a part in which all groups go up
// and down together; it is of the form of the level, and goes into its error alone: these are generalised least squares.
// For profiles of 0 and 1 that do not overlap, the level θ is what is left in the ages of no profile by persons expected
// there, and the share of a profile the same within its ages, less the level.
//
// Shares are of those expected at the level found, C = (1-θ) E (1 - Σρx), so that a census that is too large by chance as
// a whole does not make more of its newborns too: ρ = θk/(1-θ).
//
// The census, not the register, has the sampling error, so that the variance of estimates goes by the persons that the
// census has, Ĉ = (1-θ̂) E (1-Σρ̂x):
//
//	cov = σ² (X'WX)⁻¹ X'W diag(Ĉ) WX (X'WX)⁻¹
//
// A count that is low by chance would so be given too small a variance, and one that is high too large a deviation for it,
// counts of few being skew. In a test Ĉ is therefore never below (1-θ̂)E, and above it half way on the scale of square
// roots, on which counts are nearly normal (Freeman and Tukey 1950, Annals of Mathematical Statistics 21:607-611).
type fit struct {
	theta     [mostSignatures]float64 // the level, and shares ρ
	size      float64                 // 1-θ, at least leastLeft
	cov, test square                  // variances where σ² is 1: of estimates, and in tests
	ratio     float64                 // mean square of e, by person that the census has
	base      [mostSignatures]float64 // Σ xE
	ok        bool
}

// leastLeft is the least part of those expected that the census is taken to have, for the sake of variances.
const leastLeft = 0.05

// fit fits one area.
func (s *signatures) fit(left, expected []float64) (f fit) {
	p := len(s.names)
	bread := s.normal(expected)
	var right, raw [mostSignatures]float64
	for k, x := range s.x {
		for g, a := range left {
			right[k] += x[g] * a
			f.base[k] += x[g] * expected[g]
		}
	}
	if f.ok = bread.invert(p); !f.ok {
		return f
	}
	for k := range p {
		for l := range p {
			raw[k] += bread[k][l] * right[l]
		}
	}
	f.size = math.Max(leastLeft, 1-raw[0])
	var has, tested [maxGroups]float64
	squares, cells := 0.0, 0.0
	for g, e := range expected {
		if e > 0 {
			part := s.at(&raw, g)
			r := left[g] - part*e
			squares, cells = squares+r*r/(e*f.size), cells+1
			has[g] = e * math.Max(leastLeft*f.size, 1-part)
			root := (math.Sqrt(e*f.size) + math.Sqrt(has[g])) / 2
			tested[g] = math.Max(e*f.size, root*root)
		}
	}
	f.ratio = squares / (cells - float64(p))
	f.cov, f.test = s.sandwich(bread, has[:len(left)]), s.sandwich(bread, tested[:len(left)])
	f.theta[0] = raw[0]
	for k := 1; k < p; k++ {
		f.theta[k] = raw[k] / f.size
		f.cov[k][k] /= f.size * f.size
		f.test[k][k] /= f.size * f.size
	}
	return f
}

// sandwich is (X'WX)⁻¹ X'W diag(c) WX (X'WX)⁻¹, the first factor given.
func (s *signatures) sandwich(bread *square, c []float64) (out square) {
	p, meat := len(s.names), s.normal(c)
	var half square
	for i := range p {
		for j := range p {
			for k := range p {
				half[i][j] += bread[i][k] * meat[k][j]
			}
		}
	}
	for i := range p {
		for j := range i + 1 {
			sum := 0.0
			for k := range p {
				sum += half[i][k] * bread[k][j]
			}
			out[i][j], out[j][i] = sum, sum
		}
	}
	return out
}

// at is Σ θ x at a group.
func (s *signatures) at(theta *[mostSignatures]float64, g int) (sum float64) {
	for k, x := range s.x {
		sum += theta[k] * x[g]
	}
	return sum
}
