package columns

import (
	"encoding/csv"
	"io"
)

// WriteCSV writes the table with a header row, LF line ends and full numbers (RFC 4180, UTF-8).
func (t Table) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	record := make([]string, len(t))
	for i, c := range t {
		record[i] = c.Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for row := range t.Rows() {
		for i, c := range t {
			record[i] = c.Value(row)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
