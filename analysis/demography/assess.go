package demography

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/concord-stat/concord/analysis"
)

// A Chance says how much of counts is chance.
type Chance struct {
	// Scale is the variance of the persons of a cell over their number: 1 for a complete count, as one outcome of a
	// process in which persons are independent; of a sample the persons that one stands for, times the design effect;
	// 0 where the count is what is asked about, and nothing in it is chance.
	Scale float64
	DF    float64        // degrees of freedom of Scale; +Inf where it is known
	Basis analysis.Basis // what the interval allows for
	Level float64        // of the interval, 0.95 for 95 %
}

// Counted is the chance in a complete count.
func Counted(level float64) Chance {
	return Chance{Scale: 1, DF: math.Inf(1), Basis: analysis.Superpopulation, Level: level}
}

// A Quality is an index of one area with what is known of its error.
type Quality struct {
	Value     float64 // the index of the counts
	SE        float64 // of Value
	DF        float64 // degrees of freedom of SE
	Expected  float64 // what chance alone makes of the index, on the average, where no age is preferred
	Corrected float64 // the index without what chance adds to it; of a Ratio that is Value
	Interval  analysis.Interval
	Effective float64 // independent persons that tell as much as those in the cells
	Few       bool    // they are fewer than the Minimum: the index tells next to nothing, and a larger area is to be taken
	None      float64 // p-value of no preference, against preference
	Fair      float64 // p-value of an index of no more than Tolerable, against more
}

// Assess gives the index of persons by cell with its error.
//
// The standard error of a Ratio is linearised, √(scale Σ P(a) f'(a)²). Whipple's index is a share, and has the
// interval of one: Wilson's, or below the Minimum Clopper and Pearson's (Korn and Graubard's of a sample), and exact
// binomial p-values; other ratios have Value·exp(∓ t·SE/Value).
//
// A Distance D is the sum of |θ(j)|, and chance puts it up. With θ(j) normal with standard deviation σ(j),
// linearised, its mean is Σ m(θ(j), σ(j)), m the mean of a folded normal variable. Expected has θ = 0; Corrected is
// the distance at which the mean is what was found, the parts keeping their proportions, and 0 where chance alone
// makes as much. The standard error, at the corrected parts, is
//
//	v(D) = v(Σ w(j) θ(j)) + Σ (θ(j)² + σ(j)² - m(j)² - w(j)² σ(j)²),  w(j) = ∂m/∂θ(j)
//
// the part of |θ| that goes with θ, and a rest that is all but independent between parts. The interval is that of the
// corrected distance: both ends of D ∓ t·SE are taken back the same way. P-values go by a gamma variable with the
// mean and variance that D has under the hypothesis, or by Student's where that is larger; with fewer persons than an
// eighth of the Minimum they are NaN, and Whipple's exact test is to be taken.
//
// A Composite has Value and SE alone. What cannot be told is NaN.
func (x Index) Assess(p []float64, c Chance) Quality {
	return x.workspace().assess(p, c)
}

// A workspace is the memory of one user of an index.
type workspace struct {
	x                   Index
	part, sigma, weight []float64
	by, grad            []float64
}

func (x Index) workspace() *workspace {
	n := x.form.parts()
	v := make([]float64, 3*n+n*x.Cells+x.Cells)
	cut := func(k int) []float64 {
		out := v[:k:k]
		v = v[k:]
		return out
	}
	return &workspace{x: x, part: cut(n), sigma: cut(n), weight: cut(n), by: cut(n * x.Cells), grad: cut(x.Cells)}
}

// combine adds up the derivatives of the parts with their weights.
func (w *workspace) combine(grad []float64) {
	clear(grad)
	for j, weight := range w.weight {
		if weight == 0 {
			continue
		}
		for a, v := range w.by[j*w.x.Cells : (j+1)*w.x.Cells] {
			grad[a] += float64(weight * v)
		}
	}
}

// varianceOf is scale Σ P g², 0 where nobody is.
func varianceOf(p, g []float64, scale float64) float64 {
	sum := 0.0
	for a, v := range g {
		if p[a] != 0 {
			sum += float64(p[a] * v * v)
		}
	}
	return scale * sum
}

