package reference

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRunner sends entries with known outcomes through the whole of it: what is right must agree, what is wrong by
// little more than its tolerance must not, and nothing that was not compared may count as agreement.
func TestRunner(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Two PSUs of four, one person each with values 1 and 3 and weight 2: total 8, v = (1 - 2/4)·2/1·2·2² = 8.
	write("d.csv", "w,y,n\n2,1,4\n2,3,4\n")
	const design = `"dataset": "d.csv", "design": {"kind": "linearized", "ids": null, "weights": "w", "fpc": ["n"]}`
	const total = design + `, "target": {"stat": "total", "vars": ["y"]}, "labels": ["y"]`
	write("e.json", `{"topic": "estimates", "count": 8, "default_tolerance": {"rel": 1e-8}, "entries": [
		{"id": "right", `+total+`, "estimate": [8], "se": [2.8284271247461903], "df": 1},
		{"id": "value", `+total+`, "estimate": [8.0000002], "se": [2.8284271247461903], "df": 1},
		{"id": "se", `+total+`, "estimate": [8], "se": [2.8284272], "df": 1},
		{"id": "df", `+total+`, "estimate": [8], "se": [2.8284271247461903], "df": 2},
		{"id": "lax", `+total+`, "estimate": [8.1], "se": [2.8], "df": 1, "tolerance": {"abs": 0.2}},
		{"id": "shown", `+total+`, "estimate": [9], "se": [2], "tolerance": {"rel": 1e-8, "informational": true}},
		{"id": "panic", `+design+`, "target": {"stat": "total", "vars": ["z"]}, "labels": ["z"], "estimate": [1], "se": [1]},
		{"id": "strange", `+design+`, "target": {"stat": "total", "vars": ["y"], "derive": {"y": "2*y"}}}
	]}`)
	write("f.json", `{"topic": "nothing known", "entries": [{"id": "x"}]}`)
	for name, want := range map[string]string{
		"e.json": "rdddrudu", // right, differs, unsupported
		"f.json": "u",
	} {
		f, err := read(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for i, fields := range f.Entries {
			e := &entry{topic: f.Topic, dir: dir, fields: fields, tolerance: f.Default}
			if o := e.check(); letter(o) != want[i] {
				t.Errorf("%s, entry %s: %+v, want %c", name, e.id(), o, want[i])
			}
		}
	}
	write("g.json", `{"topic": "estimates", "count": 2, "entries": [{"id": "x"}]}`)
	if _, err := read(filepath.Join(dir, "g.json")); err == nil {
		t.Error("a file with fewer entries than it says is read")
	}
}

func letter(o outcome) byte {
	switch {
	case o.disagrees != "":
		return 'd'
	case o.unsupported != "":
		return 'u'
	}
	return 'r'
}
