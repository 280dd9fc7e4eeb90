package chart_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/chart"
)

// A smoothed pyramid says so with the method's name, keeps the figures as they are, and has no interval of theirs.
func TestSmoothedPyramidSaysSo(t *testing.T) {
	raw := pyramid("Tỉnh Ngọc Lũng", "vi")
	for _, method := range demography.Smoothers() {
		p, err := raw.Smoothed(method, "vi")
		if err != nil {
			t.Fatal(method, err)
		}
		if !strings.Contains(p.Subtitle, "Đã làm trơn để hiển thị, phương pháp "+string(method)) {
			t.Errorf("%s: the subtitle is %q", method, p.Subtitle)
		}
		if !slices.Equal(p.Unsmoothed.RegisterMale, raw.RegisterMale) || !slices.Equal(p.Unsmoothed.CensusFemale, raw.CensusFemale) {
			t.Errorf("%s: the figures as they are have changed", method)
		}
		if slices.Equal(p.RegisterMale, raw.RegisterMale) {
			t.Errorf("%s: nothing was smoothed", method)
		}
		for i, v := range p.CensusMaleLower {
			if !math.IsNaN(v) || !math.IsNaN(p.CensusFemaleUpper[i]) {
				t.Errorf("%s: an interval of figures that are not drawn", method)
			}
		}
		if last := len(raw.Groups) - 1; p.RegisterMale[last] != raw.RegisterMale[last] {
			t.Errorf("%s: the open group has changed", method)
		}
	}
}

// What smoothing is not meant for is said, or refused.
func TestSmoothingOfFewPersons(t *testing.T) {
	p := pyramid("Xã Nhỏ", "en")
	for _, s := range [][]float64{p.RegisterMale, p.RegisterFemale, p.CensusMale, p.CensusFemale} {
		for i := range s {
			s[i] /= 100
		}
	}
	few, err := p.Smoothed(demography.Arriaga, "en")
	if err != nil || !strings.Contains(few.Subtitle, "Few persons") {
		t.Errorf("subtitle %q, %v", few.Subtitle, err)
	}
	p.CensusMale[3] = math.NaN()
	if _, err := p.Smoothed(demography.Arriaga, "en"); err == nil || !strings.Contains(err.Error(), "no figure for ages 15-19") {
		t.Errorf("a gap: %v", err)
	}
	if _, err := pyramid("x", "en").Smoothed("magic", "en"); err == nil || !strings.Contains(err.Error(), "the smoothers are") {
		t.Errorf("no such method: %v", err)
	}
}

func TestSmoothedGolden(t *testing.T) {
	p, err := pyramid("Tỉnh Ngọc Lũng", "en").Smoothed(demography.UnitedNations, "en")
	if err != nil {
		t.Fatal(err)
	}
	checkGolden(t, "smoothed", p, chart.SVG)
}
