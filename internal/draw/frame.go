// Package draw carries out a selection on a frame: it checks the frame, shares the sample over its strata, selects, and
// can say of every unit why it was drawn or was not.
package draw

import (
	"context"
	"iter"

	"github.com/concord-stat/concord/internal/study"
)

// A Unit is a unit of a frame, with what a selection asks of it; what it does not ask for is empty or 0.
type Unit struct {
	Code    string
	Name    string
	Above   []string // codes of the units above that were drawn before, outermost first
	Stratum string
	Size    float64
	Spread  float64
	Order   []string
	Balance []float64
	Centre  [2]float64 // longitude and latitude in degrees
	Number  float64    // permanent random number of a column
	Line    int        // of the unit in its file, 0 where it has none
}

// A Frame is the units that can be drawn.
type Frame interface {
	// Units yields the units in ascending order of Above and Code, with what the selection asks of them, the same units in
	// the same order every time. An error ends the sequence and comes with a zero unit.
	Units(ctx context.Context, s *study.Selection) iter.Seq2[Unit, error]
	// Name is what problems of the frame are reported under: its file.
	Name() string
}

// List is a frame in memory.
type List struct {
	Of  string // name of the frame
	All []Unit // in ascending order of code
}

// Units yields the units of the list.
func (l List) Units(context.Context, *study.Selection) iter.Seq2[Unit, error] {
	return func(yield func(Unit, error) bool) {
		for _, u := range l.All {
			if !yield(u, nil) {
				return
			}
		}
	}
}

// Name is the name of the frame.
func (l List) Name() string { return l.Of }
