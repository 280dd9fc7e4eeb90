package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Cube draws a balanced sample by the cube method: the units i of the sample s satisfy, as nearly as whole units can,
//
//	Σ_s x_ij/π_i = Σ_U x_ij   for every balancing variable j
//
// while every unit keeps its inclusion probability π_i exactly. x[j] is the column of variable j, with a value a unit;
// put the most important variables first. If π is among the variables and Σπ is whole (to 1e-6), the size is fixed. The
// units of the sample come in ascending order.
//
// A flight (CubeFlight) decides all units but at most q, the number of variables, in perfect balance; a landing
// (CubeLand) decides those, and there the balance is lost by less than
//
//	q · max_i |x_ij|/π_i
//
// Units are visited in the order of the frame, so that neighbours in the frame compensate one another; see
// CubeRandomOrder. A unit with π = 0 is not in the equations, for no sample can stand for it. Variables that depend
// linearly on others, or are 0 everywhere, cost nothing. Without variables every unit is drawn on its own: Poisson
// sampling. Cube panics if a π is not in [0, 1], if a column has another length, or if x/π is not finite.
//
// Deville and Tillé (2004), Biometrika 91:893-912; Chauvet and Tillé (2006), Computational Statistics 21:53-62.
func Cube(rng *rand.Rand, pi []float64, x [][]float64) []int {
	return cubeInOrder(rng, pi, x, func([]int) {})
}

// CubeRandomOrder is Cube with the units visited in random order: more samples are possible than from the order of the
// frame, which is what approximations of the variance by the balancing variables alone rest on.
func CubeRandomOrder(rng *rand.Rand, pi []float64, x [][]float64) []int {
	return cubeInOrder(rng, pi, x, func(units []int) {
		rng.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	})
}

func cubeInOrder(rng *rand.Rand, pi []float64, x [][]float64, arrange func(units []int)) []int {
	e := newEquations(pi, x)
	psi := startFrom(pi)
	units := undecidedUnits(psi)
	arrange(units)
	e.land(rng, psi, e.fly(rng, psi, units))
	return takenUnits(psi)
}

// CubeFlight is the flight of the cube method alone. It returns the probabilities ψ with which the units go on: 0 and 1
// for those that are decided, something between for at most q = len(x) units, and
//
//	E ψ_i = π_i,   Σ ψ_i x_ij/π_i = Σ x_ij over the units with π_i > 0
//
// to 1e-12 of the greatest |x_ij|/π_i. Fewer than q units are left if variables depend on one another. Units are
// visited in the order of the frame. See Cube for x and for what panics.
//
// Every step looks at a window of q+1 undecided units and moves their ψ along a direction that leaves all equations as
// they are, one way or the other at random, until one of them is 0 or 1.
//
// Chauvet and Tillé (2006), Computational Statistics 21:53-62.
func CubeFlight(rng *rand.Rand, pi []float64, x [][]float64) []float64 {
	e := newEquations(pi, x)
	psi := startFrom(pi)
	e.fly(rng, psi, undecidedUnits(psi))
	return psi
}

// The equations of a balanced sample have a column for every unit: x_ij/π_i in the row of each variable j, after a row
// for every group that is to have a fixed size, with 1 in the row of the group of the unit.
type equations struct {
	pi     []float64
	x      [][]float64
	groups int
	group  []int // of every unit, if there are groups
}

func newEquations(pi []float64, x [][]float64) equations {
	mustBeProbabilities(pi)
	for j, xj := range x {
		if len(xj) != len(pi) {
			panic(fmt.Sprintf("sampling: balancing variable %d has %d values for %d units", j, len(xj), len(pi)))
		}
		for i, p := range pi {
			if p > 0 && (math.IsInf(xj[i]/p, 0) || math.IsNaN(xj[i])) {
				panic(fmt.Sprintf("sampling: balancing variable %d of unit %d is %v, with π = %v", j, i, xj[i], p))
			}
		}
	}
	return equations{pi: pi, x: x}
}

func (e equations) rows() int { return e.groups + len(e.x) }

func (e equations) fill(column []float64, unit int) {
	if e.groups > 0 {
		clear(column[:e.groups])
		column[e.group[unit]] = 1
	}
	for j, xj := range e.x {
		column[e.groups+j] = xj[unit] / e.pi[unit]
	}
}

// first returns the equations with only the first p of their variables.
func (e equations) first(p int) equations {
	e.x = e.x[:p]
	return e
}

// fly decides the given units in balance as far as possible and returns those that are left, in their order: no more
// than the rank of the equations.
func (e equations) fly(rng *rand.Rand, psi []float64, units []int) (left []int) {
	w := newWindow(e)
	for {
		units = w.refill(psi, units)
		if !w.kernel.find(w.columns[:len(w.units)], e.rows()) {
			return w.units // a full window has a kernel, so this one is not: no other units wait
		}
		w.jump(rng, psi)
		w.shed(psi)
	}
}

// A window holds the undecided units that move together and their columns of the equations.
type window struct {
	equations
	units   []int
	columns [][]float64 // as many as the window has room for
	kernel  kernel
}

func newWindow(e equations) *window {
	w := &window{equations: e, columns: make([][]float64, e.rows()+1)}
	for i := range w.columns {
		w.columns[i] = make([]float64, e.rows())
	}
	return w
}

// refill moves undecided units from the queue into the window and returns the rest of the queue.
func (w *window) refill(psi []float64, queue []int) []int {
	for len(w.units) < len(w.columns) && len(queue) > 0 {
		if u := queue[0]; isUndecided(psi[u]) {
			w.fill(w.columns[len(w.units)], u)
			w.units = append(w.units, u)
		}
		queue = queue[1:]
	}
	return queue
}

// shed removes the decided units and keeps the order of the others.
func (w *window) shed(psi []float64) {
	kept := 0
	for i, u := range w.units {
		if isUndecided(psi[u]) {
			w.units[kept] = u
			w.columns[kept], w.columns[i] = w.columns[i], w.columns[kept]
			kept++
		}
	}
	w.units = w.units[:kept]
}

// jump moves ψ of the units of the window as far as it goes along the kernel, forth or back with the probabilities that
// keep the expectation: the nearer end is the likelier one.
func (w *window) jump(rng *rand.Rand, psi []float64) {
	forth, forthAt := w.reach(psi, 1)
	back, backAt := w.reach(psi, -1)
	if float64(rng.Float64()*(forth+back)) < back {
		w.move(psi, forth, forthAt)
	} else {
		w.move(psi, -back, backAt)
	}
}

// reach is how far ψ can go in the direction of sign until one unit, the one at the place returned, is 0 or 1.
func (w *window) reach(psi []float64, sign float64) (far float64, at int) {
	far = math.Inf(1)
	for i, u := range w.units {
		room, v := psi[u], sign*w.kernel.vector[i]
		if v > 0 {
			room = 1 - room
		}
		if v != 0 && room/math.Abs(v) < far {
			far, at = room/math.Abs(v), i
		}
	}
	return far, at
}

// move sets ψ of the unit that limits the move exactly.
func (w *window) move(psi []float64, length float64, limit int) {
	for i, u := range w.units {
		psi[u] = snapped(psi[u] + float64(length*w.kernel.vector[i]))
	}
	psi[w.units[limit]] = 0
	if length*w.kernel.vector[limit] > 0 {
		psi[w.units[limit]] = 1
	}
}
