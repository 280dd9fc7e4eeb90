package microdata

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/concord-stat/concord/internal/problems"
)

// A csvLayout says how records are parted and which fields are wanted.
type csvLayout struct {
	delimiter byte
	columns   []string
	missing   []string
	wants     []Want
	of        [][]int // by column: the wants it serves
}

// A csvPart is what a part of a file has of the wanted columns.
type csvPart struct {
	layout *csvLayout
	pieces []*piece
	rows   int
	lines  int
	jumps  []jump            // rows before which there are more lines than rows within the part
	found  problems.List     // of form
	faults []problems.Faults // of the values, by want
	broken bool              // rows cannot be told from here on
}

// parse reads all records of data.
func (p *csvPart) parse(data []byte) {
	p.pieces, p.faults = make([]*piece, len(p.layout.wants)), make([]problems.Faults, len(p.layout.wants))
	for j, w := range p.layout.wants {
		p.pieces[j] = newPiece(w.Kind, len(data)/32)
	}
	in := newCSVParser(p.layout.delimiter, data)
	more := 0
	for !in.atEnd() && !p.broken {
		if in.blankLine() {
			continue
		}
		if in.lines-p.rows != more || p.rows == 0 {
			more = in.lines - p.rows
			p.jumps = append(p.jumps, jump{p.rows, more})
		}
		p.record(in)
	}
	p.lines = in.lines
}

// record reads a record.
func (p *csvPart) record(in *csvParser) {
	line, n := in.lines+1, 0
	for more := true; more; n++ {
		var value []byte
		value, more = in.field()
		if in.broken != "" {
			p.found.Add("", line, "", "not CSV from here on: %s", in.broken)
			p.broken = true
			return
		}
		if n < len(p.layout.of) {
			for _, j := range p.layout.of[n] {
				p.add(j, line, value)
			}
		}
	}
	if n != len(p.layout.columns) {
		p.found.Add("", line, "", "%d fields, the header has %d", n, len(p.layout.columns))
	}
	p.rows++
	for _, piece := range p.pieces {
		if piece.len() < p.rows {
			piece.addMissing()
		}
	}
}

// add takes a value for a wanted column.
func (p *csvPart) add(j, line int, value []byte) {
	piece := p.pieces[j]
	switch {
	case len(value) == 0, len(p.layout.missing) > 0 && slices.Contains(p.layout.missing, string(value)):
		piece.addMissing()
	case piece.coder == nil:
		v, ok := parseNumber(value)
		if !ok {
			p.faults[j].Add(line, notANumber(value))
			piece.addMissing()
			return
		}
		piece.numbers = append(piece.numbers, v)
	default:
		levels := len(piece.coder.levels)
		code := piece.coder.text(value)
		if len(piece.coder.levels) > levels && !utf8.Valid(value) {
			p.faults[j].Add(line, "not UTF-8: save the file as UTF-8")
		}
		piece.codes = append(piece.codes, code)
	}
}

// A csvParser goes through the fields of some records.
type csvParser struct {
	delimiter byte
	data      []byte
	at        int
	lines     int    // that have ended
	scratch   []byte // a field whose quotes were taken off
	broken    string // what is wrong, where nothing more can be told
}

func newCSVParser(delimiter byte, data []byte) *csvParser {
	return &csvParser{delimiter: delimiter, data: data}
}

func (p *csvParser) atEnd() bool { return p.at >= len(p.data) }

// blankLine skips a line without anything on it.
func (p *csvParser) blankLine() bool {
	switch rest := p.data[p.at:]; {
	case rest[0] == '\n':
		p.at++
	case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
		p.at += 2
	default:
		return false
	}
	p.lines++
	return true
}

// field is the next field, without spaces around it, and whether another one of the record follows. It is good until
// the next call.
func (p *csvParser) field() (value []byte, more bool) {
	if p.at < len(p.data) && p.data[p.at] == '"' {
		return p.quoted()
	}
	start := p.at
	for i, c := range p.data[start:] {
		switch c {
		case p.delimiter:
			p.at = start + i + 1
			return trim(p.data[start : start+i]), true
		case '\n':
			p.at = start + i + 1
			p.lines++
			return trim(p.data[start : start+i]), false
		case '"':
			p.broken = "a quote inside a field that does not begin with one"
			return nil, false
		}
	}
	p.at = len(p.data)
	p.lines++
	return trim(p.data[start:]), false
}

// quoted reads a field in quotes; two of them stand for one.
func (p *csvParser) quoted() (value []byte, more bool) {
	p.scratch = p.scratch[:0]
	p.at++
	for {
		n := bytes.IndexByte(p.data[p.at:], '"')
		if n < 0 {
			p.broken = "a quote is not closed"
			return nil, false
		}
		p.scratch = append(p.scratch, p.data[p.at:p.at+n]...)
		p.at += n + 1
		if p.at == len(p.data) || p.data[p.at] != '"' {
			break
		}
		p.scratch = append(p.scratch, '"')
		p.at++
	}
	p.lines += bytes.Count(p.scratch, []byte{'\n'})
	if p.at < len(p.data) && p.data[p.at] == '\r' {
		p.at++
	}
	switch {
	case p.at >= len(p.data):
		p.lines++
		return trim(p.scratch), false
	case p.data[p.at] == p.delimiter:
		p.at++
		return trim(p.scratch), true
	case p.data[p.at] == '\n':
		p.at++
		p.lines++
		return trim(p.scratch), false
	}
	p.broken = "text after a closing quote"
	return nil, false
}

// trim takes off spaces and the carriage return of a line end.
func trim(b []byte) []byte {
	if len(b) > 0 && (b[0] <= ' ' || b[len(b)-1] <= ' ' || b[0] >= utf8.RuneSelf || b[len(b)-1] >= utf8.RuneSelf) {
		return bytes.TrimSpace(b)
	}
	return b
}
