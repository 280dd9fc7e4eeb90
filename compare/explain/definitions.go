package explain

import "math"

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

func nans(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.NaN()
	}
	return v
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
