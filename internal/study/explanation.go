package study

import (
	"slices"
	"strconv"

	"github.com/concord-stat/concord/compare/explain"
)

// Explanation says how the difference of an area is split into parts, and its cause named.
type Explanation struct {
	Profiles []Profile `json:"profiles,omitempty" jsonschema:"minItems=1" jsonschema_description:"Ages in which causes of poor coverage are known to show. Default: newborns 0 to 4, young_adults 15 to 34, oldest 80 and over."`
	FDR      float64   `json:"fdr,omitempty" jsonschema:"exclusiveMinimum=0,exclusiveMaximum=1" jsonschema_description:"False-discovery rate of named causes. Default: that of the comparison."`
}

// A Profile is the ages of a cause.
type Profile struct {
	Name string `json:"name" jsonschema:"pattern=^[a-z][a-z0-9_]*$" jsonschema_description:"Name of the cause, as tables show it."`
	From int    `json:"from" jsonschema:"minimum=0,maximum=100" jsonschema_description:"First age, in completed years."`
	To   *int   `json:"to,omitempty" jsonschema:"minimum=0,maximum=100" jsonschema_description:"Last age, in completed years. Default: open."`
}

// ProfilesOf are the profiles of the study, nil for the usual ones.
func (e Explanation) ProfilesOf() []explain.Profile {
	var all []explain.Profile
	for _, p := range e.Profiles {
		to := explain.Ages
		if p.To != nil {
			to = *p.To
		}
		all = append(all, explain.Profile{Name: p.Name, From: p.From, To: to})
	}
	return all
}

func (s *Study) setExplanationDefaults() {
	setDefault(&s.Explanation.FDR, s.Compare.FDR)
}

// partNames cannot be names of profiles.
var partNames = []string{
	explain.Level, explain.DefinitionPart, explain.TimePart, explain.AreasPart, explain.AgePart, explain.CoveragePart, explain.Unexplained,
}

func (d *document) checkExplanation(s *Study) {
	at := []string{"explanation", "profiles"}
	var names []string
	well := true
	for i, p := range s.Explanation.Profiles {
		at := append(slices.Clip(at), strconv.Itoa(i))
		switch {
		case slices.Contains(partNames, p.Name):
			d.add(append(at, "name"), "%q is the name of another part of a difference: choose another", p.Name)
		case slices.Contains(names, p.Name):
			d.add(append(at, "name"), "two profiles are called %q", p.Name)
		case p.To != nil && *p.To < p.From:
			d.add(at, "%s goes from %d to %d: want the first age first", p.Name, p.From, *p.To)
		default:
			names = append(names, p.Name)
			continue
		}
		well = false
	}
	if !well || len(s.Explanation.Profiles) == 0 {
		return
	}
	if err := explain.Check(s.Explanation.ProfilesOf(), s.Compare.AgeGroups); err != nil {
		d.add(at, "%v (age groups: compare.age_groups)", err)
	}
}
