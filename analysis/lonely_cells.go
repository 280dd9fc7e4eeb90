package analysis

import "math"

// isLonely tells whether what varies in a stratum of the first stage cannot be seen: one of several PSUs was sampled,
// or, if the design says so, a single one of those sampled has anybody in the domain.
func (t *tree) isLonely(n, members int, f float64) bool {
	if f == 1 {
		return false
	}
	return n == 1 || t.lonelyInDomain && members == 1 && (t.lonely == LonelyAdjust || t.lonely == LonelyAverage)
}

// lonelyCells does for every cell what the policy says about its lonely strata. Two policies need to know all strata
// that count in the cell before they can say anything.
type lonelyCells struct {
	policy LonelyPSU
	within []float64 // variance of the further stages
	strata []int     // lonely strata of the cell
	psus   []int     // PSUs of all strata that count
	total  []float64 // Σz over them
	later  []lonelyStratum
}

// A lonelyStratum is a stratum that is lonely in a cell: its n PSUs have the sum z and the sum of squares ss about
// their mean.
type lonelyStratum struct {
	cell  int32
	n     int
	f     float64
	z, ss float64
}

func newLonelyCells(t *tree, k int) *lonelyCells {
	return &lonelyCells{
		policy: t.lonely, within: make([]float64, k), strata: make([]int, k), psus: make([]int, k),
		total: make([]float64, k),
	}
}

// count takes note of a stratum that counts in the cell, lonely or not.
func (l *lonelyCells) count(c int32, n int, z float64) {
	l.psus[c] += n
	l.total[c] += z
}

// add takes in a lonely stratum.
func (l *lonelyCells) add(c int32, f float64, n int, z, ss float64) {
	l.strata[c]++
	if l.policy == LonelyAdjust {
		l.later = append(l.later, lonelyStratum{cell: c, n: n, f: f, z: z, ss: ss})
	}
}

// settle applies the policy to the variance of the first stage and adds that of the further ones.
func (l *lonelyCells) settle(cells []cellVariance) {
	for _, s := range l.later {
		// Σ(z - m)² = Σ(z - z̄)² + n(z̄ - m)² about the mean m of all PSUs that count.
		dev := s.z/float64(s.n) - l.total[s.cell]/float64(l.psus[s.cell])
		scale := 1 - s.f
		if s.n > 1 {
			scale *= expansion(s.n)
		}
		cells[s.cell].variance += scale * (s.ss + float64(s.n)*dev*dev)
	}
	for c := range cells {
		l.settleCell(&cells[c], l.strata[c])
		cells[c].variance += l.within[c]
	}
}

func (l *lonelyCells) settleCell(cell *cellVariance, lonely int) {
	if lonely == 0 {
		return
	}
	switch l.policy {
	case LonelyFail:
		cell.variance = math.NaN()
		cell.notes |= SinglePSU
		return
	case LonelyAverage:
		cell.variance *= float64(cell.strata) / float64(cell.strata-lonely) // 0·∞ is NaN where all are lonely
	}
	cell.notes |= LonelyPolicy
}
