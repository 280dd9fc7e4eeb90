package microdata

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/internal/problems"
)

const (
	csvChunk   = 1 << 20
	csvLongest = 1 << 26 // bytes within which a record must end
)

// csvSource is an open CSV file: fields parted by commas, semicolons or tabs, quoted as in RFC 4180, in UTF-8.
type csvSource struct {
	file      *os.File
	size      int64
	body      int64 // where the first record begins
	headLines int
	chunk     int // bytes that are parsed at a time
	delimiter byte
	columns   []string
}

func openCSV(file *os.File, size int64) (source, []string, error) {
	s := &csvSource{file: file, size: size, chunk: csvChunk}
	split := &csvSplitter{in: io.NewSectionReader(file, 0, size), chunk: 1 << 16, records: 1}
	head, err := split.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil, formProblem(1, "empty: want a header row")
	case err != nil:
		return nil, nil, err
	}
	s.body = int64(len(head))
	s.headLines = bytes.Count(head, []byte{'\n'})
	return s, s.columns, s.header(head)
}

func (s *csvSource) Close() error { return s.file.Close() }

func formProblem(line int, text string) *problems.List {
	var found problems.List
	found.Add("", line, "", "%s", text)
	return &found
}

// header reads the names of the columns, and which sign parts them: the most frequent one of the header.
func (s *csvSource) header(head []byte) error {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return formProblem(1, "the file is in UTF-16: save it as UTF-8")
	}
	s.delimiter = ','
	for _, d := range []byte{';', '\t'} {
		if bytes.Count(head, []byte{d}) > bytes.Count(head, []byte{s.delimiter}) {
			s.delimiter = d
		}
	}
	p := newCSVParser(s.delimiter, head)
	var found problems.List
	for more := true; more; {
		var name []byte
		if name, more = p.field(); p.broken != "" {
			return formProblem(1, p.broken)
		}
		s.name(string(name), &found)
	}
	return found.Err()
}

func (s *csvSource) name(name string, found *problems.List) {
	switch {
	case !utf8.ValidString(name):
		found.Add("", 1, fmt.Sprint(len(s.columns)+1), "the name of the column is not UTF-8")
	case slices.Contains(s.columns, name):
		found.Add("", 1, name, "two columns have this name")
	}
	s.columns = append(s.columns, strings.Clone(name))
}

// read parses the file in parts of whole records, on all cores.
func (s *csvSource) read(ctx context.Context, f *File, wants []Want, found *problems.List) (*Table, error) {
	split := &csvSplitter{in: io.NewSectionReader(s.file, s.body, s.size-s.body), chunk: s.chunk}
	layout := s.layout(f, wants)
	var parts []*csvPart
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	done := s.body
	var err error
	for ctx.Err() == nil {
		var data []byte
		if data, err = split.next(); err != nil {
			break
		}
		part := &csvPart{layout: layout}
		parts = append(parts, part)
		group.Go(func() error { part.parse(data); return nil })
		done += int64(len(data))
		if f.Progress != nil {
			f.Progress(done, s.size)
		}
	}
	group.Wait()
	var broken *problems.List
	switch {
	case ctx.Err() != nil && !errors.Is(err, io.EOF):
		return nil, context.Cause(ctx)
	case errors.As(err, &broken):
		found.Add("", s.lines(parts)+1, "", "%s", broken.Problems[0].Text)
		return nil, nil
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	return s.join(wants, parts, found), nil
}

// lines are those before the first record and in the parts.
func (s *csvSource) lines(parts []*csvPart) int {
	n := s.headLines
	for _, p := range parts {
		n += p.lines
	}
	return n
}

// layout says which fields are wanted.
func (s *csvSource) layout(f *File, wants []Want) *csvLayout {
	l := &csvLayout{delimiter: s.delimiter, columns: s.columns, missing: f.Missing, wants: wants}
	l.of = make([][]int, len(s.columns))
	for j, w := range wants {
		i := slices.Index(s.columns, w.Name)
		l.of[i] = append(l.of[i], j)
	}
	return l
}

// join puts the parts together; lines of parts begin where those before them end.
func (s *csvSource) join(wants []Want, parts []*csvPart, found *problems.List) *Table {
	l := lines{first: s.headLines + 1}
	pieces, faults := make([][]*piece, len(parts)), make([]problems.Faults, len(wants))
	rows, line, broken := 0, s.headLines, false
	for i, p := range parts {
		for _, problem := range p.found.Problems {
			found.Add("", line+problem.Line, problem.Column, "%s", problem.Text)
		}
		found.More += p.found.More
		for k := range faults {
			faults[k].Append(p.faults[k], line)
		}
		for _, j := range p.jumps {
			l.jumps = append(l.jumps, jump{rows + j.row, line - s.headLines - rows + j.more})
		}
		pieces[i] = p.pieces
		rows += p.rows
		line += p.lines
		broken = broken || p.broken
	}
	if broken {
		tell(wants, faults, found)
		return nil
	}
	t := join(wants, pieces, rows)
	t.lines = l
	t.blame(wants, faults, found)
	return t
}

// A csvSplitter cuts a file into parts that end where records end.
type csvSplitter struct {
	in      io.Reader
	chunk   int
	records int // cut after so many records; 0: as many as fit
	rest    []byte
	ended   bool
}

// next is the next part, of chunk bytes or so; it ends with io.EOF.
func (s *csvSplitter) next() ([]byte, error) {
	data := s.rest
	s.rest = nil
	for {
		if !s.ended {
			at := len(data)
			data = append(make([]byte, 0, at+s.chunk), data...)[:at+s.chunk]
			n, err := io.ReadFull(s.in, data[at:])
			data = data[:at+n]
			s.ended = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
			if err != nil && !s.ended {
				return nil, err
			}
		}
		cut := s.cut(data)
		switch {
		case cut > 0:
			s.rest = data[cut:]
			return data[:cut:cut], nil
		case s.ended && len(data) == 0:
			return nil, io.EOF
		case s.ended:
			return data, nil
		case len(data) > csvLongest:
			return nil, formProblem(0, "no record ends within 64 MB from here on: a quote is not closed, or this is no CSV")
		}
	}
}

// cut is where the last record of data ends, or the first if only that is wanted; 0 where none does. A line end within
// quotes ends no record.
func (s *csvSplitter) cut(data []byte) int {
	if s.records == 1 {
		return firstRecordEnd(data)
	}
	end := bytes.LastIndexByte(data, '\n') + 1
	if bytes.Count(data[:end], []byte{'"'})%2 == 0 {
		return end
	}
	last, quoted := 0, false
	for i, c := range data[:end] {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' && !quoted:
			last = i + 1
		}
	}
	return last
}

func firstRecordEnd(data []byte) int {
	quoted := false
	for i, c := range data {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' && !quoted:
			return i + 1
		}
	}
	return 0
}
