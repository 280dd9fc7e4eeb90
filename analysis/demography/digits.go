package demography

import "fmt"

// Digits of age ask that cells are single ages from 0.

// Whipple is the index of preference for ages that end in a digit, or in two digits five years apart, among ages from
// first to last:
//
//	100 · 5 Σ P(a) / Σ P(first-2 … last+2)     a ends in 0 or 5
//	100 · 10 Σ P(a) / Σ P(first-7 … last+2)    a ends in one digit
//
// with first and last the first and last such ages. It is 100 without preference and 500, or 1000, where everybody
// states such an age. The United Nations call data highly accurate below 105 and fairly accurate below 110 (the span
// being 23 to 62, the digits 0 and 5). It misses all preference for other digits, and takes years of few births for
// it.
//
// It panics where the digits are none, more than two, or two that are not five years apart, where there is no such
// age, or the span begins below 0.
//
// United Nations (1955), Manual II: Methods of Appraisal of Quality of Basic Data, 40-41; Shryock and Siegel (1973),
// The Methods and Materials of Demography, 205-206; for one digit Roger, Waltisperger and Corbille-Guitton (1981), Les
// structures par sexe et âge en Afrique.
func Whipple(first, last int, digits ...int) Index {
	width := 10 / max(1, len(digits))
	if len(digits) < 1 || len(digits) > 2 || len(digits) == 2 && (digits[1]-digits[0]+10)%10 != 5 {
		panic(fmt.Sprintf("demography: digits %v: want one, or two that are five years apart", digits))
	}
	ages := picked(first, last, func(a int) bool {
		for _, d := range digits {
			if a%10 == d {
				return true
			}
		}
		return false
	})
	if len(ages.at) == 0 || ages.at[0] < width-3 {
		panic(fmt.Sprintf("demography: ages %d to %d of digits %v: no span around them", first, last, digits))
	}
	r := &ratios{}
	all := r.share(span(ages.at[0]-(width-3), ages.at[len(ages.at)-1]+2))
	r.part(0, term{ages, all, 100 * float64(width)})
	name := "whipple"
	if len(digits) == 1 {
		name = fmt.Sprintf("whipple_%d", digits[0])
	}
	return Index{
		Name: name, Kind: Ratio, None: 100, Tolerable: 105, Minimum: float64(400 * (width - 1)), Cells: r.reads(),
		form: r, share: true, full: 100 * float64(width),
	}
}

// A MyersSpan says which ages the first of the two blended sums of Myers goes over.
type MyersSpan uint8

const (
	// EqualSpan has both sums over as many ages: first to last-10, and first+10 to last.
	EqualSpan MyersSpan = iota + 1
	// OpenSpan has the first sum up to the last age: first to last, and first+10 to last (Shryock and Siegel, PAS).
	// Of even numbers it is not 0, as B(d) has a decade more of the later digits: about 1.6 over 10 to 89.
	OpenSpan
)

// Myers is the blended index: half the sum of the absolute deviations of the blended shares of digits from 10 %,
//
//	½ Σ |100 B(d)/ΣB - 10|,  B(d) = (i+1) S₁(d) + (9-i) S₂(d),  i = d less the digit of the first age, 0 … 9
//
// S₁(d) the persons at ages that end in d from the first age on, S₂(d) those from ten years later on. It runs from 0
// to 90: the percent that would have to state another digit. Twice of it (0 to 180) is printed as often, and spans
// differ too: an index of Myers without these two said cannot be compared.
//
// It panics where the ages, from first to last, are not whole decades, at least two.
//
// Myers (1940), Transactions of the Actuarial Society of America 41:395-401; Shryock and Siegel (1973), 206-208.
func Myers(first, last int, of MyersSpan) Index {
	if years := last - first + 1; first < 0 || years < 20 || years%10 != 0 || of != EqualSpan && of != OpenSpan {
		panic(fmt.Sprintf("demography: ages %d to %d: want two decades or more", first, last))
	}
	end := last
	if of == EqualSpan {
		end -= 10
	}
	var blended [10]weighted
	var all weighted
	for i := range 10 {
		digit := (first + i) % 10
		is := func(a int) bool { return a%10 == digit }
		add := func(l weighted, weight int) {
			for _, a := range l.at {
				if weight > 0 {
					blended[digit].add(a, float64(weight))
					all.add(a, float64(weight))
				}
			}
		}
		add(picked(first, end, is), i+1)
		add(picked(first+10, last, is), 9-i)
	}
	return shares("myers", blended[:], all)
}

// shares is half the sum of the absolute deviations of shares of digits from 10 %.
func shares(name string, digits []weighted, all weighted) Index {
	r := &ratios{}
	below := r.share(all)
	for _, d := range digits {
		r.part(5, term{d, below, 50})
	}
	return Index{
		Name: name, Kind: Distance, Tolerable: tolerableShare, Minimum: fewestForShares, Cells: r.reads(), form: r,
	}
}

