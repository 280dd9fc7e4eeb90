package chart

import (
	"image/color"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/text/unicode/norm"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Liberation Sans has every letter of Vietnamese, and the widths of Arial and Helvetica, which stand in for it where
// an SVG is shown without it.
var fonts = sync.OnceValue(func() *font.Cache {
	return font.NewCache(font.Collection{
		{Font: font.Font{Typeface: "Liberation", Variant: "Sans"}, Face: parse(liberationsansregular.TTF)},
		{
			Font: font.Font{Typeface: "Liberation", Variant: "Sans", Weight: xfont.WeightBold},
			Face: parse(liberationsansbold.TTF),
		},
	})
})

func parse(ttf []byte) *opentype.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("chart: a font that is part of the program cannot be read: " + err.Error())
	}
	return f
}

const (
	leftAligned = text.XLeft
	centred     = text.XCenter
)

func plain(size vg.Length, colour color.Color, align text.XAlignment) draw.TextStyle {
	return draw.TextStyle{
		Color: colour, XAlign: align, YAlign: text.YBottom,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		Handler: text.Plain{Fonts: fonts()},
	}
}

func bold(size vg.Length, colour color.Color, align text.XAlignment) draw.TextStyle {
	style := plain(size, colour, align)
	style.Font.Weight = xfont.WeightBold
	return style
}

// write sets one line of text with its baseline at y. A line wider than the figure is set smaller: a name is never
// cut.
func (s sheet) write(style draw.TextStyle, x, y vg.Length, line string) {
	line = clean(line)
	if line == "" {
		return
	}
	if w := style.Width(line); w > width-2*edge {
		style.Font.Size *= (width - 2*edge) / w
	}
	face := fonts().Lookup(style.Font, style.Font.Size)
	s.SetColor(style.Color)
	s.FillString(face, vg.Point{X: x + vg.Length(style.XAlign)*face.Width(line), Y: y}, line)
}

// clean composes letters and their marks, for a font draws ộ but not o with two marks after it, and leaves nothing
// that XML forbids.
func clean(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case r == '\uFFFE' || r == '\uFFFF':
			return '\uFFFD'
		}
		return r
	}, s)
}
