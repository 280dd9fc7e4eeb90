package draw

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// orphans refuses units that lie in a unit which the frame of the earlier draw does not have: they could never be drawn.
// Both frames come in the same order, so that neither is held in memory. Where the earlier frame is gone, nothing can be
// told.
func (d *Design) orphans(ctx context.Context) error {
	if len(d.Above) == 0 {
		return nil
	}
	earlier, _, err := ReadDesign(d.Within)
	if err != nil {
		return err
	}
	known, stop := iter.Pull2(earlier.file().Units(ctx, &study.Selection{}))
	defer stop()
	found, walk := &problems.List{}, walker{next: known}
	var last []string
	for u, err := range d.file().Units(ctx, &study.Selection{}) {
		if err != nil {
			return err
		}
		if last != nil && slices.Equal(u.Above, last) {
			continue
		}
		last = u.Above
		has, err := walk.to(u.Above)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if !has {
			found.Add(d.Frame, 0, strings.Join(d.Above, ","), "unit %s lies in %s, which the frame of %s does not have", name(u), strings.Join(u.Above, "/"), d.Within)
		}
	}
	return found.Err()
}

// A walker goes along the units of a frame.
type walker struct {
	next func() (Unit, error, bool)
	at   []string // codes of the unit it stands at, nil before the first
	end  bool
}

// to goes on to the unit of the given codes and tells whether the frame has it. Codes come in ascending order.
func (w *walker) to(codes []string) (bool, error) {
	for !w.end && (w.at == nil || slices.Compare(w.at, codes) < 0) {
		u, err, more := w.next()
		if err != nil {
			return false, err
		}
		w.at, w.end = append(slices.Clone(u.Above), u.Code), !more
	}
	return !w.end && slices.Equal(w.at, codes), nil
}