// assess is everything about one area.
func (w *workspace) assess(p []float64, c Chance) Quality {
	q := w.screen(p, c)
	switch {
	case math.IsNaN(q.Value) || w.x.Kind == Composite:
	case w.x.Kind == Distance:
		w.distanceInterval(&q, p, c)
	default:
		w.ratioInterval(&q, c)
	}
	return q
}

// screen is all but the interval and the p-value of no preference, which take the most time.
func (w *workspace) screen(p []float64, c Chance) Quality {
	x := w.x
	nan := math.NaN()
	q := Quality{
		Value: x.valueOf(p, w.part), SE: nan, DF: c.DF, Expected: nan, Corrected: nan, None: nan, Fair: nan,
		Interval: analysis.Interval{Lower: nan, Upper: nan, Level: c.Level, Basis: c.Basis}, Effective: nan,
	}
	if math.IsNaN(q.Value) || math.IsInf(q.Value, 0) {
		q.Value = nan
		return q
	}
	p = p[:x.Cells]
	x.form.gradients(p, w.part, w.by, x.Cells)
	q.Effective = w.persons(p) / c.Scale
	q.Few = q.Effective < x.Minimum
	if x.Kind == Distance {
		w.distance(&q, p, c)
		return q
	}
	w.weight[0] = 1
	w.combine(w.grad)
	q.SE = math.Sqrt(varianceOf(p, w.grad, c.Scale))
	if x.Kind == Ratio {
		q.Expected, q.Corrected, q.Fair = x.None, q.Value, w.above(&q, x.Tolerable, c)
	}
	return q
}

// persons are those in cells that count.
func (w *workspace) persons(p []float64) (sum float64) {
	for a, n := range p {
		for j := range w.part {
			if w.by[j*w.x.Cells+a] != 0 {
				sum += n
				break
			}
		}
	}
	return sum
}

// above is the p-value of a Ratio of no more than a limit.
func (w *workspace) above(q *Quality, limit float64, c Chance) float64 {
	if w.x.share {
		return atLeast(q.Value/w.x.full*q.Effective, q.Effective, limit/w.x.full)
	}
	return analysis.UpperTail((q.Value-limit)/q.SE, c.DF)
}

// ratioInterval fills in the interval of a Ratio, and the p-value of no preference.
func (w *workspace) ratioInterval(q *Quality, c Chance) {
	q.None = w.above(q, w.x.None, c)
	if w.x.share {
		w.proportion(q, c)
		return
	}
	half := analysis.Quantile((1+c.Level)/2, c.DF) * q.SE / q.Value
	q.Interval.Lower, q.Interval.Upper = q.Value*math.Exp(-half), q.Value*math.Exp(half)
}

// proportion takes the index as a share of independent persons.
func (w *workspace) proportion(q *Quality, c Chance) {
	share, full := q.Value/w.x.full, w.x.full
	e := analysis.Proportion{Estimate: analysis.Estimate{
		Value: share, SE: q.SE / full, DF: c.DF, N: int64(math.Round(q.Effective)),
	}}
	switch n := q.Effective; {
	case math.IsInf(n, 1):
		q.Interval.Lower, q.Interval.Upper = q.Value, q.Value
	case !(n > 0) || !(c.DF > 0):
	case q.Few && c.Basis == analysis.Superpopulation:
		q.within(analysis.ClopperPearson(share*n, n, c.Level), full)
	case q.Few:
		q.within(e.KornGraubard(c.Level), full)
	case share > 0 && share < 1:
		q.within(e.Wilson(c.Level), full)
	}
}

func (q *Quality) within(i analysis.Interval, full float64) {
	q.Interval.Lower, q.Interval.Upper = i.Lower*full, i.Upper*full
}

// atLeast is the probability of x or more of n independent persons at a share p. x and n need not be whole.
func atLeast(x, n, p float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(n, 1) || !(n > 0):
		return math.NaN()
	case x <= 0:
		return 1
	case x >= n:
		return math.Pow(p, n)
	}
	return mathext.RegIncBeta(x, n-x+1, p)
}

