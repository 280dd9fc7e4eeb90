package sampling_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"pgregory.net/rapid"
)

func TestSerpentine(t *testing.T) {
	region := []string{"N", "S", "N", "S", "N", "S", "W", "W"}
	size := []int{5, 1, 9, 7, 5, 3, 8, 2}
	// N ascends (5, 5 by position, 9), S descends (7, 3, 1), W ascends (2, 8).
	want := []int{0, 4, 2, 3, 5, 1, 7, 6}
	if got := sampling.Serpentine(8, sampling.By(region), sampling.By(size)); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	// One key sorts and nothing more; none leaves the order as it was.
	want = []int{0, 2, 4, 1, 3, 5, 6, 7}
	if got := sampling.Serpentine(8, sampling.By(region)); !slices.Equal(got, want) {
		t.Errorf("by region alone %v, want %v", got, want)
	}
	if got := sampling.Serpentine(3); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("without keys %v", got)
	}
	if got := sampling.Serpentine(0, sampling.By(region)); len(got) != 0 {
		t.Errorf("%v of nothing", got)
	}
}

// TestSerpentineGray: where every combination of levels occurs once, the serpentine order is a reflected Gray code:
// each unit differs from the next in one key alone, by one level.
func TestSerpentineGray(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levels := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 4).Draw(t, "levels")
		units := crossed(levels)
		order := sampling.Serpentine(len(units), keysOf(units, len(levels))...)
		for i := 1; i < len(order); i++ {
			distance := 0
			for k := range levels {
				d := units[order[i]][k] - units[order[i-1]][k]
				distance += d * d
			}
			if distance != 1 {
				t.Fatalf("from %v to %v with levels %v", units[order[i-1]], units[order[i]], levels)
			}
		}
	})
}

// crossed are all combinations of the levels, in an order that is not theirs.
func crossed(levels []int) [][]int {
	units := [][]int{nil}
	for _, l := range levels {
		var next [][]int
		for _, u := range units {
			for v := l - 1; v >= 0; v-- {
				next = append(next, append(slices.Clone(u), v))
			}
		}
		units = next
	}
	return units
}

func keysOf(units [][]int, n int) []sampling.Key {
	var keys []sampling.Key
	for k := range n {
		keys = append(keys, func(a, b int) int { return cmp.Compare(units[a][k], units[b][k]) })
	}
	return keys
}

// TestSerpentineGroups: the order is a permutation in which every group of units alike in the first keys hangs
// together, groups of the first key ascend, and units alike in all keys keep their order.
func TestSerpentineGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const keys = 3
		units := rapid.SliceOf(rapid.SliceOfN(rapid.IntRange(0, 3), keys, keys)).Draw(t, "units")
		order := sampling.Serpentine(len(units), keysOf(units, keys)...)
		if sorted := slices.Sorted(slices.Values(order)); len(order) != len(units) || !strictlyRising(sorted) {
			t.Fatalf("%v of %d units", order, len(units))
		}
		seen := map[string]bool{}
		for i, u := range order {
			for level := 1; level <= keys; level++ {
				group := fmt.Sprint(units[u][:level])
				if i > 0 && group == fmt.Sprint(units[order[i-1]][:level]) {
					continue
				}
				if seen[group] {
					t.Fatalf("group %s comes twice in %v", group, order)
				}
				seen[group] = true
			}
			if i == 0 {
				continue
			}
			before := order[i-1]
			if units[u][0] < units[before][0] || slices.Equal(units[u], units[before]) && u < before {
				t.Fatalf("unit %d after %d of %v", u, before, units)
			}
		}
	})
}

// TestImplicitStratification: in serpentine order a fractional interval gives every group its share, within one unit.
func TestImplicitStratification(t *testing.T) {
	province := strings.Split(strings.Repeat("A", 30)+strings.Repeat("B", 50)+strings.Repeat("C", 17), "")
	order := sampling.Serpentine(len(province), sampling.By(province))
	const n = 13
	for seed := range uint64(200) {
		count := map[string]int{}
		for _, i := range sampling.FractionalSystematic(sampling.Source(seed, ""), n, len(order)) {
			count[province[order[i]]]++
		}
		for p, units := range map[string]float64{"A": 30, "B": 50, "C": 17} {
			if share := n * units / 97; float64(count[p]) <= share-1 || float64(count[p]) >= share+1 {
				t.Fatalf("%d units of %s, want within 1 of %.2f", count[p], p, share)
			}
		}
	}
}

func ExampleSerpentine() {
	province := []string{"North", "North", "South", "South", "North", "South"}
	persons := []int{300, 100, 700, 200, 500, 400}
	for _, i := range sampling.Serpentine(len(province), sampling.By(province), sampling.By(persons)) {
		fmt.Println(province[i], persons[i])
	}
	// Output:
	// North 100
	// North 300
	// North 500
	// South 700
	// South 400
	// South 200
}
