package report

import (
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/findings"
)

// worklist is where to look first at a level, ready to print.
type worklist struct {
	Level, Definition string
	Total             int
	Errors            float64
	HalfBy, MostBy    int // first visits that find half and four fifths of the errors
	Visits            []findings.Visit
	Funnel, Gain      string // SVG, empty where there is nothing to draw
}

// worklists are those of all screened levels, the lowest first; levels with many areas are cut to the first visits.
func (e *edition) worklists() ([]worklist, error) {
	var all []worklist
	for _, level := range e.found.Screened() {
		found := e.found.Worklist(level, findings.WholeCell, e.language)
		if found == nil {
			continue
		}
		w := worklist{Level: level, Definition: found.Definition, Total: len(found.Visits), Errors: found.Errors,
			HalfBy: found.VisitsFor(0.5), MostBy: found.VisitsFor(0.8), Visits: found.Visits}
		if len(w.Visits) > fewAreas {
			w.Visits = w.Visits[:mostRows]
		}
		if err := e.draw(&w); err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// draw adds the pictures of a level.
func (e *edition) draw(w *worklist) error {
	funnel, err := chart.FunnelOf(e.Comparison, w.Level, findings.WholeCell, e.language)
	if err == nil && funnel != nil {
		w.Funnel, err = drawn(funnel.Write)
	}
	if err != nil {
		return err
	}
	gain, err := chart.GainCurveOf(e.Comparison, w.Level, findings.WholeCell, e.language)
	if err == nil && gain != nil {
		w.Gain, err = drawn(gain.Write)
	}
	return err
}
