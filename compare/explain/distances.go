package explain

import (
	"math"
	"slices"
)

// A measuring is what distances are measured with.
type measuring struct {
	scale, between float64 // s and ω², of samples and of complete counts alike
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
