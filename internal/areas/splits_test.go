package areas_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
)

// tallyOf is a tally of persons by area.
func tallyOf(persons map[string]int64) *analysis.Tally {
	coder, t := analysis.NewCoder(), &analysis.Tally{}
	var codes []int32
	for _, area := range slices.Sorted(maps.Keys(persons)) {
		codes, t.N = append(codes, coder.Code(area)), append(t.N, persons[area])
	}
	t.Dims = []analysis.Dim{coder.Dim("area", codes)}
	return t
}

// byArea adds a tally up by area.
func byArea(t *analysis.Tally) map[string]int64 {
	sum := make(map[string]int64)
	for row, n := range t.N {
		sum[t.Dims[0].Levels[t.Dims[0].Code[row]]] += n
	}
	maps.DeleteFunc(sum, func(_ string, n int64) bool { return n == 0 })
	return sum
}

func whole(code string) (string, bool) { return code, true }

func TestOpenByHand(t *testing.T) {
	unknown := math.NaN()
	chain := areas.Chain{
		{"a": {{Code: "A", Share: 1}}, "b": {{Code: "A", Share: unknown, Primary: true}, {Code: "B", Share: unknown}},
			"c": {{Code: "B", Share: 0.25}, {Code: "C", Share: unknown}, {Code: "D", Share: unknown, Primary: true}}},
		{"A": {{Code: "X", Share: 1}}, "B": {{Code: "Y", Share: 1}}, "C": {{Code: "Y", Share: 1}},
			"D": {{Code: "Y", Share: unknown}, {Code: "Z", Share: unknown, Primary: true}}},
	}
	t1 := tallyOf(map[string]int64{"a": 10, "b": 100, "c": 1000, "d": 5})
	carried, caveats := chain.Carry(t1)
	// b stands in A and so in X; of c a quarter is in B, the rest in D, and so in Z.
	if diff := cmp.Diff(map[string]int64{"X": 110, "Y": 250, "Z": 750, "missing": 5}, byArea(carried)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"5 persons of 1 units the crosswalk does not know are counted under missing"}, caveats); diff != "" {
		t.Error(diff)
	}
	below, above := chain.Splits(t1).Open(whole)
	// b may be in Y; what is left of c goes to Y by C, and by D to Y or Z.
	if diff := cmp.Diff(map[string]int64{"X": 100, "Z": 750}, byArea(below)); diff != "" {
		t.Errorf("fewer:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"Y": 100 + 750}, byArea(above)); diff != "" {
		t.Errorf("more:\n%s", diff)
	}
	// A unit of Y and Z has all of c whatever the split, and may have b.
	below, above = chain.Splits(t1).Open(func(code string) (string, bool) { return "west", code == "X" })
	if diff := cmp.Diff([]map[string]int64{{"west": 100}, {}}, []map[string]int64{byArea(below), byArea(above)}); diff != "" {
		t.Error(diff)
	}
	if s := (areas.Chain{chain[0]}).Splits(tallyOf(map[string]int64{"a": 7, "b": 0})); s != nil {
		t.Error("a unit nobody is in was found open")
	}
}

// drawChain draws two crosswalks with known shares of 0, a half and 1, so that persons in fours split without rounding.
func drawChain(t *rapid.T, from, through, to []string) areas.Chain {
	draw := func(from, to []string) areas.Crosswalk {
		w := make(areas.Crosswalk)
		for _, code := range from {
			a := rapid.Permutation(to).Draw(t, "targets of "+code)
			unknown := math.NaN()
			w[code] = rapid.SampledFrom([][]areas.Target{
				{{Code: a[0], Share: 1}},
				{{Code: a[0], Share: 0.5}, {Code: a[1], Share: 0.5}},
				{{Code: a[0], Share: unknown}, {Code: a[1], Share: unknown}},
				{{Code: a[0], Share: unknown}, {Code: a[1], Share: unknown, Primary: true}, {Code: a[2], Share: unknown}},
				{{Code: a[0], Share: 0.5}, {Code: a[1], Share: unknown}, {Code: a[2], Share: unknown}},
				{{Code: a[0], Share: 1}, {Code: a[1], Share: unknown}},
			}).Draw(t, "split of "+code)
		}
		return w
	}
	return areas.Chain{draw(from, through), draw(through, to)}
}

// extremes goes through every way to let the unknown splits of one unit fall whole, and gives the fewest and the most
// persons in a set of units.
func extremes(c areas.Chain, code string, n int64, in func(string) bool) (least, most int64) {
	if len(c) == 0 {
		if in(code) {
			return n, n
		}
		return 0, 0
	}
	rest, open := n, []string(nil)
	for _, target := range c[0][code] {
		if math.IsNaN(target.Share) {
			open = append(open, target.Code)
			continue
		}
		part := int64(target.Share * float64(n))
		l, m := extremes(c[1:], target.Code, part, in)
		least, most, rest = least+l, most+m, rest-part
	}
	fewest, mostly := int64(math.MaxInt64), int64(0)
	for _, to := range open {
		l, m := extremes(c[1:], to, rest, in)
		fewest, mostly = min(fewest, l), max(mostly, m)
	}
	if len(open) > 0 {
		least, most = least+fewest, most+mostly
	}
	return least, most
}

// TestOpenIsSharp: the persons placed, less below and plus above, are the fewest and the most there can be, for areas and for
// sets of them; and nobody is lost.
func TestOpenIsSharp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		olds, news := []string{"a", "b", "c"}, []string{"X", "Y", "Z", "U"}
		chain := drawChain(t, olds, []string{"A", "B", "C"}, news)
		persons, all := make(map[string]int64), int64(0)
		for _, code := range olds {
			persons[code] = 4 * rapid.Int64Range(0, 1000).Draw(t, "persons of "+code)
			all += persons[code]
		}
		tally := tallyOf(persons)
		carried, _ := chain.Carry(tally)
		var sum int64
		for _, n := range carried.N {
			sum += n
		}
		if sum != all {
			t.Fatalf("%d persons became %d", all, sum)
		}
		for _, unit := range []func(string) (string, bool){
			whole,
			func(code string) (string, bool) {
				return map[string]string{"X": "west", "Y": "west", "Z": "east"}[code], code != "U"
			},
		} {
			checkSharp(t, chain, tally, carried, unit, news)
		}
	})
}

func checkSharp(t *rapid.T, chain areas.Chain, tally, carried *analysis.Tally, unit func(string) (string, bool), news []string) {
	fewer, more := map[string]int64{}, map[string]int64{}
	if s := chain.Splits(tally); s != nil {
		below, above := s.Open(unit)
		fewer, more = byArea(below), byArea(above)
	}
	placed := make(map[string]int64)
	for area, n := range byArea(carried) {
		if u, ok := unit(area); ok {
			placed[u] += n
		}
	}
	units := make(map[string]bool)
	for _, code := range news {
		if u, ok := unit(code); ok {
			units[u] = true
		}
	}
	for u := range units {
		var least, most int64
		for code, n := range byArea(tally) {
			l, m := extremes(chain, code, n, func(area string) bool { in, ok := unit(area); return ok && in == u })
			least, most = least+l, most+m
		}
		if got := fmt.Sprint(placed[u]-fewer[u], placed[u]+more[u]); got != fmt.Sprint(least, most) {
			t.Fatalf("%s: %d placed, from %s, want from %d to %d", u, placed[u], got, least, most)
		}
	}
}
