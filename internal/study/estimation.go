package study

import (
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
)

// Estimation says how a census sample is estimated, and what of it beside the cells that are compared.
type Estimation struct {
	LonelyPSU  string      `json:"lonely_psu,omitempty" jsonschema:"enum=fail,enum=adjust,enum=average,enum=remove,enum=certainty" jsonschema_description:"What is done about a stratum with a single sampled PSU of several. fail: no error where it counts; adjust: its deviation from the mean of all PSUs; average: the mean variance of the other strata; remove, certainty: none. Default: fail."`
	Measures   []string    `json:"measures,omitempty" jsonschema:"minItems=1" jsonschema_description:"Demographic measures: sex_ratio, child_dependency_ratio, old_age_dependency_ratio, total_dependency_ratio, ageing_index, mean_age, median_age, child_woman_ratio; urban_share needs a dimension residence with the category urban, household_size a dimension relationship with the category head. Default: all that the field results can tell."`
	AgeQuality []string    `json:"age_quality,omitempty" jsonschema:"minItems=1" jsonschema_description:"Indices of the quality of data on age, in the census and then beside the register: whipple, myers, bachi, spoorenberg, whipple_0, whipple_5, whipple_birth_year, noumbissi_0 to noumbissi_9, coale_li_0, coale_li_5, kannisto_90, jdanov, zodiac need single ages; age_sex_accuracy, age_sex_accuracy_zelnick, age_sex_accuracy_ramachandran, age_sex_accuracy_das_gupta, sex_ratio_score need sex. At the lowest level only the first four and age_sex_accuracy. Default: all that the field results can tell."`
	SmallAreas *SmallAreas `json:"small_areas,omitempty" jsonschema_description:"Estimate the persons of every area from the census and the register together, by a model of areas."`
}

// SmallAreas asks for estimates of areas that draw on the register's counts.
type SmallAreas struct {
	Level      string `json:"level,omitempty" jsonschema_description:"Level of the areas that are modelled: one of which most units have enumeration areas in the sample. Areas of the lowest level get the ratio of theirs. Default: the level above the lowest."`
	Definition string `json:"definition,omitempty" jsonschema_description:"Population definition of the register's counts. Default: the first compared."`
	Method     string `json:"method,omitempty" jsonschema:"enum=reml,enum=ml,enum=moments" jsonschema_description:"How the variance between areas is estimated. Default: reml."`
	Benchmark  string `json:"benchmark,omitempty" jsonschema_description:"Level above, with whose direct estimates the areas agree in sum; none for no such. Default: the highest, whose direct estimates are the surest."`
}

// NoBenchmark leaves areas as the model has them.
const NoBenchmark = "none"

func (s *Study) setEstimationDefaults() {
	if s.Estimation.LonelyPSU == "" {
		s.Estimation.LonelyPSU = "fail"
	}
	a := s.Estimation.SmallAreas
	if a == nil {
		return
	}
	levels := s.LevelNames()
	setDefaultName(&a.Level, levels[min(1, len(levels)-1)])
	setDefaultName(&a.Method, "reml")
	if len(s.Compare.Definitions) > 0 {
		setDefaultName(&a.Definition, s.Compare.Definitions[0])
	}
	if a.Level != levels[len(levels)-1] {
		setDefaultName(&a.Benchmark, levels[len(levels)-1])
	}
	setDefaultName(&a.Benchmark, NoBenchmark)
}

func setDefaultName(v *string, to string) {
	if *v == "" {
		*v = to
	}
}

func (d *document) checkEstimation(s *Study) {
	var names []string
	for _, m := range analysis.Measures() {
		names = append(names, m.Name)
	}
	d.checkNames([]string{"estimation", "measures"}, s.Estimation.Measures, names)
	d.checkNames([]string{"estimation", "age_quality"}, s.Estimation.AgeQuality, demography.Names())
	a := s.Estimation.SmallAreas
	if a == nil {
		return
	}
	at := []string{"estimation", "small_areas"}
	if s.Field.Kind != "sample" {
		d.add(at, "estimation.small_areas is for field results of kind sample, not %s", s.Field.Kind)
	}
	levels := s.LevelNames()
	level := slices.Index(levels, a.Level)
	if level < 0 {
		d.add(append(at, "level"), "%q is not one of %s", a.Level, strings.Join(levels, ", "))
		return
	}
	if above := levels[level+1:]; a.Benchmark != NoBenchmark && !slices.Contains(above, a.Benchmark) {
		d.add(append(at, "benchmark"), "%q is not one of the levels above %s: %s", a.Benchmark, a.Level, strings.Join(append(above, NoBenchmark), ", "))
	}
	if names := s.Compare.Definitions; !slices.Contains(names, a.Definition) {
		d.add(append(at, "definition"), "%q is not one of the definitions compared: %s", a.Definition, strings.Join(names, ", "))
	}
}
