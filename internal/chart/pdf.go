package chart

import (
	"bytes"
	"image"
	"image/color"
	"io"
	"math"
	"strings"
	"time"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// pdfCanvas is a vg.Canvas on one page of PDF. Gonum's own encodes text in code page 1252, which has no Vietnamese;
// this one embeds the letters used, as Unicode, so that text is right to see, to search and to copy.
//
// A colour's transparency is not drawn.
type pdfCanvas struct {
	doc    *fpdf.Fpdf
	widths []vg.Length // of lines, one for each Push
}

const pdfFamily = "liberation"

func newPDF(title string) *pdfCanvas {
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: width, Ht: height}})
	// The same figure gives the same bytes: no clock, no order of maps.
	doc.SetCreationDate(time.Unix(0, 0).UTC())
	doc.SetModificationDate(time.Unix(0, 0).UTC())
	doc.SetCatalogSort(true)
	doc.SetTitle(clean(title), true)
	doc.AddUTF8FontFromBytes(pdfFamily, "", bytes.Clone(liberationsansregular.TTF))
	doc.AddUTF8FontFromBytes(pdfFamily, "B", bytes.Clone(liberationsansbold.TTF))
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.AddPage()
	c := &pdfCanvas{doc: doc, widths: []vg.Length{0}}
	c.upright()
	vg.Initialize(c)
	return c
}

// upright moves the origin from the upper left corner, where fpdf has it, to the lower left.
func (c *pdfCanvas) upright() {
	c.Push()
	c.Translate(vg.Point{Y: height})
	c.Scale(1, -1)
}

// Size returns the size of the page.
func (c *pdfCanvas) Size() (x, y vg.Length) { return width, height }

// SetLineWidth sets the width of lines; lines of no width are not drawn.
func (c *pdfCanvas) SetLineWidth(w vg.Length) {
	c.widths[len(c.widths)-1] = w
	c.doc.SetLineWidth(w.Points())
}

// SetLineDash sets the lengths of dashes and gaps.
func (c *pdfCanvas) SetLineDash(pattern []vg.Length, offset vg.Length) {
	points := make([]float64, len(pattern))
	for i, length := range pattern {
		points[i] = length.Points()
	}
	c.doc.SetDashPattern(points, offset.Points())
}

// SetColor sets the colour of lines, areas and text.
func (c *pdfCanvas) SetColor(colour color.Color) {
	r, g, b, _ := colour.RGBA()
	red, green, blue := int(r>>8), int(g>>8), int(b>>8)
	c.doc.SetDrawColor(red, green, blue)
	c.doc.SetFillColor(red, green, blue)
	c.doc.SetTextColor(red, green, blue)
}

// Rotate turns what follows by an angle in radians.
func (c *pdfCanvas) Rotate(rad float64) { c.doc.TransformRotate(-rad*180/math.Pi, 0, 0) }

// Translate moves what follows.
func (c *pdfCanvas) Translate(pt vg.Point) { c.doc.TransformTranslate(pt.X.Points(), pt.Y.Points()) }

// Scale stretches what follows.
func (c *pdfCanvas) Scale(x, y float64) { c.doc.TransformScale(100*x, 100*y, 0, 0) }

// Push remembers the state that Pop returns to.
func (c *pdfCanvas) Push() {
	c.widths = append(c.widths, c.widths[len(c.widths)-1])
	c.doc.TransformBegin()
}

// Pop returns to the state of the last Push.
func (c *pdfCanvas) Pop() {
	c.widths = c.widths[:len(c.widths)-1]
	c.doc.TransformEnd()
}

// Stroke draws the lines of a path.
func (c *pdfCanvas) Stroke(path vg.Path) {
	if c.widths[len(c.widths)-1] > 0 {
		c.trace(path, "D")
	}
}

// Fill fills a path.
func (c *pdfCanvas) Fill(path vg.Path) { c.trace(path, "F") }

// trace knows straight lines only, for figures here have no others.
func (c *pdfCanvas) trace(path vg.Path, style string) {
	for _, part := range path {
		x, y := part.Pos.X.Points(), part.Pos.Y.Points()
		switch part.Type {
		case vg.MoveComp:
			c.doc.MoveTo(x, y)
		case vg.LineComp:
			c.doc.LineTo(x, y)
		case vg.CloseComp:
			c.doc.ClosePath()
		default:
			panic("chart: a path with curves in PDF")
		}
	}
	c.doc.DrawPath(style)
}

// FillString writes text with its baseline at pt.
func (c *pdfCanvas) FillString(face font.Face, pt vg.Point, s string) {
	style := ""
	if face.Font.Weight >= xfont.WeightBold {
		style = "B"
	}
	c.doc.SetFont(pdfFamily, style, face.Font.Size.Points())
	c.Push()
	c.Translate(pt)
	c.Scale(1, -1)
	c.doc.Text(0, 0, basicPlane(s))
	c.Pop()
}

// DrawImage panics: figures here hold no images.
func (c *pdfCanvas) DrawImage(vg.Rectangle, image.Image) { panic("chart: an image in PDF") }

// WriteTo ends the document and writes it.
func (c *pdfCanvas) WriteTo(w io.Writer) (int64, error) {
	c.Pop()
	var file bytes.Buffer
	if err := c.doc.Output(&file); err != nil {
		return 0, err
	}
	return file.WriteTo(w)
}

// basicPlane replaces what fpdf cannot encode, letters beyond U+FFFF; the fonts have none of them anyway.
func basicPlane(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, s)
}
