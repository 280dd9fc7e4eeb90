// Package analysis turns tallies into estimates: totals, ratios and proportions with design-based standard errors and
// intervals. For complete counts it has superpopulation intervals of proportions and rates; for areas with few persons in the
// sample, or none, estimates by models of areas and of persons. An Interval says what it allows for, and an AreaEstimate of
// what kind it is.
//
// It is pure: it reads slices, returns values, logs nothing and opens nothing.
package analysis
