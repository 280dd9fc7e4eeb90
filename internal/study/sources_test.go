package study

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProblemsOfSources(t *testing.T) {
	const pairs = "margin_pct: 5, pairs: [{name: a, first: permanent, second: here}, {name: a, first: nobody, second: census}]"
	for _, tt := range []struct {
		name, old, new string
		want           []string
	}{
		{"nothing", "", "sources: [{name: x}]\n",
			[]string{`10:11: source "x" is nothing: name an extract with a definition, field_results, or a definition`}},
		{"taken names", "", "sources: [{name: census, definition: permanent}, {name: permanent, definition: permanent}]\n",
			[]string{`10:12: "census" is named already: definitions, census and sources need names of their own`,
				`10:51: "permanent" is named already: definitions, census and sources need names of their own`}},
		{"an extract without a definition", "", "sources: [{name: x, extract: folder}]\n",
			[]string{`10:21: source "x" needs definition: the one the extract is taken under`}},
		{"two things", "", "sources: [{name: x, extract: folder, definition: d, field_results: {file: f.csv, kind: counts, columns: {area: a}}}]\n",
			[]string{`10:11: source "x" is two things: want only one of field_results, and an extract or definition`}},
		{"no such definition", "", "sources: [{name: x, definition: y}]\n", []string{`10:21: "y" is not one of the definitions: permanent`}},
		{"crosswalks of a definition", "", "sources: [{name: x, definition: permanent, crosswalks: [{file: f, from: a, to: b}]}]\n",
			[]string{`10:44: crosswalks beside it are for an extract; those of field results go into field_results`}},
		{"field results like any", "", "sources: [{name: x, field_results: {file: f.csv, kind: sample, columns: {area: a, sex: s, psu: p, weight: w}}}]\n",
			[]string{"10:21: field_results.sex_codes is missing: say which codes of sex mean male and female",
				"10:64: field_results.columns.stratum is missing: field results of kind sample need it"}},
		{"pairs", "margin_pct: 5", pairs, []string{
			`9:62: "here" is not one of permanent, census`, `9:78: pair "a" is named twice`, `9:87: "nobody" is not one of permanent, census`}},
		{"with itself", "margin_pct: 5", "margin_pct: 5, pairs: [{name: a, first: census, second: census}]", []string{`9:59: pair "a" holds a source against itself`}},
	} {
		if diff := cmp.Diff(tt.want, found(t, with(t, tt.old, tt.new))); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}
