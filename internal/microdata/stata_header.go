package microdata

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

const (
	stataMaxVariables  = 120_000 // of Stata/MP
	stataMaxLabelTable = 1 << 26 // bytes
)

// A stataReader reads the parts of a header one after the other and remembers the first error.
type stataReader struct {
	in   *bufio.Reader
	file *io.SectionReader
	h    *stataHeader
	err  error
}

// readStataHeader reads all but the rows.
func readStataHeader(file *io.SectionReader) (stataHeader, error) {
	h := stataHeader{order: binary.LittleEndian, labels: map[string]map[int32]string{}}
	r := &stataReader{in: bufio.NewReader(file), file: file, h: &h}
	first, err := r.in.Peek(1)
	if err != nil {
		return h, err
	}
	if first[0] == '<' {
		r.tagged()
	} else {
		r.plain()
	}
	return h, r.err
}

func (r *stataReader) fail(text string, a ...any) {
	if r.err == nil {
		r.err = stataForm(fmt.Sprintf(text, a...))
	}
}

// bytes are the next n bytes, zeros after an error.
func (r *stataReader) bytes(n int) []byte {
	b := make([]byte, n)
	if r.err == nil {
		_, r.err = io.ReadFull(r.in, b)
	}
	return b
}

// whole is an unsigned number of 1, 2, 4 or 8 bytes.
func (r *stataReader) whole(size int) int64 {
	b := r.bytes(size)
	switch size {
	case 1:
		return int64(b[0])
	case 2:
		return int64(r.h.order.Uint16(b))
	case 4:
		return int64(r.h.order.Uint32(b))
	}
	return int64(r.h.order.Uint64(b))
}

// expect reads a tag.
func (r *stataReader) expect(tag string) {
	if got := r.bytes(len(tag)); r.err == nil && string(got) != tag {
		r.fail("not a Stata file: %s is not where it should be", tag)
	}
}

// goTo goes to a byte of the file.
func (r *stataReader) goTo(at int64) {
	if r.err != nil {
		return
	}
	if at < 0 || at > r.file.Size() {
		r.fail("not a Stata file, or cut off")
		return
	}
	_, r.err = r.file.Seek(at, io.SeekStart)
	r.in.Reset(r.file)
}

// texts are n texts in fields of so many bytes.
func (r *stataReader) texts(n, size int) []string {
	all := r.bytes(n * size)
	out := make([]string, n)
	for i := range out {
		out[i] = string(r.h.text(all[i*size : (i+1)*size]))
	}
	return out
}

// text is the text of a field: up to its first 0, in UTF-8. Before format 118 there was no rule; what is no UTF-8 is
// then taken for Windows-1252.
func (h *stataHeader) text(b []byte) []byte {
	b, _, _ = bytes.Cut(b, []byte{0})
	if h.format >= 118 || utf8.Valid(b) {
		return b
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return b
	}
	return out
}

// allocate makes room for the variables.
func (r *stataReader) allocate(n int64) {
	if n < 1 || n > stataMaxVariables {
		r.fail("not a Stata file: %d variables", n)
	}
	if r.err == nil {
		r.h.variables = make([]stataVariable, n)
	}
}

// place gives the variables their places in a row.
func (h *stataHeader) place() {
	for i := range h.variables {
		h.variables[i].at = h.width
		h.width += h.variables[i].length
	}
}

var stataLengths = map[stataKind]int{stataByte: 1, stataInt: 2, stataLong: 4, stataFloat: 4, stataDouble: 8,
	stataLongText: 8}

func (v *stataVariable) numeric(k stataKind) { v.kind, v.length = k, stataLengths[k] }

// plain reads the formats 113 to 115.
func (r *stataReader) plain() {
	h := r.h
	h.format = int(r.whole(1))
	if r.err == nil && (h.format < 113 || h.format > 115) {
		r.fail("not a Stata file of the formats 113 to 115 or 117 to 119: save it with Stata 8 or later")
		return
	}
	switch r.whole(1) {
	case 1:
		h.order = binary.BigEndian
	case 2:
	default:
		r.fail("not a Stata file: no byte order")
	}
	r.bytes(2) // file type, unused
	r.allocate(r.whole(2))
	h.rows = r.whole(4)
	r.bytes(81 + 18)                   // label of the data, time
	n, formats := len(h.variables), 49 // bytes of a display format
	if h.format == 113 {
		formats = 12
	}
	types := r.bytes(n)
	names := r.texts(n, 33)
	r.bytes(2 * (n + 1)) // order of sorting
	r.bytes(n * formats)
	labels := r.texts(n, 33)
	r.bytes(81 * n) // labels of the variables
	for i := range h.variables {
		v := &h.variables[i]
		v.name, v.labels = names[i], labels[i]
		r.plainType(v, types[i])
	}
	h.place()
	at := int64(1+1+2+2+4+81+18) + int64(n)*(1+33+33+81) + int64(2*(n+1)) + int64(n*formats)
	for r.err == nil { // characteristics
		kind, size := r.whole(1), r.whole(4)
		at += 5
		if kind == 0 && size == 0 {
			break
		}
		at += size
		r.goTo(at)
	}
	h.data = at
	if r.goTo(at + h.rows*int64(h.width)); r.err != nil {
		return
	}
	for r.err == nil {
		if _, err := r.in.Peek(1); err == io.EOF {
			return
		}
		r.labelTable(33)
	}
}

func (r *stataReader) plainType(v *stataVariable, code byte) {
	switch {
	case code >= 1 && code <= 244:
		v.kind, v.length = stataText, int(code)
	case code >= 251:
		v.numeric([]stataKind{stataByte, stataInt, stataLong, stataFloat, stataDouble}[code-251])
	default:
		r.fail("a variable of type %d, which format %d does not have", code, r.h.format)
	}
}

// labelTable reads the value labels of one name.
func (r *stataReader) labelTable(nameSize int) {
	size := r.whole(4)
	name := r.texts(1, nameSize)[0]
	r.bytes(3)
	if size < 8 || size > stataMaxLabelTable {
		r.fail("not a Stata file: value labels of %d bytes", size)
		return
	}
	table := r.bytes(int(size))
	n, textSize := int64(r.h.order.Uint32(table)), int64(r.h.order.Uint32(table[4:]))
	if r.err != nil || 8+8*n+textSize > size {
		r.fail("not a Stata file: value labels of %d bytes do not fit", size)
		return
	}
	offsets, values, text := table[8:], table[8+4*n:], table[8+8*n:8+8*n+textSize]
	labels := map[int32]string{}
	for i := range n {
		at := int64(r.h.order.Uint32(offsets[4*i:]))
		if at >= textSize {
			r.fail("not a Stata file: a value label lies outside its table")
			return
		}
		labels[int32(r.h.order.Uint32(values[4*i:]))] = string(r.h.text(text[at:]))
	}
	r.h.labels[name] = labels
}
