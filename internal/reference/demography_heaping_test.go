package reference

import (
	"github.com/concord-stat/concord/analysis/demography"
)

func init() {
	for method, check := range map[string]func(*given) expected{
		"whipple": whipple, "myers": myers, "bachi": bachi, "noumbissi": noumbissi, "spoorenberg_wtot": spoorenberg,
		"coale_li": coaleLi, "kannisto": kannisto, "jdanov": jdanov, "heaping_limits": heapingLimits,
		"age_sex_accuracy": ageSexAccuracy,
	} {
		registerMethod("demography", method, check)
	}
}

// singleAges are counts by single age, the first of which is Age0, and the ages an index goes over.
type singleAges struct {
	Counts     []float64
	Age0       int
	From       int `json:"age_min"`
	To         int `json:"age_max"`
	Digits     []int
	Variant    string
	Windows    [][2]int
	Terms, Age int
	Ages       []int
}

func (in *given) ages() (a singleAges) {
	in.inputs(&a)
	a.Counts = append(make([]float64, a.Age0), a.Counts...)
	return a
}

func whipple(in *given) expected {
	a := in.ages()
	v := demography.Whipple(a.From, a.To, a.Digits...).Value(a.Counts)
	return expected{"ratio": v / 100, "index100": v}
}

func myers(in *given) expected {
	a := in.ages()
	spans := map[string]demography.MyersSpan{"equal_span": demography.EqualSpan, "open_span": demography.OpenSpan}
	x := demography.Myers(a.From, a.To, spans[a.Variant])
	v := x.Value(a.Counts)
	return expected{"index_half": v, "index_sum": 2 * v, "digit_pct": digitPct(x, a.Counts)}
}

func bachi(in *given) expected {
	a := in.ages()
	means := map[string]demography.BachiMean{"mean_of_ratios": demography.MeanOfRatios, "pooled": demography.Pooled}
	x := demography.Bachi(a.From, a.To, means[a.Variant])
	return expected{"index": x.Value(a.Counts), "digit_pct": digitPct(x, a.Counts)}
}

// digitPct are the shares of digits, of which an index has half the deviations from 10 %.
func digitPct(x demography.Index, counts []float64) (pct []float64) {
	for _, half := range x.Parts(counts) {
		pct = append(pct, 2*half+10)
	}
	return pct
}

func noumbissi(in *given) expected {
	a := in.ages()
	var w []float64
	for digit, window := range a.Windows {
		w = append(w, demography.Noumbissi(digit, demography.Window{First: window[0], Last: window[1]}).Value(a.Counts))
	}
	return expected{"w": w}
}

func spoorenberg(in *given) expected {
	a := in.ages()
	return expected{"wtot": demography.Spoorenberg(a.From, a.To).Value(a.Counts)}
}

func coaleLi(in *given) expected {
	a := in.ages()
	return expected{
		"digit0": demography.CoaleLi(a.From, a.To, 0, a.Terms).Value(a.Counts),
		"digit5": demography.CoaleLi(a.From, a.To, 5, a.Terms).Value(a.Counts),
	}
}

func kannisto(in *given) expected {
	a := in.ages()
	return expected{"h": demography.Kannisto(a.Age).Value(a.Counts)}
}

func jdanov(in *given) expected {
	a := in.ages()
	return expected{"h": demography.Jdanov(a.Ages...).Value(a.Counts)}
}

func heapingLimits(in *given) expected {
	p := in.ages().Counts
	return expected{
		"whipple_ratio": demography.Whipple(25, 60, 0, 5).Value(p) / 100,
		"myers_half":    demography.Myers(10, 89, demography.EqualSpan).Value(p),
		"bachi":         demography.Bachi(23, 77, demography.Pooled).Value(p),
		"spoorenberg":   demography.Spoorenberg(20, 64).Value(p),
	}
}

func ageSexAccuracy(in *given) expected {
	var a struct {
		Males, Females []float64
		OpenLast       bool `json:"open_last"`
	}
	in.inputs(&a)
	persons := 0.0
	for i, m := range a.Males {
		persons += m + a.Females[i]
	}
	groups := len(a.Males)
	if a.OpenLast {
		groups--
	}
	m, f := a.Males[:groups], a.Females[:groups]
	both := append(append([]float64(nil), m...), f...)
	small := demography.SmallPopulation(persons)
	joint := func(of demography.AgeRatio) float64 { return demography.AgeSexAccuracy(groups, of).Value(both) }
	return expected{
		"age_ratio_m":         demography.AgeRatioScore(groups, demography.Neighbours).Value(m),
		"age_ratio_f":         demography.AgeRatioScore(groups, demography.Neighbours).Value(f),
		"sex_ratio":           demography.SexRatioScore(groups).Value(both),
		"un_index_unadjusted": joint(demography.Neighbours),
		"un_index":            joint(demography.Neighbours) + small,
		"zelnick":             joint(demography.Zelnick) + small,
		"ramachandran":        joint(demography.Ramachandran) + small,
		"das_gupta":           demography.DasGupta(groups).Value(both),
	}
}
