package chart

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The figure is 600 by 500 pixels of the web, 96 to the inch.
const (
	width, height = 450, 375
	edge          = 14 // free space around
	gutter        = 40 // between the sexes, where the ages stand
	foot          = 46 // below the panels: numbers, axis title, legend
)

// Blue and orange stay apart for readers who do not tell red from green, and in grey.
var (
	maleColour   = color.RGBA{R: 0x86, G: 0xb0, B: 0xdb, A: 0xff}
	femaleColour = color.RGBA{R: 0xf2, G: 0xb4, B: 0x84, A: 0xff}
	ink          = color.RGBA{R: 0x1c, G: 0x24, B: 0x2e, A: 0xff}
	faint        = color.RGBA{R: 0xdd, G: 0xe1, B: 0xe6, A: 0xff}
	grey         = color.RGBA{R: 0x55, G: 0x5f, B: 0x6b, A: 0xff}
)

// sheet is a canvas with the ways of drawing that all figures share.
type sheet struct{ draw.Canvas }

// figure is a pyramid on its way onto a canvas.
type figure struct {
	sheet
	*Pyramid
}

func (f figure) draw() {
	f.fill(color.White, rectanglePath(0, 0, width, height))
	top := f.heading(f.Title, f.Subtitle) - 16
	sc := scaleOf(f.male(), f.female())
	left := panel{sc, (width - gutter) / 2, edge, foot, top, len(f.Groups)}
	right := panel{sc, (width + gutter) / 2, width - edge, foot, top, len(f.Groups)}
	f.half(left, f.male(), maleColour, f.Labels.Male)
	f.half(right, f.female(), femaleColour, f.Labels.Female)
	if u := f.Unsmoothed; u != nil {
		f.unsmoothed(left, u.RegisterMale, u.CensusMale)
		f.unsmoothed(right, u.RegisterFemale, u.CensusFemale)
	}
	f.ages(left)
	f.write(plain(8, grey, centred), width/2, foot-24, f.Labels.Persons)
	f.legend(f.entries())
}

// heading writes title and subtitle, and returns how far down they reach.
func (s sheet) heading(title, subtitle string) vg.Length {
	y := vg.Length(height - edge - 10)
	s.write(bold(13, ink, centred), width/2, y, title)
	if subtitle == "" {
		return y - 4
	}
	for _, text := range strings.Split(subtitle, "\n") {
		y -= 12
		s.write(plain(8.5, grey, centred), width/2, y, text)
	}
	return y - 4
}

func (f figure) half(p panel, s side, colour color.Color, name string) {
	f.stroke(faint, 0.5, p.grid())
	f.fill(colour, p.bars(s.register))
	f.stroke(ink, 1.1, p.steps(s.census))
	f.stroke(ink, 0.7, p.whiskers(s.lower, s.upper))
	f.stroke(grey, 0.5, linePath(p.zero, p.bottom, p.zero, p.top))
	f.stroke(grey, 0.5, linePath(p.zero, p.bottom, p.full, p.bottom))
	f.write(bold(9.5, ink, centred), (p.zero+p.full)/2, p.top+4, name)
	f.numbers(p)
}

func (f figure) numbers(p panel) {
	style := plain(7.5, grey, centred)
	f.write(style, p.zero, p.bottom-11, "0")
	for _, v := range p.ticks() {
		f.write(style, p.x(v), p.bottom-11, grouped(v, f.Labels.Thousands))
	}
}

func (f figure) ages(p panel) {
	low, high := p.band(0)
	style := plain(min(7.5, 0.8*(high-low)), ink, centred)
	for i, group := range f.Groups {
		f.write(style, width/2, p.middle(i)-style.Font.Size*0.36, group)
	}
}

func (s sheet) stroke(colour color.Color, width vg.Length, path vg.Path) {
	if len(path) == 0 {
		return
	}
	s.SetLineStyle(draw.LineStyle{Color: colour, Width: width})
	s.Stroke(path)
}

func (s sheet) fill(colour color.Color, path vg.Path) {
	if len(path) == 0 {
		return
	}
	s.SetColor(colour)
	s.Fill(path)
}

func linePath(x0, y0, x1, y1 vg.Length) (path vg.Path) {
	line(&path, x0, y0, x1, y1)
	return path
}

func rectanglePath(x0, y0, x1, y1 vg.Length) (path vg.Path) {
	rectangle(&path, x0, y0, x1, y1)
	return path
}
