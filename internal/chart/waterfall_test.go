package chart_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/concord-stat/concord/compare/explain"
	"github.com/concord-stat/concord/internal/chart"
)

// fall is a made-up area: the parts add up to the difference, and one has no interval.
func fall(language string) *chart.Waterfall {
	w := chart.NewWaterfall(language, diacritics, chart.DefinitionName(language, "permanent"), 0.95)
	for _, p := range []chart.WaterfallPart{
		{explain.DefinitionPart, 240, 180, 300}, {explain.TimePart, -60, math.NaN(), math.NaN()}, {explain.AgePart, 0, 0, 0},
		{explain.Level, 900, 500, 1300}, {"young_adults", -310, -6000, 7000}, {explain.Unexplained, 30, -90, 150},
	} {
		p.Name = chart.PartName(language, p.Name)
		w.Parts = append(w.Parts, p)
	}
	w.Total.Persons, w.Total.Lower, w.Total.Upper = 800, 250, 1350
	return w
}

func TestWaterfallGolden(t *testing.T) {
	for _, language := range []string{"en", "vi"} {
		for _, format := range []chart.Format{chart.SVG, chart.PNG} {
			var out bytes.Buffer
			if err := fall(language).Write(&out, format); err != nil {
				t.Fatal(err)
			}
			got, path := out.Bytes(), filepath.Join("testdata", "waterfall-"+language+"."+string(format))
			if *regen {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) && !(format == chart.PNG && alike(t, got, want)) {
				t.Errorf("%s is not as it was: look at it, and rewrite with -regen if it is right", path)
			}
		}
	}
}

// TestWaterfallOfLittle: parts of nothing, and a difference of nothing, are drawn without figures that are none.
func TestWaterfallOfLittle(t *testing.T) {
	for _, parts := range [][]chart.WaterfallPart{nil, {{"a", 0, math.NaN(), math.NaN()}}, {{"a", 1, 0, 2}, {"b", -1, -2, 0}}} {
		w := chart.NewWaterfall("en", "Xã", "current", 0.95)
		w.Parts, w.Total.Lower, w.Total.Upper = parts, math.NaN(), math.NaN()
		var out bytes.Buffer
		if err := w.Write(&out, chart.SVG); err != nil || strings.Contains(out.String(), "NaN") || strings.Contains(out.String(), "Inf") {
			t.Errorf("%v: %v\n%s", parts, err, out.Bytes())
		}
	}
}
