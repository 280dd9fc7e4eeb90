package chart

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot/vg"
)

// A Waterfall shows how named parts, one after the other, make up a difference, each with its interval.
type Waterfall struct {
	Title, Subtitle string
	Parts           []WaterfallPart
	Total           WaterfallPart // what the parts add up to
	XTitle          string
	More, Fewer     string // words of the legend
	Interval        string
	Thousands       string
}

// A WaterfallPart is persons that the register has more (or, below zero, fewer), with the ends of the interval, which are NaN
// where there is none.
type WaterfallPart struct {
	Name                  string
	Persons, Lower, Upper float64
}

type waterfallWords struct{ title, total, x, more, fewer, interval string }

var waterfallText = map[string]waterfallWords{
	"en": {"Why they differ: %s", "difference", "Persons, register minus census", "more in the register", "fewer in the register",
		"%s%% interval"},
	"vi": {"Vì sao khác biệt: %s", "chênh lệch", "Số người, cơ sở dữ liệu trừ điều tra", "nhiều hơn trong cơ sở dữ liệu",
		"ít hơn trong cơ sở dữ liệu", "khoảng tin cậy %s%%"},
}

// NewWaterfall is a waterfall of an area without parts, with words in the language ("vi" or "en"; any other is English).
// Definition is in words, level that of the intervals.
func NewWaterfall(language, area, definition string, level float64) *Waterfall {
	text, ok := waterfallText[language]
	if !ok {
		text = waterfallText["en"]
	}
	w := wordsIn(language)
	w.Interval = text.interval
	return &Waterfall{
		Title: fmt.Sprintf(text.title, area), Subtitle: w.definition + ": " + definition, Total: WaterfallPart{Name: text.total},
		XTitle: text.x, More: text.more, Fewer: text.fewer, Interval: w.labels(level).Interval, Thousands: w.Thousands,
	}
}

// Write draws the waterfall, 600 by 500 pixels of the web, and writes it as one file.
func (f *Waterfall) Write(w io.Writer, format Format) error {
	return write(w, format, f.Title, func(s sheet) { newWaterfallFigure(s, f).draw() })
}

// Colours of a part by which the register has more, and of one by which it has fewer; they are those of the sexes, and stay
// apart for readers who do not tell red from green.
var moreColour, fewerColour, totalColour = femaleColour, maleColour, color.RGBA{R: 0xb4, G: 0xba, B: 0xc2, A: 0xff}

const partNameWidth = 128 // field of the names, left of the bars

// waterfallFigure is a waterfall on its way onto a canvas.
type waterfallFigure struct {
	sheet
	*Waterfall
	left, right, bottom, top vg.Length
	low, high, step          float64 // persons
}

func newWaterfallFigure(s sheet, w *Waterfall) *waterfallFigure {
	f := &waterfallFigure{sheet: s, Waterfall: w, left: edge + partNameWidth, right: width - edge - 8, bottom: foot + 6}
	at, bars, ends := 0.0, []float64{w.Total.Persons}, []float64{w.Total.Lower, w.Total.Upper}
	for _, p := range w.Parts {
		ends = append(ends, at+p.Lower, at+p.Upper)
		at += p.Persons
		bars = append(bars, at)
	}
	f.low, f.high = span(bars, ends)
	f.step = roundStep((f.high - f.low) / 5)
	return f
}

// span holds all bars, and of intervals as much as the bars take on either side: what reaches farther is drawn open-ended.
func span(bars, ends []float64) (low, high float64) {
	for _, b := range bars {
		low, high = min(low, b), max(high, b)
	}
	reach := max(high-low, 1)
	least, most := low-reach, high+reach
	for _, e := range ends {
		if !math.IsNaN(e) {
			low, high = min(low, max(e, least)), max(high, min(e, most))
		}
	}
	room := 0.04 * (high - low + 1)
	return low - room, high + room
}

