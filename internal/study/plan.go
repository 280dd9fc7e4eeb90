package study

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// A Plan asks which sample meets precision targets at the least cost, judged from the register before anybody is
// interviewed.
type Plan struct {
	Population string     `json:"population,omitempty" jsonschema_description:"Population definition the register is counted under. Default: the first compared."`
	Areas      []string   `json:"areas,omitempty" jsonschema_description:"Codes, of any level, of the units planned for. Default: all."`
	PSU        string     `json:"psu,omitempty" jsonschema_description:"Column or expression of the register that names the enumeration area. Without it every area of the lowest level is thought of as divided into enumeration areas of psu_size households."`
	Targets    []Target   `json:"targets" jsonschema:"minItems=1" jsonschema_description:"What the sample has to tell."`
	Costs      Costs      `json:"costs" jsonschema_description:"Costs, all in one unit."`
	Candidates Candidates `json:"candidates,omitempty" jsonschema_description:"Designs to compare: every combination of the lists."`
	Model      PlanModel  `json:"model,omitempty" jsonschema_description:"How census counts are expected to come from those of the register."`
	Baseline   Baseline   `json:"baseline,omitempty,omitzero" jsonschema_description:"The design in use, to measure savings against."`
}

// A Target is a precision asked for in every unit of a level.
type Target struct {
	Level       string  `json:"level" jsonschema_description:"Level of areas; country for all of them together."`
	Of          string  `json:"of,omitempty" jsonschema_description:"What is counted: total, male, female, an age group such as 0-14 or 65+, or both, such as female*15-49. Default: total."`
	Least       int64   `json:"min_count,omitempty" jsonschema:"minimum=1" jsonschema_description:"Leave out units for which the register counts fewer."`
	CV          float64 `json:"cv_pct,omitempty" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Coefficient of variation of the estimate, in percent."`
	Discrepancy float64 `json:"discrepancy_pct,omitempty" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Instead of cv_pct: a gap between census and register, in percent of the register, to be detected."`
	Power       float64 `json:"power,omitempty" jsonschema:"exclusiveMinimum=0,exclusiveMaximum=1" jsonschema_description:"Probability to detect it. Default: 0.8."`
	Alpha       float64 `json:"alpha,omitempty" jsonschema:"exclusiveMinimum=0,exclusiveMaximum=1" jsonschema_description:"Size of the two-sided test. Default: 0.05."`
}

// Costs of a sample.
type Costs struct {
	Fixed     float64 `json:"fixed,omitempty" jsonschema:"minimum=0" jsonschema_description:"Whatever is drawn."`
	PSU       float64 `json:"psu" jsonschema:"minimum=0" jsonschema_description:"For every enumeration area drawn."`
	Listing   float64 `json:"listing,omitempty" jsonschema:"minimum=0" jsonschema_description:"For every household of an enumeration area drawn."`
	Interview float64 `json:"interview" jsonschema:"exclusiveMinimum=0" jsonschema_description:"For every household interviewed."`
	Linking   float64 `json:"linking,omitempty" jsonschema:"minimum=0" jsonschema_description:"For every household interviewed, if it is matched with the register."`
}

// Candidates are the designs to compare.
type Candidates struct {
	Strata    []string `json:"strata,omitempty" jsonschema:"minItems=1" jsonschema_description:"none, or levels of areas whose units are strata. Default: the level above the lowest and the highest."`
	PSUSize   []int    `json:"psu_size,omitempty" jsonschema:"minItems=1" jsonschema_description:"Mean households of an enumeration area. Not with plan.psu. Default: 140."`
	Take      []Take   `json:"take,omitempty" jsonschema:"minItems=1" jsonschema_description:"Households interviewed in an enumeration area, or all. Default: 30, all."`
	Selection []string `json:"selection,omitempty" jsonschema:"minItems=1,enum=srs,enum=pps,enum=balanced" jsonschema_description:"Of enumeration areas. srs: simple random; pps: probability proportional to households; balanced: pps, balanced on households and on what the register counts. Default: all three."`
	Estimator []string `json:"estimator,omitempty" jsonschema:"minItems=1,enum=expansion,enum=ratio,enum=difference,enum=regression" jsonschema_description:"expansion: without the register; the others adjust to its totals in every unit of the lowest target level. Default: all four."`
	Match     []string `json:"match,omitempty" jsonschema:"minItems=1,enum=household,enum=psu,enum=commune" jsonschema_description:"How finely sample and register are brought together: household by household, by enumeration area (needs plan.psu), or by area of the lowest level. Default: commune."`
}

