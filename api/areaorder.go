package api

import "math"

// areaTexts are the columns an area has of its own; the others are those of its total row.
var areaTexts = map[string]func(*area) string{
	"code":   func(a *area) string { return a.Code },
	"name":   func(a *area) string { return a.Name },
	"level":  func(a *area) string { return a.Level },
	"parent": func(a *area) string { return a.Parent },
}

// sortAreas sorts areas by a column of their own or of their total row; without one they stay as the code list has
// them.
func (x *index) sortAreas(ids []int32, definition, sort string) error {
	if sort == "" {
		return nil
	}
	by := parseOrder(sort)
	if text, ok := areaTexts[by.column]; ok {
		own := func(id int32) string { return text(&x.areas[id]) }
		sortByKey(ids, textKeys(ids, own, compareTexts(by.column), by.descending))
		return nil
	}
	c, ok := columnNamed(by.column)
	if !ok {
		return badValue{"sort", sort, sortNames("code", "name", "level", "parent")}
	}
	if c.text != nil {
		sortByKey(ids, textKeys(ids, x.totalText(c, definition), compareTexts(by.column), by.descending))
	} else {
		sortByKey(ids, x.totalNumber(c, definition, by.descending))
	}
	return nil
}

func (x *index) totalText(c column, definition string) func(int32) string {
	return func(id int32) string {
		if d := x.total(&x.areas[id], definition); d != nil {
			return c.text(d)
		}
		return ""
	}
}

func (x *index) totalNumber(c column, definition string, descending bool) func(int32) uint64 {
	return func(id int32) uint64 {
		v := math.NaN()
		if d := x.total(&x.areas[id], definition); d != nil {
			v = c.number(d)
		}
		return numberKey(v, descending)
	}
}

// sortNames lists the columns to sort by, for whoever misspelt one.
func sortNames(first ...string) []string {
	for _, c := range rowColumns {
		first = append(first, c.name)
	}
	return first
}
