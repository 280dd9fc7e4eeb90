package microdata

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/internal/problems"
)

// stataSource is an open Stata file of the formats 113 to 115 (Stata 8 to 12) or 117 to 119 (from 13 on).
//
// StataCorp, Stata Programming Reference Manual: help dta_113, dta_114, dta_115, dta_117, dta.
type stataSource struct {
	file *os.File
	head stataHeader
}

// A stataHeader says where the rows of a file are and how they are laid out.
type stataHeader struct {
	format    int
	order     binary.ByteOrder
	rows      int64
	variables []stataVariable
	width     int   // bytes of a row
	data      int64 // where the rows begin
	labels    map[string]map[int32]string
}

// A stataVariable is a column: what it is, where in a row, and the name of its value labels.
type stataVariable struct {
	name   string
	labels string
	kind   stataKind
	at     int // byte of the row
	length int // bytes
}

// A stataKind is what a column is stored as.
type stataKind uint8

const (
	stataByte stataKind = iota
	stataInt
	stataLong
	stataFloat
	stataDouble
	stataText
	stataLongText // held elsewhere in the file
)

// stataForm is an error of the form of a file.
type stataForm string

func (e stataForm) Error() string { return string(e) }

func openStata(file *os.File, size int64) (source, []string, error) {
	h, err := readStataHeader(io.NewSectionReader(file, 0, size))
	var form stataForm
	switch {
	case errors.As(err, &form):
		return nil, nil, formProblem(0, form.Error())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, nil, formProblem(0, "not a Stata file, or cut off")
	case err != nil:
		return nil, nil, err
	case h.rows < 0 || h.width > 0 && h.rows > (size-h.data)/int64(h.width):
		return nil, nil, formProblem(0, fmt.Sprintf("cut off: the header says %d rows, which the file does not hold", h.rows))
	}
	columns := make([]string, len(h.variables))
	for i, v := range h.variables {
		columns[i] = v.name
	}
	return &stataSource{file: file, head: h}, columns, nil
}

func (s *stataSource) Close() error { return s.file.Close() }

// stataChunk is how many bytes of rows are read at a time.
const stataChunk = 1 << 22

// read reads the rows in parts, on all cores.
func (s *stataSource) read(ctx context.Context, f *File, wants []Want, found *problems.List) (*Table, error) {
	h := &s.head
	variables := make([]stataVariable, len(wants))
	for j, w := range wants {
		variables[j] = h.variable(w.Name)
		switch kind := variables[j].kind; {
		case kind == stataLongText:
			found.Add("", 0, w.Name,
				"long text (strL), which is not read: make it a str of up to 2045 bytes with Stata's compress or recast")
		case kind == stataText && w.Kind == Number:
			found.Add("", 0, w.Name, "text, where numbers are wanted: use Stata's destring")
		}
	}
	if found.Count() > 0 {
		return nil, nil
	}
	perPart := int64(max(1, stataChunk/max(1, h.width)))
	parts := make([][]*piece, (h.rows+perPart-1)/perPart)
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	var done atomic.Int64
	for i := range parts {
		from := int64(i) * perPart
		to := min(from+perPart, h.rows)
		work.Go(func() (err error) {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			parts[i], err = s.part(wants, variables, from, to)
			done.Add(to - from)
			return err
		})
		if f.Progress != nil {
			f.Progress(done.Load(), h.rows)
		}
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	t := join(wants, parts, int(h.rows))
	t.lines = lines{first: 1}
	for j, w := range wants {
		if w.Kind == Code {
			t.codes[w.Name] = h.labelled(t.codes[w.Name], variables[j])
		}
	}
	return t, nil
}

func (h *stataHeader) variable(name string) stataVariable {
	for _, v := range h.variables {
		if v.name == name {
			return v
		}
	}
	return stataVariable{}
}

// part reads rows.
func (s *stataSource) part(wants []Want, variables []stataVariable, from, to int64) ([]*piece, error) {
	h := &s.head
	data := make([]byte, (to-from)*int64(h.width))
	if _, err := s.file.ReadAt(data, h.data+from*int64(h.width)); err != nil {
		return nil, err
	}
	pieces := make([]*piece, len(wants))
	for j, v := range variables {
		p := newPiece(wants[j].Kind, int(to-from))
		for at := v.at; at < len(data); at += h.width {
			field := data[at : at+v.length]
			switch {
			case v.kind == stataText:
				p.codes = append(p.codes, p.coder.text(trim(h.text(field))))
			case p.coder == nil:
				p.numbers = append(p.numbers, h.number(v.kind, field))
			default:
				p.codes = append(p.codes, p.coder.number(h.number(v.kind, field)))
			}
		}
		pieces[j] = p
	}
	return pieces, nil
}

// number is the number in a field; the largest ones of each kind stand for missing values.
func (h *stataHeader) number(kind stataKind, b []byte) float64 {
	missing := false
	v := 0.0
	switch kind {
	case stataByte:
		x := int8(b[0])
		v, missing = float64(x), x > 100
	case stataInt:
		x := int16(h.order.Uint16(b))
		v, missing = float64(x), x > 32740
	case stataLong:
		x := int32(h.order.Uint32(b))
		v, missing = float64(x), x > 2147483620
	case stataFloat:
		x := math.Float32frombits(h.order.Uint32(b))
		v, missing = float64(x), !(x < 0x1p127)
	case stataDouble:
		v = math.Float64frombits(h.order.Uint64(b))
		missing = !(v < 0x1p1023)
	}
	if missing {
		return math.NaN()
	}
	return v
}

// labelled are codes with the labels of their values. Two values of the same label are told apart by the value.
func (h *stataHeader) labelled(c Codes, v stataVariable) Codes {
	names := h.labels[v.labels]
	if len(names) == 0 {
		return c
	}
	times := map[string]int{}
	labels := make([]string, len(c.Levels))
	for i, level := range c.Levels {
		labels[i] = level
		if value, ok := parseNumber([]byte(level)); ok && names[int32(value)] != "" && float64(int32(value)) == value {
			labels[i] = names[int32(value)]
		}
		times[labels[i]]++
	}
	for i, label := range labels {
		if times[label] > 1 {
			labels[i] = c.Levels[i] + " " + label
		}
	}
	c.Labels = labels
	return c
}
