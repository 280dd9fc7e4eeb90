package estimation_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/estimation"
	"github.com/concord-stat/concord/internal/problems"
)

const registerFile = "../../testdata/samples/register.csv"

// assisted asks for totals by province with the help of the register.
func assisted(totals ...string) estimation.Options {
	o := base()
	o.Totals, o.By, o.Assist, o.AssistX = totals, []string{"province"}, registerFile, []string{"persons"}
	return o
}

func writeText(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAssistedByItself: the total of the variable that the register knows is that of the register, without error.
func TestAssistedByItself(t *testing.T) {
	known := map[string]float64{"01": 8150, "02": 5790, "03": 12380, "04": 14020, "05": 4410, "06": 4520, "07": 1890}
	for _, method := range estimation.AssistMethods() {
		for _, group := range []string{"", "region", "province"} {
			o := assisted("persons")
			o.AssistMethod, o.AssistGroup = method, group
			if method == "difference" && group != "" {
				continue
			}
			r := run(t, o)
			for _, e := range r.Estimates {
				want := known[e.By[0]]
				exact := math.Abs(float64(e.Estimate)-want) <= 1e-9*want && e.SE < 1e-6*e.Estimate
				if !exact && e.Assistant != "unassisted" {
					t.Errorf("%s by %q, %v: %v, SE %v, want %v", method, group, e.By, e.Estimate, e.SE, want)
				}
			}
			if g := r.Assistance.Gains[0]; g.Cells != 6 || math.Abs(float64(g.Median)-1) > 1e-12 {
				t.Errorf("%s by %q: %+v", method, group, g)
			}
		}
	}
}

// TestAssistedRows: a cell that nobody was sampled in has an estimate only where its group has coefficients, and says
// what it is; plain estimates are those without assistance.
func TestAssistedRows(t *testing.T) {
	plain := assisted("income")
	plain.Assist, plain.AssistX = "", nil
	want := run(t, plain)
	pooled := slices.Repeat([]string{"pooled ratio"}, 6)
	for group, assistants := range map[string][]string{
		"":         slices.Repeat([]string{"ratio"}, 6),
		"region":   append(slices.Clone(pooled), "synthetic"),
		"province": append(slices.Clone(pooled), "unassisted"), // alone in its group, 07 has nobody to learn from
	} {
		o := assisted("income")
		o.AssistGroup = group
		var got []string
		for i, e := range run(t, o).Estimates {
			got = append(got, e.Assistant)
			if i < 6 && (e.Plain != want.Estimates[i].Estimate || e.PlainSE != want.Estimates[i].SE) {
				t.Errorf("by %q, %v: plain %v, SE %v, want %v", group, e.By, e.Plain, e.PlainSE, want.Estimates[i])
			}
			gain := 1 - float64(e.SE*e.SE/e.PlainSE/e.PlainSE)
			if i < 6 && math.Abs(float64(e.Gain)-gain) > 1e-12 || i == 6 && !math.IsNaN(float64(e.Gain+e.Plain)) {
				t.Errorf("by %q, %v: gain %v, want %v", group, e.By, e.Gain, gain)
			}
			if e.Assistant == "unassisted" && !math.IsNaN(float64(e.Estimate)) {
				t.Errorf("by %q, %v: %v from nobody", group, e.By, e.Estimate)
			}
		}
		if diff := cmp.Diff(assistants, got); diff != "" {
			t.Errorf("by %q: %s", group, diff)
		}
	}
}

// TestAssistedMissing: a row whose variable is missing counts as the register predicts it, and a note says so.
func TestAssistedMissing(t *testing.T) {
	for _, e := range run(t, assisted("income")).Estimates {
		noted := strings.Contains(strings.Join(e.Notes, "; "), "count as it predicts them")
		if noted != (e.Missing > 0) {
			t.Errorf("%v: %d rows missing, notes %q", e.By, e.Missing, e.Notes)
		}
	}
}

// TestAssistByTally: lines of a tally are added up, ages go into the groups of --cut, and neither the order of lines nor
// the format of the file changes a bit.
func TestAssistByTally(t *testing.T) {
	o := assisted("income")
	o.By, o.Cut, o.AssistX, o.AssistMethod = []string{"region", "age"}, []string{"age:35,50"}, []string{"1:persons"}, "ratio"
	grouped := "region,age,persons\n"
	tally := columns.Table{{Name: "region"}, {Name: "age"}, {Name: "sex"}, {Name: "persons"}}
	for _, region := range []string{"centre", "north", "south"} {
		for _, group := range []string{"below 35,90", "35 to below 50,120", "50 and above,150"} {
			grouped += region + "," + group + "\n"
		}
		for _, age := range []string{"30", "34", "35", "49", "50", "100+"} { // two of each group
			for sex, persons := range map[string]map[string]int64{
				"1": {"30": 20, "34": 30, "35": 20, "49": 30, "50": 70, "100+": 20},
				"2": {"30": 10, "34": 30, "35": 50, "49": 20, "50": 30, "100+": 30},
			} {
				tally[0].Text, tally[1].Text = append(tally[0].Text, region), append(tally[1].Text, age)
				tally[2].Text, tally[3].Int = append(tally[2].Text, sex), append(tally[3].Int, persons[age])
			}
		}
	}
	o.Assist = writeText(t, "grouped.csv", grouped)
	want := estimates(t, o)
	dir := t.TempDir()
	if err := tally.Save(dir, "tally"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tally.csv", "tally.parquet"} {
		o.Assist = filepath.Join(dir, name)
		if diff := cmp.Diff(want, estimates(t, o)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "tally.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(string(text)))
	rand.Shuffle(len(lines)-1, func(i, j int) { lines[i+1], lines[j+1] = lines[j+1], lines[i+1] })
	o.Assist = writeText(t, "shuffled.csv", strings.Join(lines, ""))
	if diff := cmp.Diff(want, estimates(t, o)); diff != "" {
		t.Errorf("shuffled: %s", diff)
	}
	// An open group that begins below the last limit is in none.
	o.Assist = writeText(t, "open.csv", "region,age,persons\ncentre,40+,3\n")
	_, err = estimation.Run(context.Background(), o, "test", nil)
	var found *problems.List
	if !errors.As(err, &found) || found.Problems[len(found.Problems)-1].Line != 2 ||
		!strings.Contains(err.Error(), "neither a number nor a group of --cut") {
		t.Errorf("40+: %v", err)
	}
}

// TestAssistWhere: of a tally by definition only the lines count that are chosen; cells outside --where need no total.
func TestAssistWhere(t *testing.T) {
	o := assisted("income")
	o.Where, o.AssistWhere = "province = 3", "definition = 'a'"
	o.Assist = writeText(t, "definitions.csv", "definition,province,persons\na,03,12380\nb,03,99999\nb,05,1\n")
	r := run(t, o)
	want := run(t, assisted("income"))
	if got, want := find(t, r, "total income 03"), find(t, want, "total income 03"); got.Estimate != want.Estimate ||
		got.SE != want.SE {
		t.Errorf("%+v, want %+v", got, want)
	}
	if e := find(t, r, "total income 05"); e.Assistant != "unassisted" || e.N != 0 {
		t.Errorf("outside: %+v", e)
	}
}
