package reference

func init() { register("sampling", samplings) }

// A samplingKind is a kind of entry on sampling, known by a field.
type samplingKind struct {
	field string
	check func(*entry) outcome
}

// samplingKinds are in the order they are tried: the first whose field the entry has.
var samplingKinds = []samplingKind{
	{"design", surveyEntry},
	{"var_ht", unequalVariances},
	{"balancing", balancedSamples},
	{"pi2", jointProbabilities},
	{"pik", inclusionProbabilities},
	{"multipliers", optimalAllocations},
	{"variance_total", allocations},
	{"n_neyman", stratifiedSizes},
	{"stratum_var", strataMoments},
	{"margin", proportionSizes},
	{"unit_cv", meanSizes},
	{"p1", powersOfProportions},
	{"delta", powersOfMeans},
	{"rho", takes},
	{"n_eff", weightingEffects},
}

// samplings holds inclusion probabilities, variances under them, allocations, sizes and balanced samples against ours.
func samplings(e *entry) outcome {
	for _, k := range samplingKinds {
		if e.has(k.field) {
			return k.check(e)
		}
	}
	return unsupported("other measures of a sample")
}
