package chart_test

import (
	"math"
	"strings"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/results"
)

// TestPyramidNamesItsSources: a pyramid of other sources than register and census does not call them so.
func TestPyramidNamesItsSources(t *testing.T) {
	summary := results.Summary{AgeGroups: []string{"0-4", "5+"}, Level: 0.95, Pairs: []results.Pair{{
		Name: "moved", First: results.Source{Name: "current", Kind: results.Register}, Second: results.Source{Name: "pes", Title: "PES 100%", Kind: results.Census, Census: "sample"},
	}}}
	var rows []compare.Discrepancy
	for _, cell := range []string{"male*0-4", "male*5+", "female*0-4", "female*5+", "male*missing"} {
		rows = append(rows, compare.Discrepancy{Area: "1", Definition: "moved", Dimension: "sex*age5", Cell: cell, Register: 3, Census: 2, CILower: math.NaN(), CIUpper: math.NaN()})
	}
	p, err := chart.PyramidOf(results.New(summary, nil, rows), "1", "moved", "en")
	if err != nil {
		t.Fatal(err)
	}
	if p.Labels.Register != "current residents" || p.Labels.Census != "PES 100%" || p.Labels.Interval != "95% interval of the difference" {
		t.Errorf("%+v", p.Labels)
	}
	if !strings.Contains(p.Subtitle, "current residents 3, PES 100% 2 persons") {
		t.Errorf("%q", p.Subtitle)
	}
	p, err = chart.PyramidOf(results.New(results.Summary{AgeGroups: summary.AgeGroups, Level: 0.95}, nil, rows), "1", "moved", "en")
	if err != nil || p.Labels.Register != "Population register" || p.Labels.Census != "Census" {
		t.Errorf("%+v, %v", p.Labels, err)
	}
}
