package reference

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

func init() { register("proportions", proportions) }

// proportions holds intervals for proportions and for their differences against ours.
func proportions(e *entry) outcome {
	switch {
	case e.has("design"):
		return designProportions(e)
	case e.has("intervals"):
		return binomialIntervals(e)
	case e.has("newcombe"):
		return twoProportions(e)
	}
	return unsupported("other measures of a proportion")
}

// designMethods are our intervals for a share estimated from a sample, by the name R survey gives them.
var designMethods = map[string]func(analysis.Proportion, float64) analysis.Interval{
	"mean":       analysis.Proportion.Wald,
	"logit":      analysis.Proportion.Logit,
	"xlogit":     analysis.Proportion.Logit,
	"likelihood": analysis.Proportion.Likelihood,
	"asin":       analysis.Proportion.Arcsine,
	"beta":       analysis.Proportion.KornGraubard,
	"wilson":     analysis.Proportion.Wilson,
}

// designProportions holds the share of the rows that meet a condition against ours.
func designProportions(e *entry) outcome {
	var object map[string]json.RawMessage
	var want struct {
		Method    string
		Indicator conditions
	}
	if !e.fits("target", &object) || !e.fits("target", &want) || want.Indicator == nil {
		return unsupported("no indicator")
	}
	if designMethods[want.Method] == nil {
		return unsupported("method %s", want.Method)
	}
	if odd := strangers(object, "stat", "method", "indicator"); odd != nil {
		return unsupported("proportion with %v", odd)
	}
	s, cannot := readSurvey(e)
	if cannot != "" {
		return unsupported("%s", cannot)
	}
	return compareProportion(e, s.proportion(want.Indicator), want.Method)
}

// Conditions are one condition or several, all of which a row is to meet.
type conditions []condition

func (c *conditions) UnmarshalJSON(text []byte) error {
	var one condition
	if json.Unmarshal(text, &one) == nil {
		*c = conditions{one}
		return nil
	}
	return json.Unmarshal(text, (*[]condition)(c))
}

// proportion is the share of the domain that meets conditions.
func (s *survey) proportion(c conditions) analysis.Proportion {
	with := make([]float64, s.t.rows)
	for i, has := range meeting(s.t, c) {
		if has {
			with[i] = 1
		}
	}
	return analysis.Proportion{Estimate: s.Estimate(analysis.MeanOf(with), s.domain).At(0)}
}

// compareProportion compares all that an entry states of a share. Ours may give an interval, with a note, where the
// sample shows no variance and the entry has none.
//
// For the likelihood R draws a curve through some points and straight lines between some points of that: where limits
// differ by more than the entry's tolerance, but not by 1e-3 of theirs, the entry is not counted as agreement.
func compareProportion(e *entry, p analysis.Proportion, name string) outcome {
	var ci struct {
		Level, DF    number
		Lower, Upper []number
	}
	e.into("ci", &ci)
	if math.IsInf(float64(ci.DF), 1) {
		p.DF = math.Inf(1) // normal theory was asked for
	}
	f := newFigures(e, "design", "target", "value_source", "ci")
	f.vector("estimate", []float64{p.Value})
	f.vector("se", []float64{p.SE})
	f.number("df", p.DF)
	i, curve := designMethods[name](p, float64(ci.Level)), e.tolerance
	if name == "likelihood" {
		curve.Rel = max(curve.Rel, 1e-3)
	}
	if i.Notes&analysis.NoVariance != 0 && math.IsNaN(float64(ci.Lower[0])) {
		i.Lower, i.Upper = math.NaN(), math.NaN()
	}
	var not []string
	both := []number{ci.Lower[0], ci.Upper[0]}
	differs := func(i analysis.Interval) bool { return e.tolerance.vector("ci", limits(i), both) != nil }
	if back := turnedBack(p, i, float64(ci.Level)); name == "asin" && differs(i) && !differs(back) {
		i, not = back, append(not, "asin: R's angle goes on beyond that of 0 or 1, where the share turns back")
	}
	f.hold(e.tolerance.vector("ci.df", []float64{p.DF}, []number{ci.DF}))
	f.hold(curve.vector("ci.lower", []float64{i.Lower}, ci.Lower))
	f.hold(curve.vector("ci.upper", []float64{i.Upper}, ci.Upper))
	if differs(i) {
		not = append(not, "likelihood: R's curve is coarser than the entry's tolerance")
	}
	return f.except(not)
}

// turnedBack is the interval of angles with the ends that it has where an angle is not held between 0 and π/2.
func turnedBack(p analysis.Proportion, i analysis.Interval, level float64) analysis.Interval {
	angle := math.Asin(math.Sqrt(p.Value))
	half := distuv.StudentsT{Nu: p.DF, Sigma: 1}.Quantile((1+level)/2) * p.SE / (2 * math.Sqrt(p.Value*(1-p.Value)))
	if angle < half {
		i.Lower = math.Pow(math.Sin(angle-half), 2)
	}
	if angle+half > math.Pi/2 {
		i.Upper = math.Pow(math.Sin(angle+half), 2)
	}
	return i
}

