// Package demography works on counts by age: graduation of groups to single years, smoothing, interpolation between
// dates, intercensal survival, the balancing equation, and cohort-component roll-forward. And it judges the quality of data
// on age and sex: preference for digits and ages, irregular age and sex ratios, each with the error that chance or a sample
// gives it.
//
// It is pure: it reads slices, returns values, logs nothing and opens nothing. What maps counts to counts comes with
// the matrix of its derivatives, so that variances can be carried over.
package demography

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Groups are age groups that follow each other without a gap. Start holds their first completed years, rising; End is
// the first year past the last group, and Open where that group has no end.
type Groups struct {
	Start []int
	End   int
}

// Open is the end of groups of which the last one is open.
const Open = -1

// FiveYears are groups of five years from age 0 to below last, and the open group from last on.
func FiveYears(last int) Groups {
	var start []int
	for age := 0; age <= last; age += 5 {
		start = append(start, age)
	}
	return Groups{Start: start, End: Open}
}

// Len is the number of groups.
func (g Groups) Len() int { return len(g.Start) }

// IsOpen tells whether the last group is open.
func (g Groups) IsOpen() bool { return g.End == Open }

// Closed is how many groups are closed: all, or all but the last.
func (g Groups) Closed() int {
	if g.IsOpen() {
		return len(g.Start) - 1
	}
	return len(g.Start)
}

// Above is the first year past group i; Open for an open one.
func (g Groups) Above(i int) int {
	if i+1 < len(g.Start) {
		return g.Start[i+1]
	}
	return g.End
}

// Top is the first year past the closed groups, where the open group starts if there is one.
func (g Groups) Top() int {
	if g.IsOpen() {
		return g.Start[len(g.Start)-1]
	}
	return g.End
}

// Singles are the single years of the closed groups, and the open group as it is.
func (g Groups) Singles() Groups {
	var start []int
	for age := g.Start[0]; age < g.Top(); age++ {
		start = append(start, age)
	}
	if g.IsOpen() {
		start = append(start, g.Top())
	}
	return Groups{Start: start, End: g.End}
}

// Equal tells whether two groupings are the same.
func (g Groups) Equal(other Groups) bool {
	return g.End == other.End && slices.Equal(g.Start, other.Start)
}

// Label names group i: 0-4, 7 for a group of one year, 85+ for an open one.
func (g Groups) Label(i int) string {
	switch above := g.Above(i); above {
	case Open:
		return fmt.Sprintf("%d+", g.Start[i])
	case g.Start[i] + 1:
		return strconv.Itoa(g.Start[i])
	default:
		return fmt.Sprintf("%d-%d", g.Start[i], above-1)
	}
}

// Labels names all groups.
func (g Groups) Labels() []string {
	labels := make([]string, g.Len())
	for i := range labels {
		labels[i] = g.Label(i)
	}
	return labels
}

// check panics where groups are none: a programmer's mistake, since ParseGroups refuses what people write.
func (g Groups) check() {
	if len(g.Start) == 0 || g.Start[0] < 0 || g.End != Open && g.End <= g.Start[len(g.Start)-1] {
		panic("demography: no age groups")
	}
	for i := 1; i < len(g.Start); i++ {
		if g.Start[i] <= g.Start[i-1] {
			panic("demography: age groups do not rise")
		}
	}
}

// checkCounts panics where counts are not one a group.
func (g Groups) checkCounts(counts []float64) {
	if len(counts) != g.Len() {
		panic("demography: counts and age groups differ in length")
	}
}

// ParseGroup reads the label of a group: 0-4, 7, 85+. The group is from to before above, which is Open for an open one.
func ParseGroup(label string) (from, above int, err error) {
	text := strings.TrimSpace(label)
	first, last, isRange := strings.Cut(text, "-")
	first, isOpen := strings.CutSuffix(first, "+")
	from, err = year(first)
	switch {
	case err != nil || isOpen && isRange:
		return 0, 0, fmt.Errorf("%q is no age group, want one like 0-4, 7 or 85+", label)
	case isOpen:
		return from, Open, nil
	case !isRange:
		return from, from + 1, nil
	}
	to, err := year(last)
	if err != nil || to < from {
		return 0, 0, fmt.Errorf("%q is no age group, want one like 0-4, 7 or 85+", label)
	}
	return from, to + 1, nil
}

// year reads completed years: digits alone.
func year(text string) (int, error) {
	if text == "" || strings.Trim(text, "0123456789") != "" || len(text) > 3 {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(text)
}

// ParseGroups reads labels of groups in any order. order[i] is the position of the i-th group among the labels. An
// error says which labels are no groups, overlap, or leave a gap.
func ParseGroups(labels []string) (g Groups, order []int, err error) {
	type group struct{ from, above, at int }
	groups := make([]group, len(labels))
	for i, label := range labels {
		groups[i].at = i
		if groups[i].from, groups[i].above, err = ParseGroup(label); err != nil {
			return Groups{}, nil, err
		}
	}
	if len(groups) == 0 {
		return Groups{}, nil, fmt.Errorf("there are no age groups")
	}
	slices.SortStableFunc(groups, func(a, b group) int { return a.from - b.from })
	for i, x := range groups {
		if i+1 < len(groups) && x.above != groups[i+1].from {
			return Groups{}, nil, fmt.Errorf(
				"age groups %s and %s do not follow each other: groups leave no gap and do not overlap",
				labels[x.at], labels[groups[i+1].at])
		}
		g.Start, g.End, order = append(g.Start, x.from), x.above, append(order, x.at)
	}
	return g, order, nil
}
