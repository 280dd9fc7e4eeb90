package stage

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/study"
)

// An otherExtract is an extract beside that of the study, whose seal holds.
type otherExtract struct {
	source  study.Source
	path    string
	details extractDetails
	inputs  []artefact.Input
}

// sourceInput is what manifests call another extract.
func sourceInput(name string) string { return "source " + name }

// otherExtracts are the further extracts of the study.
func (r *Runner) otherExtracts(codeList string) ([]otherExtract, error) {
	var all []otherExtract
	for _, source := range r.Study.Sources {
		if source.Extract == "" {
			continue
		}
		o, err := r.otherExtract(source, codeList)
		if err != nil {
			return nil, fmt.Errorf("source %s: %w", source.Name, err)
		}
		all = append(all, o)
	}
	return all, nil
}

func (r *Runner) otherExtract(source study.Source, codeList string) (otherExtract, error) {
	o := otherExtract{source: source, path: r.Study.Path(source.Extract)}
	m, seal, err := artefact.Verify(o.path)
	if errors.Is(err, artefact.ErrNotVerified) {
		return o, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err != nil {
		return o, err
	}
	if m.Stage != Extract {
		return o, fmt.Errorf("%s is a %s, want an extract", source.Extract, m.Stage)
	}
	if err := json.Unmarshal(m.Details, &o.details); err != nil {
		return o, fmt.Errorf("the manifest of the extract: %w", err)
	}
	if known := o.details.Plan.Definitions; !slices.Contains(known, source.Definition) {
		return o, fmt.Errorf("the extract has no definition %q: it has %s", source.Definition, strings.Join(known, ", "))
	}
	if o.details.CodeList != codeList && len(source.Crosswalks) == 0 {
		return o, fmt.Errorf("%w: %s was made with another code list: name crosswalks that lead to that of the study", ErrRefused, source.Extract)
	}
	o.inputs = []artefact.Input{{Name: sourceInput(source.Name), SHA256: seal}}
	for _, c := range source.Crosswalks {
		in, err := r.digests.input(c.File, r.Study.Path(c.File))
		if err != nil {
			return o, err
		}
		o.inputs = append(o.inputs, in)
	}
	return o, nil
}

// otherSide is a further extract as a side of this comparison: its areas carried over to the code list, and known where the
// extract of the study has an area that the other knows too. Units above are compared over the areas of the study's
// extract, like everything.
func (c *comparison) otherSide(o otherExtract, list *areas.List) (*registerSide, []string, error) {
	e, err := extract.Read(o.path, o.details.Plan.Definitions, o.details.Dimensions)
	if err != nil {
		return nil, nil, err
	}
	chain, err := areas.ReadChain(c.runner.Study, o.source.Crosswalks)
	if err != nil {
		return nil, nil, err
	}
	known, splits, caveats := chain.Known(knownAreas(e)), make(map[*analysis.Tally]*areas.Splits), []string(nil)
	for i, t := range e.Tallies {
		carried, lost := t, []string(nil)
		if len(chain) > 0 {
			carried, lost = chain.Carry(t)
			splits[carried] = chain.Splits(t)
		}
		if e.Tallies[i] = carried; i == 0 {
			caveats = lost
		}
	}
	e.Areas = nil
	for _, a := range c.extract.Areas {
		e.Areas = append(e.Areas, extract.Area{Code: a.Code, Name: a.Name, Known: known[a.Code]})
	}
	o.details.Plan = c.details.Plan // ages and levels are those of this study
	side := newRegisterSide(e, o.details, c.list, coverageOf(list, e.Areas), c.lowest(), o.source.Definition)
	side.splits = splits
	return side, caveats, nil
}

// knownAreas are the areas of an extract, and whether its register has a figure there.
func knownAreas(e *extract.Extract) map[string]bool {
	known := make(map[string]bool, len(e.Areas))
	for _, a := range e.Areas {
		known[a.Code] = a.Known
	}
	return known
}
