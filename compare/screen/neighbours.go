package screen

import (
	"math"
	"slices"
)

// Neighbours are the weights of areas on each other: To[Start[i]:Start[i+1]] are the neighbours of area i, in order,
// with their Weight beside. An area is not its own neighbour.
type Neighbours struct {
	Start  []int32
	To     []int32
	Weight []float64
}

// RowStandardised gives every neighbour of an area the same weight, 1 in all. Lists hold the neighbours of every
// area, in any order. It panics where an area is its own neighbour or a neighbour is none of the areas.
func RowStandardised(lists [][]int32) Neighbours {
	n := Neighbours{Start: make([]int32, 1, len(lists)+1)}
	for i, list := range lists {
		list = slices.Clone(list)
		slices.Sort(list)
		list = slices.Compact(list)
		for _, j := range list {
			if int(j) == i || j < 0 || int(j) >= len(lists) {
				panic("screen: an area is its own neighbour, or none of the areas is")
			}
			n.To, n.Weight = append(n.To, j), append(n.Weight, 1/float64(len(list)))
		}
		n.Start = append(n.Start, int32(len(n.To)))
	}
	return n
}

// Len is the number of areas.
func (n Neighbours) Len() int { return len(n.Start) - 1 }

// Of are the neighbours of an area with their weights.
func (n Neighbours) Of(i int) ([]int32, []float64) {
	return n.To[n.Start[i]:n.Start[i+1]], n.Weight[n.Start[i]:n.Start[i+1]]
}

// among keeps the areas that are told, and of them those that have a neighbour left; weights are made to add up to 1
// again. kept are the positions of the areas in the smaller graph, in order.
func (n Neighbours) among(told func(i int) bool) (small Neighbours, kept []int32) {
	in := make([]bool, n.Len())
	for i := range in {
		to, _ := n.Of(i)
		in[i] = told(i) && slices.ContainsFunc(to, func(j int32) bool { return told(int(j)) })
	}
	at := make([]int32, n.Len())
	for i := range in {
		if in[i] {
			at[i] = int32(len(kept))
			kept = append(kept, int32(i))
		}
	}
	small.Start = make([]int32, 1, len(kept)+1)
	for _, i := range kept {
		to, weight := n.Of(int(i))
		sum := 0.0
		for k, j := range to {
			if in[j] {
				sum += weight[k]
			}
		}
		for k, j := range to {
			if in[j] {
				small.To, small.Weight = append(small.To, at[j]), append(small.Weight, weight[k]/sum)
			}
		}
		small.Start = append(small.Start, int32(len(small.To)))
	}
	return small, kept
}

// valued keeps the areas with a value and a neighbour with one, and their values.
func (n Neighbours) valued(x []float64) (Neighbours, []float64, []int32) {
	if len(x) != n.Len() {
		panic("screen: values and neighbours differ in length")
	}
	small, kept := n.among(func(i int) bool { return !math.IsNaN(x[i]) })
	values := make([]float64, len(kept))
	for k, i := range kept {
		values[k] = x[i]
	}
	return small, values, kept
}

// sums are S0, S1 and S2 of Cliff and Ord:
//
//	S0 = ΣΣ wij,  S1 = ΣΣ (wij + wji)²/2,  S2 = Σ (wi. + w.i)²
func (n Neighbours) sums() (s0, s1, s2 float64) {
	in := make([]float64, n.Len())
	for k, j := range n.To {
		in[j] += n.Weight[k]
	}
	for i := range in {
		to, weight := n.Of(i)
		out := 0.0
		for k, j := range to {
			s1 += weight[k] * (weight[k] + n.weight(int(j), int32(i))) // Σ ½(wij+wji)² = Σ wij² + wij·wji
			out += weight[k]
		}
		s0 += out
		s2 += (out + in[i]) * (out + in[i])
	}
	return s0, s1, s2
}

// weight of an area on another.
func (n Neighbours) weight(i int, j int32) float64 {
	to, weight := n.Of(i)
	if k, found := slices.BinarySearch(to, j); found {
		return weight[k]
	}
	return 0
}