// except is the outcome of figures that agree but for some that are not to agree with: the entry then does not count as
// agreement.
func (f *figures) except(not []string) outcome {
	o := f.outcome()
	if o.disagrees == "" && len(not) > 0 {
		return unsupported("%s", strings.Join(not, "; "))
	}
	return o
}

// binomialMethods are our intervals for x of n, by name.
var binomialMethods = map[string]func(x, n, level float64) analysis.Interval{
	"wald":            analysis.Wald,
	"wilson":          analysis.Wilson,
	"wilson_cc":       analysis.WilsonCorrected,
	"agresti_coull":   analysis.AgrestiCoull,
	"arcsine":         analysis.Arcsine,
	"clopper_pearson": analysis.ClopperPearson,
	"jeffreys":        analysis.Jeffreys,
	"mid_p":           analysis.MidP,
}

// binomialIntervals holds intervals for x of n, by many methods, against ours.
func binomialIntervals(e *entry) outcome {
	var in struct{ X, N, Level float64 }
	var intervals map[string][]number
	e.inputs(&in)
	e.into("intervals", &intervals)
	f := newFigures(e, "x", "n", "level", "intervals")
	f.number("estimate", in.X/in.N)
	var not []string
	for name, want := range intervals {
		method := binomialMethods[name]
		if method == nil {
			not = append(not, "interval "+name)
			continue
		}
		i := method(in.X, in.N, in.Level)
		if name == "mid_p" && countsOnceAndAHalf(in.X, in.N, in.Level, want) {
			not = append(not, "mid_p: the entry's lower limit counts the probability of x once and a half")
			i.Lower = float64(want[0])
		}
		f.hold(e.tolerance.vector(name, []float64{i.Lower, i.Upper}, want))
	}
	return f.except(not)
}

// countsOnceAndAHalf reports whether the lower limit of an interval solves
//
//	P(X > x) + 3/2 P(X = x) = (1-level)/2
//
// instead of the equation of mid-p, in which P(X = x) counts half: as it does where P(X ≥ x) is taken for P(X > x).
// Such a limit is even below Clopper and Pearson's.
func countsOnceAndAHalf(x, n, level float64, limits []number) bool {
	if len(limits) != 2 || x == 0 {
		return false
	}
	p := float64(limits[0])
	from, above := mathext.RegIncBeta(x, n-x+1, p), 0.0
	if x < n {
		above = mathext.RegIncBeta(x+1, n-x, p)
	}
	return scalar.EqualWithinRel(from+(from-above)/2, (1-level)/2, 1e-6)
}

// twoProportions holds the comparison of two proportions against ours.
func twoProportions(e *entry) outcome {
	const level = 0.95 // of entries on two proportions, which do not state it
	var in struct{ X, N []int64 }
	e.inputs(&in)
	t, err := analysis.NewTwoByTwo(in.X[0], in.N[0], in.X[1], in.N[1])
	f := newFigures(e, "x", "n")
	f.hold(err)
	x1, n1, x2, n2 := float64(in.X[0]), float64(in.N[0]), float64(in.X[1]), float64(in.N[1])
	f.number("difference", x1/n1-x2/n2)
	f.vector("newcombe", limits(analysis.NewcombeDifference(x1, n1, x2, n2, level)))
	f.vector("wald", limits(analysis.WaldDifference(x1, n1, x2, n2, level)))
	f.chiSquare(t, false, "chisq", "p_value")
	f.chiSquare(t, true, "chisq_cc", "p_value_cc")
	f.number("fisher_p", t.Fisher())
	not := f.oddsRatios("fisher_odds_ratio_cmle", t.OddsRatio())
	not = append(not, f.oddsRatios("fisher_or_ci", limits(t.OddsRatioInterval(level))...)...)
	return f.except(not)
}

// oddsRatios compares odds ratios with the field as far as R's fisher.test finds them: it stops looking for a root ω at
// .Machine$double.eps^0.25, in 1/ω where ω is above 1. What that leaves beyond the entry's tolerance
// is given back.
func (f *figures) oddsRatios(name string, got ...float64) (not []string) {
	const root = 1.3e-4
	var want []number
	f.looked = append(f.looked, name)
	if !f.e.fits(name, &want) {
		want = make([]number, 1)
		f.e.into(name, &want[0])
	}
	if f.e.tolerance.vector(name, got, want) == nil {
		f.compared++
		return nil
	}
	for i, w := range want {
		within := tolerance{Abs: root * math.Max(1, got[i]*got[i])}
		if !within.near(got[i], float64(w)) {
			f.hold(fmt.Errorf("%s[%d] = %v, want %v", name, i, got[i], float64(w)))
		}
	}
	return []string{name + ": R's root is coarser than the entry's tolerance"}
}

// chiSquare compares statistic and p-value, and that there is none where the entry has null.
func (f *figures) chiSquare(t analysis.TwoByTwo, corrected bool, statistic, p string) {
	x2, pValue := t.ChiSquare(corrected)
	f.number(statistic, x2)
	f.number(p, pValue)
	if f.e.has(statistic) == math.IsNaN(x2) {
		f.hold(fmt.Errorf("%s = %v", statistic, x2))
	}
}

func limits(i analysis.Interval) []float64 { return []float64{i.Lower, i.Upper} }