// distance fills in the error of a Distance.
func (w *workspace) distance(q *Quality, p []float64, c Chance) {
	for j := range w.part {
		w.sigma[j] = math.Sqrt(varianceOf(p, w.by[j*w.x.Cells:(j+1)*w.x.Cells], c.Scale))
	}
	of, size := w.pattern(q.Value)
	q.Expected, _ = of.at(0)
	times := of.times(q.Value)
	q.Corrected = times * size
	q.SE = w.errorAt(p, c, of, times)
	if !(q.Expected > 0) {
		return
	}
	limit := w.x.Tolerable / size
	mean, _ := of.at(limit)
	q.Fair = q.tail(w.x, mean, w.errorAt(p, c, of, limit))
}

// distanceInterval fills in the interval of a Distance, and the p-value of no preference.
func (w *workspace) distanceInterval(q *Quality, p []float64, c Chance) {
	of, size := w.pattern(q.Value)
	half := analysis.Quantile((1+c.Level)/2, c.DF) * q.SE
	q.Interval.Lower = of.times(math.Max(0, q.Value-half)) * size
	q.Interval.Upper = of.times(q.Value+half) * size
	if q.Expected > 0 {
		q.None = q.tail(w.x, q.Expected, w.errorAt(p[:w.x.Cells], c, of, 0))
	}
}

// pattern is the proportions of the parts, with their distance: those found, and those of their errors where none was
// found at all.
func (w *workspace) pattern(value float64) (curve, float64) {
	if value > 0 {
		return curve{w.part, w.sigma}, value
	}
	return curve{w.sigma, w.sigma}, total(w.sigma)
}

// errorAt is the standard error of a Distance whose true parts are times those of a pattern.
func (w *workspace) errorAt(p []float64, c Chance, of curve, times float64) float64 {
	rest := 0.0
	for j, v := range of.part {
		t, s := times*v, w.sigma[j]
		mean, slope := foldedMean(t, s)
		w.weight[j] = slope
		rest += math.Max(0, t*t+s*s-mean*mean-slope*slope*s*s)
	}
	w.combine(w.grad)
	return math.Sqrt(varianceOf(p, w.grad, c.Scale) + rest)
}

// fewestTested is the part of the Minimum below which the tails of a Distance are not known.
const fewestTested = 1. / 8

// tail is the p-value of a Distance of a mean and standard deviation: by a gamma variable, since a sum of absolute
// values is skew, or by Student's where that is larger.
func (q *Quality) tail(x Index, mean, sd float64) float64 {
	if !(q.Effective >= fewestTested*x.Minimum) {
		return math.NaN()
	}
	return math.Max(gammaTail(q.Value, mean, sd), analysis.UpperTail((q.Value-mean)/sd, q.DF))
}

// gammaTail is the probability of value or more for a gamma variable with that mean and standard deviation.
func gammaTail(value, mean, sd float64) float64 {
	if !(sd > 0) || !(mean > 0) {
		return math.NaN()
	}
	shape := mean * mean / (sd * sd)
	return mathext.GammaIncRegComp(shape, value*shape/mean)
}

// AssessAll assesses many areas. counts has cells numbers an area, area by area, and chance one an area or one for
// all.
func (x Index) AssessAll(counts []float64, cells int, chance ...Chance) []Quality {
	return x.each(counts, cells, chance, (*workspace).assess)
}

// ScreenAll is AssessAll without Interval and None, which are NaN: what it takes to hold two sources against each
// other, in half the time.
func (x Index) ScreenAll(counts []float64, cells int, chance ...Chance) []Quality {
	return x.each(counts, cells, chance, (*workspace).screen)
}

func (x Index) each(
	counts []float64, cells int, chance []Chance, of func(*workspace, []float64, Chance) Quality,
) []Quality {
	areas := len(counts) / cells
	if cells < x.Cells || len(counts)%cells != 0 || len(chance) != 1 && len(chance) != areas {
		panic("demography: counts, cells and chances of areas do not go together")
	}
	out, w := make([]Quality, areas), x.workspace()
	for i := range out {
		out[i] = of(w, counts[i*cells:(i+1)*cells], chance[min(i, len(chance)-1)])
	}
	return out
}
