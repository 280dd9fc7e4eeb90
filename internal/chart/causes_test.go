package chart_test

import (
	"testing"

	"github.com/concord-stat/concord/compare/explain"
	"github.com/concord-stat/concord/internal/chart"
)

// TestCausesHaveWords: every part, and every cause in every direction it can take, has words of its own in both languages.
func TestCausesHaveWords(t *testing.T) {
	names := []string{explain.DefinitionPart, explain.TimePart, explain.AreasPart, explain.CoveragePart, explain.Level}
	for _, p := range explain.Profiles() {
		names = append(names, p.Name)
	}
	for _, language := range []string{"en", "vi"} {
		said := map[string]bool{}
		tell := func(text, name string) {
			if text == "" || text == name || said[text] {
				t.Errorf("%s: %q of %s", language, text, name)
			}
			said[text] = true
		}
		for _, name := range names {
			tell(chart.PartName(language, name), name)
			tell(chart.CauseText(language, name, "more"), name)
			tell(chart.CauseText(language, name, "fewer"), name)
		}
		tell(chart.CauseText(language, explain.AgePart, "moved"), explain.AgePart)
		for _, name := range []string{explain.Unexplained, explain.AgePart} {
			tell(chart.PartName(language, name), name)
		}
		for _, name := range []string{explain.NoneFound, "not tested"} {
			if text := chart.CauseText(language, name, ""); text == "" || said[text] {
				t.Errorf("%s: %q of %s", language, text, name)
			}
		}
	}
	if text := chart.CauseText("en", "students", "fewer"); text != "fewer in the register: students" {
		t.Errorf("of a cause of the study: %q", text)
	}
}
