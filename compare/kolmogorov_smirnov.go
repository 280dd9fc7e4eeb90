package compare

import "math"

// A KolmogorovSmirnov is the two-sample test that two samples of independent values are from one distribution, by the
// largest difference of their distributions F and G.
type KolmogorovSmirnov struct {
	D     float64 // max |F - G|
	Above float64 // max (F - G)
	Below float64 // max (G - F)

	steps       steps
	d, up, down int64 // D, Above and Below times m·n
}

// steps are two samples in order of value, as a path of steps to the right (of the first) and up (of the second).
type steps struct {
	m, n int
	ends []bool // whether a value ends after a step; only there do the distributions show
}

// stepsOf is the path of two samples, with its height |in - jm| after each step.
func stepsOf(x, y []float64) (s steps, gap []int64, err error) {
	all, err := pool(x, nil, y, nil)
	if err != nil {
		return s, nil, err
	}
	s = steps{m: len(x), n: len(y), ends: make([]bool, len(all))}
	gap = make([]int64, len(all))
	i, j := 0, 0
	for k, a := range all {
		if a.first {
			i++
		} else {
			j++
		}
		s.ends[k] = k == len(all)-1 || all[k+1].v != a.v
		gap[k] = s.gap(i, j)
	}
	return s, gap, nil
}

// gap is F - G times mn after i values of the first sample and j of the second.
func (s steps) gap(i, j int) int64 { return int64(i)*int64(s.n) - int64(j)*int64(s.m) }

// NewKolmogorovSmirnov compares two samples. The error is ErrNoValues or ErrNotANumber.
func NewKolmogorovSmirnov(x, y []float64) (*KolmogorovSmirnov, error) {
	s, gap, err := stepsOf(x, y)
	if err != nil {
		return nil, err
	}
	k := &KolmogorovSmirnov{steps: s}
	for i, g := range gap {
		if s.ends[i] {
			k.up, k.down = max(k.up, g), max(k.down, -g)
		}
	}
	k.d = max(k.up, k.down)
	all := float64(s.m) * float64(s.n)
	k.D, k.Above, k.Below = float64(k.d)/all, float64(k.up)/all, float64(k.down)/all
	return k, nil
}

// Exact is P(D ≥ d) over all ways in which the pooled values, ties included, may fall to the two samples, all alike
// likely. It takes m·n steps.
//
// Hodges (1958), Arkiv för Matematik 3:469-486; Schröer and Trenkler (1995), Computational Statistics & Data Analysis
// 20:185-202, for ties.
func (k *KolmogorovSmirnov) Exact() float64 {
	return k.steps.reaching(func(gap int64) bool { return max(gap, -gap) >= k.d })
}

// ExactAbove is Exact of Above, the one-sided test against a first sample that has more of the small values.
func (k *KolmogorovSmirnov) ExactAbove() float64 {
	return k.steps.reaching(func(gap int64) bool { return gap >= k.up })
}

// ExactBelow is Exact of Below.
func (k *KolmogorovSmirnov) ExactBelow() float64 {
	return k.steps.reaching(func(gap int64) bool { return -gap >= k.down })
}

// reaching is the share of paths that reach a gap at the end of some value. With b(i,j) the share of paths to (i,j)
// that have,
//
//	b(i,j) = 1 where the gap is reached, else (i b(i-1,j) + j b(i,j-1))/(i+j)
//
// so that small shares lose no digits.
func (s steps) reaching(is func(gap int64) bool) float64 {
	b := make([]float64, s.n+1)
	for i := 0; i <= s.m; i++ {
		for j := 0; j <= s.n; j++ {
			switch {
			case i+j == 0:
				b[j] = 0
			case s.ends[i+j-1] && is(s.gap(i, j)):
				b[j] = 1
			default:
				b[j] = s.mixed(b, i, j)
			}
		}
	}
	return b[s.n]
}

func (s steps) mixed(b []float64, i, j int) float64 {
	before := 0.0
	if j > 0 {
		before = float64(j) * b[j-1]
	}
	if i > 0 {
		before += float64(i) * b[j]
	}
	return before / float64(i+j)
}

// size is √(mn/(m+n)).
func (k *KolmogorovSmirnov) size() float64 {
	m, n := float64(k.steps.m), float64(k.steps.n)
	return math.Sqrt(m * n / (m + n))
}

// Asymptotic is P(D ≥ d) in large samples without ties.
//
// Smirnov (1939), Bulletin Mathématique de l'Université de Moscou 2(2):3-16.
func (k *KolmogorovSmirnov) Asymptotic() float64 { return KolmogorovTail(k.size() * k.D) }

// AsymptoticAbove is that of Above: exp(-2 z²).
func (k *KolmogorovSmirnov) AsymptoticAbove() float64 { return SmirnovTail(k.size() * k.Above) }

// AsymptoticBelow is that of Below.
func (k *KolmogorovSmirnov) AsymptoticBelow() float64 { return SmirnovTail(k.size() * k.Below) }

// SmirnovTail is P(sup B > z) of the Brownian bridge: exp(-2z²).
func SmirnovTail(z float64) float64 { return math.Exp(-2 * math.Max(z, 0) * math.Max(z, 0)) }

// KolmogorovTail is P(sup |B| > z) of the Brownian bridge,
//
//	2 Σ (-1)^(j-1) exp(-2j²z²)
//
// by the other series of theta functions, 1 - √(2π)/z Σ exp(-(2j-1)²π²/8z²), where z is small. Small tails lose no
// digits.
//
// Kolmogorov (1933), Giornale dell'Istituto Italiano degli Attuari 4:83-91.
func KolmogorovTail(z float64) float64 {
	switch {
	case math.IsNaN(z):
		return z
	case z <= 0:
		return 1
	case z < 1:
		return 1 - kolmogorovBelow(z)
	}
	sum := 0.0
	for j := 5.0; j >= 1; j-- {
		sum = math.Exp(-2*j*j*z*z) - sum
	}
	return 2 * sum
}

func kolmogorovBelow(z float64) (sum float64) {
	for j := 1.0; j <= 9; j += 2 {
		sum += math.Exp(-j * j * math.Pi * math.Pi / (8 * z * z))
	}
	return math.Sqrt(2*math.Pi) / z * sum
}

// kolmogorovQuantile is the z that the supremum exceeds with probability p below ½, by the first two terms of the
// series.
func kolmogorovQuantile(p float64) float64 {
	u := p / 2
	u += math.Pow(u, 4) // exp(-8z²) is the fourth power of exp(-2z²)
	return math.Sqrt(-math.Log(u) / 2)
}
