package sampling

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// A landing is the linear programme that ends a cube. Its samples are masks over the undecided units: bit k stands for
// units[k]. Its equations are one for the sum of the probabilities and one for every unit but the last of each part of
// fixed size, whose probability follows from the others.
//
// Systems of equations are solved anew in each step, so that nothing drifts; they are small. The probabilities decide
// which sample is drawn, and so the arithmetic has to be the same on every machine, which a general solver does not
// promise; nor does every solver end if many ψ are equal, when most bases are degenerate.
type landing struct {
	units   []int
	psi     []float64 // of units
	rows    []int     // which units have an equation
	samples []uint64
	cost    []float64 // of samples
	basis   []int     // which samples have a probability; as many as equations
	kernel  kernel
	columns [][]float64 // room for a system of equations
}

func newLanding(e equations, psi []float64, parts []part) *landing {
	l := &landing{samples: []uint64{0}}
	for _, p := range parts {
		l.samples = extended(l.samples, p, len(l.units))
		for i, u := range p.units {
			if i < len(p.units)-1 || p.least < p.most {
				l.rows = append(l.rows, len(l.units))
			}
			l.units, l.psi = append(l.units, u), append(l.psi, psi[u])
		}
	}
	slices.Sort(l.samples)
	l.cost = l.imbalance(newMetric(e).coordinates(l.units))
	l.columns = make([][]float64, l.equations()+1)
	for i := range l.columns {
		l.columns[i] = make([]float64, l.equations())
	}
	l.start(parts)
	return l
}

// extended combines every sample with every sample of the units of p, which get the bits from shift on.
func extended(samples []uint64, p part, shift int) (combined []uint64) {
	for n := p.least; n <= p.most; n++ {
		for mask := uint64(1)<<n - 1; mask < 1<<len(p.units); mask = nextMask(mask) {
			for _, s := range samples {
				combined = append(combined, s|mask<<shift)
			}
		}
	}
	return combined
}

// nextMask is the next greater number with as many bits set: the lowest bit that can move up does, and those below it
// return to the bottom.
func nextMask(mask uint64) uint64 {
	if mask == 0 {
		return math.MaxUint64
	}
	low := mask & -mask
	up := mask + low
	return up | (mask^up)>>(bits.TrailingZeros64(low)+2)
}

func (l *landing) equations() int { return len(l.rows) + 1 }

// fill writes the column of the programme for a sample.
func (l *landing) fill(column []float64, sample uint64) {
	column[0] = 1
	for r, k := range l.rows {
		column[r+1] = float64(sample >> k & 1)
	}
}

// imbalance is C of every sample, given coordinates z_k of the units with C = |Σ (a_k - ψ_k) z_k|².
func (l *landing) imbalance(z [][]float64) []float64 {
	cost := make([]float64, len(l.samples))
	for s, sample := range l.samples {
		for _, row := range z {
			d := 0.0
			for k, v := range row {
				d += float64((float64(sample>>k&1) - l.psi[k]) * v)
			}
			cost[s] += float64(d * d)
		}
	}
	return cost
}

// start takes the samples of systematic sampling in the order of the units as the first basis: they reproduce ψ, and
// each differs from the one before by the exchange of two neighbours, so that they are independent. While the random
// start of systematic sampling goes from 0 to 1, units hand over to the next unit one after the other; where sizes vary
// the last unit hands over to nobody.
func (l *landing) start(parts []part) {
	sample, handover := l.systematic(parts)
	order := slices.Clone(l.rows)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(handover[a], handover[b]) })
	l.basis = append(l.basis, l.index(sample))
	for _, k := range order {
		sample ^= 1 << k
		if k+1 < len(l.units) {
			sample |= 1 << (k + 1)
		}
		l.basis = append(l.basis, l.index(sample))
	}
}

// systematic returns the systematic sample with start 0 and, for every unit, the start at which it hands over to the
// next: the fraction of the sum of ψ up to it, or 1 for 0.
func (l *landing) systematic(parts []part) (sample uint64, handover []float64) {
	for _, p := range parts {
		sum := 0.0
		for i := range p.units {
			k := len(handover)
			before := sum
			sum += l.psi[k]
			if i == len(p.units)-1 && p.least == p.most {
				sum = float64(p.most) // it is whole, but for rounding
			}
			if math.Ceil(sum) > math.Ceil(before) {
				sample |= 1 << k
			}
			handover = append(handover, 1+sum-math.Ceil(sum))
		}
	}
	return sample, handover
}

func (l *landing) index(sample uint64) int {
	i, found := slices.BinarySearch(l.samples, sample)
	if !found {
		panic("sampling: a systematic sample is not among the samples of the landing")
	}
	return i
}