func (f *waterfallFigure) x(persons float64) vg.Length {
	share := (persons - f.low) / (f.high - f.low)
	return f.left + vg.Length(min(max(share, 0), 1))*(f.right-f.left)
}

func (f *waterfallFigure) draw() {
	f.fill(color.White, rectanglePath(0, 0, width, height))
	f.top = f.heading(f.Title, f.Subtitle) - 8
	f.axis()
	at := 0.0
	for i, p := range f.Parts {
		colour := moreColour
		if p.Persons < 0 {
			colour = fewerColour
		}
		f.bar(i, at, p, colour, false)
		f.link(i, at+p.Persons)
		at += p.Persons
	}
	f.bar(len(f.Parts), 0, f.Total, totalColour, true)
	f.stroke(grey, 0.7, linePath(f.x(0), f.bottom, f.x(0), f.top))
	f.legend(f.entries())
}

// row is the band of a part, the first one on top; the total is the last.
func (f *waterfallFigure) row(i int) (low, high vg.Length) {
	height := (f.top - f.bottom) / vg.Length(len(f.Parts)+1)
	high = f.top - vg.Length(i)*height
	return high - height, high
}

func (f *waterfallFigure) bar(i int, from float64, p WaterfallPart, colour color.Color, total bool) {
	low, high := f.row(i)
	gap := (high - low) / 5
	f.fill(colour, rectanglePath(f.x(from), low+gap, f.x(from+p.Persons), high-gap))
	middle := (low + high) / 2
	if p.Lower < p.Upper {
		f.whisker(f.x(from+p.Lower), f.x(from+p.Upper), middle, gap, from+p.Lower >= f.low, from+p.Upper <= f.high)
	}
	style := plain(8.5, ink, leftAligned)
	if total {
		style = bold(8.5, ink, leftAligned)
	}
	if w := style.Width(clean(p.Name)); w > partNameWidth-8 {
		style.Font.Size *= (partNameWidth - 8) / w
	}
	f.write(style, edge, middle-3, p.Name)
}

// whisker is an interval; an end outside the figure has no cap.
func (f *waterfallFigure) whisker(from, to, y, tip vg.Length, capFrom, capTo bool) {
	var path vg.Path
	line(&path, from, y, to, y)
	if capFrom {
		line(&path, from, y-tip, from, y+tip)
	}
	if capTo {
		line(&path, to, y-tip, to, y+tip)
	}
	f.stroke(ink, 0.7, path)
}

// link leads from where a part ends to where the next begins.
func (f *waterfallFigure) link(i int, at float64) {
	low, high := f.row(i)
	gap := (high - low) / 5
	f.stroke(grey, 0.5, linePath(f.x(at), low+gap, f.x(at), low-gap))
}

func (f *waterfallFigure) axis() {
	style := plain(7.5, grey, centred)
	for v := math.Ceil(f.low/f.step) * f.step; v <= f.high; v += f.step {
		f.stroke(faint, 0.5, linePath(f.x(v), f.bottom, f.x(v), f.top))
		text := grouped(v, f.Thousands)
		if v > 0 {
			text = "+" + text
		}
		f.write(style, f.x(v), f.bottom-11, text)
	}
	f.write(plain(8, grey, centred), (f.left+f.right)/2, foot-20, f.XTitle)
}

func (f *waterfallFigure) entries() []entry {
	swatchOf := func(c color.Color) func(vg.Length) {
		return func(x vg.Length) { f.fill(c, rectanglePath(x, legendY-1, x+swatch, legendY+7)) }
	}
	entries := []entry{{f.More, swatch, swatchOf(moreColour)}, {f.Fewer, swatch, swatchOf(fewerColour)}}
	for _, p := range f.Parts {
		if p.Lower < p.Upper {
			return append(entries, entry{f.Interval, 1.5 * swatch, func(x vg.Length) {
				f.whisker(x, x+1.5*swatch, legendY+3, 3, true, true)
			}})
		}
	}
	return entries
}
