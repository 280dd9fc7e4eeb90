package reference

import (
	"fmt"

	"github.com/concord-stat/concord/compare"
)

func init() {
	registerAgreement("adjusted", adjusted)
	registerMethod("divergence", "multiple_testing", manyTests)
}

// adjustments are ours by the name R gives them.
var adjustments = map[string]compare.Adjustment{
	"BH": compare.BH, "BY": compare.BY, "holm": compare.HolmSteps, "hochberg": compare.HochbergSteps,
	"hommel": compare.HommelClosed, "bonferroni": compare.BonferroniBound,
}

// adjusted holds adjusted p-values against ours.
func adjusted(e *entry) outcome {
	var in struct{ P []number }
	e.inputs(&in)
	f := newFigures(e, "p")
	var want map[string][]number
	f.field("adjusted", &want, func() error {
		for name, q := range want {
			adjust, known := adjustments[name]
			if !known {
				return fmt.Errorf("no adjustment %s", name)
			}
			if err := e.tolerance.vector(name, adjust.Adjust(sampleOf(in.P)), q); err != nil {
				return err
			}
		}
		return nil
	})
	return f.outcome()
}

// manyTests adjusts one family in several ways, and counts what is below 5 %.
func manyTests(in *given) expected {
	var x struct{ P []number }
	in.inputs(&x)
	out := expected{}
	for _, name := range []string{"bh", "by", "holm", "bonferroni"} {
		adjust := must(compare.ParseAdjustment(name))
		q := adjust.Adjust(sampleOf(x.P))
		rejected := 0
		for _, v := range q {
			if v <= 0.05 {
				rejected++
			}
		}
		out[name], out["rejected_"+name+"_05"] = q, rejected
	}
	return out
}
