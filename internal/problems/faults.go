package problems

import (
	"fmt"
	"slices"
)

// faultsTold is how many faults of a column are told one by one.
const faultsTold = 10

// Faults are what is wrong with the values of one column. A column can be wrong on every row: the first lines are told, and
// how many more there are, so that what is wrong elsewhere is told, too.
type Faults struct {
	Lines []int // all of them
	texts []string
}

// Add notes a fault.
func (f *Faults) Add(line int, text string) {
	f.Lines = append(f.Lines, line)
	if len(f.texts) < faultsTold {
		f.texts = append(f.texts, text)
	}
}

// Append adds the faults of a later part of the file, before which there are so many lines.
func (f *Faults) Append(later Faults, lines int) {
	for i, line := range later.Lines {
		if i < len(later.texts) {
			f.Add(lines+line, later.texts[i])
		} else {
			f.Add(lines+line, later.texts[len(later.texts)-1])
		}
	}
}

// Has tells whether there is a fault on a line. Lines must have been added in ascending order.
func (f *Faults) Has(line int) bool {
	_, found := slices.BinarySearch(f.Lines, line)
	return found
}

// Tell puts the faults of a column into a list.
func (f *Faults) Tell(into *List, file, column string) {
	for i, text := range f.texts {
		if more := len(f.Lines) - faultsTold; i == faultsTold-1 && more > 0 {
			text += fmt.Sprintf("; and so on %d more lines", more)
		}
		into.Add(file, f.Lines[i], column, "%s", text)
	}
}
