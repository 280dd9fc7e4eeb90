// Package analysis turns samples and counts into estimates that say how far to trust them: a value comes with its
// standard error, degrees of freedom, number of persons and Notes, an Interval with what it allows for, an AreaEstimate
// with its kind. The package is pure: it reads slices, returns values, logs nothing and opens nothing. It panics for a
// mistake of the programmer (a shape, a code that there is not) and has an error for bad data, designs or requests.
//
// # Surveys
//
// A Survey has weights, and the covariance of any Statistic in any domain.
//
//   - Sample (sample*.go, tree*.go): microdata in columns under a design of several stages, by linearisation. NewSample
//     makes one, LonelyPSU says what is done about strata with a single PSU.
//   - Replicates (replicate*.go): by replicate weights, of a method (jackknife.go, balanced.go, bootstrap.go, preston.go,
//     successive_difference.go) or of a file (given_replicates.go).
//   - TwoPhase (two_phase*.go), and UnequalDesign (unequal_design.go) with a Covariance such as Deville's
//     (horvitz_thompson.go, hartley_rao.go, pps_approximations.go).
//   - What Standardise makes of another survey (standardised_survey.go).
//
// Weights are fitted to totals by Calibrate (calibrat*.go), to response by RespondByClass and RespondByModel
// (response.go), and cut by Trim; variances take the fits in (regression_step.go).
//
// # Statistics
//
// A Statistic is values and linearised variables: TotalOf, MeanOf, RatioOf and VarianceOf (totals_means.go),
// QuantilesOf (quantile*.go, distribution.go), KappaOf, StandardisedOf, the coefficients of a Model (model*.go).
// ByDomain has one in several domains at once, Estimates.Contrasts and Functions go on from estimates (contrast.go,
// expression*.go). Tests are in ttest.go, ranks.go, independence.go, goodness_of_fit.go and wald.go, their
// distributions in test_result.go, quadratic_form.go and saddlepoint.go.
//
// # Cells
//
// A table is estimated in one pass over the rows, however many cells it has: a CellEstimator has Totals and Ratios, a
// Sample also Shares, Quantiles and Assisted (assisted*.go). Cells are codes from 0, -1 for none. What is kept are
// sums by unit and cell (cell_sums.go), from which the variances of all cells follow (cell_variance.go,
// lonely_cells.go, adjusted_cells.go for fitted weights, replicate_cells.go). A Design has the same of a Tally, the
// table of persons by category that samples and complete counts come in from a store (tally.go, total.go, ratio.go).
//
// # Measures, intervals, areas
//
// A Measure is a demographic measure of a sample or a complete count (measure*.go, median_age.go). A Proportion has
// the intervals of a share of a sample; binomial*.go, poisson.go, rate_comparison.go, standardised_rate.go and
// two_by_two.go have those of complete counts, which allow for chance. Areas with few persons, or none, have estimates
// by models of areas (fay_herriot*.go) and of persons (nested_error*.go), by broader areas and by both (area*.go).
//
// # Order of rows
//
// Sums over rows go through reproducible.go: the same rows in another order give the same bits. Do not add up rows in a
// loop.
package analysis
