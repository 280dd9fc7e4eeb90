package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/results"
)

// areaView is what the page shows of one area, ready to print. The field names are those the page's script reads.
type areaView struct {
	Code  string     `json:"code"`
	Parts []partView `json:"parts"` // one for each definition that has rows
}

// partView is a pyramid and a table.
type partView struct {
	Definition string     `json:"definition"`
	Figure     string     `json:"figure"` // SVG, empty where there is none
	Rows       [][]string `json:"rows"`   // of the columns of the table, then the verdict's identifier
	Why        *whyView   `json:"why,omitempty"`
}

func (e *edition) view(a results.Area) (areaView, error) {
	v := areaView{Code: a.Code, Parts: []partView{}}
	for _, definition := range e.definitionsOf(a.Code) {
		figure, err := e.figure(a.Code, definition)
		if err != nil {
			return v, err
		}
		why, err := e.why(a.Code, definition)
		if err != nil {
			return v, err
		}
		v.Parts = append(v.Parts, partView{e.definition(definition), figure, e.table(a.Code, definition), why})
	}
	return v, nil
}

func (e *edition) definitionsOf(area string) []string {
	var found []string
	for _, row := range e.Area(area) {
		if !slices.Contains(found, row.Definition) {
			found = append(found, row.Definition)
		}
	}
	return found
}

// figure is the pyramid as it stands within a page, or nothing where the comparison has none.
func (e *edition) figure(area, definition string) (string, error) {
	pyramid, err := chart.PyramidOf(e.Comparison, area, definition, e.language)
	if errors.Is(err, chart.ErrNoPyramid) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return drawn(pyramid.Write)
}

// inline leaves out what only a file of its own needs: the declaration before the element, and the namespaces.
func inline(svg string) (string, error) {
	start := strings.Index(svg, "<svg ")
	if start < 0 {
		return "", fmt.Errorf("drawing without <svg>")
	}
	return fileOnly.Replace(strings.TrimSpace(svg[start:])), nil
}

var fileOnly = strings.NewReplacer(
	` xmlns="http://www.w3.org/2000/svg"`, "",
	"\n\t"+`xmlns:xlink="http://www.w3.org/1999/xlink"`, "",
)

func (e *edition) table(area, definition string) [][]string {
	rows := [][]string{}
	for _, row := range e.Area(area) {
		if row.Definition == definition {
			rows = append(rows, append([]string{e.dimension(row.Dimension), e.cell(row.Cell)}, e.figures(row)...))
		}
	}
	return rows
}

// figures are the columns that every table of discrepancies ends with; the verdict's identifier, for its colour, is
// last.
func (e *edition) figures(row compare.Discrepancy) []string {
	return []string{
		e.persons(row.Register), e.persons(row.Census),
		e.signedPersons(row.Difference), e.signedPercent(row.DifferencePct),
		e.interval(row.CILower, row.CIUpper), e.qValue(row.QValue), e.plain(row.MarginPct),
		e.verdict(row.Verdict), strings.Join(e.notes(row.Notes), "; "), string(row.Verdict),
	}
}
