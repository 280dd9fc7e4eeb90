// Package explain says why register and census differ: it splits the difference of every area into named parts that
// add up to it, tests each, and names the cause.
//
// It is pure: it reads slices, returns values, logs nothing and opens nothing.
//
// # The parts
//
// D = R - C is the difference of an area under a population definition, in persons, by age group and in total:
//
//	D = definition + given parts (time, areas, linked coverage) + age misstatement + signatures + unexplained
//
// The definition part is what another definition, which fits the census better, would change: Definitions. Given parts
// come from outside with their error. Age misstatement is persons moved between ages by heaping: fitted to single ages.
// What is left is regressed on signatures: profiles of age that causes of poor coverage are known to have. The rest is
// what no part takes.
//
// Figures of parts are whole multiples of 2⁻²⁰ persons, about a millionth of a person, and the rest is the difference
// less the other parts. Below 2³² persons such numbers are added without rounding in any order, so that parts add up
// to the difference exactly, and ages to their total.
package explain
