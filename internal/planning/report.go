package planning

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/study"
)

// A Report is the outcome as it is written and read again.
type Report struct {
	Population string        `json:"population"`
	Targets    []string      `json:"targets"`
	Main       study.Target  `json:"main_target"` // the first, which the curve goes by
	Model      ModelUsed     `json:"model"`
	Costs      study.Costs   `json:"costs"`
	Candidates []*Solution   `json:"candidates"` // cheapest first, those that miss a target last
	Baseline   *Solution     `json:"baseline,omitempty"`
	Savings    []SavingOver  `json:"savings"`
	Curve      []Point       `json:"curve"`
	Aside      Aside         `json:"aside"`
	Frame      []FrameOfSize `json:"frames"`
}

// ModelUsed are the parameters as they were used.
type ModelUsed struct {
	Ratio       float64 `json:"ratio"`
	RatioCV     float64 `json:"ratio_cv"`
	Slope       float64 `json:"commune_slope"`
	PSUCV       float64 `json:"psu_cv"`
	Correlation float64 `json:"household_correlation"`
	Intraclass  float64 `json:"intraclass"`
	SizeCV      float64 `json:"psu_size_cv"`
}

// A FrameOfSize is how many enumeration areas and households a frame has.
type FrameOfSize struct {
	PSUSize    int     `json:"psu_size,omitempty"`
	PSUs       int     `json:"psus"`
	Households float64 `json:"households"`
	Communes   int     `json:"communes"`
}

// A SavingOver is what the cheapest design saves against another.
type SavingOver struct {
	Over   string    `json:"over"` // unassisted or baseline
	Design Candidate `json:"design"`
	Saving
}

// What savings are measured against.
const (
	OverUnassisted = "unassisted"
	OverBaseline   = "baseline"
)

// Report sums the outcome up.
func (o *Outcome) Report() *Report {
	p := o.problem
	m := p.study.Model
	r := &Report{
		Population: p.study.Population, Main: p.study.Targets[0], Costs: p.study.Costs,
		Model:      ModelUsed{m.Ratio, *m.RatioCV, *m.Slope, *m.PSUCV, *m.Correlation, *m.Intraclass, *m.SizeCV},
		Candidates: o.Solutions, Baseline: o.Baseline, Savings: []SavingOver{}, Curve: o.Curve, Aside: o.Aside,
	}
	for _, t := range p.targets {
		r.Targets = append(r.Targets, t.Name())
	}
	for _, size := range p.sizes {
		l := p.layouts[size]
		homes := 0.0
		for _, h := range l.households {
			homes += h
		}
		r.Frame = append(r.Frame, FrameOfSize{size, len(l.households), homes, len(p.frame.communes)})
	}
	best := o.Best()
	if plain := o.Unassisted(); best != nil && plain != nil {
		r.Savings = append(r.Savings, SavingOver{OverUnassisted, plain.Candidate, SavingOf(best, plain)})
	}
	if best != nil && o.Baseline != nil {
		r.Savings = append(r.Savings, SavingOver{OverBaseline, o.Baseline.Candidate, SavingOf(best, o.Baseline)})
	}
	return r
}

// Best is the cheapest candidate that meets all targets, nil if there is none.
func (r *Report) Best() *Solution {
	if len(r.Candidates) == 0 || !r.Candidates[0].Feasible {
		return nil
	}
	return r.Candidates[0]
}

// Names of the files of a plan.
const (
	ReportName = "plan.json"
	CurveName  = "curve"
)

// Write writes the tables and the report into a folder.
func (o *Outcome) Write(dir string) error {
	tables := []struct {
		name  string
		table columns.Table
	}{{"plan", o.candidates()}, {"allocation", o.allocation()}, {"precision", o.precisions()}, {CurveName, o.curve()}}
	for _, t := range tables {
		if err := t.table.Save(dir, t.name); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(o.Report(), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, ReportName), append(text, '\n'), 0o644)
}

// Read reads the report of a plan.
func Read(dir string) (*Report, error) {
	text, err := os.ReadFile(filepath.Join(dir, ReportName))
	if err != nil {
		return nil, err
	}
	r := new(Report)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return r, nil
}
