// Package plan decides how large a sample must be, how it is shared over strata, and how strata are formed.
//
// Allocation: [Share] shares a sample in proportion to any score within bounds; [Equal], [Proportional], [SquareRoot],
// [Neyman], [CostOptimal] and [Power] are scores of it. [IntegerNeyman] and [IntegerCostOptimal] are exact optima in
// whole numbers; [IntegerProportional] and [LargestRemainder] round. [Bethel] and [IntegerBethel] meet precision targets
// for several variables and domains at the least cost. [MomentsByStratum] gives what they ask for.
//
// Size: [SizeMean], [SizeProportion] and their relatives for estimates of a stated precision; [TwoMeans],
// [EquivalentMeans] and their relatives for tests of a stated power; [OptimalTake] for samples in two stages.
//
// Strata: [CumulativeRoot] and [Geometric] cut a size variable by rule, [LavalleeHidiroglou] and [LeastVariance] for the
// least sample or variance; [StratumNumber] chooses how many.
//
// Before anybody is interviewed: [Anticipate] and [SecondStage] give the variance to be expected of a sample in two
// stages under a model of what will be counted; [RegisterModel] makes the model from a register.
//
// The package is pure: slices in, numbers out. Sizes are continuous unless a name says Integer; round up what is to be
// carried out.
package plan
