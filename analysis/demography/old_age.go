package demography

import (
	"fmt"
	"math"
)

// CoaleLi is the preference for a digit at old ages: the persons at ages from first to last that end in it, to a
// moving average of their surroundings, on the average over these ages,
//
//	mean of P(a)/M(a),  M = the moving average over terms ages, taken twice
//
// It is near 1 without preference. Numbers that fall steeply bend the moving average, so that it is a little below 1
// at the highest ages then. Every age counts the same, so that its error is that of the fewest persons.
//
// It panics where terms is not odd, no age ends in the digit, or the surroundings begin below 0.
//
// Coale and Li (1991), Demography 28:293-301.
func CoaleLi(first, last, digit, terms int) Index {
	ages := picked(first, last, func(a int) bool { return a%10 == digit })
	if terms < 1 || terms%2 == 0 || len(ages.at) == 0 || ages.at[0] < terms-1 {
		panic(fmt.Sprintf("demography: ages %d to %d of digit %d, averages of %d: no surroundings",
			first, last, digit, terms))
	}
	r := &ratios{}
	var all []term
	for _, a := range ages.at {
		var around weighted
		for step := 1 - terms; step < terms; step++ {
			around.add(a+step, float64(terms-max(step, -step)))
		}
		all = append(all, term{span(a, a), r.share(around), float64(terms*terms) / float64(len(ages.at))})
	}
	r.part(0, all...)
	name := fmt.Sprintf("coale_li_%d", digit)
	return Index{Name: name, Kind: Ratio, None: 1, Tolerable: 1.1, Minimum: 1000, Cells: r.reads(), form: r}
}

// Kannisto is the preference for one high age: its persons to the geometric mean of the five years around it,
//
//	P(a) / exp(mean of log P(a-2) … log P(a+2))
//
// It is 1 where numbers fall by the same share from age to age, as they nearly do from 90 on. It is not defined, NaN,
// where one of the five ages has nobody. It panics where the age is below 2.
//
// Kannisto (1999), in Jeune and Vaupel, Validation of Exceptional Longevity, Odense Monographs on Population Aging 6.
func Kannisto(age int) Index {
	if age < 2 {
		panic(fmt.Sprintf("demography: no five years around age %d", age))
	}
	return Index{
		Name: fmt.Sprintf("kannisto_%d", age), Kind: Ratio, None: 1, Tolerable: 1.1, Minimum: 500, Cells: age + 3,
		form: geometric(age),
	}
}

// geometric is the ratio of an age to the geometric mean of the five years around it.
type geometric int

func (geometric) parts() int { return 1 }

func (g geometric) values(p, part []float64) {
	mean := 0.0
	for _, n := range p[g-2 : g+3] {
		mean += math.Log(n) / 5
	}
	part[0] = p[g] / math.Exp(mean)
	if math.IsInf(mean, -1) {
		part[0] = math.NaN()
	}
}

// gradients: ∂h/∂P(a) = h (1 at the age itself, less 1/5)/P(a).
func (g geometric) gradients(p, part, by []float64, _ int) {
	clear(by)
	for a := g - 2; a < g+3; a++ {
		by[a] = -part[0] / (5 * p[a])
	}
	by[g] += part[0] / p[g]
}

// Jdanov is the preference for some high ages: 500 times their persons (or deaths, for which it was made), to the five
// years around each,
//
//	500 Σ P(a) / Σ (P(a-2) + … + P(a+2))
//
// It is about 100 without preference, and less where numbers fall fast. It panics where there is no age or one is
// below 2.
//
// Jdanov, Scholz and Shkolnikov (2008), Max Planck Institute for Demographic Research, working paper 2008-013.
func Jdanov(ages ...int) Index {
	var above, around weighted
	for _, a := range ages {
		if a < 2 {
			panic(fmt.Sprintf("demography: no five years around age %d", a))
		}
		above.add(a, 1)
		around = sumOf(around, span(a-2, a+2))
	}
	if len(ages) == 0 {
		panic("demography: no ages")
	}
	r := &ratios{}
	r.part(0, term{above, r.share(around), 500})
	return Index{Name: "jdanov", Kind: Ratio, None: 100, Tolerable: 110, Minimum: 400, Cells: r.reads(), form: r}
}
