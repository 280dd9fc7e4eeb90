package columns

import (
	"bufio"
	"encoding/json"
	"io"
)

// WriteJSON writes the table as an array of objects, one a line; a missing number is null.
func (t Table) WriteJSON(w io.Writer) error {
	out := bufio.NewWriter(w)
	names := make([][]byte, len(t))
	for i, c := range t {
		names[i], _ = json.Marshal(c.Name)
	}
	out.WriteByte('[')
	for row := range t.Rows() {
		if row > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n{")
		for i, c := range t {
			if i > 0 {
				out.WriteByte(',')
			}
			out.Write(names[i])
			out.WriteByte(':')
			out.Write(c.json(row))
		}
		out.WriteByte('}')
	}
	out.WriteString("\n]\n")
	return out.Flush()
}

func (c Column) json(i int) []byte {
	if c.Text != nil {
		text, _ := json.Marshal(c.Text[i])
		return text
	}
	if number := c.text(i); number != "" {
		return []byte(number)
	}
	return []byte("null")
}
