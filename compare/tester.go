package compare

import "math"

// A tester tests the cells of a family, one after the other.
type tester struct {
	register, census *Figures
	plan             *Plan
	students         *students
	notes            notebook
}

func newTester(register, census *Figures, plan *Plan) *tester {
	return &tester{register: register, census: census, plan: plan, students: newStudents(plan.Level)}
}

// bothSides are the figures of a cell, with their variances but for the noise, and the noise of both.
type bothSides struct{ r, c, vr, vc, noiseR, noiseC float64 }

func (t *tester) sides(i int) bothSides {
	return bothSides{
		r: t.register.Value[i], c: t.census.Value[i],
		vr: t.register.sampling(i, t.plan.Superpopulation), vc: t.census.sampling(i, t.plan.Superpopulation),
		noiseR: t.register.noise(i), noiseC: t.census.noise(i),
	}
}

// test fills in the judgement of a cell.
func (t *tester) test(i int, j *Judgement) {
	x, r, c := t.sides(i), t.register, t.census
	j.start(&x)
	how, caution := "", ""
	switch complete := r.SE[i] == 0 && c.SE[i] == 0; {
	case r.Silent[i] != "" || c.Silent[i] != "":
	case math.IsNaN(x.r - x.c):
		how = "no figure"
	case t.undetermined(i):
		how, caution = t.bounded(i, &x, j)
	case complete && t.plan.Superpopulation && x.counted():
		how = "superpopulation: chance in complete counts is allowed for"
		t.counts(&x, t.plan.margin(i), j)
	case !(x.vr > 0) && !(x.vc > 0) && x.noiseR+x.noiseC == 0:
		how, caution = byMargin(&x, complete, t.plan.margin(i), j)
	default:
		how = t.errorsOf(i, complete)
		caution = t.estimated(i, &x, j)
	}
	j.Notes = t.notes.join([noteParts]string{r.Silent[i], c.Silent[i], r.Notes[i], c.Notes[i], how, caution})
}

// start fills in what needs no error.
func (j *Judgement) start(x *bothSides) {
	nan := math.NaN()
	*j = Judgement{
		Difference: x.r - x.c, Pct: nan, Lower: nan, Upper: nan, Ratio: nan, RatioLow: nan, RatioHigh: nan, LogRatioSE: nan,
		Noise: math.Sqrt(x.noiseR + x.noiseC), PValue: nan, QValue: nan, EquivalenceP: nan, Verdict: CannotTell,
	}
	if x.c != 0 {
		j.Pct, j.Ratio = 100*(x.r-x.c)/x.c, x.r/x.c
	}
}

// counted tells whether both figures are whole numbers of persons without noise.
func (x *bothSides) counted() bool {
	return x.noiseR+x.noiseC == 0 && x.r >= 0 && x.c >= 0 && x.r == math.Trunc(x.r) && x.c == math.Trunc(x.c)
}

// byMargin judges two figures whose errors are none or not known. Nothing is percent of zero: a census of zero agrees
// with nobody registered and with nothing else.
func byMargin(x *bothSides, complete bool, margin float64, j *Judgement) (how, caution string) {
	j.exact, j.Verdict = true, Differs
	if 100*math.Abs(x.r-x.c) <= 100*margin*math.Abs(x.c) {
		j.Verdict = Agrees
	}
	how = "complete counts: judged by the margin alone"
	if !complete {
		how = "standard error not stated: judged by the margin alone"
	}
	if j.Verdict == Differs && math.Abs(x.r-x.c) <= 1 {
		caution = "a difference of one person: the margin is less"
	}
	return how, caution
}

// errorsOf says which errors count beside that of a sample.
func (t *tester) errorsOf(i int, complete bool) string {
	switch {
	case t.plan.Superpopulation && (t.register.SE[i] == 0 || t.census.SE[i] == 0):
		return "superpopulation: chance in complete counts is allowed for"
	case complete:
		return "complete counts: only their disclosure noise is allowed for"
	}
	return ""
}

// estimated tests figures of which one has an error at least.
func (t *tester) estimated(i int, x *bothSides, j *Judgement) (caution string) {
	vr, vc := x.vr+x.noiseR, x.vc+x.noiseC
	if math.IsNaN(vr + vc) {
		return "no interval"
	}
	s := t.students.of(satterthwaite(x.vr, t.register.degrees(i), x.vc, t.census.degrees(i), x.noiseR+x.noiseC))
	se, m := math.Sqrt(vr+vc), t.plan.margin(i)
	j.Lower, j.Upper = j.Difference-s.critical*se, j.Difference+s.critical*se
	j.PValue = 2 * s.Tail(math.Abs(j.Difference)/se)
	above := (x.r - (1-m)*x.c) / math.Sqrt(vr+(1-m)*(1-m)*vc)
	widest := math.Sqrt(vr + (1+m)*(1+m)*vc)
	below := ((1+m)*x.c - x.r) / widest
	j.EquivalenceP = s.Tail(math.Min(above, below))
	j.equivalent = j.EquivalenceP < t.plan.Alpha
	j.uncertain = !j.equivalent && !(m*x.c/widest > s.sized(t.plan.Alpha))
	if x.c != 0 {
		j.RatioLow, j.RatioHigh = fieller(x.r, x.c, vr, vc, s.critical)
	}
	if x.r > 0 && x.c > 0 {
		j.LogRatioSE = math.Sqrt(vr/(x.r*x.r) + vc/(x.c*x.c))
	}
	return t.cautionOf(x, s, vr, vc)
}

// cautionOf says what makes a test less sure than it looks.
func (t *tester) cautionOf(x *bothSides, s *student, vr, vc float64) string {
	switch {
	case !(s.df > 0):
		return "no interval"
	case s.df < 4:
		return "fewer than 4 degrees of freedom: the standard error is itself uncertain"
	case 9*vr > x.r*x.r || 9*vc > x.c*x.c:
		return "a standard error above a third of its figure: normal theory is rough"
	}
	return ""
}
