package stage

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/results"
)

// summarise says in a line what an artefact holds, from its manifest.
func summarise(m artefact.Manifest) string {
	switch m.Stage {
	case Draw:
		var d drawDetails
		if json.Unmarshal(m.Details, &d) == nil {
			return drawn(d)
		}
	case Extract:
		var d extractDetails
		if json.Unmarshal(m.Details, &d) == nil {
			return fmt.Sprintf("%d areas, %d definitions, %d cells; not disclosure-controlled, treat as confidential", d.Areas, len(d.Plan.Definitions), d.Cells)
		}
	case Estimate:
		var d estimateDetails
		if json.Unmarshal(m.Details, &d) == nil {
			parts := []string{fmt.Sprintf("%d records, %d estimates, %d demographic measures", d.Records, d.Estimates, d.Measures)}
			if d.SmallAreas != nil {
				parts = append(parts, d.SmallAreas.String())
			}
			return strings.Join(append(parts, d.Caveats...), "; ")
		}
	case Compare:
		var s results.Summary
		if json.Unmarshal(m.Details, &s) == nil {
			return compared(s)
		}
	}
	return ""
}

// drawn says how many units every phase and stage drew.
func drawn(d drawDetails) string {
	text := fmt.Sprintf("%d of %d units, %s: %d areas", d.Drawn, d.Frame, d.Method, d.Areas)
	if d.Second != "" {
		text = fmt.Sprintf("%d of %d units, %s, and %d of these, %s: %d areas", d.First, d.Frame, d.Method, d.Drawn, d.Second, d.Areas)
	}
	for _, s := range d.Stages {
		text += fmt.Sprintf("; %s: %d of %d, %s", s.Unit, s.Drawn, s.Frame, s.Method)
	}
	return text
}

func compared(s results.Summary) string {
	text := fmt.Sprintf("%d cells: %d agree, %d differ, %d cannot be told",
		s.Rows, s.Verdicts["agrees"], s.Verdicts["differs"], s.Verdicts["cannot_tell"])
	if s.Override != "" {
		text += "; embargo overridden: " + s.Override
	}
	return text
}
