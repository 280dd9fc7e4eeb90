package stage

import (
	"encoding/json"
	"slices"

	"github.com/concord-stat/concord/internal/study"
)

// relevant is the part of a study that a stage depends on. What the field results are called must not undo an extract that
// was sealed before there were any, and where the register lies is nothing to the estimates.
func relevant(stage string, s *study.Study) string {
	part := *s
	part.Output, part.Extract, part.Sources = "", "", unplaced(s.Sources)
	part.Register, part.Field = s.Register.WithoutLimits(), s.Field.WithoutLimits()
	if stage != Planning {
		part.Plan = study.Plan{}
	}
	if stage != Estimate {
		part.Estimation = study.Estimation{}
	}
	if stage != Compare {
		part.Time, part.Earlier = sealedTime(stage, s.Time), nil
		part.Screening, part.Areas.Boundaries, part.Areas.Centroid = nil, nil, nil
		part.Explanation = study.Explanation{}
	}
	if stage == Planning || stage == Draw || stage == Extract {
		part.Sources = nil // what pairs call a definition is resolved in the plan
	}
	switch stage {
	case Planning:
		part.Draw, part.Collection, part.Field, part.Compare = study.Draw{}, study.Collection{}, study.Field{}, study.Compare{}
	case Draw, Extract:
		part.Field, part.Languages, part.Compare.Pairs = study.Field{}, nil, planOf(s).Pairs
	case Estimate:
		part.Register, part.Draw, part.Languages, part.Sources = study.Register{}, study.Draw{}, nil, fields(part.Sources)
	}
	text, err := json.Marshal(part)
	if err != nil {
		panic("stage: a study that was read cannot be written: " + err.Error())
	}
	return string(text)
}

// sealedTime is what an extract depends on of time: the day of the events it carries.
func sealedTime(stage string, t *study.Time) *study.Time {
	if stage != Extract || !t.OwnEvents() {
		return nil
	}
	return t
}

// unplaced are the sources without the folders of extracts, which are known by their seals, and without what changes
// nothing that is read.
func unplaced(sources []study.Source) []study.Source {
	sources = slices.Clone(sources)
	for i := range sources {
		if sources[i].Extract != "" {
			sources[i].Extract = "extract"
		}
		if f := sources[i].Field; f != nil {
			lying := f.WithoutLimits()
			sources[i].Field = &lying
		}
	}
	return sources
}

// fields are the sources that are estimated.
func fields(sources []study.Source) []study.Source {
	return slices.DeleteFunc(slices.Clone(sources), func(o study.Source) bool { return o.Field == nil })
}

// stale tells whether an artefact was made from a study that is no longer so where it matters.
func (r *Runner) stale(stage, text string) bool {
	was, err := study.Parse(r.Study.File, []byte(text))
	return err != nil || relevant(stage, was) != relevant(stage, r.Study)
}
