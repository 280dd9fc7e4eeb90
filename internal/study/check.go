package study

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

var printer = message.NewPrinter(language.English)

// residences are the definitions that need no expression, with the columns of the register they count in.
var residences = map[string][]func(RegisterColumns) string{
	"permanent":           {permanent},
	"temporary":           {temporary},
	"current":             {func(c RegisterColumns) string { return c.Current }},
	"permanent+temporary": {permanent, temporary},
}

func permanent(c RegisterColumns) string { return c.Permanent }
func temporary(c RegisterColumns) string { return c.Temporary }

// AreasOf gives the expressions of the areas a definition counts persons in.
func (s *Study) AreasOf(d Definition) []string {
	columns, named := residences[strings.ReplaceAll(d.Residence, " ", "")]
	if !named {
		return []string{d.Residence}
	}
	var areas []string
	for _, c := range columns {
		areas = append(areas, c(s.Register.Columns))
	}
	return areas
}

func (s *Study) setDefaults() {
	if s.Languages == nil {
		s.Languages = []string{"en"}
	}
	if s.Output == "" {
		s.Output = "artefacts"
	}
	if s.Areas.Level == "" {
		s.Areas.Level = "commune"
	}
	if s.Collection.TimeZone == "" {
		s.Collection.TimeZone = "Asia/Ho_Chi_Minh"
	}
	s.setDrawDefaults()
	c := &s.Compare
	if c.Definitions == nil {
		for _, d := range s.Definitions {
			c.Definitions = append(c.Definitions, d.Name)
		}
	}
	if c.Dimensions == nil {
		c.Dimensions = []string{"total", "sex", "age5", "sex*age5"}
	}
	if c.Levels == nil {
		c.Levels = []string{s.Areas.Level}
	}
	setDefault(&c.Level, 0.95)
	setDefault(&c.FDR, 0.05)
	setDefault(&c.Alpha, 0.05)
	if c.AgeGroups == nil {
		for age := 0; age <= 85; age += 5 {
			c.AgeGroups = append(c.AgeGroups, age)
		}
	}
	s.setJudgingDefaults()
	s.setEstimationDefaults()
	s.setTimeDefaults()
	s.setEarlierCensusDefaults()
	s.setScreeningDefaults()
	s.setExplanationDefaults()
	s.setPlanDefaults()
}

func setDefault(v *float64, to float64) {
	if *v == 0 {
		*v = to
	}
}

// check holds the parts of a study against each other.
func (d *document) check(s *Study) {
	d.checkSides(s)
	d.checkAreas(s)
	d.checkDefinitions(s)
	d.checkDraw(s)
	d.checkField([]string{"field_results"}, s.Field)
	d.checkCompare(s)
	d.checkSources(s)
	d.checkJudging(s)
	d.checkRegisterNoise(s)
	d.checkPlan(s)
	d.checkEstimation(s)
	d.checkTime(s)
	d.checkEarlierCensus(s)
	d.checkScreening(s)
	d.checkExplanation(s)
	if _, err := time.LoadLocation(s.Collection.TimeZone); err != nil {
		d.add([]string{"collection", "time_zone"}, "collection.time_zone: %q is no time zone, want one like Asia/Ho_Chi_Minh", s.Collection.TimeZone)
	}
	if s.Collection.End.Before(s.Collection.Start.Time) {
		d.add([]string{"collection", "end"}, "collection ends on %s, before it starts on %s", s.Collection.End, s.Collection.Start)
	}
}

// checkSides asks for the register and the draw of whoever does not work on a received extract.
func (d *document) checkSides(s *Study) {
	if s.Extract != "" {
		return
	}
	d.checkRegisterPlace(s)
	if s.Draw.Method == "" {
		d.add([]string{"draw"}, "draw.method is missing")
	}
}

func (d *document) checkAreas(s *Study) {
	if s.Areas.File != "" && s.Areas.Code == "" {
		d.add([]string{"areas"}, "areas.code is missing: name the column of the code list that holds the code")
	}
	seen := []string{s.Areas.Level}
	for i, p := range s.Areas.Parents {
		if slices.Contains(seen, p.Level) {
			d.add([]string{"areas", "parents", fmt.Sprint(i), "level"}, "level %q is named twice", p.Level)
		}
		seen = append(seen, p.Level)
	}
}

func (d *document) checkDefinitions(s *Study) {
	var seen []string
	for i, def := range s.Definitions {
		at := []string{"definitions", fmt.Sprint(i)}
		if slices.Contains(seen, def.Name) {
			d.add(append(at, "name"), "definition %q is named twice", def.Name)
		}
		seen = append(seen, def.Name)
		if s.Extract == "" && slices.Contains(s.AreasOf(def), "") {
			d.add(append(at, "residence"), "definition %q needs register.columns.%s", def.Name,
				strings.ReplaceAll(strings.ReplaceAll(def.Residence, " ", ""), "+", " and register.columns."))
		}
	}
	d.checkDimensions([]string{"register"}, s.Register.Dimensions)
	if s.Register.Columns.Sex != "" && len(s.Register.SexCodes) == 0 {
		d.add([]string{"register"}, "register.sex_codes is missing: say which codes of sex mean male and female")
	}
	for code, means := range s.Register.SexCodes {
		d.checkSex([]string{"register", "sex_codes", code}, means)
	}
}

