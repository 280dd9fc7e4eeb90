package analysis

import "math"

// inspect finds what no weights of a part can do: totals of nothing, and totals that contradict each other.
func (k *Calibrator) inspect(part int, b *block, of *basis) (problems []CalibrationProblem) {
	start := b.totals(b.d)
	add := func(failure CalibrationFailure, j int, fitted float64) {
		t := k.termFit(part, j, b.target[j], start[j], fitted)
		problems = append(problems, CalibrationProblem{failure, t.Part, []TermFit{t}, math.NaN(), math.NaN()})
	}
	for _, j := range of.empty {
		if b.target[j] != 0 {
			add(EmptyCell, j, 0)
		}
	}
	for _, j := range of.columns {
		if k.of[j].X == nil && b.target[j] == 0 && start[j] > 0 {
			add(AbsentCell, j, start[j])
		}
	}
	for i := range of.told {
		d := &of.told[i]
		implied, size := d.implied(b.target)
		if !(math.Abs(b.target[d.column]-implied) <= 1e-9*(size+math.Abs(b.target[d.column]))) {
			add(ConflictingTotals, d.column, implied)
		}
	}
	return problems
}

// explain says why the solution of a part has not the totals, b being the part with the columns that count.
func (k *Calibrator) explain(part int, b *block, of *basis, s *solution) CalibrationProblem {
	p := CalibrationProblem{Failure: NotReached, Part: k.c.partName(part), Lower: math.NaN(), Upper: math.NaN()}
	near, small := s.g, len(b.d) <= explained
	if !math.IsInf(k.f.lower, -1) {
		p.Failure = k.verdict(b, s)
		if small {
			near = compromise(b, k.f, k.c.maxIterations())
		}
	}
	w := make([]float64, len(near))
	for i, g := range near {
		w[i] = b.d[i] * g
	}
	start, fitted := b.totals(b.d), b.totals(w)
	for n, j := range of.columns {
		scale := of.scale[n]
		p.Terms = append(p.Terms, k.termFit(part, j, b.target[n]*scale, start[n]*scale, fitted[n]*scale))
	}
	p.Terms = byMiss(p.Terms)
	if small && k.c.bounded() && p.Failure == OutOfReach {
		p.Lower, p.Upper = widened(b, k.c.Lower, k.c.Upper)
	}
	return p
}

// explained is the number of profiles up to which a part that cannot be fitted gets a compromise and bounds that can be
// met: finding them takes a few hundred times as long as a calibration.
const explained = 100_000

// verdict tells totals out of reach from those that were only not reached: the truncated method, which needs the fewest
// steps, proves it where it can.
func (k *Calibrator) verdict(b *block, s *solution) CalibrationFailure {
	if s.impossible || reach(b, k.f.lower, k.f.upper).impossible {
		return OutOfReach
	}
	return NotReached
}

// reach looks for any g within bounds that has the totals.
func reach(b *block, lower, upper float64) *solution {
	d := &dualProblem{b: b, f: distance{TruncatedCalibration, lower, upper}}
	return d.solve(make([]float64, b.columns()), 300)
}

// compromise is g within the bounds that misses the totals as little as can be, nearly: what the miss costs is made
// dearer and dearer against what the distance of the weights does.
func compromise(b *block, f distance, maxIterations int) []float64 {
	in := &block{first: b.first, col: b.col, d: b.d, q: b.q, val: make([]float64, len(b.val)),
		size: make([]float64, b.columns()), target: make([]float64, b.columns())}
	for e, j := range b.col { // misses in shares of the totals
		in.val[e] = b.val[e] / b.size[j]
	}
	for j, t := range b.target {
		in.target[j], in.size[j] = t/b.size[j], 1
	}
	d := &dualProblem{b: in, f: f}
	gram := in.gram(b.d)
	for j := range in.target {
		d.rho = max(d.rho, gram.At(j, j))
	}
	lambda := make([]float64, b.columns())
	s := &solution{}
	for range 7 {
		s = d.solve(lambda, maxIterations)
		lambda = s.lambda
		d.rho /= 10
	}
	return s.g
}

// widened are the narrowest bounds that can be met of those that are as far from 1 in proportion, to three figures, NaN
// where there are none.
func widened(b *block, lower, upper float64) (float64, float64) {
	at := func(by float64) (float64, float64) {
		l := 1 - by*(1-lower)
		if lower >= 0 {
			l = max(l, 0)
		}
		return l, 1 + by*(upper-1)
	}
	met := func(by float64) bool {
		l, u := at(by)
		return reach(b, l, u).converged()
	}
	narrow, wide := 1.0, 2.0
	for ; !met(wide); narrow, wide = wide, 2*wide {
		if wide > 1e3 {
			return math.NaN(), math.NaN()
		}
	}
	for wide-narrow > 1e-4*wide {
		if mid := (narrow + wide) / 2; met(mid) {
			wide = mid
		} else {
			narrow = mid
		}
	}
	l, u := at(wide)
	return math.Floor(l*1e3) / 1e3, math.Ceil(u*1e3) / 1e3
}