// Take is a number of households; 0 stands for all.
type Take int

// TakeAll interviews every household of an enumeration area.
const TakeAll Take = 0

// String writes the number, or all.
func (t Take) String() string {
	if t == TakeAll {
		return "all"
	}
	return strconv.Itoa(int(t))
}

// MarshalJSON writes the number, or all.
func (t Take) MarshalJSON() ([]byte, error) {
	if t == TakeAll {
		return []byte(`"all"`), nil
	}
	return []byte(t.String()), nil
}

// UnmarshalJSON reads a number, or all.
func (t *Take) UnmarshalJSON(text []byte) error {
	if string(text) == `"all"` {
		*t = TakeAll
		return nil
	}
	return json.Unmarshal(text, (*int)(t))
}

// JSONSchema describes a take.
func (Take) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "integer", Minimum: json.Number("2")}, {Const: "all"}}}
}

// PlanModel are the parameters of the model. See docs/planning.md for their meaning and the origin of the defaults.
type PlanModel struct {
	Ratio       float64  `json:"ratio,omitempty" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Census count over register count, on average. Default: 1."`
	RatioCV     *float64 `json:"ratio_cv,omitempty" jsonschema:"minimum=0" jsonschema_description:"Coefficient of variation of that ratio between areas of the lowest level. Default: 0.1."`
	Slope       *float64 `json:"commune_slope,omitempty" jsonschema:"minimum=0,maximum=1" jsonschema_description:"Slope of census persons per household on the register's, between areas of the lowest level within one of the highest: 1 if the register's differences are real, 0 if they are errors of the register. Default: 1."`
	PSUCV       *float64 `json:"psu_cv,omitempty" jsonschema:"minimum=0" jsonschema_description:"And between the enumeration areas of such an area. Default: 0.05."`
	Correlation *float64 `json:"household_correlation,omitempty" jsonschema:"minimum=0,maximum=1" jsonschema_description:"Correlation of the two counts of a household within an enumeration area. Default: 0.8."`
	Intraclass  *float64 `json:"intraclass,omitempty" jsonschema:"minimum=0,exclusiveMaximum=1" jsonschema_description:"Share of the variance of household counts within an area of the lowest level that lies between enumeration areas. Default: 0.02."`
	SizeCV      *float64 `json:"psu_size_cv,omitempty" jsonschema:"minimum=0,maximum=0.5" jsonschema_description:"Coefficient of variation of the households of enumeration areas. Default: 0.2. Not used with plan.psu."`
}

// A Baseline is one design with a fixed share of enumeration areas.
type Baseline struct {
	Fraction  float64 `json:"fraction" jsonschema:"exclusiveMinimum=0,maximum=1" jsonschema_description:"Share of the enumeration areas of every stratum, at least two."`
	Strata    string  `json:"strata,omitempty" jsonschema_description:"Default: the level above the lowest."`
	PSUSize   int     `json:"psu_size,omitempty" jsonschema:"minimum=2" jsonschema_description:"Default: 140."`
	Take      *Take   `json:"take,omitempty" jsonschema_description:"Default: 30."`
	Selection string  `json:"selection,omitempty" jsonschema:"enum=srs,enum=pps,enum=balanced" jsonschema_description:"Default: srs."`
	Estimator string  `json:"estimator,omitempty" jsonschema:"enum=expansion,enum=ratio,enum=difference,enum=regression" jsonschema_description:"Default: expansion."`
	Match     string  `json:"match,omitempty" jsonschema:"enum=household,enum=psu,enum=commune" jsonschema_description:"Default: commune."`
}

