package chart

import (
	"gonum.org/v1/plot/vg"
)

const (
	legendY    = 9
	legendSize = 8.5
	swatch     = 11
	keyGap     = 5
	entryGap   = 20
)

// entry is one line of the legend: key draws the sign into a field of the given width from x on.
type entry struct {
	text  string
	width vg.Length
	key   func(x vg.Length)
}

// legend stands in one row, centred.
func (s sheet) legend(entries []entry) {
	style := plain(legendSize, ink, leftAligned)
	total := -vg.Length(entryGap)
	for _, e := range entries {
		total += e.width + keyGap + style.Width(clean(e.text)) + entryGap
	}
	x := (width - total) / 2
	for _, e := range entries {
		e.key(x)
		s.write(style, x+e.width+keyGap, legendY, e.text)
		x += e.width + keyGap + style.Width(clean(e.text)) + entryGap
	}
}

func (f figure) entries() []entry {
	entries := []entry{
		{f.Labels.Register, 2 * swatch, f.registerKey},
		{f.Labels.Census, 1.5 * swatch, f.censusKey},
	}
	if f.hasInterval() {
		entries = append(entries, entry{f.Labels.Interval, 1.5 * swatch, f.intervalKey})
	}
	if f.Unsmoothed != nil {
		entries = append(entries, entry{f.Unsmoothed.name, swatch, f.unsmoothedKey})
	}
	return entries
}

func (f figure) registerKey(x vg.Length) {
	f.fill(maleColour, rectanglePath(x, legendY-1, x+swatch, legendY+7))
	f.fill(femaleColour, rectanglePath(x+swatch, legendY-1, x+2*swatch, legendY+7))
}

func (f figure) censusKey(x vg.Length) {
	var step vg.Path
	step.Move(vg.Point{X: x, Y: legendY - 1})
	step.Line(vg.Point{X: x + 0.75*swatch, Y: legendY - 1})
	step.Line(vg.Point{X: x + 0.75*swatch, Y: legendY + 6})
	step.Line(vg.Point{X: x + 1.5*swatch, Y: legendY + 6})
	f.stroke(ink, 1.1, step)
}

func (f figure) intervalKey(x vg.Length) {
	var whisker vg.Path
	line(&whisker, x, legendY+3, x+1.5*swatch, legendY+3)
	line(&whisker, x, legendY, x, legendY+6)
	line(&whisker, x+1.5*swatch, legendY, x+1.5*swatch, legendY+6)
	f.stroke(ink, 0.7, whisker)
}

func (f figure) hasInterval() bool {
	for _, s := range []side{f.male(), f.female()} {
		for i := range s.lower {
			if s.lower[i] < s.upper[i] {
				return true
			}
		}
	}
	return false
}
