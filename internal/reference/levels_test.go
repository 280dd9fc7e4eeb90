package reference

import (
	"strings"
	"testing"
)

// TestGroups wants the combinations that a domain has: numbers in their order, missing levels in none.
func TestGroups(t *testing.T) {
	d := &table{rows: 5, columns: map[string][]string{"n": {"10", "9", "10", "", "2"}, "t": {"b", "a", "b", "a", "NA"}}}
	domain := []bool{true, true, true, true, false}
	for _, tt := range []struct {
		factors, crossed, present string
	}{
		{"n", "9 10", "9 10"}, {"t", "a b", "a b"}, {"n t", "9.a 10.a 9.b 10.b", "9.a 10.b"},
	} {
		factors := strings.Fields(tt.factors)
		if got := labelsOf(d.cross(factors, domain)); got != tt.crossed {
			t.Errorf("%s crossed: %s, want %s", tt.factors, got, tt.crossed)
		}
		if got := labelsOf(d.groups(factors, domain)); got != tt.present {
			t.Errorf("%s: %s, want %s", tt.factors, got, tt.present)
		}
	}
	if got := labelsOf(d.groups([]string{"n"}, nil)); got != "2 9 10" {
		t.Errorf("n without a domain: %s", got)
	}
}

func labelsOf(groups []group) string {
	var labels []string
	for _, g := range groups {
		labels = append(labels, g.label)
	}
	return strings.Join(labels, " ")
}
