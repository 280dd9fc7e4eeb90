package stage

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// A Plan is what will be compared and how it is judged. It is sealed with the extract.
type Plan struct {
	ReferenceTime string             `json:"reference_time"`
	Collection    study.Collection   `json:"collection"`      // nothing is compared before it has ended
	Definitions   []string           `json:"definitions"`     // that the extract carries
	Compared      []string           `json:"compared"`        // definitions that are compared
	Pairs         []study.Pair       `json:"pairs,omitempty"` // sources held against each other; none: every definition against the census
	Dimensions    []string           `json:"dimensions"`
	Levels        []string           `json:"levels"`
	MarginPct     float64            `json:"margin_pct"`
	Margins       map[string]float64 `json:"margins_pct"`
	MarginsBySize []study.SizeMargin `json:"margins_by_size,omitempty"`
	Level         float64            `json:"level"`
	FDR           float64            `json:"fdr"`
	Alpha         float64            `json:"alpha"`
	AgeGroups     []int              `json:"age_groups"`
	Tests         string             `json:"tests"`
	Families      string             `json:"families"`
	Adjust        string             `json:"adjust"`
	NamedFamilies []study.Family     `json:"named_families,omitempty"`
	// Superpopulation takes complete counts for outcomes of a process.
	Superpopulation bool `json:"superpopulation,omitempty"`
	// RegisterEvents is the day between which and the reference time the extract has the register's own events; empty for none.
	RegisterEvents string `json:"register_events_to,omitempty"`
}

// extractDetails is what the manifest of an extract adds.
type extractDetails struct {
	Plan       Plan     `json:"comparison_plan"`
	Dimensions []string `json:"further_dimensions"`
	CodeList   string   `json:"code_list"` // its SHA-256; empty when there is none
	Sex        bool     `json:"sex"`
	Age        bool     `json:"age"`
	Whole      bool     `json:"whole"` // areas without a row are empty, rather than not known
	Areas      int      `json:"areas"`
	Cells      int      `json:"cells"`
	Handling   string   `json:"handling"`
	// Snapshot is the moment a database was read at; a file has its digest among the inputs.
	Snapshot *store.Snapshot `json:"register_snapshot,omitempty"`
}

func planOf(s *study.Study) Plan {
	p := Plan{
		ReferenceTime: s.Reference.String(), Collection: s.Collection, Compared: s.Compare.Definitions, Dimensions: s.Compare.Dimensions,
		Levels: s.Compare.Levels, MarginPct: s.Compare.MarginPct, Margins: s.Compare.Margins, Level: s.Compare.Level,
		FDR: s.Compare.FDR, Alpha: s.Compare.Alpha, AgeGroups: s.Compare.AgeGroups,
		Tests:    "difference: t test on design degrees of freedom; equivalence: two one-sided tests against the margin",
		Families: "adjusted over each level of areas × definition × dimension, unless a named family covers it",
		Adjust:   s.Compare.Adjust, NamedFamilies: s.Compare.Families, MarginsBySize: s.Compare.MarginsBySize,
		Superpopulation: s.Compare.Superpopulation,
	}
	if s.Time.OwnEvents() {
		p.RegisterEvents = s.Time.Register.String()
	}
	if len(s.Compare.Pairs) > 0 {
		p.Pairs = s.Pairs()
	}
	for _, d := range s.Definitions {
		p.Definitions = append(p.Definitions, d.Name)
	}
	return p
}

// judging is how the cells of a dimension are judged.
func (p Plan) judging(dimension string) compare.Plan {
	margin, own := p.Margins[dimension]
	if !own {
		margin = p.MarginPct
	}
	return compare.Plan{Level: p.Level, FDR: p.FDR, Alpha: p.Alpha, MarginPct: margin, Superpopulation: p.Superpopulation}
}

// sealedPlan is the plan of an extract. It must be the plan of the study: nobody may change it after the seal.
func (r *Runner) sealedPlan(m artefact.Manifest) (extractDetails, error) {
	var d extractDetails
	if err := json.Unmarshal(m.Details, &d); err != nil {
		return d, fmt.Errorf("the manifest of the extract has no comparison plan: %w", err)
	}
	if other := differences(d.Plan, planOf(r.Study)); len(other) > 0 {
		return d, fmt.Errorf("%w: the comparison plan of %s is not the one sealed with the extract: %s", ErrRefused, r.Study.File, strings.Join(other, "; "))
	}
	return d, nil
}

// differences names the keys in which two plans differ, with what was sealed.
func differences(sealed, ours Plan) []string {
	var other []string
	s, o := keysOf(sealed), keysOf(ours)
	either := maps.Clone(o)
	maps.Copy(either, s)
	for _, key := range slices.Sorted(maps.Keys(either)) {
		if string(s[key]) != string(o[key]) {
			other = append(other, fmt.Sprintf("%s was %s, is %s", key, textOf(s[key]), textOf(o[key])))
		}
	}
	return other
}

// textOf is the text of a key, none where a plan does not have it.
func textOf(value json.RawMessage) string {
	if value == nil {
		return "none"
	}
	return string(value)
}

func keysOf(p Plan) map[string]json.RawMessage {
	text, _ := json.Marshal(p)
	var keys map[string]json.RawMessage
	json.Unmarshal(text, &keys)
	return keys
}
