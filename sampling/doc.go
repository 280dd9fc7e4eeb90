// Package sampling draws probability samples and gives their inclusion probabilities.
//
// It is pure: a draw is a function of the frame, the design and the source of random numbers ([Source]). A frame is
// ordered by unit code before anything is drawn, so that one seed gives one sample everywhere. Units are positions in
// the frame; samples are positions in ascending order.
//
// Equal probabilities: [SRS], [Bernoulli], [FractionalSystematic], [CircularSystematic], [IntervalSystematic] and
// [SRSWithReplacement]; [Serpentine] orders a frame for implicit stratification.
//
// Unequal probabilities: [InclusionProbabilities] makes π of sizes. Samples of fixed size are drawn by [Systematic],
// [RandomSystematic], [ConditionalPoisson], [Sampford], [Tille], [Midzuno], [Pareto] and [Pivotal]; [Poisson],
// [PPSWithReplacement] and [RaoHartleyCochran] are designs of other kinds. For each, Joint… is the matrix of joint
// inclusion probabilities and Pairs… gives them pair by pair ([Pairs]): exact where that can be, by Hájek's, Deville's,
// Brewer's, Overton's or Hartley and Rao's approximation otherwise.
//
// Balanced and spread: [Cube], [StratifiedCube], [LocalPivotal]; [Balance] and [SpatialBalance] say how well.
//
// Strata, stages, phases: [Stratified] draws in groups by any design; [Multistage] goes from communes to areas to
// households; [TwoPhase] draws from a sample. [DesignColumns] has what analysis and R survey need to know.
//
// Coordination: [PermanentRandomNumbers] with [SequentialSRS], [CoordinatedPoisson], [CoordinatedPareto] and their
// relatives; [Keyfitz], [KishScott], [Retain] and [Avoid] for samples drawn without them; [Rotation] for panels. The
// …Overlap functions say how many units two samples share.
//
// Frames that do not fit in memory: [Select] with the Stream… selectors, [Reservoir], [SmallestKeys] and [Sizes].
package sampling
