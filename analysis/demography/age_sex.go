package demography

import (
	"fmt"
	"math"
)

// Cells of the measures of age and sex are five-year groups of males from 0 on, and then as many of females. The open
// group is not among them.

// An AgeRatio says what an age group is held against.
type AgeRatio uint8

const (
	// Neighbours holds a group against the mean of its neighbours: 200 P(i)/(P(i-1)+P(i+1)).
	Neighbours AgeRatio = iota
	// Zelnick holds it against the mean of all three: 300 P(i)/(P(i-1)+P(i)+P(i+1)).
	Zelnick
	// Ramachandran counts the group twice in that mean: 400 P(i)/(P(i-1)+2P(i)+P(i+1)).
	Ramachandran
)

// Limits of the joint score: the United Nations call data accurate below 20, inaccurate to 40 and highly inaccurate
// above. Its Minimum is where chance alone makes as much.
const (
	accurateAges = 20
	fewestForAge = 40_000
)

// ratio adds the age ratio of a group, times a weight, less its value where numbers change evenly with age.
func (of AgeRatio) part(r *ratios, group int, weight float64) {
	k := float64(of)
	below := weighted{at: []int{group - 1, group + 1}, w: []float64{1, 1}}
	if k > 0 {
		below.add(group, k)
	}
	r.part(100*weight, term{span(group, group), r.share(below), 100 * weight * (2 + k)})
}

// AgeRatioScore is the mean absolute deviation from 100 of the age ratios of one sex, whose groups alone are its
// cells. It panics with fewer than three groups.
func AgeRatioScore(groups int, of AgeRatio) Index {
	mustHaveGroups(groups)
	r := &ratios{}
	of.parts(r, 0, groups)
	return Index{Name: "age_ratio_score", Kind: Distance, Tolerable: 4, Minimum: fewestForAge / 2, Cells: groups, form: r}
}

func (of AgeRatio) parts(r *ratios, first, groups int) {
	for g := 1; g < groups-1; g++ {
		of.part(r, first+g, 1/float64(groups-2))
	}
}

// SexRatioScore is the mean absolute difference of the sex ratios, males per 100 females, of neighbouring groups. It
// panics with fewer than three groups.
func SexRatioScore(groups int) Index {
	mustHaveGroups(groups)
	r := &ratios{}
	sexRatioParts(r, groups, 1)
	return Index{Name: "sex_ratio_score", Kind: Distance, Tolerable: 4, Minimum: 65_000, Cells: 2 * groups, form: r}
}

func sexRatioParts(r *ratios, groups int, weight float64) {
	each := 100 * weight / float64(groups-1)
	females := make([]int, groups)
	for g := range females {
		females[g] = r.share(span(groups+g, groups+g))
	}
	for g := 1; g < groups; g++ {
		r.part(0, term{span(g, g), females[g], each}, term{span(g-1, g-1), females[g-1], -each})
	}
}

// AgeSexAccuracy is the joint score of the United Nations: three times the sex-ratio score and the age-ratio scores
// of both sexes. Waves of cohorts, war and migration put it up as errors of age do, and chance puts that of a commune
// of 9,000 to about 40: see SmallPopulation, and the correction that Assess makes. It panics with fewer than three
// groups.
//
// United Nations (1952), Population Bulletin 2:59-79; United Nations (1955), Manual II, 42-43; Zelnick's and
// Ramachandran's ratios: Ramachandran (1967), An Index to Measure Digit Preference Error in Age Data, World Population
// Conference 1965, volume 3.
func AgeSexAccuracy(groups int, of AgeRatio) Index {
	mustHaveGroups(groups)
	r := &ratios{}
	of.parts(r, 0, groups)
	of.parts(r, groups, groups)
	sexRatioParts(r, groups, 3)
	name := [...]string{"age_sex_accuracy", "age_sex_accuracy_zelnick", "age_sex_accuracy_ramachandran"}[of]
	return Index{Name: name, Kind: Distance, Tolerable: accurateAges, Minimum: fewestForAge, Cells: 2 * groups, form: r}
}

// SmallPopulation is what the United Nations add to the joint score of fewer than a million persons of all ages, since
// chance puts it up:
//
//	3.5 - 3500/√T
//
// 0 from a million on. It is of one population of 1950, and takes 33 points from a commune of 9,000: what is left may
// be negative and is no score. The correction of Assess goes by the numbers at hand.
//
// United Nations (1955), Manual II, 43.
func SmallPopulation(persons float64) float64 {
	if persons >= 1e6 {
		return 0
	}
	return 3.5 - 3500/math.Sqrt(persons)
}

func mustHaveGroups(groups int) {
	if groups < 3 {
		panic(fmt.Sprintf("demography: %d age groups, want three or more", groups))
	}
}
