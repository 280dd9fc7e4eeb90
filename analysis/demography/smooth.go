package demography

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Smoother takes out of counts by five-year groups what misstated ages put in. The first three of them share the
// persons of ten years out anew between its two groups of five, and keep the ten; the others move persons further.
type Smoother string

// The smoothers. Where one says nothing of a group (near the ends, of the open group) its value is NaN.
const (
	CarrierFarrag   Smoother = "carrier_farrag"
	KarupKingNewton Smoother = "karup_king_newton"
	Arriaga         Smoother = "arriaga"
	UnitedNations   Smoother = "united_nations"
	Strong          Smoother = "strong"
	MovingAverage3  Smoother = "moving_average3"
)

// Smoothers are the smoothers there are.
func Smoothers() []Smoother {
	return []Smoother{CarrierFarrag, KarupKingNewton, Arriaga, UnitedNations, Strong, MovingAverage3}
}

// Smooth smooths counts by groups of five years. With T the spans of ten years that the groups make two by two from the
// first one on, F and L the first and the last five years of one, and N the counts:
//
//	carrier_farrag     L = T/(1 + (T₋₁/T₊₁)^¼), F = T - L
//	karup_king_newton  F = T/2 + (T₋₁ - T₊₁)/16, L = T - F
//	arriaga            L = (-T₋₁ + 11T + 2T₊₁)/24, F = T - L; of the first span L = (8T + 5T₊₁ - T₊₂)/24,
//	                   of the last F = (8T + 5T₋₁ - T₋₂)/24
//	united_nations     (-N₋₂ + 4N₋₁ + 10N + 4N₊₁ - N₊₂)/16
//	strong             T* = (T₋₁ + 2T + T₊₁)/4 but for the first and last span, scaled to the total of those between,
//	                   then arriaga
//	moving_average3    (N₋₁ + N + N₊₁)/3
//
// Only closed groups are smoothed; arriaga, strong and moving_average3 leave the open group as it is. With an odd
// number of closed groups the last one is in no span of ten. Smoothing takes real differences between ages out along
// with false ones: it is for showing, and for no count that is compared. The groups must be of five years.
//
// Carrier and Farrag (1959), Population Studies 12:242-260; Arriaga (1994), Population Analysis with Microcomputers I,
// US Bureau of the Census, chapter II (also for Karup-King-Newton and the strong method); United Nations (1955), Manual
// II, after Carrier and Farrag.
func Smooth(s Smoother, g Groups, counts []float64) (Carried, error) {
	g.check()
	g.checkCounts(counts)
	for i := range g.Closed() {
		if g.Above(i)-g.Start[i] != 5 {
			return Carried{}, fmt.Errorf("%s smooths groups of five years, and %s is none", s, g.Label(i))
		}
	}
	w := &smoothing{counts: counts, closed: g.Closed(), out: undefined(len(counts), len(counts))}
	switch s {
	case CarrierFarrag:
		w.eachSpan(w.carrierFarrag)
	case KarupKingNewton:
		w.eachSpan(w.karupKingNewton)
	case Arriaga:
		w.arriaga(w.spans())
	case Strong:
		w.arriaga(w.strongSpans())
	case UnitedNations:
		w.window([]float64{-1. / 16, 4. / 16, 10. / 16, 4. / 16, -1. / 16})
	case MovingAverage3:
		w.window([]float64{1. / 3, 1. / 3, 1. / 3})
	default:
		return Carried{}, fmt.Errorf("no smoother is called %q; the smoothers are %v", s, Smoothers())
	}
	if g.IsOpen() && (s == Arriaga || s == Strong || s == MovingAverage3) {
		last := len(counts) - 1
		w.set(last, figure{counts[last], unit(len(counts), last)})
	}
	return w.out, nil
}

// undefined are values that nothing is known of yet.
func undefined(values, given int) Carried {
	c := Carried{Value: make([]float64, values), Jacobian: mat.NewDense(values, given, nil)}
	for i := range c.Value {
		c.Value[i] = math.NaN()
		for j := range given {
			c.Jacobian.Set(i, j, math.NaN())
		}
	}
	return c
}

// unit is a row with 1 at one place.
func unit(n, at int) []float64 {
	row := make([]float64, n)
	row[at] = 1
	return row
}

