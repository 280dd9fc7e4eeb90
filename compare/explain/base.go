package explain

// emptiest is how far the persons expected in a group may lie below what the census as a whole has there: a register
// that has nobody in a group does not make it one in which nobody is expected.
const emptiest = 0.2

// A structure is the census's age structure over all areas: shares of groups. It has hardly a sampling error.
type structure []float64

func (d *Data) structure() structure {
	s := make(structure, d.Groups())
	total := 0.0
	for i := range d.Areas() {
		if d.speaks(i) {
			for g, v := range d.row(d.Census, i) {
				s[g] += v
				total += v
			}
		}
	}
	for g := range s {
		s[g] /= total
	}
	return s
}

// expected writes the persons expected in the groups of an area where nothing is wrong: the register's, which have no
// sampling error, and a fifth of the census's total with the structure of all areas where that is more.
func (s structure) expected(register []float64, total float64, out []float64) {
	for g, r := range register {
		out[g] = max(r, emptiest*total*s[g])
	}
}
