package simulate

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestCausesPlantWhatTheySay: the register with a cause differs from the register without by as many records as are said to
// be planted, in the ages of the cause, in the communes hit and in no other; and by about as many as its strength says.
func TestCausesPlantWhatTheySay(t *testing.T) {
	base := Options{Persons: 60_000, Seed: 3, Rates: Rates{Twice: 0.01, SameNumber: 0.5, MovedTemporary: 0.03, RecordedDeath: 0.01}}
	before, _ := registerOf(t, base)
	for _, tt := range []struct {
		cause    Cause
		from, to int
		sign     int64
	}{
		{Cause{Name: Newborns, Share: 0.5, Strength: 0.4}, 0, 4, -1},
		{Cause{Name: YoungAdults, Share: 0.5, Strength: 0.4}, 15, 34, 1},
		{Cause{Name: Oldest, Share: 0.5, Strength: 1}, 80, openAge, 1},
		{Cause{Name: Level, Residence: "urban", Share: 1, Strength: 0.3}, 0, openAge, 1},
		{Cause{Name: HeapedAges, Share: 1, Strength: 0.3}, 0, openAge, 0},
	} {
		o := base
		o.Causes = []Cause{tt.cause}
		after, f := registerOf(t, o)
		hit, planted, exposed := 0, 0.0, 0.0
		for i, p := range f.Planted() {
			var more int64
			for age := range agesKept {
				d := after[i*agesKept+age] - before[i*agesKept+age]
				if more += d; d != 0 && (age < tt.from || age > tt.to) {
					t.Fatalf("%s: %d records more at age %d", tt.cause.Name, d, age)
				}
				if p.Cause != "" && age >= tt.from && age <= tt.to {
					exposed += float64(before[i*agesKept+age])
				}
			}
			if tt.sign != 0 && more != tt.sign*p.Persons {
				t.Errorf("%s in %s: %d records more, %d planted", tt.cause.Name, p.Commune, more, p.Persons)
			}
			if p.Cause != "" {
				hit++
				planted += float64(p.Persons)
				if tt.cause.Residence == "urban" && !f.c.communes[i].urban {
					t.Errorf("%s in a village", tt.cause.Name)
				}
			}
		}
		if hit == 0 {
			t.Fatalf("%s was planted nowhere", tt.cause.Name)
		}
		// Those who can be hit are a little fewer than those counted: who has moved or is double cannot. Five standard errors.
		expected := tt.cause.Strength * exposed
		if tt.sign != 0 && (planted > expected+5*math.Sqrt(expected) || planted < 0.9*expected-5*math.Sqrt(expected)) {
			t.Errorf("%s: %v records planted among %v, want %v or a little less", tt.cause.Name, planted, exposed, expected)
		}
	}
}

// registerOf is the register by current residence and age, and the frame.
func registerOf(t *testing.T, o Options) ([]int64, *Frame) {
	t.Helper()
	f, err := Population(o)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := f.Register()
	if err != nil {
		t.Fatal(err)
	}
	return counts[Current], f
}

// TestRegisterOfAFrame: with no errors at all every definition counts the residents, age by age.
func TestRegisterOfAFrame(t *testing.T) {
	f, err := Population(Options{Persons: 20_000, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	counts, err := f.Register()
	if err != nil {
		t.Fatal(err)
	}
	want := make([]int64, len(f.settled)*agesKept)
	for i, s := range f.settled {
		for _, sex := range s.truth() {
			for age, n := range sex {
				want[i*agesKept+age] += n
			}
		}
	}
	for k, got := range counts {
		if !slices.Equal(got, want) {
			t.Errorf("definition %d does not count the residents", k)
		}
	}
}

func TestWrongCausesAreRefused(t *testing.T) {
	_, err := Population(Options{Persons: 1000, Causes: []Cause{
		{Name: "ghosts", Share: 1, Strength: 1}, {Name: Level, Residence: "sea", Share: 1, Strength: 1},
		{Name: Level, Share: 0, Strength: 1}, {Name: Level, Share: 1, Strength: 2}, {Name: Level, Share: 1, Strength: 0.5, Weakest: 0.6},
	}})
	if err == nil {
		t.Fatal("causes that cannot be planted are taken")
	}
	for _, want := range []string{"ghosts", "sea", "cause 2", "cause 3", "cause 4"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v says nothing of %s", err, want)
		}
	}
}
