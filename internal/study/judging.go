package study

import (
	"fmt"
	"slices"
	"strings"
)

// A Family is cells whose p-values are adjusted together.
type Family struct {
	Name        string   `json:"name" jsonschema:"pattern=^[a-z0-9][a-z0-9_+-]*$" jsonschema_description:"Stands in the column family of the rows."`
	Levels      []string `json:"levels,omitempty" jsonschema:"minItems=1" jsonschema_description:"Levels of areas whose cells belong to it. Default: all compared."`
	Definitions []string `json:"definitions,omitempty" jsonschema:"minItems=1" jsonschema_description:"Population definitions. Default: all compared."`
	Dimensions  []string `json:"dimensions,omitempty" jsonschema:"minItems=1" jsonschema_description:"Dimensions. Default: all compared."`
	Within      string   `json:"within,omitempty" jsonschema_description:"Level of areas that each have a family of their own: province. Default: one for all areas."`
	Adjust      string   `json:"adjust,omitempty" jsonschema:"enum=bh,enum=by,enum=holm,enum=hochberg,enum=hommel,enum=bonferroni,enum=hierarchical,enum=hierarchical_bonferroni" jsonschema_description:"Default: that of compare."`
	Rate        float64  `json:"rate,omitempty" jsonschema:"exclusiveMinimum=0,exclusiveMaximum=1" jsonschema_description:"Error rate of the adjustment. Default: fdr of compare."`
}

// A SizeMargin is the margin of areas of a size.
type SizeMargin struct {
	Below     int64              `json:"below" jsonschema:"minimum=1" jsonschema_description:"Areas with fewer persons in the register, under the definition compared, and no fewer than the class before."`
	MarginPct float64            `json:"margin_pct" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Margin of equivalence in percent of the census."`
	Margins   map[string]float64 `json:"margins_pct,omitempty" jsonschema_description:"Other margins, by dimension."`
}

// Covers tells whether the cells of a level, definition and dimension belong to the family.
func (f Family) Covers(level, definition, dimension string) bool {
	in := func(names []string, name string) bool { return names == nil || slices.Contains(names, name) }
	return in(f.Levels, level) && in(f.Definitions, definition) && in(f.Dimensions, dimension)
}

func (s *Study) setJudgingDefaults() {
	c := &s.Compare
	setDefaultName(&c.Adjust, "bh")
	for i := range c.Families {
		setDefaultName(&c.Families[i].Adjust, c.Adjust)
		setDefault(&c.Families[i].Rate, c.FDR)
	}
}

func (d *document) checkJudging(s *Study) {
	at := []string{"compare", "families"}
	var names []string
	for i, f := range s.Compare.Families {
		d.checkFamily(s, append(slices.Clone(at), fmt.Sprint(i)), f)
		names = append(names, f.Name)
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			d.add(append(slices.Clone(at), fmt.Sprint(i), "name"), "family %q is named twice", name)
		}
	}
	d.checkSizes(s)
}

func (d *document) checkFamily(s *Study, at []string, f Family) {
	c, levels := s.Compare, s.LevelNames()
	in := func(key string) []string { return append(slices.Clone(at), key) }
	d.checkNames(in("levels"), f.Levels, c.Levels)
	d.checkNames(in("definitions"), f.Definitions, c.Definitions)
	d.checkNames(in("dimensions"), f.Dimensions, c.Dimensions)
	if f.Within == "" {
		return
	}
	within := slices.Index(levels, f.Within)
	if within < 0 {
		d.add(in("within"), "%q is not one of %s", f.Within, strings.Join(levels, ", "))
		return
	}
	of := f.Levels
	if of == nil {
		of = c.Levels
	}
	for _, level := range of {
		if slices.Index(levels, level) > within {
			d.add(in("within"), "a %s does not lie in a %s: name the levels of the family", level, f.Within)
		}
	}
}

func (d *document) checkSizes(s *Study) {
	for i, m := range s.Compare.MarginsBySize {
		at := []string{"compare", "margins_by_size", fmt.Sprint(i)}
		if i > 0 && m.Below <= s.Compare.MarginsBySize[i-1].Below {
			d.add(append(slices.Clone(at), "below"), "below is %d, want more than in the class before", m.Below)
		}
		for name := range m.Margins {
			if !slices.Contains(s.Compare.Dimensions, name) {
				d.add(append(slices.Clone(at), "margins_pct", name), "%q is not compared: the dimensions are %s", name, strings.Join(s.Compare.Dimensions, ", "))
			}
		}
	}
}
