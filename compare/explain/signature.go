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
		return nil, fmt.Errorf("%w: %d signatures for %d age groups leave nothing to judge them by", ErrProfiles, len(s.names), len(starts))
	}
	return s, nil
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
//	a = X θ + e,  V = σ² diag(E) + v EE'
//
// E is a column of X, so that the common part v of V leaves the estimates as they are without it, and is added to the
// variance of the level: weighted least squares with weights 1/E are generalised least squares here. For profiles of 0
// and 1 that do not overlap the level is the ratio of what is left to what is expected in the ages of no profile, and
// the share of a profile the same ratio within its ages, less the level.
type fit struct {
	theta [mostSignatures]float64
	cov   square  // (X'WX)⁻¹: variance where σ² is 1
	ratio float64 // mean square of e, in persons
	base  [mostSignatures]float64
	ok    bool
}

// fit fits one area.
func (s *signatures) fit(left, expected []float64) (f fit) {
	p := len(s.names)
	n := s.normal(expected)
	var right [mostSignatures]float64
	for k, x := range s.x {
		for g, a := range left {
			right[k] += x[g] * a
			f.base[k] += x[g] * expected[g]
		}
	}
	if f.ok = n.invert(p); !f.ok {
		return f
	}
	f.cov = *n
	for k := range p {
		for l := range p {
			f.theta[k] += n[k][l] * right[l]
		}
	}
	squares, cells := 0.0, 0.0
	for g, e := range expected {
		if e > 0 {
			r := left[g] - s.at(&f.theta, g)*e
			squares, cells = squares+r*r/e, cells+1
		}
	}
	f.ratio = squares / (cells - float64(p))
	return f
}

// at is Σ θ x at a group.
func (s *signatures) at(theta *[mostSignatures]float64, g int) (sum float64) {
	for k, x := range s.x {
		sum += theta[k] * x[g]
	}
	return sum
}
