package areas_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/study"
)

var columns = study.Crosswalk{File: "x.csv", From: "old", To: "new", Share: "share", Primary: "primary"}

func crosswalk(t *testing.T, c study.Crosswalk, text string) (areas.Crosswalk, error) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x.csv"), text)
	return areas.ReadCrosswalk(&study.Study{File: filepath.Join(dir, "study.yaml")}, c)
}

func TestReadCrosswalk(t *testing.T) {
	got, err := crosswalk(t, columns, "old,new,share,primary\na,A,,\nb,B,0.25,\nb,C,0.5,1\nb,B,0.25,\nc,D,,\nc,E,0.4,1\n,X,1,\nY,,1,\n")
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	want := areas.Crosswalk{
		"a": {{Code: "A", Share: 1}},                                           // one row and no share: whole
		"b": {{Code: "B", Share: 0.5}, {Code: "C", Share: 0.5, Primary: true}}, // two rows of a pair add up
		"c": {{Code: "D", Share: nan}, {Code: "E", Share: 0.4, Primary: true}}, // the rest goes to D
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	plain, err := crosswalk(t, study.Crosswalk{File: "x.csv", From: "old", To: "new"}, "old,new,share\na,A,0.1\n")
	if diff := cmp.Diff(areas.Crosswalk{"a": {{Code: "A", Share: 1}}}, plain); diff != "" || err != nil {
		t.Errorf("without a share column: %v\n%s", err, diff)
	}
}

func TestProblemsOfACrosswalk(t *testing.T) {
	_, err := crosswalk(t, columns, "old,new,share,primary\na,A,x,\na,B,1.5,\nb,A,-0.1,\nc,A,0.5,\nc,B,0.4,\nd,A,0.7,\nd,B,0.7,\ne,A,0.7,\ne,B,0.7,\ne,C,,\nf,A\n")
	want := []string{"x.csv:12: 2 fields, the header has 4", "x.csv:2:share: not a share from 0 to 1", "x.csv:3:share: not a share from 0 to 1",
		"x.csv:4:share: not a share from 0 to 1", "x.csv:c: the shares of unit c add up to 0.9",
		"x.csv:d: the shares of unit d add up to 1.4", "x.csv:e: the shares of unit e add up to 1.4"}
	if diff := cmp.Diff(want, found(t, err)); diff != "" {
		t.Error(diff)
	}
	_, err = crosswalk(t, columns, "old,new\na,A\n")
	has := ": no such column; the file has old, new"
	if diff := cmp.Diff([]string{"x.csv:1:share" + has, "x.csv:1:primary" + has}, found(t, err)); diff != "" {
		t.Error(diff)
	}
}

func TestCarry(t *testing.T) {
	nan := math.NaN()
	for name, tt := range map[string]struct {
		targets []areas.Target
		persons int64
		want    []areas.Part
	}{
		"whole":             {[]areas.Target{{Code: "A", Share: 1}}, 7, []areas.Part{{"A", 7, false}}},
		"largest remainder": {[]areas.Target{{Code: "A", Share: 0.3}, {Code: "B", Share: 0.3}, {Code: "C", Share: 0.4}}, 4, []areas.Part{{"A", 1, false}, {"B", 1, false}, {"C", 2, false}}},
		"equal remainders":  {[]areas.Target{{Code: "A", Share: 0.5}, {Code: "B", Share: 0.5}}, 3, []areas.Part{{"A", 2, false}, {"B", 1, false}}},
		"nothing known":     {[]areas.Target{{Code: "A", Share: nan}, {Code: "B", Share: nan}}, 3, []areas.Part{{"A", 3, true}, {"B", 0, true}}},
		"primary":           {[]areas.Target{{Code: "A", Share: nan}, {Code: "old", Share: nan}, {Code: "C", Share: nan, Primary: true}}, 3, []areas.Part{{"A", 0, true}, {"old", 0, true}, {"C", 3, true}}},
		"primary first":     {[]areas.Target{{Code: "A", Share: nan, Primary: true}, {Code: "old", Share: nan}}, 3, []areas.Part{{"A", 3, true}, {"old", 0, true}}},
		"the same code":     {[]areas.Target{{Code: "A", Share: nan}, {Code: "old", Share: nan}}, 3, []areas.Part{{"A", 0, true}, {"old", 3, true}}},
		"some known":        {[]areas.Target{{Code: "A", Share: 0.5}, {Code: "B", Share: nan}}, 9, []areas.Part{{"A", 4, false}, {"B", 5, true}}},
		"nobody":            {[]areas.Target{{Code: "A", Share: 0.5}, {Code: "B", Share: 0.5}}, 0, []areas.Part{{"A", 0, false}, {"B", 0, false}}},
	} {
		got, err := areas.Crosswalk{"old": tt.targets}.Carry("old", tt.persons)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	if _, err := (areas.Crosswalk{}).Carry("old", 1); err == nil {
		t.Error("a unit that is not in the crosswalk was carried")
	}
}

// Largest remainder (Hamilton): the parts add up, and each is its exact share rounded down or up.
func TestCarryKeepsTheQuota(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 6).Draw(t, "weights")
		total := 0
		for _, w := range weights {
			total += w
		}
		if total == 0 {
			t.Skip("nothing to share")
		}
		targets := make([]areas.Target, len(weights))
		for i, w := range weights {
			targets[i] = areas.Target{Code: string(rune('A' + i)), Share: float64(w) / float64(total)}
		}
		persons := rapid.Int64Range(0, 1_000_000).Draw(t, "persons")
		parts, err := areas.Crosswalk{"old": targets}.Carry("old", persons)
		if err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		for i, p := range parts {
			sum += p.Persons
			// In whole numbers: |parts·total - weight·persons| < total.
			if d := p.Persons*int64(total) - int64(weights[i])*persons; d <= -int64(total) || d >= int64(total) {
				t.Fatalf("%d of %d persons for %d of %d", p.Persons, persons, weights[i], total)
			}
		}
		if sum != persons {
			t.Fatalf("%d persons became %d", persons, sum)
		}
	})
}
