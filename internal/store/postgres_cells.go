package store

import (
	"encoding/binary"
	"errors"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/concord-stat/concord/analysis"
)

// A codeBook numbers the raw texts of one column, and says what each means.
type codeBook struct {
	index map[string]int32
	texts []string // trimmed
	codes []int32  // in the tally, -1 until used
}

func newCodeBook() *codeBook { return &codeBook{index: make(map[string]int32)} }

// of numbers a raw text; null and the empty text are -1.
func (b *codeBook) of(raw []byte) int32 {
	if i, ok := b.index[string(raw)]; ok {
		return i
	}
	text := strings.Trim(string(raw), " ")
	i := int32(-1)
	if text != "" {
		i = int32(len(b.texts))
		if same, ok := b.index[text]; ok {
			i = same
		} else {
			b.texts, b.codes = append(b.texts, text), append(b.codes, -1)
			b.index[text] = i
		}
	}
	b.index[string(raw)] = i
	return i
}

// fineCells are the cells of one range, before definitions: the rows of a statement in columns.
type fineCells struct {
	rows  int
	areas [][]int32 // by area expression: number in the book of areas, -1 for none
	sex   []int32
	age   []int32 // -1 where not known
	x     []int32 // of a free dimension
	n, v  []int64
	level []levelCell // of the coded dimensions
}

// A levelCell is the persons of a cell at a level of a coded dimension.
type levelCell struct {
	row   int32
	set   int16 // index among the coded dimensions
	level int16 // -1 for missing
	n     int64
}

// errPacked is the error of a count too large for the bits it is given.
var errPacked = errors.New("store: a cell has more persons than a packed count holds")

// books are the code books of a tally, shared by the connections.
type books struct {
	sync.Mutex
	area, sex *codeBook
	x         []*codeBook // by free dimension
}

// A reader reads the rows of one statement of a fine query.
type reader struct {
	q     *fineQuery
	books *books
	free  int // index of the free dimension, -1 for the base statement
	out   fineCells
}

func newReader(q *fineQuery, b *books, free int) *reader {
	return &reader{q: q, books: b, free: free, out: fineCells{areas: make([][]int32, len(q.areas))}}
}

// read reads everything a statement gives.
func (r *reader) read(rows *pgconn.ResultReader) error {
	var bad error
	for rows.NextRow() {
		if bad == nil {
			bad = r.row(rows.Values())
		}
	}
	_, err := rows.Close()
	return errors.Join(err, bad)
}

func (r *reader) row(values [][]byte) error {
	r.books.Lock()
	defer r.books.Unlock()
	o := &r.out
	row := int32(o.rows)
	o.rows++
	for i := range o.areas {
		o.areas[i] = append(o.areas[i], r.books.area.of(values[i]))
	}
	values = values[len(o.areas):]
	if r.q.sex.sql != "" {
		o.sex, values = append(o.sex, r.books.sex.of(values[0])), values[1:]
	}
	if r.q.age != "" {
		age := int32(-1)
		if values[0] != nil {
			age = r.q.years(int32(binary.BigEndian.Uint32(values[0])))
		}
		o.age, values = append(o.age, age), values[1:]
	}
	if r.free >= 0 {
		o.x, values = append(o.x, r.books.x[r.free].of(values[0])), values[1:]
	}
	n := int64At(values[0])
	o.n, values = append(o.n, n), values[1:]
	if r.q.noise != "" {
		o.v, values = append(o.v, int64At(values[0])), values[1:]
	}
	if r.free >= 0 {
		return nil
	}
	return r.levels(row, n, values)
}

// years are the completed years of what a statement groups ages by, -1 where not known.
func (q *fineQuery) years(age int32) int32 {
	switch {
	case !q.bucket:
		return age
	case age <= 0:
		return -1
	}
	return analysis.OpenAge + 1 - age
}

// levels unpacks the counts of the coded dimensions. Whoever is at no level is missing.
func (r *reader) levels(row int32, n int64, values [][]byte) error {
	if len(r.q.coded) == 0 {
		return nil
	}
	bits := r.q.bits
	if n>>bits != 0 {
		return errPacked
	}
	for i := range r.q.coded {
		if int64At(values[len(values)-len(r.q.coded)+i]) != 0 {
			return &blanksError{r.q.coded[i].set}
		}
	}
	per, at := 63/bits, 0
	var packed int64
	for i, d := range r.q.coded {
		rest := n
		for l := range d.levels {
			if at%per == 0 {
				packed = int64At(values[at/per])
			}
			at++
			if c := packed & (1<<bits - 1); c != 0 {
				r.out.level = append(r.out.level, levelCell{row, int16(i), int16(l), c})
				rest -= c
			}
			packed >>= bits
		}
		if rest != 0 {
			r.out.level = append(r.out.level, levelCell{row, int16(i), -1, rest})
		}
	}
	return nil
}

func int64At(b []byte) int64 {
	if b == nil {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b))
}

