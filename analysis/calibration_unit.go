package analysis

import "fmt"

// unitProfiles are the profiles of units: the means of the values of their rows. q is the harmonic mean.
func unitProfiles(c *Calibration) (*profiles, error) {
	unit, units := numberedUnits(c.Unit)
	items, size := make([]profileRow, units), make([]float64, units)
	for i, u := range unit {
		part := int32(0)
		if c.Part != nil {
			part = c.Part[i]
		}
		if size[u] > 0 && items[u].part != part {
			return nil, fmt.Errorf("analysis: row %d is in part %q, another of its unit in %q: a unit of one weight is in one",
				i, c.Parts[part], c.Parts[items[u].part])
		}
		items[u].part, items[u].q = part, 1
		size[u]++
	}
	c.addMeans(items, unit, size)
	return gathered(c, unit, items), nil
}

// numberedUnits numbers units without gaps.
func numberedUnits(code []int32) (unit []int32, units int) {
	number, unit := map[int32]int32{}, make([]int32, len(code))
	for i, at := range code {
		u, seen := number[at]
		if !seen {
			u = int32(len(number))
			number[at] = u
		}
		unit[i] = u
	}
	return unit, len(number)
}

// addMeans gives units the means of their rows.
func (c *Calibration) addMeans(items []profileRow, unit []int32, size []float64) {
	offset := int32(0)
	for n := range c.Terms {
		t := &c.Terms[n]
		code, x := t.Code, t.X
		if code == nil {
			code = make([]int32, len(unit))
		}
		if x == nil {
			x = ones(len(unit))
		}
		s := sumCells(len(items), t.levels(), unit, code, nil, x)
		for u := range items {
			for e := s.first[u]; e < s.first[u+1]; e++ {
				if v := s.sums[0][e] / size[u]; v != 0 {
					items[u].col, items[u].val = append(items[u].col, offset+s.cell[e]), append(items[u].val, v)
				}
			}
		}
		offset += int32(t.levels())
	}
	if c.Q == nil {
		return
	}
	inverse := make([]float64, len(unit))
	for i, q := range c.Q {
		inverse[i] = 1 / q
	}
	for u, s := range sumByCell(inverse, unit, len(items)) {
		items[u].q = size[u] / s
	}
}
