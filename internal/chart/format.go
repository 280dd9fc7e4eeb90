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
	canvas, err := p.canvas(format)
	if err != nil {
		return err
	}
	figure{draw.New(canvas), &p}.draw()
	if _, err := canvas.WriteTo(w); err != nil {
		return fmt.Errorf("chart: writing %s of %q: %w", format, p.Title, err)
	}
	return nil
}

func (p Pyramid) canvas(format Format) (vg.CanvasWriterTo, error) {
	switch format {
	case SVG:
		return newSVG(p.Title), nil
	case PNG:
		return vgimg.PngCanvas{Canvas: vgimg.New(width, height)}, nil
	case PDF:
		return newPDF(p.Title), nil
	}
	return nil, fmt.Errorf("chart: format %q is not svg, png or pdf", format)
}
