package chart

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/concord-stat/concord/compare/screen"
	"github.com/concord-stat/concord/internal/results"
)

// A Funnel shows the raw discrepancies of the areas of a level against how well each is known, with the limits of
// chance and of the spread between areas. The first areas of the worklist are named.
type Funnel struct {
	Title, Subtitle string
	Points          []FunnelPoint
	Target, Tau2    float64 // log ratio of all areas together; variance between them
	XTitle, YTitle  string
	Inside          string // words of the legend
	Beyond          [2]string
	Decimal         string
}

// A FunnelPoint is an area: its log ratio and standard error, and which limits it is beyond.
type FunnelPoint struct {
	Name          string // only of those that are named
	LogRatio, SE  float64
	Beyond95, Far bool
}

// namedAreas of the worklist have their names in a funnel.
const namedAreas = 5

type funnelWords struct{ title, subtitle, x, y, inside, beyond, far string }

var funnelText = map[string]funnelWords{
	"en": {"Discrepancies and how well they are known", "%s, %s; %d areas, the first of the worklist named",
		"Standard error of the discrepancy, %",
		"Register above census, %", "within the limits", "beyond 95 %", "beyond 99.8 %"},
	"vi": {"Chênh lệch và độ tin cậy", "%s, %s; %d đơn vị, ghi tên các đơn vị cần đến trước",
		"Sai số chuẩn của chênh lệch, %",
		"CSDL cao hơn điều tra, %", "trong giới hạn", "ngoài 95 %", "ngoài 99,8 %"},
}

// FunnelOf gathers the funnel of a level and cell from the table screening of a comparison, with words in the
// language ("vi" or "en"; any other is English). It is nil where no area of the level was screened; an error is that
// of the table.
func FunnelOf(c *results.Comparison, level, cell, language string) (*Funnel, error) {
	rows, err := screenedRows(c, level, cell)
	if err != nil || len(rows.at) == 0 {
		return nil, err
	}
	words, ok := funnelText[language]
	if !ok {
		words = funnelText["en"]
	}
	f := &Funnel{Title: words.title, XTitle: words.x, YTitle: words.y, Inside: words.inside,
		Beyond:  [2]string{words.beyond, words.far},
		Decimal: wordsIn(language).decimal}
	for _, i := range rows.at {
		y, se := rows.float("log_ratio")[i], rows.float("se")[i]
		if math.IsNaN(y) {
			continue
		}
		f.limits(rows, i, se)
		outside, p := rows.text("outside_limits")[i], FunnelPoint{LogRatio: y, SE: se}
		p.Beyond95, p.Far = outside != "", outside == "99.8"
		if rows.float("visit_priority")[i] <= namedAreas {
			p.Name = rows.text("area_name")[i]
		}
		f.Points = append(f.Points, p)
	}
	if len(f.Points) == 0 {
		return nil, nil
	}
	f.Subtitle = fmt.Sprintf(words.subtitle, LevelName(language, level),
		wordsIn(language).definitionName(rows.text("definition")[rows.at[0]]), len(f.Points))
	return f, nil
}

// limits takes target and spread back from the limits of an area: target ∓ z√(se² + τ²).
func (f *Funnel) limits(rows *screenedTable, i int, se float64) {
	lower, upper := rows.float("funnel_lower_95")[i], rows.float("funnel_upper_95")[i]
	unit := screen.NormalLimits(0, 1, screen.InnerLimits).Upper
	f.Target = (lower + upper) / 2
	f.Tau2 = math.Max(0, math.Pow((upper-lower)/2/unit, 2)-se*se)
}

// Write draws the funnel, 600 by 500 pixels of the web, and writes it as one file.
func (f *Funnel) Write(w io.Writer, format Format) error {
	return write(w, format, f.Title, func(s sheet) { funnelFigure{s, f}.draw() })
}

// Colours of areas within the limits, beyond the inner and beyond the outer ones.
var funnelColours = [3]color.RGBA{{R: 0x86, G: 0xb0, B: 0xdb, A: 0xff}, {R: 0xd5, G: 0x7a, B: 0x1f, A: 0xff},
	{R: 0x1c, G: 0x24, B: 0x2e, A: 0xff}}

// funnelFigure is a funnel on its way onto a canvas.
type funnelFigure struct {
	sheet
	*Funnel
}

