package analysis

import (
	"fmt"
	"math"
	"slices"
)

// A Calibrator fits weights to known totals. It can be used for any weights of the same rows, such as every column of
// replicate weights.
type Calibrator struct {
	c        Calibration
	f        distance
	profiles *profiles
	names    []string // of the columns
	of       []*Term  // term of every column
	begin    []int    // first column of every term, with the number of columns at the end
}

// NewCalibrator checks a calibration for a sample of some rows. The error says what is wrong with bounds, terms, q or
// units. It panics where a column has another length, or a code stands for nothing.
func NewCalibrator(c Calibration, rows int) (*Calibrator, error) {
	c.mustFit(rows)
	if err := c.check(); err != nil {
		return nil, err
	}
	p, err := newProfiles(&c, rows)
	if err != nil {
		return nil, err
	}
	k := &Calibrator{c: c, f: newDistance(&c), profiles: p, names: c.columns()}
	for i := range c.Terms {
		k.begin = append(k.begin, len(k.of))
		for range c.Terms[i].levels() {
			k.of = append(k.of, &c.Terms[i])
		}
	}
	k.begin = append(k.begin, len(k.of))
	return k, nil
}

// Fit gives new weights for the weights d, 0 where those are 0, with what is to be known of them. The error is a
// *CalibrationError where no weights could be fitted, and says why; another one says what is wrong with the weights
// there were. d is left as it is.
func (k *Calibrator) Fit(d []float64) ([]float64, *CalibrationFit, error) {
	f, err := k.fit(d)
	if err != nil {
		return nil, nil, err
	}
	return f.w, k.report(d, f), nil
}

// A calibrated is the outcome of a calibration.
type calibrated struct {
	w          []float64 // by row
	d, g       []float64 // by profile
	bases      []*basis  // by part
	iterations int
}

func (k *Calibrator) fit(d []float64) (*calibrated, error) {
	if err := k.checkWeights(d); err != nil {
		return nil, err
	}
	p := k.profiles
	out := &calibrated{d: sumByCell(d, p.of, len(p.q)), g: make([]float64, len(p.q))}
	failed := &CalibrationError{Method: k.c.Method, Lower: k.c.Lower, Upper: k.c.Upper}
	for part, o := range k.fitParts(out.d) {
		failed.Problems = append(failed.Problems, o.problems...)
		out.bases = append(out.bases, o.basis)
		if o.problems == nil {
			copy(out.g[p.begin[part]:], o.g)
			out.iterations = max(out.iterations, o.iterations)
		}
	}
	if len(failed.Problems) > 0 {
		return nil, failed
	}
	out.w = make([]float64, len(d))
	for i, at := range p.of {
		out.w[i] = d[i] * out.g[at]
	}
	return out, nil
}

// A partOutcome is what came of a part: a solution, or problems.
type partOutcome struct {
	*solution
	basis    *basis
	problems []CalibrationProblem
}

// fitParts fits the weights of all parts; d is by profile.
func (k *Calibrator) fitParts(d []float64) []partOutcome {
	return slices.Concat(inParts(k.profiles.parts, len(d), func(from, to int) (out []partOutcome) {
		for part := from; part < to; part++ {
			out = append(out, k.fitPart(part, d))
		}
		return out
	})...)
}

func (k *Calibrator) fitPart(part int, d []float64) partOutcome {
	whole := k.profiles.part(part, d, k.c.targets(part))
	of := newBasis(whole)
	if problems := k.inspect(part, whole, of); problems != nil {
		return partOutcome{nil, of, problems}
	}
	b := whole.reduced(of.columns, of.scale)
	var s *solution
	if k.c.Method == IterativeFitting {
		s = whole.fitMargins(k.begin, k.c.maxIterations())
	} else {
		s = (&dualProblem{b: b, f: k.f}).solve(make([]float64, b.columns()), k.c.maxIterations())
	}
	if !s.converged() {
		return partOutcome{nil, of, []CalibrationProblem{k.explain(part, b, of, s)}}
	}
	return partOutcome{s, of, nil}
}

// checkWeights finds weights that cannot be fitted.
func (k *Calibrator) checkWeights(d []float64) error {
	mustHave(d, len(k.profiles.of))
	for i, v := range d {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("analysis: the weight before calibration is %v on row %d: it must be 0 or above, and finite",
				v, i)
		}
	}
	if k.c.Unit == nil {
		return nil
	}
	at := map[int32]int{}
	for i, u := range k.c.Unit {
		first, seen := at[u]
		switch {
		case !seen:
			at[u] = i
		case math.Abs(d[first]-d[i]) > 1e-9*d[first]:
			return fmt.Errorf("analysis: the weight is %v on row %d, on row %d of its unit %v: units of one weight begin with one",
				d[i], i, first, d[first])
		}
	}
	return nil
}

func (k *Calibrator) termFit(part, column int, target, start, fitted float64) TermFit {
	return TermFit{Part: k.c.partName(part), Term: k.names[column], Target: target, Start: start, Fitted: fitted}
}
