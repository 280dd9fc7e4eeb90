package compare

// A DistanceNote says what a reader of distances must know.
type DistanceNote uint8

const (
	HalfPersons   DistanceNote = 1 << iota // an empty category counts half a person in Kullback-Leibler and stability index
	FewPersons                             // fewer than five effective persons a category: the smooth distances are unsure
	TooFew                                 // fewer than one: no intervals
	NoPrecision                            // the error of a side is not known: no correction, interval or test
	OneCategory                            // fewer than two categories have anybody
	NobodyThere                            // a side has nobody at all
	RoughInterval                          // fewer than twenty effective persons in each of three categories or more
)

var distanceNotes = [...]string{
	"an empty category counts half a person in kl and psi, which then have no interval where it is of a sample",
	"fewer than five effective persons a category: kl, psi and their like are unsure",
	"too few persons for so many categories: no intervals",
	"the error of the distribution is not known",
	"fewer than two categories have anybody",
	"nobody on one side",
	"fewer than twenty effective persons a category: 95 % intervals may miss one true distance in ten",
}

// Texts are the notes in words, in a fixed order.
func (n DistanceNote) Texts() (texts []string) {
	for i, text := range distanceNotes {
		if n&(1<<i) != 0 {
			texts = append(texts, text)
		}
	}
	return texts
}
