package api

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

// StudyLinks are the addresses of what belongs to a study.
type StudyLinks struct {
	Self          string `json:"self"`
	Areas         string `json:"areas"`
	Discrepancies string `json:"discrepancies"`
	CSV           string `json:"csv" doc:"all discrepancies as CSV"`
	Report        string `json:"report,omitempty" doc:"HTML report, when there is one"`
}

// A StudyEntry is a study in the list. One that is not finished has no title yet, and a reason instead.
type StudyEntry struct {
	ID       string     `json:"id"`
	Title    string     `json:"title,omitempty"`
	Finished bool       `json:"finished" doc:"whether there is a comparison to show"`
	Reason   string     `json:"reason,omitempty" doc:"why there is none"`
	Links    StudyLinks `json:"links"`
}

// A Study is the summary of its comparison.
type Study struct {
	ID string `json:"id"`
	results.Summary
	TellingLevel string     `json:"telling_level" doc:"lowest level of areas where a total is more than cannot_tell; the lowest level when there is none"`
	Links        StudyLinks `json:"links"`
}

// InStudy is a request about a study. (What requests embed is exported because huma looks at nothing else.)
type InStudy struct {
	ID string `path:"id" doc:"identifier of the study"`
}

type studiesOutput struct {
	Body struct {
		Studies []StudyEntry `json:"studies" nullable:"false"`
	}
}

type studyOutput struct{ Body Study }

func (s *server) listStudies(context.Context, *struct{}) (*studiesOutput, error) {
	var out studiesOutput
	out.Body.Studies = []StudyEntry{}
	for _, id := range s.Source.Studies() {
		out.Body.Studies = append(out.Body.Studies, s.entry(id))
	}
	return &out, nil
}

// entry keeps one unfinished or broken study from hiding the others.
func (s *server) entry(id string) StudyEntry {
	e := StudyEntry{ID: id, Links: s.links(id)}
	c, err := s.Source.Comparison(id)
	if err == nil && c == nil {
		err = ErrNoComparison
	}
	if err != nil {
		e.Reason = s.problem("/api/v1/studies", err).Error()
		return e
	}
	e.Title, e.Finished = c.Summary.Title, true
	return e
}

func (s *server) getStudy(_ context.Context, in *InStudy) (*studyOutput, error) {
	x, err := s.open(in.ID)
	if err != nil {
		return nil, err
	}
	return &studyOutput{Study{ID: in.ID, Summary: withLists(x), TellingLevel: x.tellingLevel(), Links: s.links(in.ID)}}, nil
}

// withLists completes a summary with the values that occur, so that whoever offers a choice offers what there is.
func withLists(x *index) results.Summary {
	summary := x.Summary
	summary.Definitions, summary.Dimensions, summary.Levels = x.definitions, x.dimensions, x.levels
	return summary
}

// tellingLevel is where a reader best begins: a census sample says little of single communes.
func (x *index) tellingLevel() string {
	for _, level := range x.levels {
		for _, a := range x.areas {
			if a.Level == level && slices.ContainsFunc(a.totals, func(row int32) bool { return x.Rows[row].Verdict != compare.CannotTell }) {
				return level
			}
		}
	}
	if len(x.levels) == 0 {
		return ""
	}
	return x.levels[0]
}

func (s *server) links(id string) StudyLinks {
	self := studyPath(id)
	l := StudyLinks{Self: self, Areas: self + "/areas", Discrepancies: self + "/discrepancies",
		CSV: self + "/discrepancies?format=csv"}
	if _, err := s.report(id); err == nil {
		l.Report = "/studies/" + url.PathEscape(id) + "/report"
	} else if !errors.Is(err, ErrNoReport) {
		s.Logger.Warn("api: report is not linked", "error", err)
	}
	return l
}

func studyPath(id string) string { return "/api/v1/studies/" + url.PathEscape(id) }