// Country is the level of all areas together.
const Country = "country"

// None is no stratification.
const None = "none"

// Planned tells whether the study has a plan.
func (s *Study) Planned() bool { return len(s.Plan.Targets) > 0 }

// A Category is what a target counts: persons of a sex, or of both where it is empty, from an age to another.
type Category struct {
	Name     string
	Sex      string
	From, To int // completed years, both included; To is -1 where there is no upper end
	Aged     bool
}

// ParseCategory reads total, male, 15-49, 65+, female*15-49.
func ParseCategory(text string) (Category, error) {
	c := Category{Name: text, To: -1}
	if text == "total" {
		return c, nil
	}
	wrong := fmt.Errorf("%q is not total, male, female, an age group such as 0-14 or 65+, or both, such as female*15-49", text)
	ages := text
	if sex, rest, both := strings.Cut(text, "*"); sex == Male || sex == Female {
		if c.Sex = sex; !both {
			return c, nil
		}
		ages = rest
	}
	low, high, closed := strings.Cut(ages, "-")
	if !closed {
		var open bool
		if low, open = strings.CutSuffix(ages, "+"); !open {
			return c, wrong
		}
	}
	from, err := strconv.ParseUint(low, 10, 7)
	if err != nil || from > 100 {
		return c, wrong
	}
	c.Aged, c.From = true, int(from)
	if closed {
		to, err := strconv.ParseUint(high, 10, 7)
		if err != nil || to < from || to > 99 {
			return c, wrong
		}
		c.To = int(to)
	}
	return c, nil
}

