package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/simulate"
)

func TestParseCauses(t *testing.T) {
	got, err := parseCauses([]string{"newborns,share=0.1,strength=0.8,weakest=0.2,residence=rural", "level,strength=0.4,share=1"})
	want := []simulate.Cause{
		{Name: simulate.Newborns, Residence: "rural", Share: 0.1, Strength: 0.8, Weakest: 0.2},
		{Name: simulate.Level, Share: 1, Strength: 0.4},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for setting, says := range map[string]string{
		"locusts,share=0.1,strength=0.1":                 "young_adults",
		"newborns":                                       "share=",
		"newborns,share=0.1":                             "strength",
		"newborns,share=0.1,strength=2":                  "at most 1",
		"newborns,share=0.1,strength=strong":             "want a number",
		"newborns,share=0.1,strength=0.1,often=1":        "often=1",
		"level,share=0.1,strength=0.1,weakest=0.5":       "strength 0.5 to 0.1",
		"level,share=0.1,strength=0.1,residence=coastal": "want urban or rural",
	} {
		if _, err := parseCauses([]string{setting}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want a word of %s", setting, err, says)
		}
	}
}

// Help names every cause that can be planted.
func TestHelpNamesCauses(t *testing.T) {
	for _, name := range simulate.CauseNames {
		if !strings.Contains(causesHelp, "\n  "+name+" ") {
			t.Errorf("the help has no line for %s", name)
		}
	}
}
