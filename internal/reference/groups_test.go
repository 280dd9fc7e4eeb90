package reference

import (
	"cmp"
	"math"
	"slices"
)

// A group is the rows that have the same levels of some factors.
type group struct {
	label string
	rows  []bool
}

// groups are the combinations of levels that rows of the domain have, the first factor varying fastest.
func (t *table) groups(factors []string, domain []bool) []group {
	return slices.DeleteFunc(t.cross(factors, domain), func(g group) bool {
		return !slices.Contains(both(g.rows, domain), true)
	})
}

// cross are all combinations of levels, the first factor varying fastest.
func (t *table) cross(factors []string, domain []bool) []group {
	all := []group{{"", make([]bool, t.rows)}}
	for i := range all[0].rows {
		all[0].rows[i] = true
	}
	for n, factor := range factors {
		text := t.text(factor)
		var next []group
		for _, level := range t.levels(factor, domain) {
			for _, g := range all {
				rows := make([]bool, t.rows)
				for i := range rows {
					rows[i] = g.rows[i] && text[i] == level
				}
				label := level
				if n > 0 {
					label = g.label + "." + level
				}
				next = append(next, group{label, rows})
			}
		}
		all = next
	}
	return all
}

// levels are those of a factor. A column of text is a factor with the levels that it has in the whole data set, by
// bytes; numbers become one in the domain, in their order.
func (t *table) levels(factor string, domain []bool) []string {
	text := t.text(factor)
	_, err := parseNumbers(text)
	if err == nil {
		text = slices.Clone(text)
		for i := range text {
			if domain != nil && !domain[i] {
				text[i] = ""
			}
		}
	}
	levels := slices.Compact(slices.Sorted(slices.Values(text)))
	levels = slices.DeleteFunc(levels, missing)
	if err == nil {
		slices.SortStableFunc(levels, func(a, b string) int {
			n := must(parseNumbers([]string{a, b}))
			return cmp.Compare(n[0], n[1])
		})
	}
	return levels
}

// indicator is 1 in the rows of a group, and missing where a factor is.
func (t *table) indicator(g group, factors []string) []float64 {
	column := make([]float64, t.rows)
	for i, known := range t.complete(nil, factors) {
		switch {
		case !known:
			column[i] = math.NaN()
		case g.rows[i]:
			column[i] = 1
		}
	}
	return column
}
