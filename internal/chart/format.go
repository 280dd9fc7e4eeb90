package chart

import (
	"fmt"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// A Format is a kind of file that a figure can be written as. Its text is also the usual ending of the file's name.
type Format string

// The formats that Write knows.
const (
	SVG Format = "svg"
	PNG Format = "png"
	PDF Format = "pdf"
)

// Write draws the pyramid, 600 by 500 pixels of the web, and writes it as one file.
func (p Pyramid) Write(w io.Writer, format Format) error {
	if err := p.check(); err != nil {
		return err
	}
	return write(w, format, p.Title, func(s sheet) { figure{s, &p}.draw() })
}

// write draws a figure and writes it as one file.
func write(w io.Writer, format Format, title string, paint func(s sheet)) error {
	canvas, err := canvas(format, title)
	if err != nil {
		return err
	}
	paint(sheet{draw.New(canvas)})
	if _, err := canvas.WriteTo(w); err != nil {
		return fmt.Errorf("chart: writing %s of %q: %w", format, title, err)
	}
	return nil
}

func canvas(format Format, title string) (vg.CanvasWriterTo, error) {
	switch format {
	case SVG:
		return newSVG(title), nil
	case PNG:
		return vgimg.PngCanvas{Canvas: vgimg.New(width, height)}, nil
	case PDF:
		return newPDF(title), nil
	}
	return nil, fmt.Errorf("chart: format %q is not svg, png or pdf", format)
}
