package reference

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

func init() {
	registerAgreement("p_tost", equivalence)
	registerMethod("divergence", "equivalence_tost", surveyEquivalence)
}

// equivalence holds two one-sided tests, of samples or of an estimate, against ours.
func equivalence(e *entry) outcome {
	var in struct {
		X, Y                []number
		Paired, Welch       bool
		Estimate, SE, DF    number
		Lower, Upper, Alpha float64
	}
	e.inputs(&in)
	d := analysis.Estimate{Value: float64(in.Estimate), SE: float64(in.SE), DF: float64(in.DF)}
	switch {
	case in.Paired:
		d = compare.PairedDifference(sampleOf(in.X), sampleOf(in.Y))
	case in.Welch:
		d = compare.WelchDifference(sampleOf(in.X), sampleOf(in.Y))
	}
	got := compare.TOST(d, in.Lower, in.Upper, in.Alpha)
	f := newFigures(e, "x", "y", "paired", "welch", "estimate", "se", "lower", "upper", "alpha")
	f.number("df", got.DF)
	f.number("t_lower", got.T[0])
	f.number("t_upper", got.T[1])
	f.number("p_lower", got.PSide[0])
	f.number("p_upper", got.PSide[1])
	f.number("p_tost", got.P)
	f.number("p_difference", got.PDifference)
	f.vector("ci", []float64{got.Interval.Lower, got.Interval.Upper})
	var shown bool
	f.field("equivalent", &shown, func() error {
		if shown != got.Equivalent() {
			return fmt.Errorf("equivalent = %v, want %v", got.Equivalent(), shown)
		}
		return nil
	})
	return f.outcome()
}

// surveyEquivalence compares the share of a survey, whose variance is inflated by a design effect, with the register's.
func surveyEquivalence(in *given) expected {
	var x struct {
		Survey   float64 `json:"p_survey"`
		N        float64 `json:"n_survey"`
		Deff     float64 `json:"deff_survey"`
		Register float64 `json:"p_register"`
		Fixed    bool    `json:"register_is_fixed"`
		Margin   float64 `json:"margin"`
	}
	in.inputs(&x)
	if !x.Fixed {
		return nil
	}
	variance := x.Deff * x.Survey * (1 - x.Survey) / x.N
	d := analysis.Estimate{Value: x.Survey - x.Register, SE: math.Sqrt(variance), DF: math.Inf(1)}
	got := compare.TOST(d, -x.Margin, x.Margin, 0.05)
	return expected{
		"difference": d.Value, "se": d.SE, "z_lower": got.T[0], "z_upper": got.T[1],
		"p_lower": got.PSide[0], "p_upper": got.PSide[1], "p_tost": got.P, "equivalent_at_05": got.Equivalent(),
		"ci90":         []float64{got.Interval.Lower, got.Interval.Upper},
		"z_difference": d.Value / d.SE, "p_difference": got.PDifference,
	}
}

func sampleOf(list []number) []float64 {
	x := make([]float64, len(list))
	for i, v := range list {
		x[i] = float64(v)
	}
	return x
}