func (f funnelFigure) draw() {
	f.fill(color.White, rectanglePath(0, 0, width, height))
	top := f.heading(f.Title, f.Subtitle) - 22
	p := f.panel(edge+40, width-edge-8, foot+6, top)
	f.axes(p)
	f.bounds(p, screen.InnerLimits, 0.8)
	f.bounds(p, screen.OuterLimits, 1.3)
	f.stroke(grey, 0.8, linePath(p.left, p.y(f.Target), p.right, p.y(f.Target)))
	for kind := range 3 {
		for _, a := range f.Points {
			if a.kind() == kind {
				f.fill(funnelColours[kind], marker(kind, p.x(a.SE), p.y(a.LogRatio), 1.6))
			}
		}
	}
	f.names(p)
	var entries []entry
	for kind, text := range []string{f.Inside, f.Beyond[0], f.Beyond[1]} {
		entries = append(entries, entry{text, swatch / 2, func(x vg.Length) {
			f.fill(funnelColours[kind],
				marker(kind, x+swatch/4, legendY+3, 2.5))
		}})
	}
	f.legend(entries)
}

// kind is 0 within the limits, 1 beyond the inner, 2 beyond the outer ones.
func (a FunnelPoint) kind() int {
	switch {
	case a.Far:
		return 2
	case a.Beyond95:
		return 1
	}
	return 0
}

// bounds draws a pair of limits.
func (f funnelFigure) bounds(p funnelPanel, level float64, thick vg.Length) {
	const steps = 60
	for _, sign := range []float64{-1, 1} {
		var path vg.Path
		for k := range steps + 1 {
			se := p.widest * math.Pow(p.narrowest/p.widest, float64(k)/steps)
			l := screen.NormalLimits(0, math.Sqrt(se*se+f.Tau2), level)
			at := vg.Point{X: p.x(se), Y: p.y(f.Target + sign*l.Upper)}
			if k == 0 {
				path.Move(at)
			} else {
				path.Line(at)
			}
		}
		f.stroke(grey, thick, path)
	}
}

// names stand beside their areas, on the side where there is room, and not on each other.
func (f funnelFigure) names(p funnelPanel) {
	style := plain(7, ink, leftAligned)
	var taken []vg.Rectangle
	for _, a := range f.Points {
		if a.Name == "" {
			continue
		}
		w := style.Width(clean(a.Name))
		x, y := p.x(a.SE)+4, p.y(a.LogRatio)-2.5
		if x+w > p.right {
			x = p.x(a.SE) - 4 - w
		}
		for clash := true; clash; {
			clash = false
			for _, t := range taken {
				if x < t.Max.X && t.Min.X < x+w && y < t.Max.Y && t.Min.Y < y+8 {
					y, clash = t.Min.Y-8.1, true
				}
			}
		}
		taken = append(taken, vg.Rectangle{Min: vg.Point{X: x, Y: y}, Max: vg.Point{X: x + w, Y: y + 8}})
		f.write(style, x, y, a.Name)
	}
}

func (f funnelFigure) axes(p funnelPanel) {
	for _, percent := range p.ratios() {
		y := p.y(math.Log1p(percent / 100))
		f.stroke(faint, 0.5, linePath(p.left, y, p.right, y))
		text := strings.Replace(fmt.Sprintf("%+g", percent), ".", f.Decimal, 1)
		if percent == 0 {
			text = "0"
		}
		style := plain(7.5, grey, leftAligned)
		f.write(style, p.left-5-style.Width(text), y-2.5, text)
	}
	for _, percent := range p.errors() {
		x := p.x(percent / 100)
		f.stroke(faint, 0.5, linePath(x, p.bottom, x, p.top))
		f.write(plain(7.5, grey, centred), x, p.bottom-11, strings.Replace(strconv.FormatFloat(percent, 'g', 4, 64),
			".", f.Decimal, 1))
	}
	f.stroke(grey, 0.5, linePath(p.left, p.bottom, p.left, p.top))
	f.stroke(grey, 0.5, linePath(p.left, p.bottom, p.right, p.bottom))
	f.write(plain(8, grey, centred), (p.left+p.right)/2, foot-20, f.XTitle)
	f.write(plain(8, grey, leftAligned), edge, p.top+6, f.YTitle)
}
