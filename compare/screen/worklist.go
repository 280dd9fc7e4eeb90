package screen

import (
	"math"
	"sort"
)

// An Expectation is what a visit to an area can be expected to find.
type Expectation struct {
	Persons float64 // in error, where the area is outside the margin
	Outside float64 // probability that it is
}

// ErrorExpected is how many persons a register has too many or too few in an area, as far as they are to be found:
// none where the area is within the margin,
//
//	E[ |D|; |D| > m·T ],  D = R - T,  T = R·exp(-θ),  θ ~ N(mean, se²)
//
// R is the register's figure, which is known, and θ the log ratio given all areas, so that T is what the census would
// have found if it had counted everybody. margin m is a share of T from 0 on. An area that is barely known has the
// error of others like it, of its own size: that is a reason to visit it. A standard error of 0 is a difference that
// is known.
//
// It is persons net: those registered twice and those missing in the same area cancel, and only linked records can
// tell. All is NaN where a figure is missing.
func ErrorExpected(register, mean, se, margin float64) Expectation {
	if math.IsNaN(register + mean + se) {
		return Expectation{nan, nan}
	}
	high, low := math.Log1p(margin), math.Log1p(-math.Min(1, margin))
	if se == 0 {
		if mean > high || mean < low {
			return Expectation{register * math.Abs(1-math.Exp(-mean)), 1}
		}
		return Expectation{}
	}
	tilted := math.Exp(-mean + se*se/2) // E[exp(-θ)], and as a density it moves the mean by -se²
	over, under := normalAbove((high-mean)/se), normalAbove((mean-low)/se)
	overTilted, underTilted := tilted*normalAbove((high-mean)/se+se), tilted*normalAbove((mean-low)/se-se)
	return Expectation{
		Persons: register * (math.Max(0, over-overTilted) + math.Max(0, underTilted-under)),
		Outside: over + under,
	}
}

// A Stop is the place of an area in a worklist.
type Stop struct {
	Area   int     // position of the area
	Gain   float64 // persons in error expected for a unit of cost
	Found  float64 // persons expected to have been found when this visit is done
	Share  float64 // the same as a share of what all visits would find
	Cost   float64 // of the visits up to this one
	Visits int     // up to this one
}

// Worklist orders areas by the error that a unit of cost can be expected to find. For every sum of costs at which it
// may be broken off, no other choice of areas can be expected to find more. Areas of equal gain are in their own
// order, and areas of which nothing is expected (NaN) are not in it. It panics where the slices differ in length or a
// cost is not above 0.
//
// Dantzig (1957), Operations Research 5:266-288, for the rule.
func Worklist(persons, cost []float64) []Stop {
	if len(persons) != len(cost) {
		panic("screen: expectations and costs differ in length")
	}
	var list []Stop
	total := 0.0
	for i, p := range persons {
		if !(cost[i] > 0) {
			panic("screen: the cost of a visit must be above 0")
		}
		if !math.IsNaN(p) {
			list = append(list, Stop{Area: i, Gain: p / cost[i]})
			total += p
		}
	}
	sort.SliceStable(list, func(a, b int) bool { return list[a].Gain > list[b].Gain })
	found, spent := 0.0, 0.0
	for k := range list {
		s := &list[k]
		found, spent = found+persons[s.Area], spent+cost[s.Area]
		s.Found, s.Cost, s.Visits = found, spent, k+1
		if total > 0 {
			s.Share = found / total
		}
	}
	return list
}
