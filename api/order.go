package api

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Everything is sorted by an unsigned key, so that one sort serves all columns. last is the key of a missing value,
// whichever way the rest goes.
const last = math.MaxUint64

// An order is a column to sort by; "-register" is register, descending.
type order struct {
	column     string
	descending bool
}

func parseOrder(s string) order {
	column, descending := strings.CutPrefix(s, "-")
	return order{column, descending}
}

// sortByKey sorts ids by key. Equal keys keep the order of the ids.
func sortByKey(ids []int32, key func(int32) uint64) {
	type keyed struct {
		key uint64
		id  int32
	}
	pairs := make([]keyed, len(ids))
	for i, id := range ids {
		pairs[i] = keyed{key(id), id}
	}
	slices.SortFunc(pairs, func(a, b keyed) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(a.id, b.id)
	})
	for i, p := range pairs {
		ids[i] = p.id
	}
}

// numberKey keeps the order of the numbers: the bits of a float64 sort like integers once the sign is turned.
func numberKey(v float64, descending bool) uint64 {
	if math.IsNaN(v) {
		return last
	}
	bits := math.Float64bits(v + 0) // -0 is 0
	if bits>>63 == 1 {
		bits = ^bits
	} else {
		bits |= 1 << 63
	}
	if descending {
		return ^bits
	}
	return bits
}

// textKeys ranks the texts of ids. An empty text is missing.
func textKeys(ids []int32, text func(int32) string, compare func(a, b string) int, descending bool) func(int32) uint64 {
	ranks := rankTexts(ids, text, compare)
	n := uint64(len(ranks))
	return remembering(text, func(s string) uint64 {
		if s == "" {
			return last
		}
		if descending {
			return n - ranks[s]
		}
		return ranks[s]
	})
}

func rankTexts(ids []int32, text func(int32) string, compare func(a, b string) int) map[string]uint64 {
	ranks := make(map[string]uint64)
	see := remembering(text, func(s string) uint64 { ranks[s] = 0; return 0 })
	for _, id := range ids {
		see(id)
	}
	texts := make([]string, 0, len(ranks))
	for s := range ranks {
		texts = append(texts, s)
	}
	slices.SortFunc(texts, compare)
	for i, s := range texts {
		ranks[s] = uint64(i)
	}
	return ranks
}

// remembering asks again only when the text changes: rows come grouped, and a map is slower than a comparison.
func remembering(text func(int32) string, of func(string) uint64) func(int32) uint64 {
	var known bool
	var previous string
	var key uint64
	return func(id int32) uint64 {
		if s := text(id); !known || s != previous {
			known, previous, key = true, s, of(s)
		}
		return key
	}
}

// compareTexts is the order of the texts in a column: names as Vietnamese readers expect them, cells by the numbers
// in them, everything else by its bytes.
func compareTexts(column string) func(a, b string) int {
	switch column {
	case "name", "area_name":
		c := collate.New(language.Vietnamese)
		return c.CompareString
	case "cell":
		return compareCells
	}
	return strings.Compare
}

// compareCells compares runs of digits as numbers, so that 5-9 comes before 10-14.
func compareCells(a, b string) int {
	whole, other := a, b
	for a != "" && b != "" {
		m, n := digits(a), digits(b)
		if m > 0 && n > 0 {
			x, y := strings.TrimLeft(a[:m], "0"), strings.TrimLeft(b[:n], "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y)); c != 0 {
				return c
			}
			a, b = a[m:], b[n:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(whole, other))
}

func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}
