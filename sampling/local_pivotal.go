package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// LocalPivotal draws a sample of fixed size that is well spread in space, by the local pivotal method (LPM2): a random
// undecided unit meets its nearest undecided neighbour as in Pivotal, until all are decided. Neighbours seldom come
// together, yet every unit keeps its inclusion probability π. The size is Σπ. Units come in ascending order.
//
// points[i] are the coordinates of unit i, in one dimension or more and in units that make distances comparable
// between them; Sphere gives them for places on Earth. Auxiliary variables can be coordinates too. The distance is
// Euclidean. Of neighbours at the same distance the first in a random order of the units, drawn once, is met.
//
// LocalPivotal panics if a π is not in [0, 1], Σπ is not whole (to 1e-6), or the points are not as many as π, of one
// dimension and finite.
//
// Grafström, Lundström and Schelin (2012), Biometrics 68:514-520.
func LocalPivotal(rng *rand.Rand, pi []float64, points [][]float64) []int {
	n := newNeighbourhood(rng, pi, points)
	for len(n.units) > 1 {
		i := rng.IntN(len(n.units))
		n.meet(rng, n.units[i], n.neighbour(n.units[i]))
	}
	return n.sample()
}

// LocalPivotalMutual is the first version of the method (LPM1): two units meet only if each is the other's nearest
// neighbour; a random unit that is not the nearest to its nearest is left for later. The sample is spread a little
// better than by LocalPivotal, at some three times the work, or many times where the distances between neighbours grow
// steadily in one direction, so that few units are mutual neighbours.
//
// Grafström, Lundström and Schelin (2012), Biometrics 68:514-520.
func LocalPivotalMutual(rng *rand.Rand, pi []float64, points [][]float64) []int {
	n := newNeighbourhood(rng, pi, points)
	for len(n.units) > 1 {
		i := n.units[rng.IntN(len(n.units))]
		if j := n.neighbour(i); n.neighbour(j) == i {
			n.meet(rng, i, j)
		}
	}
	return n.sample()
}

// A neighbourhood holds the undecided units by their rank in a random order.
type neighbourhood struct {
	all   []float64 // ψ of all units of the frame
	unit  []int     // of a rank
	psi   []float64 // of a rank
	units []int     // undecided ranks
	place []int     // of a rank in units
	tree  *kdTree
}

func newNeighbourhood(rng *rand.Rand, pi []float64, points [][]float64) *neighbourhood {
	mustBePoints(points, len(pi))
	n := &neighbourhood{all: pivotalStart(pi)}
	n.unit = undecidedUnits(n.all)
	rng.Shuffle(len(n.unit), func(i, j int) { n.unit[i], n.unit[j] = n.unit[j], n.unit[i] })
	coordinates := make([][]float64, len(n.unit))
	for rank, u := range n.unit {
		n.psi = append(n.psi, n.all[u])
		n.units, n.place = append(n.units, rank), append(n.place, rank)
		coordinates[rank] = points[u]
	}
	n.tree = newKDTree(coordinates)
	return n
}

func mustBePoints(points [][]float64, units int) {
	if len(points) != units {
		panic(fmt.Sprintf("sampling: %d points for %d units", len(points), units))
	}
	for i, p := range points {
		if len(p) == 0 || len(p) != len(points[0]) {
			panic(fmt.Sprintf("sampling: unit %d has %d coordinates, unit 0 has %d", i, len(p), len(points[0])))
		}
		for _, v := range p {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				panic(fmt.Sprintf("sampling: unit %d has coordinate %v", i, v))
			}
		}
	}
}

func (n *neighbourhood) neighbour(rank int) int {
	nearest, _ := n.tree.nearest(n.tree.points[rank], rank)
	return nearest
}

func (n *neighbourhood) meet(rng *rand.Rand, i, j int) {
	meet(rng, n.psi, i, j)
	for _, rank := range []int{i, j} {
		if !isUndecided(n.psi[rank]) {
			n.leave(rank)
		}
	}
}

// leave takes a decided unit out; the last one gets its place among the undecided.
func (n *neighbourhood) leave(rank int) {
	n.tree.forget(rank)
	last := n.units[len(n.units)-1]
	n.units[n.place[rank]], n.place[last] = last, n.place[rank]
	n.units = n.units[:len(n.units)-1]
}

func (n *neighbourhood) sample() []int {
	for rank, u := range n.unit {
		n.all[u] = n.psi[rank]
	}
	return pivotalSample(n.all)
}
