package microdata

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// A coder numbers the levels of a column in the order they come. "" is the missing level.
type coder struct {
	levels []string
	texts  map[string]int32
	wholes map[int64]int32

	last      []byte // text that came before, as it comes again and again
	lastCode  int32
	lastWhole int64 // the same of whole numbers
	wholeCode int32
}

func newCoder() *coder {
	return &coder{texts: map[string]int32{}, wholes: map[int64]int32{}, lastCode: -1, wholeCode: -1}
}

// text is the code of a text.
func (c *coder) text(b []byte) int32 {
	if c.lastCode >= 0 && bytes.Equal(b, c.last) {
		return c.lastCode
	}
	code, ok := c.texts[string(b)]
	if !ok {
		code = c.add(string(b))
	}
	c.last, c.lastCode = append(c.last[:0], b...), code
	return code
}

func (c *coder) add(level string) int32 {
	code := int32(len(c.levels))
	c.levels = append(c.levels, level)
	c.texts[level] = code
	return code
}

// whole is the code of a whole number, as which it is written without a point.
func (c *coder) whole(v int64) int32 {
	if c.wholeCode >= 0 && v == c.lastWhole {
		return c.wholeCode
	}
	code, ok := c.wholes[v]
	if !ok {
		code = c.text(strconv.AppendInt(nil, v, 10))
		c.wholes[v] = code
	}
	c.lastWhole, c.wholeCode = v, code
	return code
}

// number is the code of a number, in the shortest text that reads back as it; NaN is missing.
func (c *coder) number(v float64) int32 {
	switch {
	case math.IsNaN(v):
		return c.text(nil)
	case v == math.Trunc(v) && math.Abs(v) < 1<<53:
		return c.whole(int64(v))
	}
	return c.text(strconv.AppendFloat(nil, v, 'f', -1, 64))
}

// A piece is a column over some rows: numbers, or codes of the levels of its own coder.
type piece struct {
	numbers []float64
	codes   []int32
	coder   *coder
}

func newPiece(k Kind, rows int) *piece {
	if k == Number {
		return &piece{numbers: make([]float64, 0, rows)}
	}
	return &piece{codes: make([]int32, 0, rows), coder: newCoder()}
}

func (p *piece) len() int { return len(p.numbers) + len(p.codes) }

// addMissing adds a missing value.
func (p *piece) addMissing() {
	if p.coder == nil {
		p.numbers = append(p.numbers, math.NaN())
		return
	}
	p.codes = append(p.codes, p.coder.text(nil))
}

// joinNumbers puts pieces one after the other.
func joinNumbers(pieces []*piece, rows int) []float64 {
	out := make([]float64, 0, rows)
	for _, p := range pieces {
		out = append(out, p.numbers...)
		p.numbers = nil
	}
	return out
}

// joinCodes puts pieces one after the other, their levels in order.
func joinCodes(pieces []*piece, rows int) Codes {
	index := map[string]int32{}
	var levels []string
	for _, p := range pieces {
		for _, name := range p.coder.levels {
			if _, ok := index[name]; !ok {
				index[name] = 0
				levels = append(levels, name)
			}
		}
	}
	slices.SortFunc(levels, compareLevels)
	for i, name := range levels {
		index[name] = int32(i)
	}
	out := make([]int32, 0, rows)
	for _, p := range pieces {
		to := make([]int32, len(p.coder.levels))
		for i, name := range p.coder.levels {
			to[i] = index[name]
		}
		for _, c := range p.codes {
			out = append(out, to[c])
		}
		p.codes = nil
	}
	if n := len(levels); n > 0 && levels[n-1] == "" {
		levels[n-1] = analysis.Missing
	}
	return Codes{Code: out, Levels: levels, Labels: levels}
}

// compareLevels orders levels: numbers by value, then texts, the missing one last.
func compareLevels(a, b string) int {
	if (a == "") != (b == "") {
		return cmp.Compare(len(b), len(a)) // the empty one last
	}
	x, aNumber := parseNumber([]byte(a))
	y, bNumber := parseNumber([]byte(b))
	switch {
	case aNumber && bNumber && x != y:
		return cmp.Compare(x, y)
	case aNumber != bNumber && aNumber:
		return -1
	case aNumber != bNumber:
		return 1
	}
	return strings.Compare(a, b)
}

// join makes a table of the pieces of the wanted columns, by column and by part of the file.
func join(wants []Want, parts [][]*piece, rows int) *Table {
	t := &Table{Rows: rows, numbers: map[string][]float64{}, codes: map[string]Codes{}}
	for j, w := range wants {
		pieces := make([]*piece, len(parts))
		for i := range parts {
			pieces[i] = parts[i][j]
		}
		if w.Kind == Number {
			t.numbers[w.Name] = joinNumbers(pieces, rows)
		} else {
			t.codes[w.Name] = joinCodes(pieces, rows)
		}
	}
	return t
}
