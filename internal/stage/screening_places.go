package stage

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/concord-stat/concord/compare/screen"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/boundaries"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// places are units with their neighbours; none where the study tells neither boundaries nor centroids.
type places struct {
	codes []string
	lists [][]int32
}

func (c *comparison) readPlaces() (*places, error) {
	s := c.runner.Study
	switch {
	case s.Areas.Boundaries != nil:
		return c.bordered(s.Areas.Boundaries)
	case s.Areas.Centroid != nil:
		return c.centred(s.Areas.Centroid)
	}
	return &places{}, nil
}

// bordered are the units of a map.
func (c *comparison) bordered(b *study.Boundaries) (*places, error) {
	m, err := boundaries.Read(c.runner.Study.Path(b.File), b.Code)
	if err != nil {
		return nil, err
	}
	known := slices.ContainsFunc(m.Codes, func(code string) bool { _, ok := c.list.Unit(code); return ok })
	if !known && len(c.list.Lowest()) > 0 {
		var found problems.List
		found.Add(b.File, 0, b.Code, "no code of the boundaries is one of the code list")
		return nil, found.Err()
	}
	return &places{m.Codes, m.Touching(b.Tolerance)}, nil
}

// centred are the units of the code list by their centroids.
func (c *comparison) centred(at *study.Centroid) (*places, error) {
	p := &places{codes: c.list.Lowest()}
	var found problems.List
	columns := [2][]float64{}
	for k, name := range []string{at.Longitude, at.Latitude} {
		key := []string{"longitude", "latitude"}[k]
		line, column := c.runner.Study.Position("areas", "centroid", key)
		for _, code := range p.codes {
			u, _ := c.list.Unit(code)
			text, has := u.Columns[name]
			if !has {
				found.Add(c.runner.Study.File, line, fmt.Sprint(column), "the code list has no column %q", name)
				break
			}
			v, err := strconv.ParseFloat(text, 64)
			switch {
			case text == "":
				v = math.NaN() // it has no neighbours then
			case err != nil || math.Abs(v) > 180 || k == 1 && math.Abs(v) > 90:
				found.Add(c.runner.Study.File, line, fmt.Sprint(column), "column %q: %s has no %s in degrees", name,
					code, key)
			}
			columns[k] = append(columns[k], v)
		}
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	if at.DistanceKm > 0 {
		p.lists = boundaries.Within(columns[0], columns[1], 1000*at.DistanceKm)
	} else {
		p.lists = boundaries.Nearest(columns[0], columns[1], at.Neighbours)
	}
	return p, nil
}

// at are the neighbours of the areas of a level: units above are neighbours where units of the map in them are. Nil
// where none are known.
func (p *places) at(list *areas.List, level string, codes []string) *screen.Neighbours {
	position, up := positions(codes), make([]int32, len(p.codes))
	for i, code := range p.codes {
		up[i] = -1
		area, ok := list.Ancestor(code, level)
		if !ok && len(list.Lowest()) == 0 {
			area, ok = code, true
		}
		if at, here := position[area]; ok && here {
			up[i] = int32(at)
		}
	}
	lists, any := make([][]int32, len(codes)), false
	for i, to := range p.lists {
		for _, j := range to {
			if a, b := up[i], up[j]; a >= 0 && b >= 0 && a != b {
				lists[a], any = append(lists[a], b), true
			}
		}
	}
	if !any {
		return nil
	}
	w := screen.RowStandardised(lists)
	return &w
}
