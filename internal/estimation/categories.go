package estimation

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/microdata"
)

// A cut puts the numbers of a column into groups: below the first limit, from each limit to below the next one, and
// from the last one on.
type cut struct {
	column string
	limits []float64
}

// parseCut reads column:limit,limit,….
func parseCut(text string) (cut, error) {
	at := strings.LastIndexByte(text, ':')
	if at < 1 {
		return cut{}, fmt.Errorf("--cut %q: want a column and limits, such as age:15,60", text)
	}
	c := cut{column: text[:at]}
	for _, limit := range strings.Split(text[at+1:], ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(limit), 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			return cut{}, fmt.Errorf("--cut %q: %q is not a number", text, limit)
		}
		if n := len(c.limits); n > 0 && v <= c.limits[n-1] {
			return cut{}, fmt.Errorf("--cut %q: limits must go up", text)
		}
		c.limits = append(c.limits, v)
	}
	return c, nil
}

// codes are the groups of the rows.
func (c cut) codes(values []float64) microdata.Codes {
	out := microdata.Codes{Code: make([]int32, len(values)), Levels: c.names()}
	gap := false
	for i, v := range values {
		out.Code[i] = c.group(v)
		gap = gap || math.IsNaN(v)
	}
	if gap {
		out.Levels = append(out.Levels, analysis.Missing)
	}
	out.Labels = out.Levels
	return out
}

// names are those of the groups.
func (c cut) names() []string {
	n := len(c.limits)
	names := []string{"below " + short(c.limits[0])}
	for i := 1; i < n; i++ {
		names = append(names, short(c.limits[i-1])+" to below "+short(c.limits[i]))
	}
	return append(names, short(c.limits[n-1])+" and above")
}

// group is the group of a number; NaN has one of its own after the others.
func (c cut) group(v float64) int32 {
	if math.IsNaN(v) {
		return int32(len(c.limits) + 1)
	}
	group, exact := slices.BinarySearch(c.limits, v)
	if exact {
		group++
	}
	return int32(group)
}

// named is the group that a text stands for: its name, a number in it, or one such as 85+, whose like are all in it. It
// is -1 where there is none.
func (c cut) named(text string) int32 {
	if at := slices.Index(c.names(), text); at >= 0 {
		return int32(at)
	}
	if text == analysis.Missing {
		return c.group(math.NaN())
	}
	number, open := strings.CutSuffix(text, "+")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(v) || open && v < c.limits[len(c.limits)-1] {
		return -1
	}
	return c.group(v)
}

func short(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// cells are the cross of some categories, as far as rows have it.
type cells struct {
	of     []int32 // cell of every row
	labels [][]string
}

func (c *cells) len() int { return len(c.labels) }

// crossed numbers the cross of categories that occur on rows, the first one varying slowest. Without any, all rows are
// one cell.
func crossed(rows int, by []microdata.Codes) (*cells, error) {
	keys, size := make([]int64, rows), int64(1)
	for _, c := range by {
		n := int64(len(c.Levels))
		if n > 0 && size > math.MaxInt64/n {
			return nil, fmt.Errorf("--by: the columns have too many levels to be crossed")
		}
		size *= n
		for i, l := range c.Code {
			keys[i] = keys[i]*n + int64(l)
		}
	}
	there := occurring(keys, size)
	if len(there) > math.MaxInt32 {
		return nil, fmt.Errorf("--by: %d cells are too many", len(there))
	}
	out := &cells{of: numbered(keys, there, size)}
	for _, key := range there {
		labels := make([]string, len(by))
		for j := len(by) - 1; j >= 0; j-- {
			n := int64(len(by[j].Levels))
			labels[j] = by[j].Labels[key%n]
			key /= n
		}
		out.labels = append(out.labels, labels)
	}
	return out, nil
}

// denseKeys is up to how many possible keys a table of all of them is kept.
const denseKeys = 1 << 22

// occurring are the keys that rows have, in order.
func occurring(keys []int64, size int64) (out []int64) {
	if size <= denseKeys {
		seen := make([]bool, size)
		for _, k := range keys {
			seen[k] = true
		}
		for k, s := range seen {
			if s {
				out = append(out, int64(k))
			}
		}
		return out
	}
	seen := map[int64]bool{}
	for _, k := range keys {
		if !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// numbered gives every row the number of its key among those there are.
func numbered(keys, there []int64, size int64) []int32 {
	out := make([]int32, len(keys))
	if size <= denseKeys {
		number := make([]int32, size)
		for n, k := range there {
			number[k] = int32(n)
		}
		for i, k := range keys {
			out[i] = number[k]
		}
		return out
	}
	number := make(map[int64]int32, len(there))
	for n, k := range there {
		number[k] = int32(n)
	}
	for i, k := range keys {
		out[i] = number[k]
	}
	return out
}
