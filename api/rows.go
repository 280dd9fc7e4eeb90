package api

// A rowFilter chooses rows: first by their area, then by what they say. An empty list lets everything through.
type rowFilter struct {
	areaFilter
	definitions, dimensions, cells, verdicts []string
}

func newRowFilter(in *discrepanciesInput) rowFilter {
	return rowFilter{
		areaFilter:  areaFilter{codes: split(in.Area), levels: split(in.Level), parents: split(in.Parent), q: fold(in.Q)},
		definitions: split(in.Definition),
		dimensions:  split(in.Dimension),
		cells:       split(in.Cell),
		verdicts:    split(in.Verdict),
	}
}

func (x *index) checkRows(f rowFilter) error {
	if err := known("definition", f.definitions, x.definitions); err != nil {
		return err
	}
	if err := known("dimension", f.dimensions, x.dimensions); err != nil {
		return err
	}
	return x.checkAreas(f.areaFilter, f.verdicts)
}

// filterRows gives the rows that match, in the order of the table. Only the rows of matching areas are looked at.
func (x *index) filterRows(f rowFilter) []int32 {
	ids := []int32{}
	for _, at := range x.spans {
		a := &x.areas[at]
		if !f.areaFilter.admits(a) {
			continue
		}
		for row := a.first; row < a.end; row++ {
			if x.admits(f, row) {
				ids = append(ids, row)
			}
		}
	}
	return ids
}

func (x *index) admits(f rowFilter, row int32) bool {
	d := &x.Rows[row]
	return admits(f.definitions, d.Definition) && admits(f.dimensions, d.Dimension) && admits(f.cells, d.Cell) &&
		admits(f.verdicts, string(d.Verdict))
}

// sortRows sorts by any column; without one the rows stay as they are.
func (x *index) sortRows(ids []int32, sort string) error {
	if sort == "" {
		return nil
	}
	by := parseOrder(sort)
	c, ok := columnNamed(by.column)
	switch {
	case !ok:
		return badValue{"sort", sort, sortNames()}
	case c.text != nil:
		text := func(id int32) string { return c.text(&x.Rows[id]) }
		sortByKey(ids, textKeys(ids, text, compareTexts(by.column), by.descending))
	default:
		sortByKey(ids, func(id int32) uint64 { return numberKey(c.number(&x.Rows[id]), by.descending) })
	}
	return nil
}