// Limits of what half-sums of shares of digits are held to be fair: there is none that is agreed on. Waves of cohorts
// alone make 2 (Russia 2010, without preference), and a Whipple index of 115 makes 3 where 0 and 5 draw alike. By
// chance n persons make about 120/√n.
const (
	tolerableShare  = 3
	fewestForShares = 1600
)

// A BachiMean says how the two windows of a digit are put together.
type BachiMean uint8

const (
	MeanOfRatios BachiMean = iota + 1 // the mean of the two shares
	Pooled                            // the sum of the persons of the digit over the sum of all
)

// Bachi is the index of Bachi: half the sum of the absolute deviations from 10 % of the shares that digits have in
// windows of whole decades,
//
//	½ Σ |100 N(d)/D(d) - 10|
//
// Windows begin at the first five ages, first … first+4, and each is taken again one year later, so that a digit
// stands in the middle of its own and none gains from numbers that fall with age. The shares need not add up to 100.
// It is near the index of Myers, 0 to 90.
//
// It panics where the ages do not hold a decade.
//
// Bachi (1951), Bulletin of the International Statistical Institute 33(4):195-222; United Nations, PAS, sheet SINGAGE.
func Bachi(first, last int, of BachiMean) Index {
	decades := (last - first - 4) / 10
	if first < 0 || last-first < 14 || of != MeanOfRatios && of != Pooled {
		panic(fmt.Sprintf("demography: ages %d to %d: want a decade and five years or more", first, last))
	}
	digits := make([][]term, 10)
	r := &ratios{}
	for start := first; start < first+5; start++ {
		end := start + 10*decades - 1
		one, two := span(start, end), span(start+1, end+1)
		both := sumOf(one, two)
		var below []int
		if of == Pooled {
			below = []int{r.share(both)}
		} else {
			below = []int{r.share(one), r.share(two)}
		}
		for _, d := range []int{start % 10, (start + 5) % 10} {
			is := func(a int) bool { return a%10 == d }
			a, b := picked(start, end, is), picked(start+1, end+1, is)
			if of == Pooled {
				digits[d] = []term{{sumOf(a, b), below[0], 50}}
			} else {
				digits[d] = []term{{a, below[0], 25}, {b, below[1], 25}}
			}
		}
	}
	for _, terms := range digits {
		r.part(5, terms...)
	}
	return Index{
		Name: "bachi", Kind: Distance, Tolerable: tolerableShare, Minimum: fewestForShares, Cells: r.reads(), form: r,
	}
}

func sumOf(a, b weighted) (l weighted) {
	for _, part := range []weighted{a, b} {
		for i, at := range part.at {
			l.add(at, part.w[i])
		}
	}
	return l
}

// A Window is ages from First to Last, both in it.
type Window struct{ First, Last int }

// Noumbissi is the preference for one digit: five times the persons at ages of the window that end in it, to the five
// years around each such age,
//
//	W(d) = 5 Σ P(a) / Σ (P(a-2) + … + P(a+2))
//
// It is 1 without preference and 5 where all of them state such an age, and unlike Whipple's index of one digit does
// not need numbers to be even over ten years. It panics where no age of the window ends in the digit, or the first
// such age is below 2.
//
// Noumbissi (1992), Genus 48(3-4):89-106.
func Noumbissi(digit int, in Window) Index {
	r := &ratios{}
	r.modified(digit, in, 0)
	name := fmt.Sprintf("noumbissi_%d", digit)
	return Index{Name: name, Kind: Ratio, None: 1, Tolerable: 1.1, Minimum: 400, Cells: r.reads(), form: r}
}

// modified adds W(d) less a constant.
func (r *ratios) modified(digit int, in Window, less float64) {
	ages := picked(in.First, in.Last, func(a int) bool { return a%10 == digit })
	if len(ages.at) == 0 || ages.at[0] < 2 {
		panic(fmt.Sprintf("demography: ages %d to %d of digit %d: no span around them", in.First, in.Last, digit))
	}
	var around weighted
	for _, a := range ages.at {
		around = sumOf(around, span(a-2, a+2))
	}
	r.part(less, term{ages, r.share(around), 5})
}

// Spoorenberg is the total modified Whipple index, the sum over the digits of |1 - W(d)|, W being Noumbissi's over
// ages from first to last. It is 0 without preference and 16 where everybody states ages that end in 0 or 5. It
// panics as Noumbissi does.
//
// Spoorenberg and Dutreuilh (2007), Population 62:729-742.
func Spoorenberg(first, last int) Index {
	r := &ratios{}
	for digit := range 10 {
		r.modified(digit, Window{first, last}, 1)
	}
	return Index{Name: "spoorenberg", Kind: Distance, Tolerable: 0.6, Minimum: 1600, Cells: r.reads(), form: r}
}
