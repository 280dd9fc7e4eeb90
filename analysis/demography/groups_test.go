package demography_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
)

func TestParseGroupsReadsLabels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawUneven(t)
		labels := g.Labels()
		place := rapid.Permutation(indices(len(labels))).Draw(t, "order of the labels")
		shuffled := make([]string, len(labels))
		for i, at := range place {
			shuffled[at] = labels[i]
		}
		back, order, err := demography.ParseGroups(shuffled)
		if err != nil || !back.Equal(g) || !cmp.Equal(order, place) {
			t.Fatalf("labels %v read as %v in order %v (%v), want %v in order %v", shuffled, back, order, err, g, place)
		}
	})
}

func indices(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// TestLabels: groups are called what the rest of the program calls them.
func TestLabels(t *testing.T) {
	starts := []int{0, 1, 5, 10, 85}
	if diff := cmp.Diff(analysis.AgeLabels(starts), demography.Groups{Start: starts, End: demography.Open}.Labels()); diff != "" {
		t.Error(diff)
	}
}

func TestParseGroupsRefuses(t *testing.T) {
	for _, labels := range [][]string{{}, {"0-4", "missing"}, {"0-4", "10-14"}, {"0-4", "4-9"}, {"0-4", "5+", "10+"}, {"5-4"}, {"-4"},
		{"+"}, {"0-"}, {"0-4+"}, {"5+-9"}, {"0-4", "0-4"}, {"1e1"}, {"0-4", "5-9", "5"}, {" "}, {"0000-4"}} {
		if g, _, err := demography.ParseGroups(labels); err == nil {
			t.Errorf("%q is read as %v", labels, g)
		}
	}
}

func TestGroupsPanic(t *testing.T) {
	for name, g := range map[string]demography.Groups{"none": {}, "fall": {Start: []int{5, 0}, End: 10}, "end": {Start: []int{5}, End: 5}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			demography.NewGraduator(demography.Monotone, g)
		}()
	}
}