// A rollUp turns fine cells into tallies by definition and area.
type rollUp struct {
	tallies *tallies
	q       *fineQuery
	books   *books
	areas   [][]int // by definition: its area expressions
	listed  map[string]bool
	wanted  map[string]bool // nil for all
	places  []place         // by number in the book of areas
	sex     map[string]string
	levels  [][]int32 // by coded dimension and level, then missing: code in the tally, -1 until used
}

// place is what an area is: not listed (none), listed but not wanted, or with a code in the tally once used.
type place int32

const (
	unlisted place = -1
	unwanted place = -2
	unused   place = -3
)

// placeOf tells what the area of a number is.
func (u *rollUp) placeOf(area int32) place {
	if area < 0 {
		return unlisted
	}
	for len(u.places) <= int(area) {
		code := u.books.area.texts[len(u.places)]
		switch {
		case u.listed != nil && !u.listed[code]:
			u.places = append(u.places, unlisted)
		case u.wanted != nil && !u.wanted[code]:
			u.places = append(u.places, unwanted)
		default:
			u.places = append(u.places, unused)
		}
	}
	if u.places[area] == unused {
		u.places[area] = place(u.tallies.area.Code(u.books.area.texts[area]))
	}
	return u.places[area]
}

// cells is how many cells there are so far before further dimensions.
func (u *rollUp) cells() int { return len(u.tallies.sets[0].n) / max(len(u.areas), 1) }

// add rolls the cells of a base statement up.
func (u *rollUp) add(c *fineCells) {
	next := 0
	for row := range c.rows {
		from := next
		for next < len(c.level) && int(c.level[next].row) == row {
			next++
		}
		u.everywhere(c, row, func(definition int, area int32) {
			u.emit(0, c, row, definition, area, 0, c.n[row])
			for _, l := range c.level[from:next] {
				u.emit(u.q.coded[l.set].set, c, row, definition, area, u.levelCode(l), l.n)
			}
		})
	}
}

// addFree rolls the cells of a free dimension's statement up.
func (u *rollUp) addFree(free int, c *fineCells) {
	for row := range c.rows {
		u.everywhere(c, row, func(definition int, area int32) {
			u.emit(u.q.apart[free].set, c, row, definition, area, u.freeCode(free, c.x[row]), c.n[row])
		})
	}
}

// everywhere yields the areas that a cell counts in under every definition: each distinct one that is listed, missing
// where there is none, and of these the wanted.
func (u *rollUp) everywhere(c *fineCells, row int, yield func(definition int, area int32)) {
	for d, exprs := range u.areas {
		found := false
		for k, e := range exprs {
			area := c.areas[e][row]
			at := u.placeOf(area)
			if at == unlisted || counted(c, row, exprs[:k], area) {
				continue
			}
			found = true
			if at != unwanted {
				yield(d, int32(at))
			}
		}
		if !found {
			yield(d, u.tallies.area.Code(Missing))
		}
	}
}

// counted tells whether an area is among those of earlier expressions.
func counted(c *fineCells, row int, earlier []int, area int32) bool {
	for _, e := range earlier {
		if c.areas[e][row] == area {
			return true
		}
	}
	return false
}

func (u *rollUp) emit(set int, c *fineCells, row, definition int, area, x int32, n int64) {
	s := u.tallies.sets[set]
	s.definition, s.area, s.n = append(s.definition, int32(definition)), append(s.area, area), append(s.n, n)
	if u.tallies.hasSex {
		s.sex = append(s.sex, u.sexCode(c.sex[row]))
	}
	if u.tallies.hasAge {
		s.age = append(s.age, analysis.AgeCode(int(c.age[row])))
	}
	if s.name != "" {
		s.c = append(s.c, x)
	}
	if u.tallies.hasNoise {
		s.noise = append(s.noise, float64(c.v[row])*noiseUnit)
	}
}

func (u *rollUp) sexCode(number int32) int32 {
	return codeIn(u.tallies.sex, u.books.sex, number, u.sex)
}

func (u *rollUp) freeCode(free int, number int32) int32 {
	d := u.q.apart[free]
	return codeIn(u.tallies.sets[d.set].x, u.books.x[free], number, d.codes)
}

// codeIn is the code in a tally of a text of a book: of the level it means, where codes say what texts mean.
func codeIn(to *analysis.Coder, b *codeBook, number int32, codes map[string]string) int32 {
	if number < 0 {
		return to.Code(Missing)
	}
	if b.codes[number] < 0 {
		level := b.texts[number]
		if len(codes) > 0 {
			means, ok := codes[level]
			if level = means; !ok {
				level = Missing
			}
		}
		b.codes[number] = to.Code(level)
	}
	return b.codes[number]
}

func (u *rollUp) levelCode(l levelCell) int32 {
	d := u.q.coded[l.set]
	codes := u.levels[l.set]
	at := int(l.level)
	if at < 0 {
		at = len(d.levels)
	}
	if codes[at] < 0 {
		level := Missing
		if l.level >= 0 {
			level = d.levels[l.level]
		}
		codes[at] = u.tallies.sets[d.set].x.Code(level)
	}
	return codes[at]
}
