package sampling

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// PermanentRandomNumber gives the random number in (0, 1) that a unit keeps as long as its code lives. It depends on
// the seed and the code alone, so that units which are born or die leave the numbers of all others as they were, and no
// table need be kept:
//
//	u = (2h + 1) / 2⁵³,  h = the first 13 hexadecimal digits of SHA-256("seed:code"), read as a whole number
//
// with the seed in decimal and the code in the bytes it has (UTF-8). h has 52 bits; u is an odd multiple of 2⁻⁵³,
// therefore exact in a float64, never 0 or 1, and 1 - u is such a number too. Two of N units share a number with a
// chance of about N²/2⁵³: one pair is expected among 95 million.
//
// The definition is meant to be repeated elsewhere: the h of seed 2024 and code 00001 is what
// `printf 2024:00001 | sha256sum | cut -c1-13` prints. A survey that is to be independent of another one takes another
// seed; surveys that are to be coordinated take the same.
//
// Ohlsson (1995), Coordination of Samples Using Permanent Random Numbers, in Cox et al., Business Survey Methods,
// Wiley, chapter 9, pages 153-169. FIPS 180-4 defines the hash.
func PermanentRandomNumber(seed uint64, code string) float64 {
	var buffer [64]byte // most codes fit, and the number then costs no allocation
	text := append(strconv.AppendUint(buffer[:0], seed, 10), ':')
	digest := sha256.Sum256(append(text, code...))
	h := binary.BigEndian.Uint64(digest[:8]) >> 12
	return float64(2*h+1) / (1 << 53)
}

// PermanentRandomNumbers gives the permanent random number of each code.
func PermanentRandomNumbers(seed uint64, codes []string) []float64 {
	numbers := make([]float64, len(codes))
	for i, code := range codes {
		numbers[i] = PermanentRandomNumber(seed, code)
	}
	return numbers
}

// CheckPermanentRandomNumbers looks at numbers that come from elsewhere, such as the column of a business register: the
// error names the first unit whose number is not above 0 and below 1. Equal numbers are allowed, since a column may be
// rounded; the earlier of two units then counts as the smaller one.
func CheckPermanentRandomNumbers(prn []float64) error {
	for i, u := range prn {
		if !(u > 0 && u < 1) {
			return fmt.Errorf("sampling: permanent random number of unit %d is %v, want one above 0 and below 1", i, u)
		}
	}
	return nil
}

// StartAt gives the numbers as they are seen from a start in [0, 1) on the circle of length 1:
//
//	(u - start) mod 1
//
// Samples drawn from one start are positively coordinated: they share as many units as the design allows. Samples drawn
// from starts at least a sampling fraction apart are negatively coordinated: they avoid each other while the circle has
// room. A unit that lies exactly on the start is the first one; its number is 2⁻⁵⁴, so that numbers stay within (0, 1).
// StartAt panics if the start or a number is out of range.
//
// Ohlsson (1995), as in PermanentRandomNumber.
func StartAt(prn []float64, start float64) []float64 {
	if start == 1 {
		panic("sampling: start 1, want 0 or more and below 1")
	}
	starts := constant(len(prn), start)
	return StartEach(prn, starts)
}

// StartEach is StartAt with a start of its own for each unit, in [0, 1], 1 being 0 again. With the π of an earlier
// Poisson sample for starts, a Poisson sample avoids the earlier one as far as the probabilities allow: unit i is in
// both with probability max(0, πi + π'i - 1), the smallest there is. A third sample starts at the fractional part of π
// + π'.
//
// Brewer, Early and Joyce (1972), Australian Journal of Statistics 14:231-239.
func StartEach(prn, starts []float64) []float64 {
	mustBeNumbers(prn)
	if len(starts) != len(prn) {
		panic("sampling: numbers and starts differ in length")
	}
	shifted := make([]float64, len(prn))
	for i, u := range prn {
		if !(starts[i] >= 0 && starts[i] <= 1) {
			panic(fmt.Sprintf("sampling: start %v, want 0 or more and below 1", starts[i]))
		}
		shifted[i] = intoInterval(fromStart(u, starts[i]))
	}
	return shifted
}

func fromStart(u, start float64) float64 {
	switch {
	case start == 1:
		return u
	case u < start:
		return u - start + 1
	}
	return u - start
}

// Mirrored gives 1 - u, which draws from the other end of the interval (Ohlsson's sampling to the left). Two samples,
// one by u and one by 1 - u, avoid each other as far as two samples can.
func Mirrored(prn []float64) []float64 {
	mustBeNumbers(prn)
	mirrored := make([]float64, len(prn))
	for i, u := range prn {
		mirrored[i] = intoInterval(1 - u)
	}
	return mirrored
}

// intoInterval moves what rounding has put on an end of (0, 1) back inside.
func intoInterval(u float64) float64 {
	const below, above = 1.0 / (1 << 54), 1 - 1.0/(1<<53)
	if u == 0 {
		return below
	}
	return math.Min(u, above)
}

func mustBeNumbers(u []float64) {
	if err := CheckPermanentRandomNumbers(u); err != nil {
		panic(err.Error())
	}
}
