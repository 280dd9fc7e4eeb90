// Package report writes a finished comparison as one HTML file that needs nothing else: no server, no network, no
// other file. It can be mailed, archived, printed, and opened from a disk.
//
// Figures are rounded here, at the last printing, and nowhere before.
package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/concord-stat/concord/internal/results"
)

// Write writes the report of a comparison in the languages of its summary, the first one leading. Areas are drawn on
// all cores and written in one order: the same comparison gives the same bytes. Progress, which may be nil, is called
// from one goroutine after every area written.
func Write(w io.Writer, c *results.Comparison, progress func(done, total int)) error {
	if progress == nil {
		progress = func(int, int) {}
	}
	b := bufio.NewWriterSize(w, 1<<16)
	e, err := newEdition(c)
	if err == nil {
		err = write(b, e, progress)
	}
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

func write(w io.Writer, e *edition, progress func(done, total int)) error {
	page, err := newPage(e)
	if err != nil {
		return err
	}
	if err := e.execute(w, "head.html", page); err != nil {
		return err
	}
	if err := writeIndex(w, e); err != nil {
		return err
	}
	if err := writeBlocks(w, e, progress); err != nil {
		return err
	}
	return e.execute(w, "tail.html", page)
}
