package analysis

import (
	"fmt"
	"strings"
)

// The ages of the standard measures are those of Viet Nam's statistics office: children are below 15, working age is 15
// to 64, and the ageing index has those of 60 and above (General Statistics Office, Population and Housing Census 2019:
// completed results). Sexes are the levels male and female of the dimension sex.
const (
	WorkingAge    = 15
	OldAge        = 65
	AgeingFrom    = 60
	FertileFrom   = 15
	FertileBefore = 50
	YoungBefore   = 5
)

// Measures are the standard measures, in a fixed order.
func Measures() []Measure {
	return []Measure{
		SexRatio(), ChildDependency(WorkingAge, OldAge), OldAgeDependency(WorkingAge, OldAge),
		TotalDependency(WorkingAge, OldAge), AgeingIndex(WorkingAge, AgeingFrom), MeanAge(), MedianAge(),
		ChildWomanRatio(YoungBefore, FertileFrom, FertileBefore),
		ShareOf("urban_share", Is("residence", "urban")), HouseholdSize(Is("relationship", "head")),
	}
}

// ParseMeasure is the standard measure of that name.
func ParseMeasure(name string) (Measure, error) {
	var names []string
	for _, m := range Measures() {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	return Measure{}, fmt.Errorf("analysis: no measure %q, want one of %s", name, strings.Join(names, ", "))
}

// SexRatio is males per 100 females.
func SexRatio() Measure {
	return Measure{
		Name: "sex_ratio", Unit: "males per 100 females", Per: 100, Relation: Beside,
		Above: Count{Is("sex", "male")}, Below: Count{Is("sex", "female")},
	}
}

// ChildDependency is children below the working age per 100 persons of working age, which ends where old age begins.
func ChildDependency(working, old int) Measure {
	return Measure{
		Name: "child_dependency_ratio", Unit: fmt.Sprintf("persons aged 0-%d per 100 aged %d-%d", working-1, working, old-1),
		Per: 100, Relation: Beside, Above: Count{Aged(0, working)}, Below: Count{Aged(working, old)},
	}
}

// OldAgeDependency is persons of old age per 100 of working age.
func OldAgeDependency(working, old int) Measure {
	return Measure{
		Name: "old_age_dependency_ratio", Unit: fmt.Sprintf("persons aged %d+ per 100 aged %d-%d", old, working, old-1),
		Per: 100, Relation: Beside, Above: Count{Aged(old, 0)}, Below: Count{Aged(working, old)},
	}
}

// TotalDependency is persons below and above working age per 100 of working age.
func TotalDependency(working, old int) Measure {
	return Measure{
		Name: "total_dependency_ratio",
		Unit: fmt.Sprintf("persons aged 0-%d and %d+ per 100 aged %d-%d", working-1, old, working, old-1),
		Per:  100, Relation: Beside, Above: Count{not(Aged(working, old))}, Below: Count{Aged(working, old)},
	}
}

// AgeingIndex is persons of the age from and above per 100 children below the age young.
func AgeingIndex(young, from int) Measure {
	return Measure{
		Name: "ageing_index", Unit: fmt.Sprintf("persons aged %d+ per 100 aged 0-%d", from, young-1),
		Per: 100, Relation: Beside, Above: Count{Aged(from, 0)}, Below: Count{Aged(0, young)},
	}
}

// MeanAge is the mean exact age in years: completed years and a half, see AgeInYears.
func MeanAge() Measure {
	return Measure{Name: "mean_age", Unit: "years", Per: 1, Relation: Mean, Above: Count{AgeInYears()}}
}

// MedianAge is the median exact age in years. Persons of an age or an age group are taken to be spread evenly over it,
// so that
//
//	m = a + b (N/2 - F)/f
//
// for the age group from a, of width b, in which the median is: f persons are in it and F are younger, of N. The
// standard error is that of the share of those younger than m, over the density f/(bN); the interval is Woodruff's,
// that of the share by Proportion.Wilson carried over to ages, and of a complete count Wilson's for half of the
// persons. The open age group is taken for one of five years, and counted as Assumed where the interval reaches it.
// Estimate takes two passes; of an UnequalDesign or a TwoPhase, many.
//
// United Nations (1983), Manual X: Indirect Techniques for Demographic Estimation; Woodruff (1952), Journal of the
// American Statistical Association 47:635-646.
func MedianAge() Measure {
	return Measure{Name: "median_age", Unit: "years", Per: 1, Relation: Median}
}

// ChildWomanRatio is children below the age young per 1,000 women from the age from to below the age before.
func ChildWomanRatio(young, from, before int) Measure {
	return Measure{
		Name: "child_woman_ratio",
		Unit: fmt.Sprintf("children aged 0-%d per 1,000 women aged %d-%d", young-1, from, before-1),
		Per:  1000, Relation: Beside, Above: Count{Aged(0, young)}, Below: Count{Is("sex", "female"), Aged(from, before)},
	}
}

// ShareOf is the share of persons with some levels among those whose levels are known.
func ShareOf(name string, f ...Factor) Measure {
	return Measure{Name: name, Unit: "share", Per: 1, Relation: PartOf, Above: f, Below: known(f)}
}

// HouseholdSize is persons per household, a household being known by its head.
func HouseholdSize(head Factor) Measure {
	return Measure{
		Name: "household_size", Unit: "persons per household", Per: 1, Relation: Holds,
		Above: known([]Factor{head}), Below: Count{head},
	}
}

// not counts those that the factor, which is 0 or 1, does not.
func not(f Factor) Factor {
	return Factor{Dim: f.Dim, Of: func(level string) (float64, error) {
		v, err := f.Of(level)
		return 1 - v, err
	}}
}

// known counts persons whose levels are known.
func known(f []Factor) (c Count) {
	for _, g := range f {
		c = append(c, Factor{Dim: g.Dim, Of: func(string) (float64, error) { return 1, nil }})
	}
	return c
}
