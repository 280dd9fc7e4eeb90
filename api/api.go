// Package api serves finished comparisons over HTTP: JSON and CSV for programs, figures, and a page for people.
//
// It reads and never writes. What it serves comes from a Source, so that it knows nothing of files or stores.
package api

import (
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/concord-stat/concord/internal/results"
)

// Errors a Source, a Report or a Pyramid may wrap to be answered with "not found" and a hint instead of "internal
// error".
var (
	ErrNoStudy      = errors.New("no such study")
	ErrNoComparison = errors.New("the study has no finished comparison")
	ErrNoReport     = errors.New("the study has no report")
	ErrNoFigure     = errors.New("there is nothing to draw")
)

// A Source gives the studies to serve. It is asked on every request and from several goroutines, so it keeps what it
// has opened; a newer finished comparison is a new pointer, and is picked up by that.
type Source interface {
	// Studies lists the identifiers in the order to show them.
	Studies() []string
	// Comparison returns the newest finished comparison of a study, or an error wrapping ErrNoStudy or
	// ErrNoComparison. Nobody changes what it returned.
	Comparison(study string) (*results.Comparison, error)
}

// A PyramidFunc draws the population pyramid of an area.
type PyramidFunc func(w io.Writer, c *results.Comparison, p PyramidRequest) error

// A PyramidRequest says which pyramid, and how it is drawn.
type PyramidRequest struct {
	Area, Definition, Language string
	Format                     string // svg, png or pdf
	Smooth                     string // method of smoothing for display; empty for none
}

// A ReportFunc returns the path of the HTML report of a study, or an error wrapping ErrNoReport.
type ReportFunc func(study string) (path string, err error)

// Options say what to serve.
type Options struct {
	Source  Source       // Required.
	Pyramid PyramidFunc  // Defaults to none: pyramids are not found.
	Report  ReportFunc   // Defaults to none: reports are not found.
	Version string       // Of the program. Defaults to "dev".
	Logger  *slog.Logger // For what the client is not told. Defaults to slog.Default.
}

// New returns the handler of all routes. It answers whoever asks: Listen sees to it that only this machine can.
func New(o Options) (http.Handler, error) {
	if o.Source == nil {
		return nil, errors.New("api: Options.Source is nil: it is required")
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return newServer(o)
}
