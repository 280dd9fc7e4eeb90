package microdata

import (
	"encoding/binary"
	"strconv"
)

// stataSizes are the sizes of fields that differ between formats 117, 118 and 119.
type stataSizes struct{ variables, rows, label, name, sort, format, variableLabel int }

var stataTagged = map[int]stataSizes{
	117: {variables: 2, rows: 4, label: 1, name: 33, sort: 2, format: 49, variableLabel: 81},
	118: {variables: 2, rows: 8, label: 2, name: 129, sort: 2, format: 57, variableLabel: 321},
	119: {variables: 4, rows: 8, label: 2, name: 129, sort: 4, format: 57, variableLabel: 321},
}

// tagged reads the formats 117 to 119, whose parts stand between tags, and in a map where each begins.
func (r *stataReader) tagged() {
	h := r.h
	r.expect("<stata_dta><header><release>")
	format, _ := strconv.Atoi(string(r.bytes(3)))
	sizes, known := stataTagged[format]
	if !known {
		r.fail("a Stata file of format %d, want 113 to 115 or 117 to 119: save it with Stata's saveold", format)
		return
	}
	h.format = format
	r.expect("</release><byteorder>")
	switch string(r.bytes(3)) {
	case "MSF":
		h.order = binary.BigEndian
	case "LSF":
	default:
		r.fail("not a Stata file: no byte order")
	}
	r.expect("</byteorder><K>")
	r.allocate(r.whole(sizes.variables))
	r.expect("</K><N>")
	h.rows = r.whole(sizes.rows)
	r.expect("</N><label>")
	r.bytes(int(r.whole(sizes.label)))
	r.expect("</label><timestamp>")
	r.bytes(int(r.whole(1)))
	r.expect("</timestamp></header><map>")
	var at [14]int64
	for i := range at {
		at[i] = r.whole(8)
	}
	r.taggedVariables(sizes, at)
	h.data = at[9] + int64(len("<data>"))
	r.goTo(at[11])
	r.expect("<value_labels>")
	for r.err == nil && string(r.bytes(5)) == "<lbl>" {
		r.labelTable(sizes.name)
		r.expect("</lbl>")
	}
}

// taggedVariables reads names, types and labels of the variables from where the map has them.
func (r *stataReader) taggedVariables(sizes stataSizes, at [14]int64) {
	n := len(r.h.variables)
	r.goTo(at[2])
	r.expect("<variable_types>")
	for i := range r.h.variables {
		r.taggedType(&r.h.variables[i], r.whole(2))
	}
	r.goTo(at[3])
	r.expect("<varnames>")
	names := r.texts(n, sizes.name)
	r.goTo(at[6])
	r.expect("<value_label_names>")
	labels := r.texts(n, sizes.name)
	for i := range r.h.variables {
		r.h.variables[i].name, r.h.variables[i].labels = names[i], labels[i]
	}
	r.h.place()
}

func (r *stataReader) taggedType(v *stataVariable, code int64) {
	switch {
	case code >= 1 && code <= 2045:
		v.kind, v.length = stataText, int(code)
	case code == 32768:
		v.numeric(stataLongText)
	case code >= 65526 && code <= 65530:
		v.numeric([]stataKind{stataDouble, stataFloat, stataLong, stataInt, stataByte}[code-65526])
	default:
		r.fail("a variable of type %d, which format %d does not have", code, r.h.format)
	}
}
