package chart

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/concord-stat/concord/internal/planning"
	"github.com/concord-stat/concord/internal/study"
)

// A CostCurve shows what a sample costs against the precision asked of it, one line an estimator.
type CostCurve struct {
	Title    string
	Subtitle string
	Lines    []CostLine
	InUse    *CostPoint // the design in use; nil where there is none

	XTitle, YTitle     string
	InUseName          string
	Thousands, Decimal string
}

// A CostLine is the cheapest designs of one estimator, from loose to tight.
type CostLine struct {
	Name   string
	Mark   int // of its colour and sign
	Points []CostPoint
}

// A CostPoint is a precision, in percent, and its cost, above 0 both.
type CostPoint struct{ Limit, Cost float64 }

// lineColours stay apart for readers who do not tell red from green, and in grey by their markers.
var lineColours = []color.RGBA{
	{R: 0x1c, G: 0x24, B: 0x2e, A: 0xff}, {R: 0x2f, G: 0x6f, B: 0xb0, A: 0xff},
	{R: 0xd5, G: 0x7a, B: 0x1f, A: 0xff}, {R: 0x2e, G: 0x8b, B: 0x74, A: 0xff},
}

// curveWords are the words of a curve in a language.
type curveWords struct {
	title, subtitle, cost, inUse string
	cv, gap                      string // formats of the axis of precision
	estimators                   map[string]string
}

var costWords = map[string]curveWords{
	"en": {
		title: "Cost against precision", subtitle: "the cheapest design of each estimator; all targets in proportion",
		cost: "Cost", inUse: "design in use",
		cv: "Coefficient of variation asked for, %s, %%", gap: "Gap to be found, %s, %%",
		estimators: map[string]string{
			planning.Expansion: "no register", planning.Ratio: "ratio", planning.Difference: "difference", planning.Regression: "regression",
		},
	},
	"vi": {
		title: "Chi phí và độ chính xác", subtitle: "phương án rẻ nhất của mỗi ước lượng; mọi mục tiêu theo cùng tỷ lệ",
		cost: "Chi phí", inUse: "phương án hiện dùng",
		cv: "Hệ số biến thiên yêu cầu, %s, %%", gap: "Chênh lệch cần phát hiện, %s, %%",
		estimators: map[string]string{
			planning.Expansion: "không dùng CSDL", planning.Ratio: "tỷ số", planning.Difference: "hiệu số", planning.Regression: "hồi quy",
		},
	},
}

// axis names the precision of a target.
func (w curveWords) axis(t study.Target) string {
	what := t.Level
	if t.Of != "total" {
		what += " (" + t.Of + ")"
	}
	if t.Discrepancy > 0 {
		return fmt.Sprintf(w.gap, what)
	}
	return fmt.Sprintf(w.cv, what)
}

// CostCurveOf gathers the curve of a plan, with words in the language ("vi" or "en"; any other is English). It is nil
// where no design meets the targets.
func CostCurveOf(r *planning.Report, language string) *CostCurve {
	if len(r.Curve) == 0 {
		return nil
	}
	words, ok := costWords[language]
	if !ok {
		words = costWords["en"]
	}
	signs := wordsIn(language)
	c := &CostCurve{
		Title: words.title, Subtitle: words.subtitle, XTitle: words.axis(r.Main), YTitle: words.cost,
		InUseName: words.inUse, Thousands: signs.Thousands, Decimal: signs.decimal,
	}
	for i, estimator := range planning.Estimators {
		line := CostLine{Name: words.estimators[estimator], Mark: i}
		for _, p := range r.Curve {
			if p.Estimator == estimator {
				line.Points = append(line.Points, CostPoint{p.Limit, p.Cost})
			}
		}
		if len(line.Points) > 0 {
			c.Lines = append(c.Lines, line)
		}
	}
	if b := r.Baseline; b != nil && b.Tightest.Share > 0 {
		p := r.Curve[0]
		c.InUse = &CostPoint{p.Limit / p.Scale * b.Tightest.Share, b.Cost}
	}
	return c
}

// Write draws the curve, 600 by 500 pixels of the web, and writes it as one file.
func (c *CostCurve) Write(w io.Writer, format Format) error {
	return write(w, format, c.Title, func(s sheet) { curveFigure{s, c}.draw() })
}

// curveFigure is a curve on its way onto a canvas.
type curveFigure struct {
	sheet
	*CostCurve
}

func (f curveFigure) draw() {
	f.fill(color.White, rectanglePath(0, 0, width, height))
	top := f.heading(f.Title, f.Subtitle) - 22
	p := f.panel(edge+46, width-edge-8, foot+6, top)
	f.axes(p)
	var entries []entry
	for _, line := range f.Lines {
		i, mark := line.Mark%len(lineColours), lineColours[line.Mark%len(lineColours)]
		f.line(p, line, mark)
		entries = append(entries, entry{line.Name, 1.8 * swatch, func(x vg.Length) {
			f.stroke(mark, 1.3, linePath(x, legendY+3, x+1.8*swatch, legendY+3))
			f.fill(mark, marker(i, x+0.9*swatch, legendY+3, 3))
		}})
	}
	if f.InUse != nil && p.holds(*f.InUse) {
		f.fill(ink, cross(p.x(f.InUse.Limit), p.y(f.InUse.Cost), 4.5))
		entries = append(entries, entry{f.InUseName, swatch, func(x vg.Length) { f.fill(ink, cross(x+swatch/2, legendY+3, 4.5)) }})
	}
	f.legend(entries)
}

