package stage

import (
	"math"

	"github.com/concord-stat/concord/compare/screen"
	"github.com/concord-stat/concord/internal/study"
)

var nan = math.NaN()

// figuresOf takes the figures of a cell from a family.
func (s *screening) figuresOf(x *screenedLevel, f *family, j int) *screenedCell {
	n := len(x.areas)
	d := &screenedCell{
		name: f.cells[j], register: make([]float64, n), census: make([]float64, n), raw: make([]float64, n),
		se:    make([]float64, n),
		known: make([]bool, n), why: make([]string, n),
	}
	for i, at := range x.at {
		k := f.at(at, j)
		d.register[i], d.census[i] = f.register.Value[k], f.census.Value[k]
		if silence(&f.register, k) != "" {
			d.register[i] = nan
		}
		if silence(&f.census, k) != "" {
			d.census[i] = nan
		}
		registerSE, censusSE := f.register.Error(k), f.census.Error(k)
		d.known[i] = registerSE == 0 && censusSE == 0 && !math.IsNaN(d.register[i]-d.census[i])
		d.why[i] = firstSaid(silence(&f.register, k), silence(&f.census, k))
		d.discrepancy(i, registerSE, censusSE, s.asked.CountVariance)
	}
	return d
}

func firstSaid(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// discrepancy is the log ratio of an area. Where neither side has an error of its own, the counts are an outcome.
func (d *screenedCell) discrepancy(i int, registerSE, censusSE, perPerson float64) {
	r, c := d.register[i], d.census[i]
	varianceR, varianceC := registerSE*registerSE, censusSE*censusSE
	if d.known[i] {
		varianceR, varianceC = screen.CountVariance(r, perPerson), screen.CountVariance(c, perPerson)
	}
	y, v := screen.LogRatio(r, varianceR, c, varianceC)
	switch {
	case (r == 0) != (c == 0) && !math.IsNaN(r-c):
		d.why[i] = "nobody on one side: no ratio"
	case r == 0 && c == 0:
		d.why[i] = "nobody on either side"
	case math.IsNaN(v) && d.why[i] == "":
		d.why[i] = "no standard error"
	}
	d.raw[i], d.se[i] = nan, nan
	if v > 0 {
		d.raw[i], d.se[i] = y, math.Sqrt(v)
	}
}

// shrink steadies the discrepancies.
func (d *screenedCell) shrink(x *screenedLevel, asked *study.Screening, size []float64) error {
	a := screen.Areas{Value: d.raw, Variance: make([]float64, len(d.se)), Groups: x.groups, X: x.covariates.rows(size)}
	for i, se := range d.se {
		a.Variance[i] = se * se
	}
	tails := map[string]screen.Tail{"heavy": screen.HeavyTail, "limited": screen.LimitedTail,
		"normal": screen.NormalTail}
	var err error
	d.fit, err = screen.Shrink(a, screen.Options{Tail: tails[asked.Tail]})
	return err
}

// logSize is the covariate of size, nil where it is not asked for.
func (s *screening) logSize(d *screenedCell) []float64 {
	for _, name := range s.asked.Covariates {
		if name == study.SizeCovariate {
			size := make([]float64, len(d.register))
			for i, r := range d.register {
				size[i] = math.Log1p(r)
			}
			return size
		}
	}
	return nil
}

// funnel scores the raw discrepancies about that of all areas together.
func (d *screenedCell) funnel() {
	register, census := 0.0, 0.0
	for i, y := range d.raw {
		if !math.IsNaN(y) {
			register, census = register+d.register[i], census+d.census[i]
		}
	}
	const cut = 0.1
	d.dispersion = screen.Overdispersion(d.raw, d.se, math.Log(register/census), cut)
	d.score = make([]float64, len(d.raw))
	for i, y := range d.raw {
		d.score[i] = d.dispersion.Score(y, d.se[i], screen.Additive)
	}
}

// order ranks the areas that have a figure of their own: by the shrunken discrepancies, and jointly by the raw ones.
func (d *screenedCell) order() {
	const level = 0.95
	value, se := make([]float64, len(d.raw)), make([]float64, len(d.raw))
	for i, e := range d.fit.Areas {
		value[i], se[i] = nan, nan
		if !math.IsNaN(d.raw[i]) {
			value[i], se[i] = e.Value, e.SE
		}
	}
	d.rank, d.joint = screen.Ranks(value, se, level), screen.JointRanks(d.raw, d.se, level)
}

// cluster looks for neighbours that are alike. It takes the scores of the funnel, which have one variance whatever
// the size of an area, and of them the normal scores, so that a few gross areas do not rule; shrunken discrepancies
// would be alike within a unit because they were shrunken to its mean.
func (d *screenedCell) cluster(x *screenedLevel, asked *study.Screening) {
	d.permuted, d.unmuddied = nan, nan
	if x.neighbours == nil {
		return
	}
	d.scores = screen.NormalScores(d.score)
	d.moran = screen.Moran(d.scores, *x.neighbours)
	d.permuted = screen.MoranPermutation(d.scores, *x.neighbours, asked.Permutations, asked.Seed)
	share := make([]float64, len(d.se))
	for i, se := range d.se {
		share[i] = d.dispersion.Tau2 / (d.dispersion.Tau2 + se*se)
	}
	d.unmuddied = screen.Reliable(d.scores, share, *x.neighbours)
	d.local, d.hot = screen.LocalMorans(d.scores, *x.neighbours), screen.GetisOrd(d.scores, *x.neighbours)
}

// visits makes the worklist. What is known needs no model: a difference of two complete counts, and an area where one
// side has nobody.
func (d *screenedCell) visits(x *screenedLevel, margin float64) {
	d.expected = make([]screen.Expectation, len(d.raw))
	persons := make([]float64, len(d.raw))
	for i, e := range d.fit.Areas {
		mean, se := e.Value, e.SE
		if d.known[i] && !math.IsNaN(d.raw[i]) {
			mean, se = d.raw[i], 0
		}
		d.expected[i] = screen.ErrorExpected(d.register[i], mean, se, margin)
		if r, c := d.register[i], d.census[i]; (r == 0) != (c == 0) && !math.IsNaN(r-c) {
			d.expected[i] = screen.Expectation{Persons: math.Abs(r - c), Outside: 1}
		}
		persons[i] = d.expected[i].Persons
	}
	d.stops = screen.Worklist(persons, x.cost)
}
