package sampling

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Keyfitz draws the one unit of a stratum anew when probabilities have changed, and keeps the old one where it can.
// Unit i was drawn with probability pi = before[i] and is to be drawn with qi = after[i]; drawn is the position of the
// old unit. Both add up to 1 over the stratum: a unit that is new in the frame has p = 0, one that left has q = 0.
//
//	keep the old unit i with probability min(1, qi/pi);
//	otherwise draw j with probability in proportion to max(0, qj - pj)
//
// Unit i is drawn with probability min(pi, qi) by being kept and, since Σ max(0, p - q) = Σ max(0, q - p), with
// max(0, qi - pi) by replacing another: qi in all, exactly. The old unit stays with probability Σ min(p, q), and no
// procedure with these probabilities can do better. Keyfitz panics if a probability is out of range, p or q does not
// add up to 1 (to 1e-6), or the old unit had probability 0.
//
// Keyfitz (1951), Journal of the American Statistical Association 46:105-109.
func Keyfitz(rng *rand.Rand, before, after []float64, drawn int) int {
	if len(before) != len(after) || !addsToOne(before) {
		panic("sampling: probabilities before the change do not add up to 1 over the stratum")
	}
	return KeyfitzAcrossStrata(rng, before, after, make([]int, len(before)), []int{drawn})
}

// KeyfitzAcrossStrata draws the one unit of a new stratum whose units come from several old strata, each of which had
// one unit drawn, independently of the others. from[i] is the old stratum of unit i (any number; a unit that is new in
// the frame has before = 0 and any stratum); drawn are the positions, ascending, of the units of the new stratum that
// were in the old sample: none, or up to one from each old stratum. after adds up to 1; before need not, since old
// strata may have units elsewhere.
//
// The old strata are asked one after the other, those whose share has grown most first. While nothing is settled, which
// has probability R (at first 1), the drawn unit i of the stratum in turn is kept with probability xi/(R·pi),
//
//	xi = min(qi, R·pi),  then R falls by Σ x over that old stratum
//
// p and q being the probabilities before and after. If nobody is kept in the end, i is drawn in proportion to qi - xi.
// Old strata were drawn from independently, so that unit i is kept with probability xi; and Σ (q - x) = 1 - Σ x = R, so
// that i is drawn with probability xi + (qi - xi) = qi, exactly.
//
// The old sample gives the unit with probability Σ x, which is KeyfitzOverlap. With one old stratum that is Keyfitz,
// and the most there is. With several it is at least what choosing one old stratum by its share of q and doing Keyfitz
// within it gives, since R is never below that share, and at most what the linear programme of Causey, Cox and Ernst
// (1985), Journal of the American Statistical Association 80:903-909, would find.
//
// The procedure is ours. It answers the question of Kish and Scott (1971), Journal of the American Statistical
// Association 66:461-470, but is not theirs. Draws from new strata depend on one another where these have units of one
// old stratum. After such a draw old strata are not independent, and the next change of strata cannot be treated in
// this way; ExponentialUnit has no such limit. KeyfitzAcrossStrata panics as Keyfitz does, and if two drawn units come
// from one old stratum.
func KeyfitzAcrossStrata(rng *rand.Rand, before, after []float64, from, drawn []int) int {
	mustBeSample(drawn, len(before))
	strata := oldStrata(before, after, from)
	selected := selectedUnits(before, from, drawn)
	kept, open := retained(strata, before, after)
	for _, s := range strata {
		i, ok := selected[s.label]
		if ok && rng.Float64() < kept[i]/float64(open[s.label]*before[i]) {
			return i
		}
	}
	return replacement(rng, after, kept)
}

// KeyfitzOverlap is the probability that KeyfitzAcrossStrata draws a unit of the old sample.
func KeyfitzOverlap(before, after []float64, from []int) float64 {
	kept, _ := retained(oldStrata(before, after, from), before, after)
	return sumOf(kept)
}

// oldStratum is what one old stratum has in the new one.
type oldStratum struct {
	label         int
	units         []int
	before, after float64 // sums over the units
}

// oldStrata lists the old strata, those first whose share has grown most; it does not depend on the old sample.
func oldStrata(before, after []float64, from []int) []oldStratum {
	if len(before) != len(after) || len(from) != len(after) {
		panic("sampling: probabilities and strata differ in length")
	}
	mustBeProbabilities(before)
	mustBeProbabilities(after)
	if !addsToOne(after) {
		panic("sampling: probabilities after the change do not add up to 1 over the stratum")
	}
	var strata []oldStratum
	at := map[int]int{}
	for i, label := range from {
		k, ok := at[label]
		if !ok {
			k = len(strata)
			at[label] = k
			strata = append(strata, oldStratum{label: label})
		}
		s := &strata[k]
		s.units = append(s.units, i)
		s.before, s.after = s.before+before[i], s.after+after[i]
	}
	slices.SortFunc(strata, func(a, b oldStratum) int {
		return cmp.Or(cmp.Compare(b.after/b.before, a.after/a.before), cmp.Compare(a.label, b.label))
	})
	return strata
}

// retained gives, for each unit, the probability of being kept and, for each old stratum, R when its turn comes.
func retained(strata []oldStratum, before, after []float64) (kept []float64, open map[int]float64) {
	kept, open = make([]float64, len(after)), make(map[int]float64, len(strata))
	rest := 1.0
	for _, s := range strata {
		if s.before > 1+whole {
			panic("sampling: probabilities before the change add up to more than 1 over an old stratum")
		}
		open[s.label] = rest
		sum := 0.0
		for _, i := range s.units {
			kept[i] = math.Min(after[i], float64(rest*before[i]))
			sum += kept[i]
		}
		rest = math.Max(0, rest-sum)
	}
	return kept, open
}

// selectedUnits gives the unit of the old sample from each old stratum.
func selectedUnits(before []float64, from, drawn []int) map[int]int {
	selected := make(map[int]int, len(drawn))
	for _, i := range drawn {
		if _, twice := selected[from[i]]; twice {
			panic("sampling: two units of the old sample come from one old stratum")
		}
		if before[i] == 0 {
			panic("sampling: a unit of the old sample had probability 0")
		}
		selected[from[i]] = i
	}
	return selected
}

// replacement draws a unit in proportion to after - kept.
func replacement(rng *rand.Rand, after, kept []float64) int {
	gain, total := make([]float64, len(after)), 0.0
	for i := range after {
		gain[i] = after[i] - kept[i]
		total += gain[i]
	}
	if total == 0 { // only rounding can have refused the old unit
		return proportionalUnit(rng, after, 1)
	}
	return proportionalUnit(rng, gain, total)
}

// proportionalUnit draws a unit with probability weight/total, total being the sum of the weights.
func proportionalUnit(rng *rand.Rand, weight []float64, total float64) int {
	u, last := rng.Float64()*total, 0
	for i, w := range weight {
		if w == 0 {
			continue
		}
		if u < w {
			return i
		}
		u, last = float64(u)-w, i
	}
	return last
}

func addsToOne(p []float64) bool { return math.Abs(sumOf(p)-1) <= whole }
