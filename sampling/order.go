package sampling

import (
	"cmp"
	"slices"
)

// A Key compares two units by one characteristic: negative where the unit at position a comes before the one at b,
// positive where it comes after, 0 where they are alike.
type Key func(a, b int) int

// By is the key of a column: one value a unit.
func By[T cmp.Ordered](column []T) Key {
	return func(a, b int) int { return cmp.Compare(column[a], column[b]) }
}

// Serpentine puts the units 0 … size-1 in hierarchic serpentine (boustrophedon) order and returns their positions in
// it. The first key sorts ascending. Within the first group of units alike in it the second key ascends, within the
// next it descends, and so on in turn; the third key turns with every group alike in the first two, and so further.
// Neighbours across a border of groups are then alike in the finer keys. Units alike in all keys stay in the order of
// their positions. Without keys the order is that of the positions.
//
// A systematic sample in this order is implicitly stratified: each group gets its share of the sample within a unit or
// so. To draw, put π (or nothing, where it is equal) in the new order, and take the drawn positions through it:
//
//	order := sampling.Serpentine(len(code), sampling.By(province), sampling.By(population))
//	for _, i := range sampling.FractionalSystematic(rng, n, len(order)) { drawn = append(drawn, order[i]) }
//
// Williams and Chromy (1980), Proceedings of SAS Users Group International 5:194-200; Chromy (1979), Proceedings of the
// Survey Research Methods Section, American Statistical Association, 401-406.
func Serpentine(size int, keys ...Key) []int {
	mustDraw(0, size)
	order := upTo(size)
	s := serpentine{keys, make([]bool, len(keys))}
	s.sort(order, 0)
	return order
}

// A serpentine knows for every key whether it descends in the group that comes next.
type serpentine struct {
	keys []Key
	down []bool
}

// sort orders units alike in the keys before the level. The sort is stable in both directions.
func (s *serpentine) sort(units []int, level int) {
	if level == len(s.keys) || len(units) == 0 {
		return
	}
	key, sign := s.keys[level], 1
	if s.down[level] {
		sign = -1
	}
	s.down[level] = !s.down[level]
	slices.SortStableFunc(units, func(a, b int) int { return sign * key(a, b) })
	for first, i := 0, 1; i <= len(units); i++ {
		if i == len(units) || key(units[first], units[i]) != 0 {
			s.sort(units[first:i], level+1)
			first = i
		}
	}
}

// sortedBy gives the positions 0 … size-1 in ascending order of key; those with one key keep their order.
func sortedBy[K cmp.Ordered](size int, key func(i int) K) []int {
	order := upTo(size)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(key(a), key(b)) })
	return order
}

func upTo(size int) []int {
	positions := make([]int, size)
	for i := range positions {
		positions[i] = i
	}
	return positions
}
