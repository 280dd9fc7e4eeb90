package sampling

// SpatialBalance measures how evenly a sample is spread in space. Every unit belongs to the nearest unit of the sample,
// in equal parts if there are several; with v_k the sum of π over what belongs to unit k of a sample of n units,
//
//	B = 1/n Σ_k (v_k - 1)²
//
// B is 0 if every unit of the sample stands for one expected unit nearby; in the plane, simple random samples
// have values near 0.3 and well spread ones 0.1 or less. It is NaN if the sample is empty. See LocalPivotal for points.
//
// SpatialBalance panics if points are not as many as π, of one dimension and finite, if a π is not in [0, 1], and if a
// unit of the sample is not in the frame or has π = 0.
//
// Stevens and Olsen (2004), Journal of the American Statistical Association 99:262-278; Grafström, Lundström and
// Schelin (2012), Biometrics 68:514-520.
func SpatialBalance(pi []float64, points [][]float64, sample []int) float64 {
	mustBeProbabilities(pi)
	mustBePoints(points, len(pi))
	places := make([][]float64, len(sample))
	for k, i := range sample {
		mustBeDrawable(pi, i)
		places[k] = points[i]
	}
	share := voronoiShares(pi, points, newKDTree(places))
	sum := 0.0
	for _, v := range share {
		sum += float64((v - 1) * (v - 1))
	}
	return sum / float64(len(share))
}

// voronoiShares is the sum of π over the cell of each point of the tree, borders being shared.
func voronoiShares(pi []float64, points [][]float64, tree *kdTree) (share []float64) {
	share = make([]float64, len(tree.points))
	for i, p := range pi {
		if len(share) == 0 || p == 0 {
			continue
		}
		_, square := tree.nearest(points[i], -1)
		owners := tree.within(points[i], square)
		for _, k := range owners {
			share[k] += p / float64(len(owners))
		}
	}
	return share
}
