package chart

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// panel is the field of one sex. Persons run from zero, beside the ages, outwards to full.
type panel struct {
	scale
	zero, full  vg.Length
	bottom, top vg.Length
	groups      int
}

// x is the place of a number of persons, kept within the panel.
func (p panel) x(persons float64) vg.Length {
	share := min(max(persons/p.limit, 0), 1)
	return p.zero + vg.Length(share)*(p.full-p.zero)
}

// band is the height that belongs to an age group, the youngest lowest.
func (p panel) band(group int) (low, high vg.Length) {
	height := (p.top - p.bottom) / vg.Length(p.groups)
	return p.bottom + vg.Length(group)*height, p.bottom + vg.Length(group+1)*height
}

func (p panel) middle(group int) vg.Length {
	low, high := p.band(group)
	return (low + high) / 2
}

// bars are one path for all groups, which keeps the file small.
func (p panel) bars(values []float64) vg.Path {
	var path vg.Path
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		low, high := p.band(i)
		gap := (high - low) / 10
		rectangle(&path, p.zero, low+gap, p.x(v), high-gap)
	}
	return path
}

// steps is the outline of bars without gaps; it is broken where there is no value.
func (p panel) steps(values []float64) vg.Path {
	var path vg.Path
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		low, high := p.band(i)
		if i == 0 || math.IsNaN(values[i-1]) {
			path.Move(vg.Point{X: p.zero, Y: low})
		}
		path.Line(vg.Point{X: p.x(v), Y: low})
		path.Line(vg.Point{X: p.x(v), Y: high})
		if i == len(values)-1 || math.IsNaN(values[i+1]) {
			path.Line(vg.Point{X: p.zero, Y: high})
		}
	}
	return path
}

// whiskers are intervals; an end outside the panel has no cap.
func (p panel) whiskers(lower, upper []float64) vg.Path {
	var path vg.Path
	for i := range lower {
		if !(lower[i] < upper[i]) || lower[i] > p.limit {
			continue
		}
		y, tip := p.middle(i), (p.top-p.bottom)/vg.Length(p.groups)/5
		line(&path, p.x(lower[i]), y, p.x(upper[i]), y)
		for _, end := range []float64{lower[i], upper[i]} {
			if end >= 0 && end <= p.limit {
				line(&path, p.x(end), y-tip, p.x(end), y+tip)
			}
		}
	}
	return path
}

// grid is a line at every tick.
func (p panel) grid() vg.Path {
	var path vg.Path
	for _, v := range p.ticks() {
		line(&path, p.x(v), p.bottom, p.x(v), p.top)
	}
	return path
}

func line(path *vg.Path, x0, y0, x1, y1 vg.Length) {
	path.Move(vg.Point{X: x0, Y: y0})
	path.Line(vg.Point{X: x1, Y: y1})
}

func rectangle(path *vg.Path, x0, y0, x1, y1 vg.Length) {
	path.Move(vg.Point{X: x0, Y: y0})
	path.Line(vg.Point{X: x1, Y: y0})
	path.Line(vg.Point{X: x1, Y: y1})
	path.Line(vg.Point{X: x0, Y: y1})
	path.Close()
}