// Categories are what the targets count, each once, in their order.
func (p Plan) Categories() []Category {
	var all []Category
	for _, t := range p.Targets {
		c, err := ParseCategory(t.Of)
		if err != nil {
			panic("study: category " + t.Of + " was not checked")
		}
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

func (s *Study) setPlanDefaults() {
	if !s.Planned() {
		return
	}
	p := &s.Plan
	setDefaultText(&p.Population, s.Compare.Definitions)
	for i := range p.Targets {
		t := &p.Targets[i]
		setDefaultText(&t.Of, []string{"total"})
		if t.Discrepancy > 0 {
			setDefault(&t.Power, 0.8)
			setDefault(&t.Alpha, 0.05)
		}
	}
	p.Model.setDefaults()
	s.setCandidateDefaults()
	if p.Baseline.Fraction > 0 {
		s.setBaselineDefaults(&p.Baseline)
	}
}

func (m *PlanModel) setDefaults() {
	setDefault(&m.Ratio, 1)
	for _, d := range []struct {
		v  **float64
		to float64
	}{{&m.RatioCV, 0.1}, {&m.Slope, 1}, {&m.PSUCV, 0.05}, {&m.Correlation, 0.8}, {&m.Intraclass, 0.02}, {&m.SizeCV, 0.2}} {
		if *d.v == nil {
			to := d.to
			*d.v = &to
		}
	}
}

func (s *Study) setCandidateDefaults() {
	c := &s.Plan.Candidates
	if c.Strata == nil {
		levels := s.LevelNames()
		c.Strata = slices.Compact([]string{levels[min(1, len(levels)-1)], levels[len(levels)-1]})
	}
	if c.PSUSize == nil && s.Plan.PSU == "" {
		c.PSUSize = []int{140}
	}
	if c.Take == nil {
		c.Take = []Take{30, TakeAll}
	}
	for _, d := range []struct {
		v  *[]string
		to []string
	}{{&c.Selection, []string{"srs", "pps", "balanced"}},
		{&c.Estimator, []string{"expansion", "ratio", "difference", "regression"}}, {&c.Match, []string{"commune"}}} {
		if *d.v == nil {
			*d.v = d.to
		}
	}
}

func (s *Study) setBaselineDefaults(b *Baseline) {
	levels := s.LevelNames()
	setDefaultText(&b.Strata, levels[min(1, len(levels)-1):])
	setDefaultText(&b.Selection, []string{"srs"})
	setDefaultText(&b.Estimator, []string{"expansion"})
	setDefaultText(&b.Match, []string{"commune"})
	if b.PSUSize == 0 && s.Plan.PSU == "" {
		b.PSUSize = 140
	}
	if b.Take == nil {
		take := Take(30)
		b.Take = &take
	}
}

// setDefaultText takes the first of the texts where there is none.
func setDefaultText(v *string, to []string) {
	if *v == "" && len(to) > 0 {
		*v = to[0]
	}
}

func (d *document) checkPlan(s *Study) {
	if !s.Planned() || s.Extract != "" { // whoever received an extract has the keeper's study, plan and all
		return
	}
	p, at := s.Plan, []string{"plan"}
	if s.Register.Columns.Household == "" {
		d.add(at, "plan needs register.columns.household")
	}
	if s.Register.Columns.Count != "" {
		d.add(at, "plan needs a register of persons: one that comes as counts (register.columns.count) has no households")
	}
	d.checkNames(append(at, "population"), []string{p.Population}, s.definitionNames())
	if len(p.Areas) > 0 && s.Areas.File == "" {
		d.add(append(at, "areas"), "plan.areas needs a code list: set areas.file")
	}
	for i, t := range p.Targets {
		d.checkTarget(s, append(at, "targets", fmt.Sprint(i)), t)
	}
	d.checkCandidates(s)
}

func (d *document) checkTarget(s *Study, at []string, t Target) {
	levels := append(s.LevelNames(), Country)
	if !slices.Contains(levels, t.Level) {
		d.add(append(slices.Clone(at), "level"), "%q is not one of %s", t.Level, strings.Join(levels, ", "))
	}
	if (t.CV > 0) == (t.Discrepancy > 0) {
		d.add(at, "a target has either cv_pct or discrepancy_pct")
	}
	if t.CV > 0 && (t.Power > 0 || t.Alpha > 0) {
		d.add(at, "power and alpha go with discrepancy_pct")
	}
	c, err := ParseCategory(t.Of)
	columns := s.Register.Columns
	switch {
	case err != nil:
		d.add(append(slices.Clone(at), "of"), "%v", err)
	case c.Sex != "" && columns.Sex == "":
		d.add(append(slices.Clone(at), "of"), "%s needs register.columns.sex", t.Of)
	case c.Aged && columns.BirthDate == "" && columns.BirthYearMonth == "" && columns.Age == "":
		d.add(append(slices.Clone(at), "of"), "%s needs register.columns.birth_date", t.Of)
	}
}

func (d *document) checkCandidates(s *Study) {
	p, at := s.Plan, []string{"plan", "candidates"}
	strata := append([]string{None}, s.LevelNames()...)
	d.checkNames(append(slices.Clone(at), "strata"), p.Candidates.Strata, strata)
	matches := p.Candidates.Match
	if b := p.Baseline; b.Fraction > 0 {
		if !slices.Contains(strata, b.Strata) {
			d.add([]string{"plan", "baseline", "strata"}, "%q is not one of %s", b.Strata, strings.Join(strata, ", "))
		}
		matches = append(slices.Clone(matches), b.Match)
	}
	if p.PSU == "" && slices.Contains(matches, "psu") {
		d.add(at, "match psu needs plan.psu, the enumeration area in the register")
	}
	if p.PSU != "" && (len(p.Candidates.PSUSize) > 0 || p.Baseline.PSUSize > 0) {
		d.add(at, "psu_size does not go with plan.psu: the enumeration areas are those of the register")
	}
	for i, n := range p.Candidates.PSUSize {
		if n < 2 {
			d.add(append(slices.Clone(at), "psu_size", fmt.Sprint(i)), "psu_size is %d, want 2 or more", n)
		}
	}
}
