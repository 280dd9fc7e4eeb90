package api

import (
	"context"
	"net/url"
	"slices"

	"github.com/concord-stat/concord/compare"
)

// An Area is a unit with its total rows.
type Area struct {
	Code     string    `json:"code"`
	Name     string    `json:"name"`
	Level    string    `json:"level" doc:"name of the level: commune, district, …"`
	Parent   string    `json:"parent" doc:"code of the unit above, empty at the top"`
	Children int       `json:"children" doc:"number of units directly below"`
	Totals   []Row     `json:"totals" nullable:"false" doc:"the row of all persons, one a definition"`
	Links    AreaLinks `json:"links"`
}

// AreaLinks are the addresses of what belongs to an area. Pyramids are left out where there is nothing to draw.
type AreaLinks struct {
	Self   string `json:"self"`
	Why    string `json:"why" doc:"why it differs"`
	CSV    string `json:"csv" doc:"its rows as CSV"`
	Parent string `json:"parent,omitempty"`
	SVG    string `json:"svg,omitempty" doc:"population pyramid"`
	PNG    string `json:"png,omitempty" doc:"population pyramid"`
	PDF    string `json:"pdf,omitempty" doc:"population pyramid"`
}

type areasInput struct {
	InStudy
	Paging
	Level      []string `query:"level,explode" doc:"levels, repeated or with commas"`
	Parent     []string `query:"parent,explode" doc:"codes of the units directly above"`
	Q          string   `query:"q" maxLength:"200" doc:"part of the name or code; accents do not matter"`
	Definition string   `query:"definition" doc:"whose total row verdict and sort look at; the first by default"`
	Verdict    []string `query:"verdict,explode" doc:"verdicts of the total row: agrees, differs, cannot_tell"`
	Sort       string   `query:"sort" doc:"code, name, level, parent or a column of the total row; -name descends; missing comes last"`
}

type areasOutput struct {
	Body struct {
		Total    int            `json:"total" doc:"areas that match"`
		Page     int            `json:"page"`
		PerPage  int            `json:"per_page"`
		Verdicts map[string]int `json:"verdicts" doc:"total rows by verdict, before the filter by verdict"`
		Areas    []Area         `json:"areas" nullable:"false"`
	}
}

func (s *server) listAreas(_ context.Context, in *areasInput) (*areasOutput, error) {
	x, err := s.open(in.ID)
	if err != nil {
		return nil, err
	}
	in.Definition, err = x.definition(in.Definition)
	if err != nil {
		return nil, err
	}
	filter := areaFilter{levels: split(in.Level), parents: split(in.Parent), q: fold(in.Q)}
	verdicts := split(in.Verdict)
	if err := x.checkAreas(filter, verdicts); err != nil {
		return nil, err
	}
	ids := x.filterAreas(filter)
	page := in.withDefaults()
	var out areasOutput
	out.Body.Verdicts = x.countVerdicts(ids, in.Definition)
	ids = x.withVerdict(ids, in.Definition, verdicts)
	if err := x.sortAreas(ids, in.Definition, in.Sort); err != nil {
		return nil, err
	}
	out.Body.Total, out.Body.Page, out.Body.PerPage = len(ids), page.Page, page.PerPage
	out.Body.Areas = []Area{}
	for _, id := range page.of(ids) {
		out.Body.Areas = append(out.Body.Areas, s.newArea(x, &x.areas[id]))
	}
	return &out, nil
}

// An areaFilter chooses areas; an empty list and an empty text let everything through.
type areaFilter struct {
	codes, levels, parents []string
	q                      string // folded
}

func (f areaFilter) admits(a *area) bool {
	return admits(f.codes, a.Code) && admits(f.levels, a.Level) && admits(f.parents, a.Parent) && a.matches(f.q)
}

func admits(list []string, s string) bool { return list == nil || slices.Contains(list, s) }

func (x *index) checkAreas(f areaFilter, verdicts []string) error {
	if err := known("level", f.levels, x.levels); err != nil {
		return err
	}
	return known("verdict", verdicts, []string{string(compare.Agrees), string(compare.Differs), string(compare.CannotTell)})
}

func (x *index) filterAreas(f areaFilter) []int32 {
	var ids []int32
	for i := range x.areas {
		if f.admits(&x.areas[i]) {
			ids = append(ids, int32(i))
		}
	}
	return ids
}

func (x *index) countVerdicts(ids []int32, definition string) map[string]int {
	counts := map[string]int{string(compare.Agrees): 0, string(compare.Differs): 0, string(compare.CannotTell): 0}
	for _, id := range ids {
		if d := x.total(&x.areas[id], definition); d != nil {
			counts[string(d.Verdict)]++
		}
	}
	return counts
}

func (x *index) withVerdict(ids []int32, definition string, verdicts []string) []int32 {
	if verdicts == nil {
		return ids
	}
	return slices.DeleteFunc(ids, func(id int32) bool {
		d := x.total(&x.areas[id], definition)
		return d == nil || !slices.Contains(verdicts, string(d.Verdict))
	})
}

func (s *server) newArea(x *index, a *area) Area {
	out := Area{Code: a.Code, Name: a.Name, Level: a.Level, Parent: a.Parent, Children: a.children, Totals: []Row{}}
	for _, row := range a.totals {
		out.Totals = append(out.Totals, newRow(&x.Rows[row]))
	}
	out.Links = s.areaLinks(x, a)
	return out
}

func (s *server) areaLinks(x *index, a *area) AreaLinks {
	self := areaPath(x, a.Code)
	l := AreaLinks{Self: self, Why: self + "/why"}
	l.CSV = studyPath(x.study) + "/discrepancies?format=csv&area=" + url.QueryEscape(a.Code)
	if _, ok := x.byCode[a.Parent]; ok {
		l.Parent = areaPath(x, a.Parent)
	}
	if s.Pyramid != nil && x.hasPyramid(a, "") {
		l.SVG, l.PNG, l.PDF = self+"/pyramid.svg", self+"/pyramid.png", self+"/pyramid.pdf"
	}
	return l
}

func areaPath(x *index, code string) string {
	return studyPath(x.study) + "/areas/" + url.PathEscape(code)
}
