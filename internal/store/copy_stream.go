package store

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// copySignature begins a stream of COPY in binary form; flags and the length of an extension follow, four bytes each.
// https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
var copySignature = []byte("PGCOPY\n\xff\r\n\x00")

const copyHeader = 11 + 4 + 4

var errCopyStream = errors.New("store: what the server sends is no stream of COPY in binary form")

// A copyStream takes a stream apart as its pieces come.
type copyStream struct {
	columns int
	rest    []byte // of a row that was cut
	begun   bool
	ended   bool
}

// take yields the rows of a piece, each a number of fields: the length, -1 for null, and the value.
func (s *copyStream) take(piece []byte, row func(fields []byte) error) error {
	if len(s.rest) > 0 {
		piece = append(s.rest, piece...)
	}
	if !s.begun {
		if len(piece) < copyHeader {
			s.rest = bytes.Clone(piece)
			return nil
		}
		if !bytes.HasPrefix(piece, copySignature) {
			return errCopyStream
		}
		piece, s.begun = piece[copyHeader+int(binary.BigEndian.Uint32(piece[copyHeader-4:])):], true
	}
	for {
		n, err := s.rowLength(piece)
		if err != nil {
			return err
		}
		if n == 0 {
			s.rest = append(s.rest[:0:0], piece...)
			return nil
		}
		if err := row(piece[2:n]); err != nil {
			return err
		}
		piece = piece[n:]
	}
}

// rowLength is how many bytes the row at the beginning has, 0 where not all of it is there.
func (s *copyStream) rowLength(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, nil
	}
	switch n := int16(binary.BigEndian.Uint16(b)); {
	case n == -1:
		s.ended = true
		return 0, nil
	case int(n) != s.columns:
		return 0, errCopyStream
	}
	at := 2
	for range s.columns {
		if len(b) < at+4 {
			return 0, nil
		}
		if n := int32(binary.BigEndian.Uint32(b[at:])); n > 0 {
			at += int(n)
		}
		at += 4
	}
	if at > len(b) {
		return 0, nil
	}
	return at, nil
}
