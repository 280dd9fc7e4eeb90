package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/concord-stat/concord/internal/results"
)

// index is what the list of areas is made of, and where in the blocks each area lies: the area at place i is in block
// i / BlockSize.
type index struct {
	BlockSize int          `json:"blockSize"`
	Levels    []string     `json:"levels"`
	Areas     []indexEntry `json:"areas"`
}

// indexEntry is an area in the list; verdict and difference are of its total, in the leading definition.
type indexEntry struct {
	Code    string `json:"c"`
	Name    string `json:"n"`
	Within  string `json:"w,omitempty"`
	Level   int    `json:"l"`
	Verdict string `json:"v,omitempty"`
	Pct     string `json:"p,omitempty"`
}

// writeIndex writes JSON into the page; encoding/json escapes what could end the element.
func writeIndex(w io.Writer, e *edition) error {
	text, err := json.Marshal(e.index())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "<script type=\"application/json\" id=\"index\">%s</script>\n", text)
	return err
}

func (e *edition) index() index {
	list := index{BlockSize: blockSize, Areas: make([]indexEntry, len(e.areas))}
	place := make(map[string]int)
	for i, level := range e.levels() {
		place[level] = i
		list.Levels = append(list.Levels, e.level(level))
	}
	for i, a := range e.areas {
		list.Areas[i] = e.entry(a, place[a.Level])
	}
	return list
}

func (e *edition) entry(a results.Area, level int) indexEntry {
	entry := indexEntry{Code: a.Code, Name: a.Name, Within: e.within(a), Level: level}
	definitions := e.definitionsOf(a.Code)
	if len(definitions) == 0 {
		return entry
	}
	if row, ok := e.totalOf(a, definitions[0]); ok {
		entry.Verdict = string(row.Verdict)
		if !math.IsNaN(row.DifferencePct) {
			entry.Pct = e.signedPercent(row.DifferencePct)
		}
	}
	return entry
}
