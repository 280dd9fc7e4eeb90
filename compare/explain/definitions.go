package explain

import (
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
)

// Definitions say which definition of the register fits the census best.
//
// The distance of a definition in an area is the chi-square of its differences a = R - C over age groups, with the
// sampling variance of the census and a variance between areas of differences that are of no definition:
//
//	Q = a'V⁻¹a = Σ (a - ℓE)²/sκE + ℓ²/(sκ/ΣE + v + ω²),  ℓ = Σa/ΣE,  V = sκ diag(E) + (v + ω²) EE'
//
// s and ω² are those of the definition for which they are least, and E the mean of all definitions, so that all are
// measured alike. Half a difference in Q is a difference in log likelihood; in areas that no definition fits it counts
// for less, Q being divided by φ, its least value an age group where that is above 1.
//
// Over areas a definition is better where the mean difference is above 0, judged by how it scatters over areas: the test
// of Vuong (1989), Econometrica 57:307-333, which asks of no definition that it be right. Weights are the probabilities
// of that, one against each other one, multiplied and scaled to sum to 1.
//
// In an area alone the figures are too few to choose by: the most fitting of several is then the luckiest. Weights of an
// area are posterior: the shares of areas that each definition is best in are found from all areas (by expectation and
// maximisation) and are what an area's own likelihood is multiplied with. The definition chosen is the best of the
// region, where that is told with probability Surely or more, else the best of all; or the area's own, where it is
// another, its posterior weight is Surely or more, and it is so too when signatures of other causes are allowed for under
// every definition: that people are missing must not make a definition fit that leaves people out.
type Definitions struct {
	Distance [][]float64 // by definition: Q an age group, by area; NaN where the area does not speak
	Weight   [][]float64 // by definition: posterior weight, by area
	Chosen   []int       // by area
	Chose    []Choice    // by area: what the choice rests on

	Overall  Fitting   // of all areas
	Regional []Fitting // of the areas of a region
	ByAge    []Fitting // of all areas, by age group
	Shares   []float64 // of areas, that each definition is best in
}

// A Fitting is how definitions fit over areas.
type Fitting struct {
	Distance, Weight []float64 // by definition
	Areas            int
}

// Best is the definition of the largest weight, the first of several.
func (f Fitting) Best() int {
	best := 0
	for k, w := range f.Weight {
		if w > f.Weight[best] {
			best = k
		}
	}
	return best
}

// A Choice is what the definition of an area is chosen by.
type Choice uint8

const (
	ByAll    Choice = iota // all areas together
	ByRegion               // the areas of its region
	ByArea                 // its own figures
)

// String is the choice in words.
func (c Choice) String() string {
	return [...]string{"all areas", "its region", "its own figures"}[c]
}

// Surely is the weight from which a definition is chosen for less than all areas.
const Surely = 0.95

// A measuring is what distances are measured with.
type measuring struct {
	scale, between float64 // s and ω², of samples and of complete counts alike
}

// fitDefinitions finds which definition fits best, of all areas, of regions and of areas, and by age.
func fitDefinitions(d *Data, noises []noise, s *signatures) *Definitions {
	n, kinds := d.Areas(), len(d.Register)
	f := &Definitions{Chosen: make([]int, n), Chose: make([]Choice, n)}
	for range kinds {
		f.Distance, f.Weight = append(f.Distance, nans(n)), append(f.Weight, nans(n))
	}
	t := newTable(d, noises)
	var heard []int
	for i := range n {
		if !t.heard[i] {
			continue
		}
		heard = append(heard, i)
		for k := range kinds {
			f.Distance[k][i] = t.q(k, i) / float64(d.Groups())
		}
	}
	likelihood := logLikelihoods(f.Distance, d.Groups())
	f.Overall = fitting(f.Distance, likelihood, heard)
	f.Regional = f.regions(d, likelihood, heard)
	f.ByAge = t.byAge(heard)
	f.Shares = posteriors(likelihood, heard, f.Weight)
	f.choose(d, heard, t.besideCauses(s, heard, f.Shares))
	return f
}

// besideCauses are the weights of areas where signatures are allowed for under every definition.
func (t *table) besideCauses(s *signatures, heard []int, shares []float64) [][]float64 {
	distance := make([][]float64, len(t.d.Register))
	for k := range distance {
		distance[k] = nans(t.d.Areas())
	}
	left, cells := make([]float64, t.d.Groups()), t.d.Groups()-len(s.names)
	for _, i := range heard {
		chance, _ := t.variances(i)
		for k, register := range t.d.Register {
			for g, r := range t.d.row(register, i) {
				left[g] = r - t.d.row(t.d.Census, i)[g]
			}
			distance[k][i] = s.fit(left, t.d.row(t.expected, i)).ratio / chance
		}
	}
	likelihood := logLikelihoods(distance, cells)
	for _, i := range heard {
		posterior(likelihood, shares, i, distance)
	}
	return distance
}

func nans(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.NaN()
	}
	return v
}

