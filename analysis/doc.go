// Package analysis turns tallies into estimates: totals with design-based standard errors and intervals.
//
// It is pure: it reads slices, returns values, logs nothing and opens nothing.
package analysis