// draw solves the programme by the simplex method, draws a sample by its probabilities and decides the units. Every
// basis keeps the inclusion probabilities, so that a solution short of the optimum is still a valid design.
//
// The sample with the least reduced cost enters; after a step of length 0, the first that lowers the cost, until a
// step has a length: that way no sequence of bases repeats itself (Bland 1977, Mathematics of Operations Research
// 2:103-107).
func (l *landing) draw(rng *rand.Rand, psi []float64) {
	stuck := false
	for range 100 * l.equations() {
		entering := l.price(stuck)
		if entering < 0 {
			break
		}
		stuck = l.exchange(entering) == 0
	}
	sample := l.samples[l.pick(rng)]
	for k, u := range l.units {
		psi[u] = float64(sample >> k & 1)
	}
}

// price returns a sample that lowers the expected imbalance, the best or the first, or -1 if there is none.
func (l *landing) price(first bool) (entering int) {
	const tol = 1e-12 // of the greatest cost; rounding is some 1e-15 of it
	constant, sums := l.multiplierSums()
	entering, least := -1, -tol*slices.Max(l.cost)
	for s, sample := range l.samples {
		reduced := l.cost[s] - constant
		for b := range sums {
			reduced -= sums[b][sample>>(8*b)&255]
		}
		if reduced < least {
			entering, least = s, reduced
			if first {
				break
			}
		}
	}
	return entering
}

// multiplierSums returns the multiplier that all samples have and, for each byte of a sample, the sums of the
// multipliers of the units in it: most of the time goes into adding them up.
func (l *landing) multiplierSums() (constant float64, sums [][256]float64) {
	y := l.multipliers()
	ofUnit := make([]float64, len(l.units)+7)
	for r, k := range l.rows {
		ofUnit[k] = y[r+1]
	}
	sums = make([][256]float64, (len(l.units)+7)/8)
	for b := range sums {
		for v := 1; v < 256; v++ {
			sums[b][v] = sums[b][v&(v-1)] + ofUnit[8*b+bits.TrailingZeros8(uint8(v))]
		}
	}
	return y[0], sums
}

// multipliers solves y'B = c for the basis.
func (l *landing) multipliers() []float64 {
	return l.solved(func(columns [][]float64, right []float64) {
		for b, s := range l.basis {
			l.fill(right, l.samples[s])
			for r, v := range right {
				columns[r][b] = v
			}
		}
		for b, s := range l.basis {
			right[b] = l.cost[s]
		}
	})
}

// combination solves B·d = the right side for the basis.
func (l *landing) combination(fillRight func(right []float64)) []float64 {
	return l.solved(func(columns [][]float64, right []float64) {
		for b, s := range l.basis {
			l.fill(columns[b], l.samples[s])
		}
		fillRight(right)
	})
}

// probabilities are those of the samples of the basis.
func (l *landing) probabilities() []float64 {
	return l.combination(func(right []float64) {
		right[0] = 1
		for r, k := range l.rows {
			right[r+1] = l.psi[k]
		}
	})
}

// solved returns the solution z of a square system with the columns and the right side that set writes: the vector of
// the kernel of all these columns is (-z, 1) times a number.
func (l *landing) solved(set func(columns [][]float64, right []float64)) []float64 {
	n := l.equations()
	set(l.columns[:n], l.columns[n])
	if !l.kernel.find(l.columns, n) || l.kernel.vector[n] == 0 {
		panic("sampling: the basis of a landing is singular")
	}
	z := make([]float64, n)
	for i := range z {
		z[i] = -l.kernel.vector[i] / l.kernel.vector[n]
	}
	return z
}

// exchange puts a sample into the basis for the one whose probability is the first to fall to 0, and returns the
// probability it gets. Of several the one that is the first of the samples leaves, as Bland's rule wants.
func (l *landing) exchange(entering int) (step float64) {
	const pivot = 1e-9 // entries of the solution are ratios of small whole numbers
	d := l.combination(func(right []float64) { l.fill(right, l.samples[entering]) })
	p, leaving := l.probabilities(), -1
	for b, change := range d {
		if change < pivot {
			continue
		}
		ratio := snapped(p[b]) / change
		if leaving < 0 || ratio < step || ratio == step && l.basis[b] < l.basis[leaving] {
			leaving, step = b, ratio
		}
	}
	l.basis[leaving] = entering
	return step
}

// pick draws a sample by the probabilities of the basis.
func (l *landing) pick(rng *rand.Rand) (sample int) {
	p, last := l.probabilities(), 0
	u := rng.Float64()
	for b, v := range p {
		if v > settled {
			last = b
			if u -= v; u < 0 {
				break
			}
		}
	}
	return l.basis[last]
}
