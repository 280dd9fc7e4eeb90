package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/stat/distuv"
)

// A Series is the discrepancy of one cell in successive rounds. Slices run over rounds.
//
// LogRatio is ln(register/census), NaN where a round has no figure. SE is its standard error, 0 of complete counts, NaN
// where it is not known; DF are the degrees of freedom of SE, +Inf for normal theory. The errors of different rounds are
// taken to be independent, as they are when every round drew its own sample.
type Series struct {
	LogRatio, SE, DF []float64
	Verdict          []Verdict
	MarginPct        float64 // margin of equivalence, percent
}

// A Trend is what a series shows; figures that do not exist are NaN.
type Trend struct {
	Rounds, Told            int     // rounds with a figure, and with a verdict other than cannot_tell
	Slope, SlopeSE, SlopeDF float64 // of the log ratio, a year
	TrendP, TrendQ          float64 // of no slope; and adjusted over the family
	Constancy               float64 // Welch's statistic of a log ratio that is alike in all rounds
	ConstancyP, ConstancyQ  float64
	Class                   Class
	Sign                    int  // +1 where the register is over the census in the last round that differs, -1 under, 0 none differs
	Exact                   bool // every figure is of complete counts: nothing was tested
	changed, sloping        bool
}

// A Class says in a word what became of a discrepancy.
type Class string

const (
	Persistent Class = "persistent" // differs, to the same side, in every round that can be told, two at least
	Growing    Class = "growing"    // persistent, and shown to become larger
	Shrinking  Class = "shrinking"  // persistent, and shown to become smaller
	New        Class = "new"        // agreed first, differs in the last round told, and shown to have changed
	Resolved   Class = "resolved"   // differed first, agrees in the last round told, and shown to have changed
	Reversed   Class = "reversed"   // differs to either side, and shown to have changed
	Unsteady   Class = "unsteady"   // verdicts differ from round to round, but that anything changed is not shown
	Agreeing   Class = "agreeing"   // agrees in every round that can be told, two at least
	ToldOnce   Class = "told_once"  // only one round can be told
	NeverTold  Class = "never_told" // no round can be told
)

// Trends finds the trends of one family of series. times are the reference times of the rounds in years, rising.
//
// The slope is that of ordinary least squares, whose weights do not depend on estimated errors:
//
//	b = Σ a(r)·y(r),  a(r) = (t(r)-t̄)/Σ(t-t̄)²,  v(b) = Σ a(r)²·v(r)
//
// over the rounds with a figure, with Satterthwaite's degrees of freedom (Σ a²v)²/Σ(a²v)²/ν. A log ratio alike in all
// rounds is tested by Welch's statistic, with w = 1/v, W = Σw, k rounds and ȳ = Σwy/W:
//
//	F = Σ w(y-ȳ)²/(k-1) / (1 + 2(k-2)/(k²-1)·Σ(1-w/W)²/ν),  on k-1 and (k²-1)/(3·Σ(1-w/W)²/ν) degrees of freedom
//
// which is Cochran's Q/(k-1) where all ν are infinite. Each test is adjusted by Benjamini and Hochberg over the family.
// What changed is called so only where constancy is refuted at the rate fdr: two verdicts that differ, one round agreeing
// and another not, are no evidence of change, since a discrepancy near the margin is now one and now the other. What grows
// or shrinks is so by the slope.
//
// Where every figure is of complete counts there is no test: verdicts count as they are, and a discrepancy has grown or
// shrunk where it is beyond its margin of the first. Where more than one round is of complete counts constancy is not
// tested. Trends panics where times do not rise, and where a slice has not a value for every round.
//
// Welch (1951), Biometrika 38:330-336; Cochran (1954), Biometrics 10:101-129; Satterthwaite (1946), Biometrics Bulletin
// 2:110-114.
func Trends(times []float64, series []Series, fdr float64) []Trend {
	for i := range times {
		if i > 0 && !(times[i] > times[i-1]) {
			panic("compare: the times of rounds do not rise")
		}
	}
	trends := make([]Trend, len(series))
	slopes, constancies := make([]float64, len(series)), make([]float64, len(series))
	for i := range series {
		trends[i] = trendOf(times, &series[i])
		slopes[i], constancies[i] = trends[i].TrendP, trends[i].ConstancyP
	}
	slopes, constancies = BenjaminiHochberg(slopes), BenjaminiHochberg(constancies)
	for i := range trends {
		t := &trends[i]
		t.TrendQ, t.ConstancyQ = slopes[i], constancies[i]
		t.sloping = t.sloping || t.TrendQ <= fdr
		t.changed = t.changed || t.ConstancyQ <= fdr
		t.classify(&series[i])
	}
	return trends
}

