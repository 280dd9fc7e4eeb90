package reference

import (
	"math"
	"slices"
	"time"

	"github.com/concord-stat/concord/analysis/demography"
)

func init() {
	for method, ours := range map[string]demography.Method{
		"sprague": demography.Sprague, "beers_ordinary": demography.Beers, "mono_hyman": demography.Monotone,
	} {
		registerMethod("demography", method, func(in *given) expected { return expected{"single": graduatedAges(in, ours)} })
	}
	registerMethod("demography", "beers_ordinary_infant", func(in *given) expected {
		return expected{"single_first13": graduatedAges(in, demography.Beers)[:13]}
	})
	registerMethod("demography", "smooth5", smoothedAges)
	registerMethod("demography", "spencer21", func(in *given) expected {
		var f struct{ Counts []float64 }
		in.inputs(&f)
		return expected{"smoothed": demography.Spencer21(f.Counts).Value}
	})
	registerMethod("demography", "population_interpolation", betweenDates)
	registerMethod("demography", "intercensal_survival", survivedCensuses)
	registerMethod("demography", "balancing_equation", balancedAccount)
	registerMethod("demography", "cohort_component_1y", rolledForward)
}

// ageGroups is counts by age group as entries give them.
type ageGroups struct {
	Counts, Counts5 []float64
	Lower           []int `json:"age_lower"`
	Open            bool  `json:"open_last"`
}

// groups are the age groups; a last one that is not open is as wide as the one before.
func (a ageGroups) groups() demography.Groups {
	n := len(a.Lower)
	if a.Open {
		return demography.Groups{Start: a.Lower, End: demography.Open}
	}
	return demography.Groups{Start: a.Lower, End: 2*a.Lower[n-1] - a.Lower[n-2]}
}

func (a ageGroups) counts() []float64 {
	if a.Counts5 != nil {
		return a.Counts5
	}
	return a.Counts
}

func graduatedAges(in *given, method demography.Method) []float64 {
	var f ageGroups
	in.inputs(&f)
	return must(demography.Graduate(method, f.groups(), f.counts())).Value
}

func smoothedAges(in *given) expected {
	var f struct {
		ageGroups
		Algorithm string
	}
	in.inputs(&f)
	return expected{"smoothed": must(demography.Smooth(demography.Smoother(f.Algorithm), f.groups(), f.counts())).Value}
}

func betweenDates(in *given) expected {
	var f struct {
		P1, P2       []float64
		Date1, Date2 string
		Out          string `json:"date_out"`
	}
	in.inputs(&f)
	var years []float64
	for _, text := range []string{f.Date1, f.Date2, f.Out} {
		years = append(years, demography.DecimalYear(must(time.Parse(time.DateOnly, text))))
	}
	out := expected{"decimal_dates": years}
	for _, path := range demography.Paths() {
		out[string(path)] = must(demography.Interpolate(path, f.P1, f.P2, (years[2]-years[0])/(years[1]-years[0]))).Value
	}
	return out
}

// survivedCensuses drops the open group, which is no cohort of the closed width.
func survivedCensuses(in *given) expected {
	var f struct {
		ageGroups
		Pop1, Pop2 []float64
		Years      float64  `json:"interval_years"`
		Prior      []number `json:"prior_ex"`
	}
	in.inputs(&f)
	groups := f.groups()
	closed := groups.Closed()
	width := float64(groups.Start[1] - groups.Start[0])
	ratio := demography.IntercensalSurvival(f.Pop1[:closed], f.Pop2[:closed], int(f.Years/width)).Value
	l := demography.Chain(ratio).Value
	e := demography.LifeExpectancy(l, width, float64(f.Prior[closed-1]))
	var off []float64
	for i, v := range e[:len(e)-1] {
		off = append(off, 100*math.Abs(v/float64(f.Prior[i+1])-1))
	}
	slices.Sort(off) // an odd number of them
	return expected{"ratio": ratio, "lx": l, "median_abs_pct_error": off[len(off)/2]}
}

func balancedAccount(in *given) expected {
	var f struct {
		Start, Births, Deaths, End float64
		In                         float64 `json:"in_migrants"`
		Out                        float64 `json:"out_migrants"`
	}
	in.inputs(&f)
	a := demography.Account{Start: f.Start, Births: f.Births, Deaths: f.Deaths, In: f.In, Out: f.Out, End: f.End}
	b := demography.Close(a, demography.Account{})
	return expected{
		"expected_end": b.Expected.Value, "error_of_closure": b.Closure.Value, "error_pct_of_end": b.ClosurePct.Value,
		"residual_net_migration": b.NetMigration.Value, "crude_growth_rate_pct": b.GrowthPct.Value,
		"birth_rate": b.BirthRate.Value, "death_rate": b.DeathRate.Value,
	}
}

func rolledForward(in *given) expected {
	var f struct {
		Males       []float64       `json:"pop_m"`
		Females     []float64       `json:"pop_f"`
		SurvMale    []float64       `json:"surv_m"`
		SurvFemale  []float64       `json:"surv_f"`
		BirthMale   float64         `json:"surv_birth_m"`
		BirthFemale float64         `json:"surv_birth_f"`
		ASFR        map[int]float64 `json:"asfr"`
		SexRatio    float64         `json:"sex_ratio_at_birth"`
		MoveMale    []float64       `json:"net_mig_m"`
		MoveFemale  []float64       `json:"net_mig_f"`
	}
	in.inputs(&f)
	c := demography.Component{
		Width: 1, Survival: demography.Sexes{Male: f.SurvMale, Female: f.SurvFemale},
		BirthSurvival: [2]float64{f.BirthMale, f.BirthFemale}, Fertility: make([]float64, len(f.Males)),
		SexRatio: f.SexRatio, Migration: demography.Sexes{Male: f.MoveMale, Female: f.MoveFemale},
	}
	for age, rate := range f.ASFR {
		c.Fertility[age] = rate
	}
	p := c.Forward(demography.Sexes{Male: f.Males, Female: f.Females})
	total := 0.0
	for i := range p.End.Male {
		total += p.End.Male[i] + p.End.Female[i]
	}
	return expected{
		"births": p.Births, "births_m": p.Boys, "births_f": p.Girls, "end_m": p.End.Male, "end_f": p.End.Female, "total": total,
	}
}