// A figure is a value with its derivatives by the counts.
type figure struct {
	value float64
	by    []float64
}

// combine is Σ weight·figure.
func combine(weights []float64, figures ...figure) figure {
	out := figure{by: make([]float64, len(figures[0].by))}
	for k, f := range figures {
		out.value += weights[k] * f.value
		for j, d := range f.by {
			out.by[j] += weights[k] * d
		}
	}
	return out
}

// smoothing is counts as they are smoothed.
type smoothing struct {
	counts []float64
	closed int
	out    Carried
}

func (w *smoothing) set(i int, f figure) {
	w.out.Value[i] = f.value
	w.out.Jacobian.SetRow(i, f.by)
}

// spans are the spans of ten years of the closed groups.
func (w *smoothing) spans() []figure {
	var spans []figure
	for i := 0; i+1 < w.closed; i += 2 {
		f := figure{w.counts[i] + w.counts[i+1], unit(len(w.counts), i)}
		f.by[i+1] = 1
		spans = append(spans, f)
	}
	return spans
}

// strongSpans are the spans smoothed, the first and the last as they are, and the total as it is.
func (w *smoothing) strongSpans() []figure {
	spans := w.spans()
	if len(spans) < 3 {
		return spans
	}
	n := len(spans)
	between, smoothed := spans[1:n-1], make([]figure, n-2)
	ones := make([]float64, n-2)
	for i := range smoothed {
		smoothed[i] = combine([]float64{0.25, 0.5, 0.25}, spans[i], spans[i+1], spans[i+2])
		ones[i] = 1
	}
	scale := ratio(combine(ones, between...), combine(ones, smoothed...))
	out := []figure{spans[0]}
	for _, f := range smoothed {
		out = append(out, product(f, scale))
	}
	return append(out, spans[n-1])
}

// ratio and product are of figures, by the rules of derivatives.
func ratio(a, b figure) figure {
	r := a.value / b.value
	out := combine([]float64{1 / b.value, -r / b.value}, a, b)
	out.value = r
	return out
}

func product(a, b figure) figure {
	out := combine([]float64{b.value, a.value}, a, b)
	out.value = a.value * b.value
	return out
}

// eachSpan splits every span that has one on either side: last gives the last five years of it.
func (w *smoothing) eachSpan(last func(before, at, after figure) figure) {
	spans := w.spans()
	for i := 1; i+1 < len(spans); i++ {
		w.split(i, spans[i], last(spans[i-1], spans[i], spans[i+1]))
	}
}

// split sets the two groups of a span by its last five years.
func (w *smoothing) split(i int, span, last figure) {
	w.set(2*i, combine([]float64{1, -1}, span, last))
	w.set(2*i+1, last)
}

func (w *smoothing) carrierFarrag(before, at, after figure) figure {
	q := ratio(before, after)
	root := math.Pow(q.value, 0.25)
	divisor := figure{1 + root, combine([]float64{root / (4 * q.value)}, q).by}
	return ratio(at, divisor)
}

func (w *smoothing) karupKingNewton(before, at, after figure) figure {
	return combine([]float64{-1. / 16, 0.5, 1. / 16}, before, at, after)
}

func (w *smoothing) arriaga(spans []figure) {
	n := len(spans)
	if n < 3 {
		return
	}
	w.split(0, spans[0], combine([]float64{8. / 24, 5. / 24, -1. / 24}, spans[0], spans[1], spans[2]))
	for i := 1; i+1 < n; i++ {
		w.split(i, spans[i], combine([]float64{-1. / 24, 11. / 24, 2. / 24}, spans[i-1], spans[i], spans[i+1]))
	}
	// Of the last span it is the first five years that are given.
	w.split(n-1, spans[n-1], combine([]float64{16. / 24, -5. / 24, 1. / 24}, spans[n-1], spans[n-2], spans[n-3]))
}

// window sets every group that has the whole window about it among the closed ones.
func (w *smoothing) window(weights []float64) {
	half := len(weights) / 2
	for i := half; i+half < w.closed; i++ {
		f := figure{by: make([]float64, len(w.counts))}
		for k, weight := range weights {
			f.value += weight * w.counts[i-half+k]
			f.by[i-half+k] = weight
		}
		w.set(i, f)
	}
}
