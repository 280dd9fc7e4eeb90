package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/concord-stat/concord/internal/results"
)

// Areas are compressed together, for pyramids are much alike: a block takes a quarter less than its areas would take
// apart, and a browser still opens it in a few milliseconds. Larger blocks save next to nothing more.
const blockSize = 16

// block is areas on their way through the cores.
type block struct {
	text  string
	areas int
	err   error
}

// writeBlocks writes every area, in order, while the next ones are drawn on all cores.
func writeBlocks(w io.Writer, e *edition, progress func(done, total int)) error {
	done, number := 0, 0
	stop := make(chan struct{})
	defer close(stop)
	for next := range e.blocks(stop) {
		b := <-next
		if b.err != nil {
			return b.err
		}
		if _, err := fmt.Fprintf(w, blockElement, number, b.text); err != nil {
			return err
		}
		number++
		for range b.areas {
			done++
			progress(done, len(e.areas))
		}
	}
	return nil
}

// The type is none that a browser runs.
const blockElement = `<script type="application/gzip;base64" id="block%d">%s</script>` + "\n"

// blocks yields the promise of each block in order; the channel's room is what bounds the work ahead of the writer.
func (e *edition) blocks(stop <-chan struct{}) <-chan chan block {
	promises := make(chan chan block, runtime.GOMAXPROCS(0))
	go func() {
		defer close(promises)
		for areas := range slices.Chunk(e.areas, blockSize) {
			promise := make(chan block, 1)
			select {
			case promises <- promise:
				go func() { promise <- e.block(areas) }()
			case <-stop:
				return
			}
		}
	}()
	return promises
}

func (e *edition) block(areas []results.Area) block {
	views := make([]areaView, len(areas))
	for i, a := range areas {
		var err error
		if views[i], err = e.view(a); err != nil {
			return block{err: fmt.Errorf("area %s: %w", a.Code, err)}
		}
	}
	text, err := packed(views)
	return block{text, len(areas), err}
}

// packed is JSON, compressed, in letters that HTML leaves alone. The header of gzip keeps its zero time, so that the
// same views give the same text.
func packed(v any) (string, error) {
	var file bytes.Buffer
	z, err := gzip.NewWriterLevel(&file, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	encoder := json.NewEncoder(z)
	encoder.SetEscapeHTML(false) // it is packed, and the script writes text as text
	if err := encoder.Encode(v); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(file.Bytes()), nil
}
