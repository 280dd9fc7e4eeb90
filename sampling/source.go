package sampling

import (
	"hash/fnv"
	"math/rand/v2"
)

// Algorithm names the version of the selection algorithms; a draw stores it, since another version may turn the same
// seed into another sample.
const Algorithm = "concord-sampling/2"

// Source is the random generator of a draw: PCG-DXSM seeded by the seed and by the name of the stream, so that strata
// (or stages) draw independently of one another and of the order they are visited in.
func Source(seed uint64, stream string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(stream))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
