// Package analysis turns tallies into estimates: totals, ratios and proportions with design-based standard errors and
// intervals. For complete counts it has superpopulation intervals of proportions; an Interval says which it is.
//
// It is pure: it reads slices, returns values, logs nothing and opens nothing.
package analysis
