package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"mime"
	"net/http"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/danielgtaylor/huma/v2"
)

// writeCSV streams rows, so that a table of any length needs no memory of its own.
func writeCSV(c huma.Context, x *index, ids []int32) {
	name := mime.FormatMediaType("attachment", map[string]string{"filename": x.study + "-discrepancies.csv"})
	c.SetHeader("Content-Type", "text/csv; charset=utf-8; header=present")
	c.SetHeader("Content-Disposition", name)
	c.SetHeader("Vary", "Accept")
	c.SetStatus(http.StatusOK)
	out := bufio.NewWriterSize(c.BodyWriter(), 1<<16)
	if err := streamRows(c.Context(), out, x.Rows, ids); err != nil || out.Flush() != nil {
		// Cut the connection: half a table must not pass for a whole one.
		panic(http.ErrAbortHandler)
	}
}

func streamRows(ctx context.Context, w io.Writer, rows []compare.Discrepancy, ids []int32) error {
	out := csv.NewWriter(w)
	record := make([]string, len(rowColumns))
	for i, c := range rowColumns {
		record[i] = c.name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for n, id := range ids {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := out.Write(fill(record, &rows[id])); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func fill(record []string, d *compare.Discrepancy) []string {
	for i, c := range rowColumns {
		if c.text != nil {
			record[i] = c.text(d)
		} else {
			record[i] = columns.Format(c.number(d))
		}
	}
	return record
}
