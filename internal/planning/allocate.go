package planning

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/sampling/plan"
)

// A linear is the variance of every cell as a function of the PSUs m drawn of the M of its stratum,
//
//	V = A₁(1/m - 1/M) + A₂/m,
//
// fitted at one allocation: exact for simple random sampling, and near it for the other selections.
type linear struct {
	*shape
	least         []int       // PSUs of every stratum
	first, second [][]float64 // A₁ and A₂ by target and cell
	price         []float64   // of a PSU, by stratum
}

func newLinear(e *evaluator) *linear {
	l := &linear{shape: e.shape, least: e.least(), price: make([]float64, len(e.most))}
	for _, g := range e.grid {
		l.first = append(l.first, make([]float64, len(g.cells)))
		l.second = append(l.second, make([]float64, len(g.cells)))
	}
	return l
}

// fewest is the PSUs that are to be expected in every unit with a target, beyond one for each coefficient of its
// estimator: fewer give no variance estimate.
const fewest = 2

// needed is that number for the candidate.
func (e *evaluator) needed() int { return fewest + len(e.assist[0].Auxiliary) }

// least is the PSUs every stratum needs for that, where the unit lies within it.
func (e *evaluator) least() []int {
	least := make([]int, len(e.members))
	for h, members := range e.members {
		least[h] = min(e.needed(), len(members))
	}
	homes := make([]float64, len(e.members))
	for i, h := range e.stratum {
		homes[h] += e.measure(i)
	}
	for j := range e.targets {
		size, units := make([]float64, len(e.grid[j].cells)), make([]int, len(e.grid[j].cells))
		for i, commune := range e.layout.commune {
			size[e.grid[j].of[commune]] += e.measure(i)
			units[e.grid[j].of[commune]]++
		}
		strata := strataOf(e.grid[j])
		for k, cell := range e.grid[j].cells {
			if strata[cell[0]] == 1 && e.targets[j].total[cell[0]] > 0 {
				h := cell[1]
				need := math.Ceil(float64(min(e.needed(), units[k]))*homes[h]/size[k] - 1e-9)
				least[h] = max(least[h], min(int(need), len(e.members[h])))
			}
		}
	}
	return least
}

// measure is what the chance of a PSU is proportional to.
func (e *evaluator) measure(i int) float64 {
	if e.Selection == SRS {
		return 1
	}
	return e.layout.households[i]
}

// strataOf counts the strata of every unit.
func strataOf(g *grid) map[int]int {
	n := make(map[int]int)
	for _, cell := range g.cells {
		n[cell[0]]++
	}
	return n
}

// start is an allocation to fit at first: a tenth, but never all, for what is drawn whole has no variance to learn from.
func (l *linear) start() []int {
	m := make([]int, len(l.most))
	for h, most := range l.most {
		m[h] = max(l.least[h], min(most-1, (most+9)/10), 1)
	}
	return m
}

// fit takes over what an evaluation at m found.
func (l *linear) fit(m []int, v *evaluation) {
	for j, g := range l.grid {
		for k, cell := range g.cells {
			h := cell[1]
			if m[h] < l.most[h] {
				l.first[j][k] = v.first[j][k] / (1/float64(m[h]) - 1/float64(l.most[h]))
			}
			l.second[j][k] = v.second[j][k] * float64(m[h])
		}
	}
	for h := range m {
		l.price[h] = v.cost[h] / float64(m[h])
	}
}

// allocate is the cheapest allocation, in whole PSUs, that meets all targets scaled, if the fit is right.
func (l *linear) allocate(scale float64) ([]int, error) {
	rows, at := l.constraints(scale)
	least, most := make([]float64, len(l.most)), make([]float64, len(l.most))
	for h := range l.most {
		least[h], most[h] = float64(l.least[h]), float64(l.most[h])
	}
	best, err := plan.Bethel(l.price, least, most, rows)
	if err != nil {
		return nil, err
	}
	return l.whole(best.N, rows, at), nil
}

// constraints are the targets: one for every unit that has somebody to count. at lists those of every stratum.
func (l *linear) constraints(scale float64) (rows []plan.Constraint, at [][]int) {
	at = make([][]int, len(l.most))
	for j, t := range l.targets {
		var row *plan.Constraint
		last := -1
		for k, cell := range l.grid[j].cells {
			if t.total[cell[0]] == 0 {
				continue
			}
			if cell[0] != last {
				last = cell[0]
				rows = append(rows, plan.Constraint{Name: fmt.Sprintf("%d %d", j, last), Bound: t.allowed(last, scale)})
				row = &rows[len(rows)-1]
			}
			h := cell[1]
			row.Strata = append(row.Strata, h)
			row.A = append(row.A, l.first[j][k]+l.second[j][k])
			row.Bound += l.first[j][k] / float64(l.most[h])
			at[h] = append(at[h], len(rows)-1)
		}
	}
	return rows, at
}

// whole rounds up and takes back what no target needs, beginning with the strata that gained most.
func (l *linear) whole(n []float64, rows []plan.Constraint, at [][]int) []int {
	m, order := make([]int, len(n)), make([]int, len(n))
	for h, v := range n {
		m[h] = min(l.most[h], max(l.least[h], int(math.Ceil(v-1e-6))))
		order[h] = h
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare((float64(m[b])-n[b])*l.price[b], (float64(m[a])-n[a])*l.price[a])
	})
	sum := make([]float64, len(rows))
	for j, row := range rows {
		for i, h := range row.Strata {
			sum[j] += row.A[i] / float64(m[h])
		}
	}
	for _, h := range order {
		for m[h] > l.least[h] && float64(m[h]) > n[h] && l.spare(h, m[h], rows, at[h], sum) {
			m[h]--
		}
	}
	return m
}

// spare tells whether a stratum can do with one PSU less, and if so counts it off.
func (l *linear) spare(h, m int, rows []plan.Constraint, at []int, sum []float64) bool {
	step := 1/float64(m-1) - 1/float64(m)
	rise := make([]float64, len(at))
	for i, j := range at {
		k := slices.Index(rows[j].Strata, h)
		rise[i] = rows[j].A[k] * step
		if sum[j]+rise[i] > rows[j].Bound {
			return false
		}
	}
	for i, j := range at {
		sum[j] += rise[i]
	}
	return true
}