func (d *document) checkDimensions(of []string, dimensions []Dimension) {
	taken := []string{"definition", "area", "sex", "age", "total", "age5", "persons"}
	for i, dim := range dimensions {
		if slices.Contains(taken, dim.Name) {
			d.add(append(slices.Clip(of), "dimensions", fmt.Sprint(i), "name"), "dimension %q: the name is taken", dim.Name)
		}
		taken = append(taken, dim.Name)
	}
}

func (d *document) checkSex(path []string, means string) {
	if means != Male && means != Female {
		d.add(path, "%s: %q is not one of male, female", strings.Join(path, "."), means)
	}
}

// checkField checks field results, which stand at a path of the study.
func (d *document) checkField(path []string, f Field) {
	d.checkFieldPlace(path, f)
	d.checkDimensions(path, f.Dimensions)
	d.checkFieldSexCodes(path, f)
	at, c := append(slices.Clip(path), "columns"), f.Columns
	need := map[string]map[string]string{
		"sample":     {"stratum": c.Stratum, "psu": c.PSU, "weight": c.Weight},
		"counts":     {},
		"aggregates": {"value": c.Value},
	}[f.Kind]
	for _, name := range []string{"stratum", "psu", "weight", "value"} {
		if column, wanted := need[name]; wanted && column == "" {
			d.add(at, "field_results.columns.%s is missing: field results of kind %s need it", name, f.Kind)
		}
	}
	if c.Households != "" && (c.Household == "" || c.PSUs == "") {
		d.add(append(at, "households"), "field_results.columns.households needs household and psus beside it: the second stage counts only with both stages known")
	}
	if f.Graduate != "" && f.Kind != "aggregates" {
		d.add(append(slices.Clip(path), "graduate"), "field_results.graduate is for field results of kind aggregates: those of kind %s are put in any age groups by themselves", f.Kind)
	}
	if c.NoiseSD != "" && (f.Kind == "sample" || f.Kind == "counts" && c.Count == "") {
		d.add(append(at, "noise_sd"), "field_results.columns.noise_sd is for aggregates, and for counts with count: noise is added to counts, not to persons")
	}
	if f.Kind == "sample" && len(f.Crosswalks) > 0 {
		d.add(append(slices.Clip(path), "crosswalks"), "a sample cannot be carried over a crosswalk: give it the codes of the code list")
	}
}

func (d *document) checkRegisterNoise(s *Study) {
	if s.Register.Columns.NoiseSD != "" && s.Register.Columns.Count == "" {
		d.add([]string{"register", "columns", "noise_sd"}, "register.columns.noise_sd needs register.columns.count: noise is added to counts, not to persons")
	}
}

func (d *document) checkFieldSexCodes(path []string, f Field) {
	if f.Columns.Sex != "" && len(f.SexCodes) == 0 {
		d.add(path, "field_results.sex_codes is missing: say which codes of sex mean male and female")
	}
	for code, means := range f.SexCodes {
		d.checkSex(append(slices.Clip(path), "sex_codes", code), means)
	}
}

func (d *document) checkCompare(s *Study) {
	c := s.Compare
	d.checkNames([]string{"compare", "definitions"}, c.Definitions, s.definitionNames())
	d.checkNames([]string{"compare", "dimensions"}, c.Dimensions, s.DimensionNames())
	d.checkNames([]string{"compare", "levels"}, c.Levels, s.LevelNames())
	for name := range c.Margins {
		if !slices.Contains(c.Dimensions, name) {
			d.add([]string{"compare", "margins_pct", name}, "%q is not compared: the dimensions are %s", name, strings.Join(c.Dimensions, ", "))
		}
	}
	if !rising(c.AgeGroups) || c.AgeGroups[0] != 0 || c.AgeGroups[len(c.AgeGroups)-1] > 100 {
		d.add([]string{"compare", "age_groups"}, "age groups start at 0, rise, and the last one starts at 100 or before")
	}
}

func rising(v []int) bool {
	for i := range v {
		if i > 0 && v[i] <= v[i-1] {
			return false
		}
	}
	return len(v) > 0
}

func (d *document) checkNames(path, names, known []string) {
	for i, name := range names {
		if !slices.Contains(known, name) {
			d.add(append(path, fmt.Sprint(i)), "%q is not one of %s", name, strings.Join(known, ", "))
		}
		if slices.Contains(names[:i], name) {
			d.add(append(path, fmt.Sprint(i)), "%q is named twice", name)
		}
	}
}

// Levels of sex.
const (
	Male   = "male"
	Female = "female"
)

func (s *Study) definitionNames() []string {
	var names []string
	for _, d := range s.Definitions {
		names = append(names, d.Name)
	}
	return names
}

// DimensionNames are the dimensions that can be compared.
func (s *Study) DimensionNames() []string {
	names := []string{"total", "sex", "age5", "sex*age5", "age"}
	named := slices.Concat(s.Register.Dimensions, s.Field.Dimensions)
	for _, o := range s.Sources {
		if o.Field != nil {
			named = append(named, o.Field.Dimensions...)
		}
	}
	for _, d := range named {
		if !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	return names
}

// LevelNames are the levels of areas, lowest first.
func (s *Study) LevelNames() []string {
	names := []string{s.Areas.Level}
	for _, p := range s.Areas.Parents {
		names = append(names, p.Level)
	}
	return names
}

func listed(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, ", ")
}
