package columns

import (
	"bufio"
	"encoding/json"
	"io"
	"math"
	"strconv"
)

// WriteJSON writes the table as an array of objects, one a line; a missing number is null.
func (t Table) WriteJSON(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	quoted := make(map[string][]byte) // categories come again and again
	var line []byte
	out.WriteByte('[')
	for row := range t.Rows() {
		line = line[:0]
		if row > 0 {
			line = append(line, ',')
		}
		line = append(line, "\n{"...)
		for i, c := range t {
			if i > 0 {
				line = append(line, ',')
			}
			line = append(append(line, quote(quoted, c.Name)...), ':')
			line = c.appendJSON(line, row, quoted)
		}
		if _, err := out.Write(append(line, '}')); err != nil {
			return err
		}
	}
	out.WriteString("\n]\n")
	return out.Flush()
}

// quote is a text as JSON, remembered.
func quote(known map[string][]byte, text string) []byte {
	q, ok := known[text]
	if !ok {
		q, _ = json.Marshal(text)
		known[text] = q
	}
	return q
}

func (c Column) appendJSON(line []byte, i int, quoted map[string][]byte) []byte {
	switch {
	case c.Text != nil:
		return append(line, quote(quoted, c.Text[i])...)
	case c.Int != nil:
		return strconv.AppendInt(line, c.Int[i], 10)
	case math.IsNaN(c.Float[i]):
		return append(line, "null"...)
	}
	return strconv.AppendFloat(line, c.Float[i], 'f', -1, 64)
}