// trendOf does what needs no other series.
func trendOf(times []float64, s *Series) Trend {
	k := len(times)
	if len(s.LogRatio) != k || len(s.SE) != k || len(s.DF) != k || len(s.Verdict) != k {
		panic("compare: a series has not a value for every round")
	}
	nan := math.NaN()
	t := Trend{Slope: nan, SlopeSE: nan, SlopeDF: nan, TrendP: nan, Constancy: nan, ConstancyP: nan}
	exact := 0
	for r, y := range s.LogRatio {
		if s.Verdict[r] != CannotTell {
			t.Told++
		}
		if !math.IsNaN(y) && !math.IsInf(y, 0) {
			t.Rounds++
			if s.SE[r] == 0 {
				exact++
			}
		}
	}
	if t.Rounds < 2 {
		return t
	}
	t.slope(times, s)
	switch {
	case exact == t.Rounds:
		t.Exact, t.changed = true, true
		t.sloping = s.movedBeyondMargin()
	case exact < 2:
		t.constancy(s)
	}
	return t
}

// usable tells whether a round has a figure.
func (s *Series) usable(r int) bool {
	return !math.IsNaN(s.LogRatio[r]) && !math.IsInf(s.LogRatio[r], 0)
}

func (t *Trend) slope(times []float64, s *Series) {
	mean, squares := 0.0, 0.0
	for r, at := range times {
		if s.usable(r) {
			mean += at / float64(t.Rounds)
		}
	}
	for r, at := range times {
		if s.usable(r) {
			squares += (at - mean) * (at - mean)
		}
	}
	var b, variance, spread float64
	for r, at := range times {
		if !s.usable(r) {
			continue
		}
		a := (at - mean) / squares
		v := a * a * s.SE[r] * s.SE[r]
		b, variance = b+a*s.LogRatio[r], variance+v
		if v > 0 {
			spread += v * v / s.DF[r]
		}
	}
	t.Slope, t.SlopeSE = b, math.Sqrt(variance)
	if variance > 0 && spread < math.Inf(1) { // no degrees of freedom make no test
		t.SlopeDF = variance * variance / spread
		t.TrendP = math.Min(1, 2*analysis.UpperTail(math.Abs(b)/t.SlopeSE, t.SlopeDF))
	}
}

// constancy tests that all rounds are alike. A round without error, of which there is one at most, is the mean then.
func (t *Trend) constancy(s *Series) {
	total, mean := 0.0, 0.0
	for r, y := range s.LogRatio {
		if !s.usable(r) {
			continue
		}
		if s.SE[r] == 0 {
			total, mean = math.Inf(1), y
			break
		}
		w := 1 / (s.SE[r] * s.SE[r])
		total, mean = total+w, mean+w*y
	}
	if !math.IsInf(total, 1) {
		mean /= total
	}
	var q, lambda float64
	for r, y := range s.LogRatio {
		if !s.usable(r) || s.SE[r] == 0 {
			continue
		}
		w := 1 / (s.SE[r] * s.SE[r])
		q += w * (y - mean) * (y - mean)
		lambda += (1 - w/total) * (1 - w/total) / s.DF[r]
	}
	k := float64(t.Rounds)
	t.Constancy = q / (k - 1) / (1 + 2*(k-2)/(k*k-1)*lambda)
	switch {
	case math.IsNaN(t.Constancy) || math.IsInf(lambda, 1):
		t.Constancy = math.NaN() // an error is not known, or has no degrees of freedom
	case lambda == 0:
		t.ConstancyP = distuv.ChiSquared{K: k - 1}.Survival(q)
	default:
		t.ConstancyP = distuv.F{D1: k - 1, D2: (k*k - 1) / (3 * lambda)}.Survival(t.Constancy)
	}
}

// movedBeyondMargin tells whether the last figure is farther from the first than the margin.
func (s *Series) movedBeyondMargin() bool {
	first, last := math.NaN(), math.NaN()
	for r, y := range s.LogRatio {
		if !s.usable(r) {
			continue
		}
		if math.IsNaN(first) {
			first = y
		}
		last = y
	}
	return 100*math.Abs(math.Exp(last)-math.Exp(first)) > s.MarginPct
}

// classify gives the class by the verdicts, and by what was shown of change and slope.
func (t *Trend) classify(s *Series) {
	over, under, agree, firstTold, lastTold := 0, 0, 0, CannotTell, CannotTell
	for r, v := range s.Verdict {
		if v == CannotTell {
			continue
		}
		if firstTold == CannotTell {
			firstTold = v
		}
		lastTold = v
		switch {
		case v == Agrees:
			agree++
		case s.LogRatio[r] < 0:
			under, t.Sign = under+1, -1
		default: // +Inf, or none at all, where nobody is on the other side
			over, t.Sign = over+1, 1
		}
	}
	switch {
	case t.Told == 0:
		t.Class = NeverTold
	case t.Told == 1:
		t.Class = ToldOnce
	case agree == t.Told:
		t.Class = Agreeing
	case agree == 0 && (over == 0 || under == 0):
		t.Class = t.persistence()
	case !t.changed:
		t.Class = Unsteady
	case over > 0 && under > 0:
		t.Class = Reversed
	case firstTold == Agrees && lastTold == Differs:
		t.Class = New
	case firstTold == Differs && lastTold == Agrees:
		t.Class = Resolved
	default:
		t.Class = Unsteady
	}
}

func (t *Trend) persistence() Class {
	switch {
	case !t.sloping || t.Slope == 0 || math.IsNaN(t.Slope):
		return Persistent
	case (t.Slope > 0) == (t.Sign > 0):
		return Growing
	}
	return Shrinking
}
