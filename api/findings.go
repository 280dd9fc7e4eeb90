package api

import (
	"context"
	"io"

	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/findings"
	"github.com/concord-stat/concord/internal/results"
)

// findingRoutes are those of why an area differs, and of where to look first.
func (s *server) findingRoutes() {
	get(s, "/api/v1/studies/{id}/areas/{code}/why", "get-why",
		"Tell why an area differs: parts of the difference, the likely cause, the definition that fits", s.getWhy)
	get(s, "/api/v1/studies/{id}/worklist", "get-worklist", "List the areas of a level to visit first", s.getWorklist)
	for _, f := range figureFormats {
		getAs(s, "/api/v1/studies/{id}/areas/{code}/waterfall."+f.name, "get-waterfall-"+f.name,
			"Draw the parts of an area's difference as "+f.name, media(f.mediaType), s.getWaterfall(f))
		getAs(s, "/api/v1/studies/{id}/levels/{level}/funnel."+f.name, "get-funnel-"+f.name,
			"Draw the discrepancies of a level against how well they are known as "+f.name, media(f.mediaType), s.getLevel(f, funnel))
		getAs(s, "/api/v1/studies/{id}/levels/{level}/gain."+f.name, "get-gain-"+f.name,
			"Draw what the first visits of a level find as "+f.name, media(f.mediaType), s.getLevel(f, gain))
	}
}

type whyInput struct {
	InArea
	Definition string `query:"definition" doc:"population definition, the first by default"`
	Lang       string `query:"lang" enum:"vi,en" doc:"language of the words, the leading one of the study by default"`
}

type whyOutput struct{ Body Why }

func (s *server) getWhy(_ context.Context, in *whyInput) (*whyOutput, error) {
	x, found, err := s.explained(in)
	if err != nil {
		return nil, err
	}
	out := &whyOutput{Why{Definition: in.Definition, Parts: []WhyPart{}, Fits: []Fit{}, Links: FigureLinks{}}}
	if w := found.Why(in.Code, in.Definition, x.language(in.Lang)); w != nil {
		out.Body = newWhy(in.Definition, w, figuresAt(found.Waterfall(in.Code, in.Definition, "en") != nil, areaPath(x, in.Code)+"/waterfall"))
	}
	return out, nil
}

// explained opens a study and completes a request about one of its areas.
func (s *server) explained(in *whyInput) (*index, *findings.Findings, error) {
	x, err := s.open(in.ID)
	if err != nil {
		return nil, nil, err
	}
	if _, err := x.area(in.Code); err != nil {
		return nil, nil, err
	}
	if in.Definition, err = x.definition(in.Definition); err != nil {
		return nil, nil, err
	}
	found, err := x.findings()
	return x, found, err
}

func (s *server) getWaterfall(f figureFormat) func(context.Context, *whyInput) (*figureOutput, error) {
	return func(_ context.Context, in *whyInput) (*figureOutput, error) {
		x, found, err := s.explained(in)
		if err != nil {
			return nil, err
		}
		w := found.Waterfall(in.Code, in.Definition, x.language(in.Lang))
		if w == nil {
			return nil, notFound{"there is nothing to draw", "the area has no parts of a difference in this definition"}
		}
		return drawn(f, func(to io.Writer) error { return w.Write(to, chart.Format(f.name)) })
	}
}

type levelInput struct {
	InStudy
	Level string `path:"level" doc:"level of areas"`
	Lang  string `query:"lang" enum:"vi,en" doc:"language of the labels, the leading one of the study by default"`
}

// A levelFigure draws a figure of a level, nil where there is nothing to draw.
type levelFigure func(c *results.Comparison, level, language string) (picture, error)

// A picture can be written in a format.
type picture interface {
	Write(w io.Writer, format chart.Format) error
}

func funnel(c *results.Comparison, level, language string) (picture, error) {
	if f, err := chart.FunnelOf(c, level, findings.WholeCell, language); f != nil || err != nil {
		return f, err
	}
	return nil, nil
}

func gain(c *results.Comparison, level, language string) (picture, error) {
	if g, err := chart.GainCurveOf(c, level, findings.WholeCell, language); g != nil || err != nil {
		return g, err
	}
	return nil, nil
}

func (s *server) getLevel(f figureFormat, of levelFigure) func(context.Context, *levelInput) (*figureOutput, error) {
	return func(_ context.Context, in *levelInput) (*figureOutput, error) {
		x, err := s.open(in.ID)
		if err != nil {
			return nil, err
		}
		p, err := of(x.Comparison, in.Level, x.language(in.Lang))
		if err != nil {
			return nil, err
		}
		if p == nil {
			return nil, notFound{"there is nothing to draw", "the areas of this level were not screened"}
		}
		return drawn(f, func(to io.Writer) error { return p.Write(to, chart.Format(f.name)) })
	}
}

type worklistInput struct {
	InStudy
	Paging
	Level string `query:"level" doc:"level of areas, the lowest that was screened by default"`
	Lang  string `query:"lang" enum:"vi,en" doc:"language of the words, the leading one of the study by default"`
}

type worklistOutput struct{ Body Worklist }

func (s *server) getWorklist(_ context.Context, in *worklistInput) (*worklistOutput, error) {
	x, err := s.open(in.ID)
	if err != nil {
		return nil, err
	}
	found, err := x.findings()
	if err != nil {
		return nil, err
	}
	levels := found.Screened()
	if in.Level == "" && len(levels) > 0 {
		in.Level = levels[0]
	}
	if in.Level != "" {
		if err := known("level", []string{in.Level}, x.levels); err != nil {
			return nil, err
		}
	}
	return &worklistOutput{newWorklist(x, levels, found.Worklist(in.Level, findings.WholeCell, x.language(in.Lang)), in)}, nil
}