func (f curveFigure) line(p costPanel, line CostLine, colour color.Color) {
	var path vg.Path
	for k, point := range line.Points {
		at := vg.Point{X: p.x(point.Limit), Y: p.y(point.Cost)}
		if k == 0 {
			path.Move(at)
		} else {
			path.Line(at)
		}
		f.fill(colour, marker(line.Mark%len(lineColours), at.X, at.Y, 3))
	}
	f.stroke(colour, 1.3, path)
}

func (f curveFigure) axes(p costPanel) {
	for _, v := range p.costs() {
		f.stroke(faint, 0.5, linePath(p.left, p.y(v), p.right, p.y(v)))
		text := shortNumber(v, f.Thousands)
		style := plain(7.5, grey, leftAligned)
		f.write(style, p.left-5-style.Width(text), p.y(v)-2.5, text)
	}
	style := plain(7.5, grey, centred)
	for _, v := range p.limits() {
		f.stroke(faint, 0.5, linePath(p.x(v), p.bottom, p.x(v), p.top))
		f.write(style, p.x(v), p.bottom-11, strings.Replace(strconv.FormatFloat(v, 'g', 4, 64), ".", f.Decimal, 1))
	}
	f.stroke(grey, 0.5, linePath(p.left, p.bottom, p.left, p.top))
	f.stroke(grey, 0.5, linePath(p.left, p.bottom, p.right, p.bottom))
	f.write(plain(8, grey, centred), (p.left+p.right)/2, foot-20, f.XTitle)
	f.write(plain(8, grey, leftAligned), edge, p.top+6, f.YTitle)
}

// shortNumber writes a tick of the axis of costs; below 1 it needs its decimals.
func shortNumber(v float64, thousands string) string {
	if v < 1 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return grouped(v, thousands)
}

// costPanel has precision from left to right, and cost upwards in equal steps of ratio.
type costPanel struct {
	left, right, bottom, top vg.Length
	minLimit, maxLimit       float64
	minCost, maxCost         float64
}

func (f curveFigure) panel(left, right, bottom, top vg.Length) costPanel {
	p := costPanel{left, right, bottom, top, math.Inf(1), 0, math.Inf(1), 0}
	for _, line := range f.Lines {
		for _, point := range line.Points {
			p.include(point)
		}
	}
	if f.InUse != nil && f.InUse.Limit < 1.5*p.maxLimit && f.InUse.Limit > 0 {
		p.include(*f.InUse)
	}
	p.minLimit, p.maxLimit = p.minLimit*0.9, p.maxLimit*1.03
	p.minCost, p.maxCost = p.minCost/1.25, p.maxCost*1.25
	return p
}

func (p *costPanel) include(at CostPoint) {
	p.minLimit, p.maxLimit = min(p.minLimit, at.Limit), max(p.maxLimit, at.Limit)
	p.minCost, p.maxCost = min(p.minCost, at.Cost), max(p.maxCost, at.Cost)
}

func (p costPanel) holds(at CostPoint) bool { return at.Limit <= p.maxLimit && at.Limit >= p.minLimit }

func (p costPanel) x(limit float64) vg.Length {
	return p.left + vg.Length((limit-p.minLimit)/(p.maxLimit-p.minLimit))*(p.right-p.left)
}

func (p costPanel) y(cost float64) vg.Length {
	return p.bottom + vg.Length(math.Log(cost/p.minCost)/math.Log(p.maxCost/p.minCost))*(p.top-p.bottom)
}

// limits are the ticks of precision: round numbers, six at most.
func (p costPanel) limits() []float64 {
	step := math.Pow(10, math.Floor(math.Log10(p.maxLimit-p.minLimit)))
	for _, m := range []float64{0.2, 0.5, 1, 2} {
		if (p.maxLimit-p.minLimit)/(m*step) <= 6 {
			step *= m
			break
		}
	}
	var at []float64
	for k := math.Ceil(p.minLimit / step); k*step <= p.maxLimit; k++ {
		at = append(at, k*step)
	}
	return at
}

// costs are the ticks of cost: 1, 2 and 5 times powers of ten, the powers alone where those would be many.
func (p costPanel) costs() []float64 {
	factors := []float64{1, 2, 5}
	if p.maxCost/p.minCost > 2000 {
		factors = factors[:1]
	}
	var at []float64
	for e := math.Floor(math.Log10(p.minCost)); math.Pow(10, e) <= p.maxCost; e++ {
		for _, m := range factors {
			if v := m * math.Pow(10, e); v >= p.minCost && v <= p.maxCost {
				at = append(at, v)
			}
		}
	}
	return at
}

// marker is the sign of a line: square, diamond, triangle up and down.
func marker(i int, x, y, r vg.Length) (path vg.Path) {
	corners := [][]vg.Point{
		{{X: -r, Y: -r}, {X: r, Y: -r}, {X: r, Y: r}, {X: -r, Y: r}},
		{{X: 0, Y: -1.3 * r}, {X: 1.3 * r, Y: 0}, {X: 0, Y: 1.3 * r}, {X: -1.3 * r, Y: 0}},
		{{X: -1.2 * r, Y: -r}, {X: 1.2 * r, Y: -r}, {X: 0, Y: 1.2 * r}},
		{{X: -1.2 * r, Y: r}, {X: 1.2 * r, Y: r}, {X: 0, Y: -1.2 * r}},
	}[i%4]
	for k, c := range corners {
		at := vg.Point{X: x + c.X, Y: y + c.Y}
		if k == 0 {
			path.Move(at)
		} else {
			path.Line(at)
		}
	}
	path.Close()
	return path
}

// cross is an upright cross.
func cross(x, y, r vg.Length) (path vg.Path) {
	rectangle(&path, x-r, y-r/4, x+r, y+r/4)
	rectangle(&path, x-r/4, y-r, x+r/4, y+r)
	return path
}
