package analysis

import (
	"cmp"
	"slices"
)

// Profiles are the different rows of auxiliary values there are. Rows of one profile have one g, so that a calibration
// to margins is one of a few hundred profiles, however many persons there are. Profiles stand in order of their part
// and values: whatever goes over them does not depend on the order of rows.
type profiles struct {
	parts, p int
	of       []int32 // profile of every row
	begin    []int32 // profiles begin[b]:begin[b+1] are those of part b

	first []int32 // entries first[k]:first[k+1] are those of profile k
	col   []int32
	val   []float64
	q     []float64 // by profile
}

// A profileRow is the auxiliary values of a row, or of a unit.
type profileRow struct {
	part int32
	q    float64
	col  []int32
	val  []float64
}

// newProfiles gathers the rows of a calibration.
func newProfiles(c *Calibration, rows int) (*profiles, error) {
	if c.Unit != nil {
		return unitProfiles(c)
	}
	of, k := c.numbered(rows)
	items := make([]profileRow, k)
	for i, at := range of {
		if items[at].q == 0 {
			items[at] = c.row(int32(i))
		}
	}
	return gathered(c, of, items), nil
}

// row is the auxiliary values of a row.
func (c *Calibration) row(i int32) profileRow {
	r := profileRow{q: 1, col: make([]int32, 0, len(c.Terms)), val: make([]float64, 0, len(c.Terms))}
	if c.Part != nil {
		r.part = c.Part[i]
	}
	if c.Q != nil {
		r.q = c.Q[i]
	}
	offset := int32(0)
	for n := range c.Terms {
		t := &c.Terms[n]
		at := offset
		offset += int32(t.levels())
		if t.Code != nil {
			if t.Code[i] < 0 {
				continue
			}
			at += t.Code[i]
		}
		if x := t.value(i); x != 0 {
			r.col, r.val = append(r.col, at), append(r.val, x)
		}
	}
	return r
}

// numbered gives rows of equal codes one number, below k, where there is nothing but codes and few enough combinations
// of them; else every row its own.
func (c *Calibration) numbered(rows int) (of []int32, k int) {
	codes, levels := c.codes()
	bound := int64(1)
	for _, n := range levels {
		if bound *= int64(n + 1); bound > int64(max(4*rows, 1<<16)) {
			break
		}
	}
	if c.continuous() || bound > int64(max(4*rows, 1<<16)) {
		return identity[int32](rows), rows
	}
	key := make([]int64, rows)
	for n, code := range codes {
		for i, l := range code {
			key[i] = key[i]*int64(levels[n]+1) + int64(l+1)
		}
	}
	return dense(key, bound)
}

// codes are the parts and the levels of all factors, with the number of each.
func (c *Calibration) codes() (codes [][]int32, levels []int) {
	if c.Part != nil {
		codes, levels = append(codes, c.Part), append(levels, len(c.Parts))
	}
	for i := range c.Terms {
		if t := &c.Terms[i]; t.Code != nil {
			codes, levels = append(codes, t.Code), append(levels, len(t.Levels))
		}
	}
	return codes, levels
}

// continuous tells whether there is anything but codes.
func (c *Calibration) continuous() bool {
	return c.Q != nil || slices.ContainsFunc(c.Terms, func(t Term) bool { return t.X != nil })
}

// dense numbers the keys that occur.
func dense(key []int64, bound int64) (of []int32, k int) {
	number := make([]int32, bound)
	of = make([]int32, len(key))
	for i, at := range key {
		if number[at] == 0 {
			k++
			number[at] = int32(k)
		}
		of[i] = number[at] - 1
	}
	return of, k
}

// gathered puts profiles in order and together where they are equal. of is the item of every row.
func gathered(c *Calibration, of []int32, items []profileRow) *profiles {
	order := identity[int32](len(items))
	compare := func(i, j int32) int { return items[i].compare(&items[j]) }
	slices.SortFunc(order, compare)
	p := &profiles{parts: c.parts(), p: len(c.columns()), of: make([]int32, len(of)), first: []int32{0}}
	p.begin = make([]int32, p.parts+1)
	number := make([]int32, len(items))
	for n, at := range order {
		if n == 0 || compare(order[n-1], at) != 0 {
			p.add(&items[at])
		}
		number[at] = int32(len(p.q) - 1)
	}
	accumulate(p.begin)
	for i, at := range of {
		p.of[i] = number[at]
	}
	return p
}

func (r *profileRow) compare(o *profileRow) int {
	if d := cmp.Or(cmp.Compare(r.part, o.part), cmp.Compare(r.q, o.q)); d != 0 {
		return d
	}
	return cmp.Or(slices.Compare(r.col, o.col), slices.Compare(r.val, o.val))
}

func (p *profiles) add(r *profileRow) {
	p.col, p.val, p.q = append(p.col, r.col...), append(p.val, r.val...), append(p.q, r.q)
	p.first = append(p.first, int32(len(p.col)))
	p.begin[r.part+1]++
}
