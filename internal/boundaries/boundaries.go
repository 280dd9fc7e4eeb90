// Package boundaries reads the shapes of administrative units and tells which are neighbours: by a common border, or by
// the distance of their centroids.
package boundaries

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/concord-stat/concord/internal/problems"
)

// A Map is the shapes of units, in the order in which the file has their codes first.
type Map struct {
	Codes  []string
	shapes []orb.MultiPolygon
}

// Read reads a GeoJSON file (RFC 7946) of polygons, whose property is the code of the unit. Features of one code are
// parts of one unit; one without a geometry has no neighbours. What is wrong with the file is a *problems.List.
func Read(file, property string) (*Map, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r := &reader{file: file, property: property, at: make(map[string]int)}
	collection, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		r.found.Add(file, lineOf(text, err), "", "not a GeoJSON feature collection: %v", err)
		return nil, &r.found
	}
	for i, f := range collection.Features {
		r.feature(i+1, f)
	}
	if len(r.Codes) == 0 && r.found.Count() == 0 {
		r.found.Add(file, 0, "", "a feature collection without a feature")
	}
	if err := r.found.Err(); err != nil {
		return nil, err
	}
	return &r.Map, nil
}

// lineOf is the line of a fault of JSON, 0 where it is not told.
func lineOf(text []byte, err error) int {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return 0
	}
	return 1 + strings.Count(string(text[:min(int(syntax.Offset), len(text))]), "\n")
}

type reader struct {
	Map
	file, property string
	at             map[string]int
	found          problems.List
}

// feature adds a feature, the number-th of the file.
func (r *reader) feature(number int, f *geojson.Feature) {
	wrong := func(format string, args ...any) {
		r.found.Add(r.file, 0, r.property, fmt.Sprintf("feature %d: ", number)+format, args...)
	}
	value, has := f.Properties[r.property]
	code, isText := value.(string)
	switch {
	case !has:
		wrong("no such property")
		return
	case !isText:
		wrong("a %T, want text: codes are text", value)
		return
	case strings.TrimSpace(code) == "":
		wrong("the code is empty")
		return
	}
	shape, ok := polygons(f.Geometry)
	if !ok {
		wrong("a %s, want a Polygon or MultiPolygon", f.Geometry.GeoJSONType())
		return
	}
	if !inDegrees(shape) {
		wrong("coordinates are not longitude and latitude in degrees (RFC 7946)")
		return
	}
	code = strings.TrimSpace(code)
	i, seen := r.at[code]
	if !seen {
		i = len(r.Codes)
		r.at[code], r.Codes, r.shapes = i, append(r.Codes, code), append(r.shapes, nil)
	}
	r.shapes[i] = append(r.shapes[i], shape...)
}

func polygons(g orb.Geometry) (orb.MultiPolygon, bool) {
	switch g := g.(type) {
	case nil:
		return nil, true
	case orb.Polygon:
		return orb.MultiPolygon{g}, true
	case orb.MultiPolygon:
		return g, true
	}
	return nil, false
}

func inDegrees(shape orb.MultiPolygon) bool {
	for _, polygon := range shape {
		for _, ring := range polygon {
			for _, p := range ring {
				if !(math.Abs(p[0]) <= 360 && math.Abs(p[1]) <= 90) {
					return false
				}
			}
		}
	}
	return true
}
