package chart

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"io/fs"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
)

// A GainCurve shows how much of the error a worklist can be expected to find by its first visits.
type GainCurve struct {
	Title, Subtitle    string
	Cost, Share        []float64 // of the visits up to each; shares of all, from 0 to 1
	XTitle, YTitle     string
	Worklist, AnyOrder string // words of the legend
}

type gainWords struct{ title, subtitle, x, y, worklist, any string }

var gainText = map[string]gainWords{
	"en": {"What the first visits find", "%s, %s; %d areas", "Cost of visits, % of all",
		"Persons in error expected to be found, % of all", "by the worklist", "in any order"},
	"vi": {"Số sai sót phát hiện được theo thứ tự đến", "%s, %s; %d đơn vị", "Chi phí, % tổng số",
		"Số người sai sót dự kiến phát hiện, % tổng số", "theo danh sách ưu tiên", "thứ tự bất kỳ"},
}

// GainCurveOf gathers the curve of a level and cell from the table screening of a comparison, with words in the
// language ("vi" or "en"; any other is English). It is nil where there is no worklist or nothing is expected to be
// found.
func GainCurveOf(c *results.Comparison, level, cell, language string) (*GainCurve, error) {
	rows, err := screenedRows(c, level, cell)
	if err != nil {
		return nil, err
	}
	order := slices.DeleteFunc(slices.Clone(rows.at),
		func(i int) bool { return math.IsNaN(rows.float("visit_priority")[i]) })
	if len(order) == 0 {
		return nil, nil
	}
	slices.SortFunc(order, func(a,
		b int) int {
		return int(rows.float("visit_priority")[a] - rows.float("visit_priority")[b])
	})
	words, ok := gainText[language]
	if !ok {
		words = gainText["en"]
	}
	g := &GainCurve{Title: words.title, XTitle: words.x, YTitle: words.y, Worklist: words.worklist, AnyOrder: words.any,
		Subtitle: fmt.Sprintf(words.subtitle, LevelName(language, level),
			wordsIn(language).definitionName(rows.text("definition")[order[0]]), len(order))}
	cost := 0.0
	for _, i := range order {
		cost += rows.float("visit_cost")[i]
		g.Cost, g.Share = append(g.Cost, cost), append(g.Share, rows.float("cumulative_share")[i])
	}
	for k := range g.Cost {
		g.Cost[k] /= cost
	}
	if g.Share[len(g.Share)-1] == 0 {
		return nil, nil
	}
	return g, nil
}

// Write draws the curve, 600 by 500 pixels of the web, and writes it as one file.
func (g *GainCurve) Write(w io.Writer, format Format) error {
	return write(w, format, g.Title, func(s sheet) { gainFigure{s, g}.draw() })
}

// gainFigure is a gain curve on its way onto a canvas.
type gainFigure struct {
	sheet
	*GainCurve
}

func (g gainFigure) draw() {
	g.fill(color.White, rectanglePath(0, 0, width, height))
	top := g.heading(g.Title, g.Subtitle) - 22
	left, right, bottom := vg.Length(edge+30), vg.Length(width-edge-8), vg.Length(foot+6)
	x := func(share float64) vg.Length { return left + vg.Length(share)*(right-left) }
	y := func(share float64) vg.Length { return bottom + vg.Length(share)*(top-bottom) }
	for k := range 6 {
		share := float64(k) / 5
		text := fmt.Sprintf("%.0f", 100*share)
		g.stroke(faint, 0.5, linePath(left, y(share), right, y(share)))
		g.stroke(faint, 0.5, linePath(x(share), bottom, x(share), top))
		style := plain(7.5, grey, leftAligned)
		g.write(style, left-5-style.Width(text), y(share)-2.5, text)
		g.write(plain(7.5, grey, centred), x(share), bottom-11, text)
	}
	g.stroke(grey, 0.5, linePath(left, bottom, left, top))
	g.stroke(grey, 0.5, linePath(left, bottom, right, bottom))
	var path vg.Path
	path.Move(vg.Point{X: x(0), Y: y(0)})
	for k, share := range g.Share {
		path.Line(vg.Point{X: x(g.Cost[k]), Y: y(share)})
	}
	g.stroke(lineColours[2], 1, linePath(x(0), y(0), x(1), y(1)))
	g.stroke(lineColours[1], 1.6, path)
	g.write(plain(8, grey, centred), (left+right)/2, foot-20, g.XTitle)
	g.write(plain(8, grey, leftAligned), edge, top+6, g.YTitle)
	var entries []entry
	for k, text := range []string{g.Worklist, g.AnyOrder} {
		entries = append(entries, entry{text, 1.8 * swatch, func(at vg.Length) {
			g.stroke(lineColours[k+1], 1.6, linePath(at, legendY+3, at+1.8*swatch, legendY+3))
		}})
	}
	g.legend(entries)
}

// screenedTable is the rows of a level and cell in the table screening.
type screenedTable struct {
	table columns.Table
	at    []int
}

// screenedRows are none where the comparison was not screened.
func screenedRows(c *results.Comparison, level, cell string) (*screenedTable, error) {
	t, err := c.Table("screening")
	if errors.Is(err, fs.ErrNotExist) {
		return &screenedTable{}, nil
	}
	if err != nil {
		return nil, err
	}
	rows := &screenedTable{table: t}
	for i, l := range rows.text("level") {
		if l == level && rows.text("cell")[i] == cell {
			rows.at = append(rows.at, i)
		}
	}
	return rows, nil
}

// column panics where the table of this program lacks one of its columns.
func (t *screenedTable) column(name string) columns.Column {
	c, err := t.table.Column(name)
	if err != nil {
		panic("chart: " + err.Error())
	}
	return c
}

func (t *screenedTable) text(name string) []string   { return t.column(name).Text }
func (t *screenedTable) float(name string) []float64 { return t.column(name).Float }
