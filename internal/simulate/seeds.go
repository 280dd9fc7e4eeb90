package simulate

import "math/rand/v2"

// purpose separates the random streams of one seed, so that one part of the simulator can draw more or fewer numbers
// without moving any other.
type purpose uint64

const (
	forCountry purpose = iota + 1
	forCommune
	forPlan
	forPeople
	forRegister
	forAreas      // enumeration areas: their sizes
	forSelection  // which enumeration areas are drawn
	forInterviews // households drawn, and what they answer
	forCauses     // which communes a cause is planted in, and how strongly
	forPlanting   // whom it hits there
)

// stream is the random stream of one purpose and one unit. Streams of different seeds, purposes or units are
// unrelated, so units can be worked on in any order and by any number of cores.
func stream(seed uint64, p purpose, unit int) *rand.Rand {
	return rand.New(source(seed, p, unit))
}

// source is the generator behind stream.
func source(seed uint64, p purpose, unit int) *rand.PCG {
	return rand.NewPCG(splitmix(seed+uint64(p)<<56), splitmix(uint64(unit)^uint64(p)<<48))
}

// splitmix scrambles 64 bits (Steele, Lea and Flood 2014, OOPSLA, the finaliser of SplitMix64).
func splitmix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// fraction turns a text into a fixed number between 0 and 1: a trait of a place that no seed changes.
func fraction(text string) float64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return float64(splitmix(h)>>11) / (1 << 53)
}
