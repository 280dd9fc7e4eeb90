package analysis

// A LonelyPSU is what is done about a stratum from which a single PSU was sampled of several: what varies there cannot
// be seen. It is a field of the design, since it changes the numbers. A stratum all of whose PSUs were sampled is not
// lonely, whatever their number.
type LonelyPSU uint8

const (
	// LonelyFail gives no standard error where such a stratum counts. It is the default.
	LonelyFail LonelyPSU = iota
	// LonelyAdjust takes the deviation of the PSU from the mean of all PSUs of the strata that count, which is mostly
	// too much.
	LonelyAdjust
	// LonelyAverage gives such strata the mean variance of the other strata that count.
	LonelyAverage
	// LonelyRemove takes no variance for them, as if they were not there: too little.
	LonelyRemove
	// LonelyCertainty takes no variance for them, as the PSU is said to have been certain: right where it was.
	LonelyCertainty
)

var lonelyNames = []string{"fail", "adjust", "average", "remove", "certainty"}

// String is the name by which ParseLonelyPSU knows it, which is that of R survey's option survey.lonely.psu.
func (l LonelyPSU) String() string { return nameOf(l, lonelyNames, "LonelyPSU") }

// ParseLonelyPSU reads fail, adjust, average, remove or certainty.
func ParseLonelyPSU(name string) (LonelyPSU, error) {
	return valueOf[LonelyPSU](name, lonelyNames, "policy %q for a stratum with a single PSU")
}
