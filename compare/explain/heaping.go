package explain

import "math"

// Heaping is told by windows of five years about the ages that end in 0 or 5: whoever gives the nearest such age
// instead of the true one stays within the window, so that its sum N is free of heaping. With a share h of persons who
// do,
//
//	E C(m) = N {(1-h) r + h},  E C(m+j) = (1-h) N r(j)
//
// where r is the part of the window that is truly of the middle age. Hence, over windows,
//
//	ĥ = Σ {C(m) - N r} / Σ N(1-r)
//
// and taking it back is exact: off the middle C/(1-h), and in the middle what is left of N.
//
// The part r comes from the other source where there is one, its own heaping taken back, and else from smoothness: a
// parabola through the sums of the window and its two neighbours, free of heaping as they are, has in its middle
//
//	r = 1/5 - (N(m-5) - 2N(m) + N(m+5)) / 125N(m)
const (
	firstWindow, lastWindow = 5, 80 // middles of the windows that heaping is estimated from
	lastCorrected           = 95    // and of the last one that it is taken back in
	grownUp                 = 20    // first middle of the grown-up: children's ages are told by their parents, and better
)

// numberOfWindows is how many windows the estimate rests on.
const numberOfWindows = (lastWindow-firstWindow)/5 + 1

// windowDF are the degrees of freedom of the scatter of windows about one share.
const windowDF = numberOfWindows - 1

// windowSum is the number of persons within two years of m.
func windowSum(ages []float64, m int) float64 {
	return ages[m-2] + ages[m-1] + ages[m] + ages[m+1] + ages[m+2]
}

// smoothShare is the part of a window that is of its middle age if ages run smoothly.
func smoothShare(ages []float64, m int) float64 {
	about := max(m, 10) // the window about 0 is cut off: that about 5 bends as that about 10
	n := windowSum(ages, about)
	bend := windowSum(ages, about-5) - 2*n + windowSum(ages, about+5)
	return within(0.2-bend/(125*n), 0.05, 0.5)
}

func within(v, low, high float64) float64 { return math.Max(low, math.Min(high, v)) }

// A heaped is the heaping in one area's single ages as estimated. Shares are of all windows, of children's and of
// grown-ups'.
type heaped struct {
	all, young, old share
	dispersion      float64 // mean square of windows about one share, relative to chance in counts
}

// A share is an estimate with the variance it has where the dispersion is 1.
type share struct{ value, variance float64 }

// shareSums are the sums that a share is made of.
type shareSums struct{ excess, off, chance float64 }

func (s *shareSums) add(excess, off, chance float64) {
	s.excess, s.off, s.chance = s.excess+excess, s.off+off, s.chance+chance
}

func (s shareSums) share() share {
	if !(s.off > 0) {
		return share{math.NaN(), math.NaN()}
	}
	return share{s.excess / s.off, s.chance / (s.off * s.off)}
}

// heapingOf estimates the heaping in ages; like is the part of a window that is truly of the middle age.
func heapingOf(ages []float64, like func(m int) float64) heaped {
	var windows [numberOfWindows][3]float64 // N, C(m), r
	var sums [3]shareSums
	for k := range windows {
		m := firstWindow + 5*k
		n, c, r := windowSum(ages, m), ages[m], like(m)
		windows[k] = [3]float64{n, c, r}
		band := 1
		if m >= grownUp {
			band = 2
		}
		if n > 0 {
			sums[0].add(c-n*r, n*(1-r), 0)
			sums[band].add(c-n*r, n*(1-r), 0)
		}
	}
	h := within(sums[0].share().value, 0, 0.9)
	squares, counted := 0.0, 0.0
	for k, w := range windows {
		n, p := w[0], w[2]+h*(1-w[2])
		chance := n * p * (1 - p)
		if !(chance > 0) {
			continue
		}
		band := 1
		if firstWindow+5*k >= grownUp {
			band = 2
		}
		sums[0].chance += chance
		sums[band].chance += chance
		squares += (w[1] - n*p) * (w[1] - n*p) / chance
		counted++
	}
	return heaped{sums[0].share(), sums[1].share(), sums[2].share(), squares / (counted - 1)}
}

// flow is what heaping moves: persons by whom an age group is too large, for shares of 1 among children and the
// grown-up, and all who are moved. The persons moved by a share h are h/(1-h) times these.
type flow struct{ young, old flowOf }

type flowOf struct {
	net   []float64 // groups
	gross float64
}

// flowOfAges finds what heaping moves between the groups.
func flowOfAges(ages []float64, group *[Ages]int, f *flow) {
	clear(f.young.net)
	clear(f.old.net)
	f.young.gross, f.old.gross = 0, 0
	for m := firstWindow; m <= lastCorrected; m += 5 {
		to := &f.young
		if m >= grownUp {
			to = &f.old
		}
		for j := -2; j <= 2; j++ {
			if j != 0 {
				v := ages[m+j]
				to.net[group[m+j]] -= v
				to.net[group[m]] += v
				to.gross += v
			}
		}
	}
}

// odds is h/(1-h), and its derivative.
func odds(h float64) (value, slope float64) { return h / (1 - h), 1 / ((1 - h) * (1 - h)) }

// unheaped takes heaping back.
func unheaped(ages []float64, young, old float64, out []float64) {
	copy(out, ages)
	for m := firstWindow; m <= lastCorrected; m += 5 {
		h := young
		if m >= grownUp {
			h = old
		}
		moved, _ := odds(h)
		for j := -2; j <= 2; j++ {
			if j != 0 {
				out[m+j] += moved * ages[m+j]
				out[m] -= moved * ages[m+j]
			}
		}
	}
}
