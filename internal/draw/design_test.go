package draw_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/study"
)

// TestDesignRanges: numbers no design has are refused before anything is drawn, and never panic.
func TestDesignRanges(t *testing.T) {
	for want, change := range map[string]func(d *draw.Design){
		"n is -5, want at least 1":                 func(d *draw.Design) { d.N = -5 },
		"least is -1":                              func(d *draw.Design) { d.Least = -1 },
		"most is -1":                               func(d *draw.Design) { d.Most = -1 },
		"rotation-groups is 1, want at least 2":    func(d *draw.Design) { d.Rotation = 1 },
		"rotation-groups is -1":                    func(d *draw.Design) { d.Rotation = -1 },
		"self-weighting is -0.5":                   func(d *draw.Design) { d.Rate = -0.5 },
		"self-weighting is NaN":                    func(d *draw.Design) { d.Rate = math.NaN() },
		"start is 1.5":                             func(d *draw.Design) { d.Coordination = &study.Coordination{Start: 1.5} },
		"start is NaN":                             func(d *draw.Design) { d.Coordination = &study.Coordination{Start: math.NaN()} },
		"two sources of permanent random numbers":  func(d *draw.Design) { d.Coordination = &study.Coordination{Seed: 1, Column: "prn"} },
		"with replacement, want at most 100000000": func(d *draw.Design) { d.Method, d.N = "srs_with_replacement", 1e11 },
		"method list is for the draw of a study":   func(d *draw.Design) { d.Method = "list" },
		"method systematic cannot be coordinated: of": func(d *draw.Design) {
			d.Method, d.N, d.Rate, d.Within, d.Above = "systematic", 0, 0.1, "draws/draw", []string{"commune"}
			d.Coordination = &study.Coordination{Seed: 1}
		},
	} {
		d := draw.Design{Frame: "f.csv", Code: "code", Selection: study.Selection{Method: "srs", N: 5}}
		change(&d)
		d.SetDefaults()
		if err := d.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestMostWithReplacement: most holds for draws with replacement too.
func TestMostWithReplacement(t *testing.T) {
	for _, h := range run(t, study.Selection{Method: "srs_with_replacement", N: 8, Stratum: "stratum", Allocation: "neyman", Spread: "spread", Most: 2}, 1).Strata {
		if h.Drawn != 2 {
			t.Errorf("stratum %s: %d draws, want 2", h.Code, h.Drawn)
		}
	}
}

// TestRateInOrder: a self-weighting stage draws in the order asked for, as many as its rate makes.
func TestRateInOrder(t *testing.T) {
	s := study.Selection{Method: "systematic", Order: []string{"order"}}
	s.SetDefaults()
	f := draw.List{Of: "f"}
	for _, u := range unstratified(frame()).All {
		u.Above = []string{"c"}
		f.All = append(f.All, u)
	}
	sample, err := draw.Select(context.Background(), f, draw.Plan{Selection: &s, Seed: 1, Stage: 2, Rate: func([]string) (float64, error) { return 0.25, nil }})
	if err != nil || len(sample.Drawn) != 10 || sample.Drawn[0].Probability != 0.25 {
		t.Errorf("%d units drawn (%v), want 10 of probability 0.25", len(sample.Drawn), err)
	}
}

// TestAccountsOfChance: no unit is called certain by a method that has no certain units, and none is given a place in an
// order that was drawn at random.
func TestAccountsOfChance(t *testing.T) {
	f := draw.List{Of: "f", All: []draw.Unit{{Code: "a", Size: 10}, {Code: "b", Size: 6}, {Code: "c", Size: 4}}}
	for method, never := range map[string]string{"rao_hartley_cochran": "certainty", "pps_with_replacement": "certainty", "pps_random_systematic": "it is unit"} {
		s := study.Selection{Method: method, N: 2, Size: "size"}
		s.SetDefaults()
		for _, code := range []string{"a", "b"} {
			a, err := draw.Explain(context.Background(), f, draw.Plan{Selection: &s, Seed: 3}, nil, code)
			if err != nil || strings.Contains(a.Rule, never) && !(method == "pps_random_systematic" && code == "a") {
				t.Errorf("%s, unit %s: %v, %q", method, code, err, a.Rule)
			}
		}
	}
}

// TestAnotherDrawInItsPlace: a draw goes on from the folder that a link led to when it was made, and from no other draw that
// has come to lie there.
func TestAnotherDrawInItsPlace(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f.csv")
	if err := os.WriteFile(file, []byte("code\n1\n2\n3\n4\n5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	within := func(n int, seed uint64, before string) string {
		d := draw.Design{Frame: file, Code: "code", Within: before, Seed: seed, Selection: study.Selection{Method: "srs", N: n}}
		d.SetDefaults()
		path, _, err := d.Make(context.Background(), filepath.Join(dir, "draws"), "test")
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := within(3, 1, "")
	second := within(2, 1, filepath.Join(dir, "draws", "draw"))
	if _, err := draw.Redraw(context.Background(), second, nil); err != nil {
		t.Errorf("the link leads elsewhere by now: %v", err)
	}
	other := within(3, 2, "")
	if err := errors.Join(os.RemoveAll(first), os.Rename(other, first)); err != nil {
		t.Fatal(err)
	}
	if _, err := draw.Redraw(context.Background(), second, nil); !errors.Is(err, artefact.ErrOtherInput) {
		t.Errorf("another draw lies where it went on from: %v", err)
	}
}

// TestSpreadBesideALargeMean: Neyman's shares go by standard deviations, which stand in the ratio 1 to 2 to 3 wherever
// the values lie.
func TestSpreadBesideALargeMean(t *testing.T) {
	f := draw.List{Of: "f"}
	for h := range 3 {
		for i := range 30 {
			f.All = append(f.All, draw.Unit{Code: fmt.Sprintf("%d-%02d", h, i), Stratum: fmt.Sprint(h), Spread: 1e9 + float64((h+1)*i)})
		}
	}
	s := study.Selection{Method: "srs", N: 12, Stratum: "s", Allocation: "neyman", Spread: "v"}
	s.SetDefaults()
	sample, err := draw.Select(context.Background(), f, draw.Plan{Selection: &s, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for h, want := range []int{2, 4, 6} {
		if got := sample.Strata[h].Drawn; got != want {
			t.Errorf("stratum %d: %d units, want %d", h, got, want)
		}
	}
	for i := range f.All {
		f.All[i].Spread *= -1
	}
	s.Allocation = "power"
	if _, err := draw.Select(context.Background(), f, draw.Plan{Selection: &s, Seed: 1}); err == nil || !strings.Contains(err.Error(), "f:v: stratum 0: its total is below 0") {
		t.Errorf("totals below 0: %v", err)
	}
}
