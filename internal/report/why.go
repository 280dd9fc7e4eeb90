package report

import (
	"bytes"
	"io"
	"strings"

	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/findings"
)

// fewAreas is up to how many areas of a level all are shown in full: a picture of each, a row of each.
const fewAreas = 100

// whyView is why an area differs under a definition, ready to print. The field names are those the page's script reads.
type whyView struct {
	Cause   string     `json:"cause"`
	Note    string     `json:"note,omitempty"`
	Figure  string     `json:"figure,omitempty"` // SVG
	Parts   [][]string `json:"parts"`            // name, persons, interval, persons concerned, share, what it rests on
	Unknown string     `json:"unknown,omitempty"`
	Fits    [][]string `json:"fits"` // definition, difference, distance, weight, explained; the best first
}

func (e *edition) why(area, definition string) (*whyView, error) {
	w := e.found.Why(area, definition, e.language)
	if w == nil {
		return nil, nil
	}
	v := &whyView{Cause: w.Cause.Text, Note: w.Cause.Note, Parts: [][]string{}, Fits: [][]string{}}
	var unknown []string
	for _, p := range w.Parts {
		if !p.Known {
			unknown = append(unknown, p.Title+" ("+p.Note+")")
			continue
		}
		v.Parts = append(v.Parts, []string{p.Title, e.signedPersons(p.Persons), e.interval(p.Lower, p.Upper), e.persons(p.Gross),
			e.share(p.Share), strings.Trim(p.Basis+"; "+p.Note, "; ")})
	}
	v.Unknown = strings.Join(unknown, "; ")
	if len(v.Parts) > 0 {
		v.Parts = append(v.Parts, []string{e.word("difference"), e.signedPersons(w.Difference), e.interval(w.Lower, w.Upper), "", "", ""})
	}
	for _, f := range w.Fits {
		v.Fits = append(v.Fits, e.fit(f))
	}
	var err error
	if e.pictured(area, w) {
		v.Figure, err = e.waterfall(area, definition)
	}
	return v, err
}

func (e *edition) fit(f findings.Fit) []string {
	title, explained := f.Title, e.signedPercent(f.Explained)
	if f.Best {
		title, explained = title+" ✓ "+e.word("best"), absent
	}
	return []string{title, e.signedPersons(f.Gap), e.figures3(f.Distance), e.weight(f.Weight), explained}
}

// pictured tells whether the parts of an area are drawn: those of every area of a small level, and of a large one those
// whose cause was found. The others have their table, or a report of ten thousand communes would be twice as long.
func (e *edition) pictured(area string, w *findings.Why) bool {
	return e.count(e.byCode[area].Level) <= fewAreas || w.Cause.Found()
}

func (e *edition) waterfall(area, definition string) (string, error) {
	w := e.found.Waterfall(area, definition, e.language)
	if w == nil {
		return "", nil
	}
	return drawn(w.Write)
}

// drawn is a figure as it stands within a page.
func drawn(write func(to io.Writer, format chart.Format) error) (string, error) {
	var file bytes.Buffer
	if err := write(&file, chart.SVG); err != nil {
		return "", err
	}
	return inline(file.String())
}
