package simulate

import (
	"math"
	"math/rand/v2"
	"sort"

	"gonum.org/v1/gonum/interp"
)

const (
	ageGroups = 18  // 0-4, 5-9, ..., 80-84, 85 and over
	openGroup = 85  // first age of the open group
	openAge   = 100 // the last single age is open: 100 and over
	agesKept  = openAge + 1
)

// cumulative is a distribution over the single ages 0 to 100: entry a is the probability of age a or less.
type cumulative [agesKept]float64

// draw returns an age.
func (c *cumulative) draw(rng *rand.Rand) uint8 {
	u := rng.Float64()
	return uint8(sort.Search(openAge, func(a int) bool { return u < c[a] }))
}

// structure is the age distribution of one kind of place, and two derived from it: of the people registered there
// who have left, and of those who have died.
type structure struct {
	living, absent, dying cumulative
}

// newStructure makes single years of five-year groups; only their proportions matter.
func newStructure(groups [ageGroups]float64) *structure {
	single := singleYears(groups)
	absent, dying := single, single
	for a := range single {
		absent[a] *= absentAge(a)
		dying[a] *= 0.001 + 0.0001*math.Exp(0.085*float64(a)) // Gompertz: mortality doubles about every eight years
	}
	return &structure{single.accumulate(), absent.accumulate(), dying.accumulate()}
}

// density holds a non-negative weight for every single age.
type density [agesKept]float64

// accumulate scales the weights to a cumulative distribution ending in exactly 1.
func (d density) accumulate() (c cumulative) {
	var total, sum float64
	for _, w := range d {
		total += w
	}
	for a, w := range d {
		sum += w
		c[a] = sum / total
	}
	c[openAge] = 1
	return c
}

// singleYears splits five-year groups. Up to 84 it differences a monotone cubic through the cumulated groups
// (Fritsch and Butland 1984, SIAM J. Sci. Stat. Comput. 5:300-304), which keeps every group's total and never
// goes below zero. The open group decays from 85 to 100 and over by a Gompertz-like curve of our own choosing.
func singleYears(groups [ageGroups]float64) (d density) {
	xs, ys := make([]float64, ageGroups), make([]float64, ageGroups)
	for g := 1; g < ageGroups; g++ {
		xs[g], ys[g] = float64(5*g), ys[g-1]+groups[g-1]
	}
	var curve interp.FritschButland
	if err := curve.Fit(xs, ys); err != nil {
		panic("simulate: age groups do not ascend: " + err.Error())
	}
	for a := range openGroup {
		d[a] = max(0, curve.Predict(float64(a+1))-curve.Predict(float64(a)))
	}
	spreadOpenGroup(&d, groups[ageGroups-1])
	return d
}

// spreadOpenGroup shares total over the ages 85 to 100 and over.
func spreadOpenGroup(d *density, total float64) {
	var sum float64
	for a := openGroup; a <= openAge; a++ {
		k := float64(a - openGroup)
		d[a] = math.Exp(-0.13*k - 0.01*k*k)
		sum += d[a]
	}
	for a := openGroup; a <= openAge; a++ {
		d[a] *= total / sum
	}
}

// sexRatio is the model of males per 100 females by age, straight between its points: about 111 at birth as
// in the years of selective births, even near 45, and 50 at 85 as after wars and shorter male lives.
var sexRatio = []struct{ age, males float64 }{
	{0, 111}, {12, 110}, {17, 106}, {22, 104.5}, {30, 102.5}, {40, 100.7}, {45, 100}, {52, 96.5}, {57, 92},
	{62, 86}, {67, 79}, {72, 67}, {77, 59}, {82, 54}, {85, 50}, {100, 38},
}

// maleShare is the probability that a resident of the age is male.
var maleShare = func() (p [agesKept]float64) {
	for a := range p {
		r := sexRatioAt(float64(a))
		p[a] = r / (100 + r)
	}
	return p
}()

// sexRatioAt is the model of males per 100 females at an age between 0 and 100.
func sexRatioAt(age float64) float64 {
	i := 1
	for sexRatio[i].age < age {
		i++
	}
	lo, hi := sexRatio[i-1], sexRatio[i]
	return lo.males + (hi.males-lo.males)*(age-lo.age)/(hi.age-lo.age)
}

// modelAges are the built-in structures, per mille, for places without a given one. They are a model: rounded from
// what Viet Nam looked like in 2019, towns with more young adults than villages.
var modelAges = map[bool][ageGroups]float64{
	true:  {74, 80, 69, 69, 77, 92, 92, 86, 72, 66, 57, 53, 42, 27, 16, 11, 8, 9},
	false: {85, 90, 78, 67, 66, 85, 85, 77, 68, 65, 60, 53, 41, 26, 17, 13, 10, 14},
}
