// Package examples_test runs the example studies on their real inputs and holds their totals against figures computed
// in other ways: by hand-written loops and SQL over the same files, and by published sums.
package examples_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

// shared is the folder of real inputs. Without it the test is skipped by its name; in CI it has to be there.
func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("shared/%s is not there: CI needs it", name)
		}
		t.Skipf("shared/%s is not there", name)
	}
	return path
}

// runStudy runs every stage of an example into a folder of the test.
func runStudy(t *testing.T, file string, change func(*study.Study)) *results.Comparison {
	t.Helper()
	s, err := study.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	s.Output = filepath.Join(t.TempDir(), "artefacts")
	if change != nil {
		change(s)
		text, err := json.Marshal(s) // JSON is YAML
		if err != nil {
			t.Fatal(err)
		}
		s.Text = string(text)
	}
	r := stage.New(s, "concord test")
	if err := r.Run(context.Background(), stage.Names, func(stage.Result) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Verify(); err != nil {
		t.Fatal(err)
	}
	path, err := r.Current(stage.Compare)
	if err != nil {
		t.Fatal(err)
	}
	c, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// readCSV gives the rows of a file as maps.
func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, row := range rows[1:] {
		m := make(map[string]string)
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		all = append(all, m)
	}
	return all
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// totals are the rows of the dimension total, by area.
func totals(c *results.Comparison, definition string) map[string]compare.Discrepancy {
	m := make(map[string]compare.Discrepancy)
	for _, row := range c.Rows {
		if row.Dimension == "total" && row.Definition == definition {
			m[row.Area] = row
		}
	}
	return m
}

// near tells whether two figures are the same but for the rounding of floating point.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }
