package study

import (
	"fmt"
	"slices"
	"strings"
)

// CensusName is what pairs call the field results of the study.
const CensusName = "census"

// A Source is a further source beside register and census: exactly one of an extract, field results, and a definition.
type Source struct {
	Name       string      `json:"name" jsonschema:"pattern=^[a-z][a-z0-9_+-]*$" jsonschema_description:"What pairs call it."`
	Title      string      `json:"title,omitempty" jsonschema_description:"What reports call it. Default: the name."`
	Extract    string      `json:"extract,omitempty" jsonschema_description:"Folder of another extract, such as one of another date. Its seal is verified."`
	Definition string      `json:"definition,omitempty" jsonschema_description:"Definition that the other extract is taken under; without an extract, one of this study's register."`
	Crosswalks []Crosswalk `json:"crosswalks,omitempty" jsonschema_description:"Carry the areas of the other extract over to the code list, one after the other."`
	Field      *Field      `json:"field_results,omitempty" jsonschema_description:"Further field results, such as a post-enumeration survey or an earlier census."`
}

// A Pair is two sources that are held against each other.
type Pair struct {
	Name   string `json:"name" jsonschema:"pattern=^[a-z][a-z0-9_+-]*$" jsonschema_description:"What the column definition of the results calls it."`
	First  string `json:"first" jsonschema_description:"Source the difference is taken from: a definition, census, or a name in sources."`
	Second string `json:"second" jsonschema_description:"Source that is taken off, and that percentages are of."`
}

// Source is the further source of a name.
func (s *Study) Source(name string) (Source, bool) {
	i := slices.IndexFunc(s.Sources, func(o Source) bool { return o.Name == name })
	if i < 0 {
		return Source{}, false
	}
	return s.Sources[i], true
}

// WithField is the study as if a source were its field results.
func (s *Study) WithField(source Source) *Study {
	other := *s
	other.Field = *source.Field
	return &other
}

// Pairs are the pairs that are compared, with what is a name for a definition replaced by the definition: those of the
// study, or else every definition compared against the census.
func (s *Study) Pairs() []Pair {
	if len(s.Compare.Pairs) == 0 {
		pairs := make([]Pair, len(s.Compare.Definitions))
		for i, d := range s.Compare.Definitions {
			pairs[i] = Pair{d, d, CensusName}
		}
		return pairs
	}
	pairs := slices.Clone(s.Compare.Pairs)
	for i := range pairs {
		pairs[i].First, pairs[i].Second = s.resolved(pairs[i].First), s.resolved(pairs[i].Second)
	}
	return pairs
}

func (s *Study) resolved(name string) string {
	if source, ok := s.Source(name); ok && source.Extract == "" && source.Field == nil {
		return source.Definition
	}
	return name
}

// sourceNames are what a pair may name.
func (s *Study) sourceNames() []string {
	names := append(s.definitionNames(), CensusName)
	for _, o := range s.Sources {
		names = append(names, o.Name)
	}
	return names
}

func (d *document) checkSources(s *Study) {
	taken := append(s.definitionNames(), CensusName)
	for i, o := range s.Sources {
		at := []string{"sources", fmt.Sprint(i)}
		if slices.Contains(taken, o.Name) {
			d.add(append(at, "name"), "%q is named already: definitions, %s and sources need names of their own", o.Name, CensusName)
		}
		taken = append(taken, o.Name)
		d.checkSource(s, o, at)
	}
	d.checkPairs(s)
}

func (d *document) checkSource(s *Study, o Source, at []string) {
	switch {
	case o.Extract == "" && o.Field == nil && o.Definition == "":
		d.add(at, "source %q is nothing: name an extract with a definition, field_results, or a definition", o.Name)
	case o.Field != nil && (o.Extract != "" || o.Definition != ""):
		d.add(at, "source %q is two things: want only one of field_results, and an extract or definition", o.Name)
	case o.Extract != "" && o.Definition == "":
		d.add(append(at, "extract"), "source %q needs definition: the one the extract is taken under", o.Name)
	case o.Extract == "" && o.Field == nil && !slices.Contains(s.definitionNames(), o.Definition):
		d.add(append(at, "definition"), "%q is not one of the definitions: %s", o.Definition, strings.Join(s.definitionNames(), ", "))
	}
	if o.Extract == "" && len(o.Crosswalks) > 0 {
		d.add(append(at, "crosswalks"), "crosswalks beside it are for an extract; those of field results go into field_results")
	}
	if o.Field != nil {
		d.checkField(append(at, "field_results"), *o.Field)
	}
}

func (d *document) checkPairs(s *Study) {
	var seen []string
	for i, p := range s.Compare.Pairs {
		at := []string{"compare", "pairs", fmt.Sprint(i)}
		if slices.Contains(seen, p.Name) {
			d.add(append(at, "name"), "pair %q is named twice", p.Name)
		}
		seen = append(seen, p.Name)
		for key, name := range map[string]string{"first": p.First, "second": p.Second} {
			if known := s.sourceNames(); !slices.Contains(known, name) {
				d.add(append(slices.Clip(at), key), "%q is not one of %s", name, strings.Join(known, ", "))
			}
		}
		if s.resolved(p.First) == s.resolved(p.Second) {
			d.add(append(at, "second"), "pair %q holds a source against itself", p.Name)
		}
	}
}
