package api

import (
	"bytes"
	"context"
	"io"
)

// A figureFormat is the end of an address and the media type it stands for.
type figureFormat struct{ name, mediaType string }

var figureFormats = []figureFormat{{"svg", "image/svg+xml"}, {"png", "image/png"}, {"pdf", "application/pdf"}}

type pyramidInput struct {
	InArea
	Definition string `query:"definition" doc:"population definition, the first by default"`
	Lang       string `query:"lang" enum:"vi,en" doc:"language of the labels, the leading one of the study by default"`
	Smooth     string `query:"smooth" enum:"carrier_farrag,karup_king_newton,arriaga,united_nations,strong,moving_average3" doc:"smooth the ages for display; the picture says so, and marks the figures as they are"`
}

type figureOutput struct {
	ContentType string `header:"Content-Type"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

// drawn draws into memory first, so that a figure that fails is an error and not half a figure.
func drawn(f figureFormat, draw func(io.Writer) error) (*figureOutput, error) {
	var figure bytes.Buffer
	err := draw(&figure)
	return &figureOutput{f.mediaType, documentPolicy, figure.Bytes()}, err
}

func (s *server) getPyramid(f figureFormat) func(context.Context, *pyramidInput) (*figureOutput, error) {
	return func(_ context.Context, in *pyramidInput) (*figureOutput, error) {
		x, err := s.open(in.ID)
		if err != nil {
			return nil, err
		}
		in.Definition, err = x.definition(in.Definition)
		if err != nil {
			return nil, err
		}
		if err := s.canDraw(x, in); err != nil {
			return nil, err
		}
		return drawn(f, func(to io.Writer) error {
			return s.Pyramid(to, x.Comparison, PyramidRequest{in.Code, in.Definition, x.language(in.Lang), f.name, in.Smooth})
		})
	}
}

func (s *server) canDraw(x *index, in *pyramidInput) error {
	a, err := x.area(in.Code)
	if err != nil {
		return err
	}
	if s.Pyramid == nil || !x.hasPyramid(a, in.Definition) {
		return ErrNoFigure
	}
	return nil
}

// hasPyramid tells whether an area has rows by sex and age group, in the definition if one is given.
func (x *index) hasPyramid(a *area, definition string) bool {
	for row := a.first; row < a.end; row++ {
		d := &x.Rows[row]
		if d.Dimension == pyramidDimension && (definition == "" || d.Definition == definition) {
			return true
		}
	}
	return false
}