// A table is what the distances of all areas are measured from.
type table struct {
	d        *Data
	noises   []noise
	expected []float64 // areas × groups
	sum      []float64 // areas
	heard    []bool
	with     [2]measuring // of samples, of complete counts
}

func kindOf(n noise) int {
	if n.complete {
		return 1
	}
	return 0
}

func newTable(d *Data, noises []noise) *table {
	t := &table{
		d: d, noises: noises, expected: make([]float64, len(d.Census)), sum: make([]float64, d.Areas()), heard: make([]bool, d.Areas()),
	}
	s, mean := d.structure(), make([]float64, d.Groups())
	for i := range t.heard {
		if t.heard[i] = d.speaks(i) && noises[i].known(); !t.heard[i] {
			continue
		}
		clear(mean)
		for _, register := range d.Register {
			for g, v := range d.row(register, i) {
				mean[g] += v / float64(len(d.Register))
			}
		}
		e := d.row(t.expected, i)
		s.expected(mean, d.Total[i], e)
		t.sum[i] = sumOf(e)
	}
	for kind := range t.with {
		t.with[kind] = t.measure(kind)
	}
	return t
}

// measure finds the scale of chance and the variance between areas, those of the definition for which each is least. They
// are medians: some areas are wrong under any definition.
func (t *table) measure(kind int) measuring {
	m := measuring{math.Inf(1), math.Inf(1)}
	df := float64(t.d.Groups() - 1)
	for k := range t.d.Register {
		var shapes, levels []float64
		for i, heard := range t.heard {
			if heard && kindOf(t.noises[i]) == kind {
				level, shape := t.split(k, i)
				shapes = append(shapes, shape/(t.noises[i].kappa*df))
				levels = append(levels, level*level)
			}
		}
		m.scale = math.Min(m.scale, median(shapes)/(1-2/(9*df)))
		m.between = math.Min(m.between, median(levels)/0.455) // the median of χ² on one degree of freedom
	}
	m.scale = math.Max(m.scale, leastScale)
	return m.lessNoise(t, kind)
}

