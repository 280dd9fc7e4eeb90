package demography

import "gonum.org/v1/gonum/mat"

// panels are the multipliers of a method for spans of five years: of the five single years of a span, by the spans
// around it. The last two panels are the first two turned round.
type panels struct {
	first  [5][]float64 // of the first span, by the first spans
	second [5][]float64 // of the second span, by the first spans
	middle [5][]float64 // of any span, by the two before, itself, and the two after
}

// spragueMultipliers are those of Sprague (1880), Journal of the Institute of Actuaries 22:270-285, as tabled in
// Shryock and Siegel (1973), The Methods and Materials of Demography, appendix C, table C-2.
var spragueMultipliers = panels{
	first: [5][]float64{
		{0.3616, -0.2768, 0.1488, -0.0336},
		{0.2640, -0.0960, 0.0400, -0.0080},
		{0.1840, 0.0400, -0.0320, 0.0080},
		{0.1200, 0.1360, -0.0720, 0.0160},
		{0.0704, 0.1968, -0.0848, 0.0176},
	},
	second: [5][]float64{
		{0.0336, 0.2272, -0.0752, 0.0144},
		{0.0080, 0.2320, -0.0480, 0.0080},
		{-0.0080, 0.2160, -0.0080, 0.0000},
		{-0.0160, 0.1840, 0.0400, -0.0080},
		{-0.0176, 0.1408, 0.0912, -0.0144},
	},
	middle: [5][]float64{
		{-0.0128, 0.0848, 0.1504, -0.0240, 0.0016},
		{-0.0016, 0.0144, 0.2224, -0.0416, 0.0064},
		{0.0064, -0.0336, 0.2544, -0.0336, 0.0064},
		{0.0064, -0.0416, 0.2224, 0.0144, -0.0016},
		{0.0016, -0.0240, 0.1504, 0.0848, -0.0128},
	},
}

// beersMultipliers are those of Beers' ordinary formula, which makes the squares of the fourth differences least: Beers
// (1945), The Record of the American Institute of Actuaries 34:14-20; Shryock and Siegel (1973), table C-6.
var beersMultipliers = panels{
	first: [5][]float64{
		{0.3333, -0.1636, -0.0210, 0.0796, -0.0283},
		{0.2595, -0.0780, 0.0130, 0.0100, -0.0045},
		{0.1924, 0.0064, 0.0184, -0.0256, 0.0084},
		{0.1329, 0.0844, 0.0054, -0.0356, 0.0129},
		{0.0819, 0.1508, -0.0158, -0.0284, 0.0115},
	},
	second: [5][]float64{
		{0.0404, 0.2000, -0.0344, -0.0128, 0.0068},
		{0.0093, 0.2268, -0.0402, 0.0028, 0.0013},
		{-0.0108, 0.2272, -0.0248, 0.0112, -0.0028},
		{-0.0198, 0.1992, 0.0172, 0.0072, -0.0038},
		{-0.0191, 0.1468, 0.0822, -0.0084, -0.0015},
	},
	middle: [5][]float64{
		{-0.0117, 0.0804, 0.1570, -0.0284, 0.0027},
		{-0.0020, 0.0160, 0.2200, -0.0400, 0.0060},
		{0.0050, -0.0280, 0.2460, -0.0280, 0.0050},
		{0.0060, -0.0400, 0.2200, 0.0160, -0.0020},
		{0.0027, -0.0284, 0.1570, 0.0804, -0.0117},
	},
}

// inFives is the matrix of a graduation: single years, and the open group, by the groups, which are added up into spans
// of five years first.
func inFives(p panels, g, five Groups) *mat.Dense {
	spans, open := five.Closed(), 0
	if five.IsOpen() {
		open = 1
	}
	m := mat.NewDense(5*spans+open, spans+open, nil)
	for span := range spans {
		for year := range 5 {
			p.fill(m, span, year, spans)
		}
	}
	if open == 1 {
		m.Set(5*spans, spans, 1)
	}
	var out mat.Dense
	out.Mul(m, collapse(g, five))
	return &out
}

// fill sets the multipliers of one year of a span, of so many.
func (p panels) fill(m *mat.Dense, span, year, spans int) {
	row := 5*span + year
	switch {
	case span < 2:
		for j, v := range p.edge(span)[year] {
			m.Set(row, j, v)
		}
	case span >= spans-2:
		for j, v := range p.edge(spans - 1 - span)[4-year] {
			m.Set(row, spans-1-j, v)
		}
	default:
		for j, v := range p.middle[year] {
			m.Set(row, span-2+j, v)
		}
	}
}

func (p panels) edge(span int) [5][]float64 {
	if span == 0 {
		return p.first
	}
	return p.second
}
