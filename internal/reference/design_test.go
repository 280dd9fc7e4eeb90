package reference

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/concord-stat/concord/analysis"
)

// A survey is a data set under a design, with the rows of the domain that is asked for; nil is all.
type survey struct {
	analysis.Survey
	t      *table
	domain []bool
	before analysis.Survey // whose degrees of freedom R goes by, nil where these are its own
}

// DF are the degrees of freedom that R goes by.
func (s *survey) DF(domain []bool) float64 {
	if s.before != nil {
		return s.before.DF(domain)
	}
	return s.Survey.DF(domain)
}

// A designReader makes the survey of a kind of design over a data set; fields are those of the design. Where ours has no
// such design, it says what in it cannot be done.
type designReader func(e *entry, fields map[string]json.RawMessage, t *table) (sv analysis.Survey, cannot string)

// designKinds are the readers by the kind of a design. Files of kinds add to it from init.
var designKinds = map[string]designReader{"linearized": linearized}

// readSurvey makes the survey of an entry, or says what in its design cannot be done.
func readSurvey(e *entry) (*survey, string) {
	var fields map[string]json.RawMessage
	if !e.fits("design", &fields) {
		return nil, "no design"
	}
	var dataset string
	e.into("dataset", &dataset)
	s := &survey{t: readTable(e.path(dataset))}
	var cannot string
	if s.Survey, cannot = readDesign(e, fields, s.t); cannot != "" {
		return nil, cannot
	}
	if _, ok := s.Survey.(*analysis.Replicates); ok && fields["domain"] == nil && keepsDF(fields) {
		s.before, _ = readDesign(e, baseDesign(e, fields["base"]), s.t)
	}
	var conditions []condition
	if raw, ok := fields["domain"]; ok {
		mustSucceed(json.Unmarshal(raw, &conditions))
		s.domain = meeting(s.t, conditions)
	}
	return s, ""
}

// readDesign sends a design to the reader of its kind.
func readDesign(e *entry, fields map[string]json.RawMessage, t *table) (analysis.Survey, string) {
	var kind string
	mustSucceed(json.Unmarshal(fields["kind"], &kind))
	read := designKinds[kind]
	if read == nil {
		return nil, "design " + kind
	}
	return read(e, fields, t)
}

// nestedDesign is the design that another one is built on.
func nestedDesign(fields map[string]json.RawMessage, name string) map[string]json.RawMessage {
	var base map[string]json.RawMessage
	mustSucceed(json.Unmarshal(fields[name], &base))
	return base
}

func mustSucceed(err error) {
	if err != nil {
		panic(err)
	}
}

// A condition is one that the rows of a domain meet.
type condition struct {
	Var, Op string
	Value   json.RawMessage
}

// A linearizedDesign is a design as entries write it.
type linearizedDesign struct {
	IDs        []string
	Strata     []string
	Weights    string
	FPC        []string
	Nest       bool
	LonelyPSU  string `json:"lonely_psu"`
	FromFPC    bool   `json:"weights_from_fpc"`
	AllOne     bool   `json:"weights_all_one"`
	LonelyPart bool   `json:"adjust_domain_lonely"`
}

// linearized makes a sample of design columns. What NewSample refuses becomes a panic with its error.
func linearized(_ *entry, fields map[string]json.RawMessage, t *table) (analysis.Survey, string) {
	odd := strangers(fields, "name", "kind", "ids", "strata", "weights", "fpc", "nest", "lonely_psu", "r_call",
		"weights_from_fpc", "weights_all_one", "adjust_domain_lonely", "domain")
	if odd != nil {
		return nil, fmt.Sprintf("design with %v", odd)
	}
	s, err := analysis.NewSample(sampleColumns(fields, t))
	mustSucceed(err)
	return s, ""
}

// sampleColumns are the design columns over the rows of t.
func sampleColumns(fields map[string]json.RawMessage, t *table) analysis.SampleColumns {
	d := linearizedDesign{LonelyPSU: analysis.LonelyFail.String()}
	text, err := json.Marshal(fields)
	mustSucceed(err)
	mustSucceed(json.Unmarshal(text, &d))
	lonely, err := analysis.ParseLonelyPSU(d.LonelyPSU)
	mustSucceed(err)
	c := analysis.SampleColumns{Rows: t.rows, Lonely: lonely, LonelyInDomain: d.LonelyPart}
	switch {
	case d.Weights != "":
		c.Weights = t.numbers(d.Weights)
	case !d.FromFPC: // all one
		c.Weights = constant(t.rows)
	}
	for s := range max(len(d.IDs), len(d.Strata), len(d.FPC), 1) {
		stage := analysis.StageColumns{Nested: d.Nest}
		if s < len(d.Strata) {
			stage.Stratum = codes(t.text(d.Strata[s]))
		}
		if s < len(d.IDs) {
			stage.Unit = codes(t.text(d.IDs[s]))
		}
		if s < len(d.FPC) {
			stage.Population = t.numbers(d.FPC[s])
		}
		c.Stages = append(c.Stages, stage)
	}
	return c
}

// codes numbers the texts of a column as they come first, which is the order that replicates of units have in R.
func codes(text []string) []int32 {
	coder := analysis.NewCoder()
	out := make([]int32, len(text))
	for i, s := range text {
		out[i] = coder.Code(s)
	}
	return out
}

// meeting marks the rows that meet all conditions.
func meeting(t *table, conditions []condition) []bool {
	in := make([]bool, t.rows)
	for i := range in {
		in[i] = true
	}
	for _, c := range conditions {
		text := t.text(c.Var)
		for i := range in {
			in[i] = in[i] && !missing(text[i]) && c.holds(text[i])
		}
	}
	return in
}

// holds compares a value with that of the condition: as numbers where both are, else as text.
func (c condition) holds(value string) bool {
	var list []json.RawMessage
	if c.Op == "in" {
		if err := json.Unmarshal(c.Value, &list); err != nil {
			panic(err)
		}
		return slices.ContainsFunc(list, func(v json.RawMessage) bool { return order(value, v) == 0 })
	}
	return compares(c.Op, order(value, c.Value))
}

// order compares a value with that of a condition; a text is above every number.
func order(value string, with json.RawMessage) int {
	var n float64
	if json.Unmarshal(with, &n) == nil {
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 1
		}
		return cmp.Compare(v, n)
	}
	var text string
	if err := json.Unmarshal(with, &text); err != nil {
		panic(err)
	}
	return cmp.Compare(value, text)
}
