package stage

import (
	"encoding/json"

	"github.com/concord-stat/concord/internal/study"
)

// relevant is the part of a study that a stage depends on. What the field results are called must not undo an extract that
// was sealed before there were any, and where the register lies is nothing to the estimates.
func relevant(stage string, s *study.Study) string {
	part := *s
	part.Output, part.Extract = "", ""
	if stage != Planning {
		part.Plan = study.Plan{}
	}
	if stage != Estimate {
		part.Estimation = study.Estimation{}
	}
	if stage != Compare {
		part.Time, part.Earlier = nil, nil
		part.Explanation = study.Explanation{}
	}
	switch stage {
	case Planning:
		part.Draw, part.Collection, part.Field, part.Compare = study.Draw{}, study.Collection{}, study.Field{}, study.Compare{}
	case Draw, Extract:
		part.Field, part.Languages = study.Field{}, nil
	case Estimate:
		part.Register, part.Draw, part.Languages = study.Register{}, study.Draw{}, nil
	}
	text, err := json.Marshal(part)
	if err != nil {
		panic("stage: a study that was read cannot be written: " + err.Error())
	}
	return string(text)
}

// stale tells whether an artefact was made from a study that is no longer so where it matters.
func (r *Runner) stale(stage, text string) bool {
	was, err := study.Parse(r.Study.File, []byte(text))
	return err != nil || relevant(stage, was) != relevant(stage, r.Study)
}
