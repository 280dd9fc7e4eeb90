package api

import (
	"net/url"

	"github.com/concord-stat/concord/internal/findings"
)

// A Worklist is one page of the areas of a level in the order to visit them.
type Worklist struct {
	Level      string      `json:"level"`
	Levels     []string    `json:"levels" nullable:"false" doc:"levels that were screened, lowest first; empty where the study asks for no screening"`
	Definition string      `json:"definition"`
	Dimension  string      `json:"dimension"`
	Errors     Number      `json:"errors" doc:"persons in error that all visits can be expected to find"`
	HalfBy     int         `json:"half_by" doc:"so many first visits find half of the errors; 0 where there are none to find"`
	MostBy     int         `json:"most_by" doc:"so many find four fifths"`
	Total      int         `json:"total"`
	Page       int         `json:"page"`
	PerPage    int         `json:"per_page"`
	Visits     []Visit     `json:"visits" nullable:"false"`
	Funnel     FigureLinks `json:"funnel"`
	Gain       FigureLinks `json:"gain"`
}

// A Visit is an area of a worklist.
type Visit struct {
	Place       int      `json:"place"`
	Area        string   `json:"area"`
	AreaName    string   `json:"area_name"`
	Percent     Number   `json:"discrepancy_pct" doc:"register against census, the other areas considered"`
	CILower     Number   `json:"ci_lower"`
	CIUpper     Number   `json:"ci_upper"`
	Outside     string   `json:"outside_limits" doc:"limits of the funnel, in percent, that it is beyond"`
	Errors      Number   `json:"expected_error" doc:"persons in error expected"`
	Probability Number   `json:"probability_beyond_margin"`
	Cost        Number   `json:"visit_cost"`
	Share       Number   `json:"cumulative_share" doc:"of all errors, found by this visit and those before"`
	Codes       []string `json:"reason_codes" nullable:"false"`
	Reason      string   `json:"reason" doc:"in words"`
}

func newWorklist(x *index, levels []string, w *findings.Worklist, in *worklistInput) Worklist {
	page := in.withDefaults()
	out := Worklist{Level: in.Level, Levels: append([]string{}, levels...), Page: page.Page, PerPage: page.PerPage, Visits: []Visit{}}
	if w == nil {
		return out
	}
	out.Definition, out.Dimension, out.Errors, out.Total = w.Definition, w.Dimension, Number(w.Errors), len(w.Visits)
	out.HalfBy, out.MostBy = w.VisitsFor(0.5), w.VisitsFor(0.8)
	figures := studyPath(x.study) + "/levels/" + url.PathEscape(in.Level)
	out.Funnel, out.Gain = figuresAt(true, figures+"/funnel"), figuresAt(w.Errors > 0, figures+"/gain")
	for _, v := range cut(page, w.Visits) {
		out.Visits = append(out.Visits, Visit{v.Place, v.Area, v.Name, Number(v.Percent), Number(v.Lower), Number(v.Upper), v.Outside,
			Number(v.Persons), Number(v.Probability), Number(v.Cost), Number(v.Share), v.Codes, v.Reason})
	}
	return out
}
