package sampling

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestKDTree: while points are forgotten one by one, the nearest of the others is the one that looking at all finds,
// with the smallest index if several are as near. Whole coordinates make many distances equal.
func TestKDTree(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 8))
		dimensions, points := 1+rng.IntN(4), make([][]float64, rng.IntN(120))
		for i := range points {
			for range dimensions {
				v := float64(rng.IntN(6))
				if seed%2 == 0 {
					v = rng.NormFloat64()
				}
				points[i] = append(points[i], v)
			}
		}
		tree := newKDTree(points)
		for _, gone := range rng.Perm(len(points)) {
			tree.forget(gone)
			for i, p := range points {
				if got, _ := tree.nearest(p, i); got != nearestOf(tree, p, i) {
					t.Fatalf("seed %d: nearest to %d is %d, want %d", seed, i, got, nearestOf(tree, p, i))
				}
			}
		}
	}
}

func nearestOf(tree *kdTree, at []float64, except int) int {
	nearest, least := len(tree.points), math.Inf(1)
	for i, p := range tree.points {
		if d := squaredDistance(at, p); !tree.forgotten[i] && i != except && d < least {
			nearest, least = i, d
		}
	}
	return nearest
}

// TestKDTreeFarAway: distances that overflow are all alike.
func TestKDTreeFarAway(t *testing.T) {
	tree := newKDTree([][]float64{{1e300}, {-1e300}, {0}})
	for except, want := range []int{1, 0, 0} {
		if got, _ := tree.nearest(tree.points[except], except); got != want {
			t.Errorf("nearest to %d is %d, want %d", except, got, want)
		}
	}
}