// lessNoise takes from the spread of levels what sampling makes of it.
func (m measuring) lessNoise(t *table, kind int) measuring {
	var noises []float64
	for i, heard := range t.heard {
		if heard && kindOf(t.noises[i]) == kind {
			noises = append(noises, m.scale*t.noises[i].kappa/t.sum[i]+t.noises[i].common)
		}
	}
	m.between = math.Max(0, m.between-median(noises))
	return m
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// split is the level of the differences of a definition in an area, and Σ (a - ℓE)²/E.
func (t *table) split(k, i int) (level, shape float64) {
	register, census, expected := t.d.row(t.d.Register[k], i), t.d.row(t.d.Census, i), t.d.row(t.expected, i)
	for g, r := range register {
		level += r - census[g]
	}
	level /= t.sum[i]
	for g, r := range register {
		if e := expected[g]; e > 0 {
			rest := r - census[g] - level*e
			shape += rest * rest / e
		}
	}
	return level, shape
}

// q is the distance of a definition in an area.
func (t *table) q(k, i int) float64 {
	level, shape := t.split(k, i)
	chance, common := t.variances(i)
	return shape/chance + level*level/(chance/t.sum[i]+common)
}

// variances are sκ and v + ω².
func (t *table) variances(i int) (chance, common float64) {
	m := t.with[kindOf(t.noises[i])]
	return m.scale * t.noises[i].kappa, t.noises[i].common + m.between
}

// byAge measures the age groups one by one.
func (t *table) byAge(heard []int) []Fitting {
	all := make([]Fitting, t.d.Groups())
	distance := make([][]float64, len(t.d.Register))
	for g := range all {
		for k := range distance {
			distance[k] = nans(t.d.Areas())
		}
		for _, i := range heard {
			e := t.d.row(t.expected, i)[g]
			chance, common := t.variances(i)
			for k, register := range t.d.Register {
				a := t.d.row(register, i)[g] - t.d.row(t.d.Census, i)[g]
				if e > 0 {
					distance[k][i] = a * a / (chance*e + common*e*e)
				} else {
					distance[k][i] = 0
				}
			}
		}
		all[g] = fitting(distance, logLikelihoods(distance, 1), heard)
	}
	return all
}

// logLikelihoods are those of the definitions by area, less a constant of the area: -Q/2φ.
func logLikelihoods(distance [][]float64, groups int) [][]float64 {
	out := make([][]float64, len(distance))
	for k := range out {
		out[k] = make([]float64, len(distance[k]))
	}
	for i := range distance[0] {
		least := math.Inf(1)
		for k := range distance {
			least = math.Min(least, distance[k][i])
		}
		for k := range distance {
			out[k][i] = -float64(groups) * distance[k][i] / (2 * math.Max(1, least))
		}
	}
	return out
}

// fitting weighs the definitions over some areas.
func fitting(distance, likelihood [][]float64, of []int) Fitting {
	kinds := len(distance)
	f := Fitting{Distance: make([]float64, kinds), Weight: make([]float64, kinds), Areas: len(of)}
	total := 0.0
	for k := range kinds {
		for _, i := range of {
			f.Distance[k] += distance[k][i] / float64(len(of))
		}
		f.Weight[k] = 1
		for j := range kinds {
			if j != k {
				f.Weight[k] *= better(likelihood[k], likelihood[j], of)
			}
		}
		total += f.Weight[k]
	}
	for k := range f.Weight {
		f.Weight[k] /= total
		if len(of) == 0 {
			f.Distance[k], f.Weight[k] = math.NaN(), math.NaN()
		}
	}
	return f
}

// fewAreas is the number of areas below which the scatter of their likelihoods is too poorly known to judge by.
const fewAreas = 3

// better is the probability that one definition fits better than another, by the scatter of the difference over areas; of
// one or two areas, by their likelihoods alone.
func better(a, b []float64, of []int) float64 {
	n, mean := float64(len(of)), 0.0
	for _, i := range of {
		mean += (a[i] - b[i]) / n
	}
	if len(of) < fewAreas {
		return 1 / (1 + math.Exp(-n*mean))
	}
	squares := 0.0
	for _, i := range of {
		squares += (a[i] - b[i] - mean) * (a[i] - b[i] - mean)
	}
	if squares == 0 {
		return 0.5 + 0.5*sign(mean)
	}
	return 1 - analysis.UpperTail(mean/math.Sqrt(squares/(n-1)/n), n-1)
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func (f *Definitions) regions(d *Data, likelihood [][]float64, heard []int) []Fitting {
	if d.Region == nil {
		return nil
	}
	var members [][]int
	for _, i := range heard {
		for int(d.Region[i]) >= len(members) {
			members = append(members, nil)
		}
		if r := d.Region[i]; r >= 0 {
			members[r] = append(members[r], i)
		}
	}
	all := make([]Fitting, len(members))
	for r, of := range members {
		all[r] = fitting(f.Distance, likelihood, of)
	}
	return all
}

// rounds is how often shares are found anew; they hardly change after some ten.
const rounds = 60

// posteriors finds the shares of areas that definitions are best in, and the weights of areas.
func posteriors(likelihood [][]float64, heard []int, weight [][]float64) []float64 {
	kinds := len(likelihood)
	shares := make([]float64, kinds)
	for k := range shares {
		shares[k] = 1 / float64(kinds)
	}
	next := make([]float64, kinds)
	for range rounds {
		clear(next)
		for _, i := range heard {
			posterior(likelihood, shares, i, weight)
			for k := range kinds {
				next[k] += weight[k][i] / float64(len(heard))
			}
		}
		copy(shares, next)
	}
	return shares
}

// posterior writes the weights of one area.
func posterior(likelihood [][]float64, shares []float64, i int, weight [][]float64) {
	top, total := math.Inf(-1), 0.0
	for k := range shares {
		top = math.Max(top, likelihood[k][i])
	}
	for k, share := range shares {
		weight[k][i] = share * math.Exp(likelihood[k][i]-top)
		total += weight[k][i]
	}
	for k := range shares {
		weight[k][i] /= total
	}
}

// choose chooses for every area.
func (f *Definitions) choose(d *Data, heard []int, beside [][]float64) {
	overall := f.Overall.Best()
	for i := range f.Chosen {
		f.Chosen[i] = overall
		if d.Region != nil && d.Region[i] >= 0 && int(d.Region[i]) < len(f.Regional) {
			r := f.Regional[d.Region[i]]
			if best := r.Best(); r.Weight[best] >= Surely {
				f.Chosen[i], f.Chose[i] = best, ByRegion
			}
		}
	}
	for _, i := range heard {
		for k := range f.Weight {
			if k != f.Chosen[i] && f.Weight[k][i] >= Surely && beside[k][i] >= Surely {
				f.Chosen[i], f.Chose[i] = k, ByArea
			}
		}
	}
}

// A Gap is the difference of a definition in total, and how much of it goes with the choice of another.
type Gap struct {
	Persons, SE         float64
	Explained           float64 // percent: 100 (R - R')/(R - C)
	Lower, Upper, Level float64
}

// GapOf is the gap between register and census, with that part of it, in percent, that goes where the definition
// best, which has other persons in the register, is taken instead. R - R' is without error, so that the interval of the
// percentage is that of the gap turned over; where the gap's interval holds 0 the percentage has none. It is above 100
// where the choice turns the gap round, and below 0 where it widens it.
func GapOf(register, best float64, census analysis.Estimate, level float64) Gap {
	g := Gap{Persons: register - census.Value, SE: census.SE, Level: level, Lower: math.NaN(), Upper: math.NaN()}
	g.Explained = 100 * (register - best) / g.Persons
	if register == best {
		g.Explained = 0
	}
	lower, upper := analysis.Estimate{Value: g.Persons, SE: census.SE, DF: census.DF}.Interval(level)
	if lower*upper > 0 {
		a, b := 100*(register-best)/lower, 100*(register-best)/upper
		g.Lower, g.Upper = math.Min(a, b), math.Max(a, b)
	}
	return g
}
