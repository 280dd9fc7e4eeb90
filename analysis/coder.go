package analysis

import "sort"

// Missing is the level of what is not known. It is counted and shown like any other, and comes last.
const Missing = "missing"

// A Coder numbers texts in the order they come; Dim then puts the levels in order.
type Coder struct {
	index map[string]int32
	names []string
}

// NewCoder makes a coder without levels.
func NewCoder() *Coder { return &Coder{index: make(map[string]int32)} }

// Code is the number of a text, a new one where the text is new.
func (l *Coder) Code(name string) int32 {
	c, ok := l.index[name]
	if !ok {
		c = int32(len(l.names))
		l.index[name] = c
		l.names = append(l.names, name)
	}
	return c
}

// Name is the text of a number.
func (l *Coder) Name(code int32) string { return l.names[code] }

// Len is how many texts there are.
func (l *Coder) Len() int { return len(l.names) }

// Order gives the texts in byte order, Missing last, and where each number went.
func (l *Coder) Order() (sorted []string, to []int32) {
	sorted = append([]string{}, l.names...)
	sort.Slice(sorted, func(i, j int) bool {
		if (sorted[i] == Missing) != (sorted[j] == Missing) {
			return sorted[j] == Missing
		}
		return sorted[i] < sorted[j]
	})
	to = make([]int32, len(sorted))
	for i, n := range sorted {
		to[l.index[n]] = int32(i)
	}
	return sorted, to
}

// Dim makes a dimension of codes this coder gave, recoded in place to the order of the levels.
func (l *Coder) Dim(name string, codes []int32) Dim {
	sorted, to := l.Order()
	for i, c := range codes {
		codes[i] = to[c]
	}
	return Dim{Name: name, Levels: sorted, Code: codes}
}
