package reference

import (
	"strings"

	"github.com/concord-stat/concord/analysis"
)

func init() { statistics["kappa"] = kappaEstimated }

// kappaEstimated compares kappas, whole or by domain.
func kappaEstimated(e *entry, s *survey, want target) outcome {
	if odd := strangers(want.fields, "stat", "vars", "by"); odd != nil {
		return unsupported("%s with %s", want.Stat, strings.Join(odd, ", "))
	}
	first, second := s.t.factor(want.Vars[0]), s.t.factor(want.Vars[1])
	domain := s.t.complete(s.domain, want.Vars)
	f := newFigures(e, "design", "target", "labels")
	if strings.Join(first.Levels, "|") != strings.Join(second.Levels, "|") {
		return unsupported("kappa of other categories")
	}
	st := analysis.KappaOf(first.Code, second.Code, len(first.Levels))
	if len(want.By) == 0 {
		f.estimates(s, []string{"kappa"}, s.Estimate(st, domain))
	} else {
		f.byDomain(s, want, []string{"kappa"}, st, domain)
	}
	return f.outcome()
}
