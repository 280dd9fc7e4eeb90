package reference

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"
)

// TestAgreementHoldsEveryFigure changes the figures of every entry on agreement of pairs, persons and lists, one by one.
func TestAgreementHoldsEveryFigure(t *testing.T) {
	for _, field := range []string{"mean_difference", "kappa_ase1", "raters", "cc", "chapman"} {
		holdFiguresOf(t, "agreement", func(e *entry) bool { return e.has(field) }, "tolerance")
	}
}

// TestExplainedDivergenceHoldsEveryFigure changes the figures of every entry on limits of agreement, decomposition and
// standardisation, one by one.
func TestExplainedDivergenceHoldsEveryFigure(t *testing.T) {
	ours := []string{
		"bland_altman", "kitagawa", "das_gupta_product", "direct_standardisation", "indirect_standardisation",
		"level_structure_split",
	}
	of := func(e *entry) bool {
		var method string
		e.into("method", &method)
		return slices.Contains(ours, method)
	}
	holdFiguresOf(t, "divergence", of, "tolerance", "published")
}

// holdFiguresOf is holdEveryFigure for some entries of a topic. Idle is what is not held, in all entries or in one.
func holdFiguresOf(t *testing.T, topic string, of func(*entry) bool, idle ...string) {
	path := filepath.Join(folder(t), topic+".json")
	f, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, fields := range f.Entries {
		if !of(&entry{topic: f.Topic, fields: fields}) {
			continue
		}
		for name, raw := range fields {
			for where, changed := range changes(raw) {
				e := &entry{topic: f.Topic, dir: filepath.Dir(path), fields: maps.Clone(fields), tolerance: f.Default}
				e.fields[name] = changed
				at := []string{name, name + where, e.id() + ": " + name + where}
				if slices.ContainsFunc(at, func(place string) bool { return slices.Contains(idle, place) }) {
					continue
				}
				if o := e.check(); o.disagrees == "" && o.unsupported == "" {
					t.Errorf("%s: %s%s is changed, and agrees", e.id(), name, where)
				}
			}
		}
	}
}
