package boundaries

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/kdtree"
)

// earthRadius in metres.
const earthRadius = 6_371_009

// Nearest lists the k nearest units of every unit by the great circle between centroids, in order of position.
// Longitude and latitude are in degrees, NaN where a unit has none: it has no neighbours then. Being nearest is not
// mutual. Equally near units are taken in order of position.
func Nearest(longitude, latitude []float64, k int) [][]int32 {
	points, tree := spheres(longitude, latitude)
	lists := make([][]int32, len(longitude))
	for _, p := range points {
		keep := kdtree.NewNKeeper(k + 1)
		tree.NearestSet(keep, p)
		asFar := kdtree.NewDistKeeper(farthest(keep.Heap)) // with all that are as far as the last of them
		tree.NearestSet(asFar, p)
		lists[p.unit] = near(asFar.Heap, p.unit, k)
	}
	return lists
}

// Within lists the units whose centroids lie within a distance in metres.
func Within(longitude, latitude []float64, metres float64) [][]int32 {
	points, tree := spheres(longitude, latitude)
	lists := make([][]int32, len(longitude))
	chord := 2 * math.Sin(min(metres/earthRadius/2, math.Pi/2))
	for _, p := range points {
		keep := kdtree.NewDistKeeper(chord * chord)
		tree.NearestSet(keep, p)
		lists[p.unit] = near(keep.Heap, p.unit, len(points))
	}
	return lists
}

// farthest is the greatest distance in what a keeper has found.
func farthest(found kdtree.Heap) (most float64) {
	for _, f := range found {
		if f.Comparable != nil {
			most = max(most, f.Dist)
		}
	}
	return most
}

// near are the first k of what a keeper has found, without the unit itself.
func near(found kdtree.Heap, unit int32, k int) (list []int32) {
	slices.SortFunc(found, func(a, b kdtree.ComparableDist) int {
		switch {
		case a.Comparable == nil || b.Comparable == nil: // the sentinel of a keeper that is not full
			return 0
		case a.Dist != b.Dist && a.Dist < b.Dist:
			return -1
		case a.Dist != b.Dist:
			return 1
		}
		return int(a.Comparable.(sphere).unit - b.Comparable.(sphere).unit)
	})
	for _, f := range found {
		if s, ok := f.Comparable.(sphere); ok && s.unit != unit && len(list) < k {
			list = append(list, s.unit)
		}
	}
	slices.Sort(list)
	return list
}

// A sphere is a point on the unit sphere, where the straight distance orders as the great circle does.
type sphere struct {
	at   [3]float64
	unit int32
}

// spheres puts the points that are known on the sphere, and into a tree.
func spheres(longitude, latitude []float64) ([]sphere, *kdtree.Tree) {
	if len(longitude) != len(latitude) {
		panic("boundaries: longitudes and latitudes differ in length")
	}
	var points []sphere
	for i, lon := range longitude {
		if math.IsNaN(lon + latitude[i]) {
			continue
		}
		l, b := lon*math.Pi/180, latitude[i]*math.Pi/180
		points = append(points, sphere{[3]float64{math.Cos(b) * math.Cos(l), math.Cos(b) * math.Sin(l),
			math.Sin(b)}, int32(i)})
	}
	return points, kdtree.New(spherePoints(slices.Clone(points)), false)
}

// Compare is by a dimension, for the tree.
func (s sphere) Compare(c kdtree.Comparable, d kdtree.Dim) float64 { return s.at[d] - c.(sphere).at[d] }

// Dims is 3.
func (s sphere) Dims() int { return 3 }

// Distance is the square of the chord.
func (s sphere) Distance(c kdtree.Comparable) (sum float64) {
	for d, v := range c.(sphere).at {
		sum += (v - s.at[d]) * (v - s.at[d])
	}
	return sum
}

type spherePoints []sphere

// Index is a point, for the tree.
func (p spherePoints) Index(i int) kdtree.Comparable { return p[i] }

// Len is the number of points.
func (p spherePoints) Len() int { return len(p) }

// Slice is a part of the points.
func (p spherePoints) Slice(start, end int) kdtree.Interface { return p[start:end] }

// Pivot orders by a dimension and gives the middle.
func (p spherePoints) Pivot(d kdtree.Dim) int {
	slices.SortFunc(p, func(a, b sphere) int {
		if a.at[d] != b.at[d] {
			if a.at[d] < b.at[d] {
				return -1
			}
			return 1
		}
		return int(a.unit - b.unit)
	})
	return len(p) / 2
}
