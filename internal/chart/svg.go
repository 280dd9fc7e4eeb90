package chart

import (
	"bytes"
	"html"
	"io"
	"strings"

	"gonum.org/v1/plot/vg/vgsvg"
)

// svgCanvas is gonum's, made fit for the web: fonts that ordinary machines have, and a name for readers who cannot
// see the figure.
type svgCanvas struct {
	*vgsvg.Canvas
	title string
}

func newSVG(title string) svgCanvas {
	return svgCanvas{vgsvg.New(width, height), clean(title)}
}

// WriteTo writes the drawing with its text styles replaced and its title added.
func (c svgCanvas) WriteTo(w io.Writer) (int64, error) {
	var drawing bytes.Buffer
	if _, err := c.Canvas.WriteTo(&drawing); err != nil {
		return 0, err
	}
	named := strings.Replace(drawing.String(), svgName, `role="img" aria-label="`+html.EscapeString(c.title)+`" `+svgName, 1)
	n, err := io.WriteString(w, svgStyles.Replace(named))
	return int64(n), err
}

const svgName = `xmlns="http://www.w3.org/2000/svg"`

// The styles as gonum writes them name one font and no alternative.
var svgStyles = strings.NewReplacer(
	"style=\"font-family:Liberation Sans;font-variant:normal;font-weight:normal;font-style:normal;", svgFonts,
	"style=\"font-family:Liberation Sans;font-variant:normal;font-weight:bold;font-style:normal;", svgFonts+"font-weight:bold;",
)

const svgFonts = `style="font-family:'Liberation Sans',Arial,Helvetica,sans-serif;`
