package sampling

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Rotation says which groups of a rotating sample are in it on which occasion. The units of a frame (or of a master
// sample) are split at random into groups 0 … Groups-1. One group enters on each occasion, group t on occasion t and
// again every Groups occasions, and then stays in and out as the pattern says: 4-8-4 is in for 4 occasions, out for 8,
// in for 4 and out. Occasions are numbered from 0; earlier ones are negative.
//
// Every group is in the sample on as many of any Groups successive occasions as the pattern is in, so that all units
// bear the same load, and on each occasion that many groups are in.
type Rotation struct {
	groups int
	ages   []int // occasions since entry on which a group is in, ascending
	spells []int
}

// NewRotation makes a rotation from a pattern, such as "5", "4-8-4" or "2-(2)-2", and a number of groups. The pattern
// is of whole numbers above 0, in turn in and out, beginning and ending with in; brackets round the numbers of
// occasions out are allowed. A pattern of k without a pause renews 1/k of the sample each time. An error says what is
// wrong with the pattern, or that there are too few groups: a group must have gone through its pattern before it comes
// again. Groups beyond the occasions of the pattern are its rest; with none it comes again at once, so that the overlap
// is not that of the pattern alone.
func NewRotation(pattern string, groups int) (*Rotation, error) {
	spells, err := parseSpells(pattern)
	if err != nil {
		return nil, err
	}
	r := &Rotation{groups: groups, spells: spells}
	age := 0
	for k, length := range spells {
		for range length {
			if k%2 == 0 {
				r.ages = append(r.ages, age)
			}
			age++
		}
	}
	if groups < age {
		return nil, fmt.Errorf("sampling: rotation %s takes %d occasions and needs as many groups, have %d",
			r, age, groups)
	}
	return r, nil
}

// maxSpell bounds a spell, so that a slip in a pattern does not take up the memory.
const maxSpell = 10_000

func parseSpells(pattern string) ([]int, error) {
	fields := strings.Split(pattern, "-")
	spells := make([]int, len(fields))
	for k, field := range fields {
		field = strings.TrimSpace(field)
		if k%2 == 1 && strings.HasPrefix(field, "(") && strings.HasSuffix(field, ")") {
			field = field[1 : len(field)-1]
		}
		length, err := strconv.Atoi(field)
		if err != nil || length < 1 || length > maxSpell {
			return nil, fmt.Errorf("sampling: rotation pattern %q: %q is not a number of occasions", pattern, fields[k])
		}
		spells[k] = length
	}
	if len(spells)%2 == 0 {
		return nil, fmt.Errorf("sampling: rotation pattern %q ends with occasions out, want in-out-…-in", pattern)
	}
	return spells, nil
}

// String gives the pattern, without brackets.
func (r *Rotation) String() string {
	text := make([]string, len(r.spells))
	for k, length := range r.spells {
		text[k] = strconv.Itoa(length)
	}
	return strings.Join(text, "-")
}

// Groups is the number of groups.
func (r *Rotation) Groups() int { return r.groups }

// Load is the number of occasions on which a group is in the sample, of every Groups occasions. It is also the number
// of groups in the sample on an occasion.
func (r *Rotation) Load() int { return len(r.ages) }

// Probability is the inclusion probability of a unit on any occasion, Load/Groups, if groups were made at random with
// equal chances for every unit. Where the frame is a master sample, its own inclusion probability multiplies it.
func (r *Rotation) Probability() float64 { return float64(r.Load()) / float64(r.groups) }

// In says whether a group is in the sample on an occasion.
func (r *Rotation) In(group, occasion int) bool {
	age := modulo(occasion-group, r.groups)
	for _, a := range r.ages {
		if a == age {
			return true
		}
	}
	return false
}

// Sample gives the positions, ascending, of the units in the sample on an occasion, group[i] being the group of unit i.
func (r *Rotation) Sample(group []int, occasion int) []int {
	in := make([]bool, r.groups)
	for _, age := range r.ages {
		in[modulo(occasion-age, r.groups)] = true
	}
	var units []int
	for i, g := range group {
		if in[g] {
			units = append(units, i)
		}
	}
	return units
}

// Overlap is the share of an occasion's groups that are also in the sample lag occasions later, or earlier, from 0 to
// 1: for 4-8-4 and many groups 3/4 after one occasion and 1/2 after twelve. Times Probability and the number of units
// it is the expected number of units in common.
func (r *Rotation) Overlap(lag int) float64 {
	common := 0
	for _, age := range r.ages {
		if r.In(0, age+lag) {
			common++
		}
	}
	return float64(common) / float64(r.Load())
}

// RotatingStart is the start, for StartAt, of a sample by permanent random numbers that moves by step each occasion:
//
//	(start + occasion·step) mod 1
//
// A unit with inclusion probability π is in the sample for about π/step successive occasions and then not until the
// start has gone round; step = π/k renews about 1/k of the sample each time. ShiftedOverlap and SequentialSRSOverlap
// give the overlap of two occasions for the distance of their starts. Unlike rotation groups this copes with units that
// are born, die or change their probability, but the load is equal only over many occasions. RotatingStart panics
// unless start and step are in [0, 1).
//
// Ohlsson (1995), as in PermanentRandomNumber.
func RotatingStart(start, step float64, occasion int) float64 {
	mustBeShift(start)
	mustBeShift(step)
	moved := math.Mod(start+math.Mod(float64(float64(occasion)*step), 1), 1)
	if moved < 0 {
		moved++
	}
	if moved >= 1 { // a negative number too small to count
		return 0
	}
	return moved
}

// modulo is the remainder that is never negative.
func modulo(a, b int) int {
	return ((a % b) + b) % b
}
