package study

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/compare/explain"
)

func TestExplanationDefaults(t *testing.T) {
	s, err := Parse("f", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if s.Explanation.FDR != s.Compare.FDR || s.Explanation.ProfilesOf() != nil {
		t.Errorf("%+v", s.Explanation)
	}
	s, err = Parse("f", []byte(small+"explanation: {fdr: 0.1, profiles: [{name: students, from: 18, to: 24}, {name: aged, from: 75}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []explain.Profile{{Name: "students", From: 18, To: 24}, {Name: "aged", From: 75, To: explain.Ages}}
	if diff := cmp.Diff(want, s.Explanation.ProfilesOf()); diff != "" || s.Explanation.FDR != 0.1 {
		t.Errorf("rate %v, profiles %s", s.Explanation.FDR, diff)
	}
}

func TestExplanationProblems(t *testing.T) {
	for _, tt := range []struct{ profiles, want string }{
		{"[{name: level, from: 0}]", `"level" is the name of another part of a difference: choose another`},
		{"[{name: a, from: 0, to: 4}, {name: a, from: 5, to: 9}]", `two profiles are called "a"`},
		{"[{name: a, from: 9, to: 4}]", "a goes from 9 to 4: want the first age first"},
		{"[{name: a, from: 0, to: 4}, {name: b, from: 0, to: 4}]",
			`explain: profiles cannot be used: in these age groups "b" cannot be told from the others (age groups: compare.age_groups)`},
	} {
		line := "explanation: {profiles: " + tt.profiles + "}\n"
		got := found(t, small+line)
		if len(got) != 1 || got[0][len(got[0])-len(tt.want):] != tt.want {
			t.Errorf("%s: %q, want %q", tt.profiles, got, tt.want)
		}
	}
}
