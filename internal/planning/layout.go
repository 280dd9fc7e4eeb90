package planning

import (
	"math"
	"slices"

	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/sampling/plan"
)

// A layout is the enumeration areas (PSUs) of a frame: those of the register, or those that its communes are thought of
// as divided into.
type layout struct {
	size       int  // mean households of a PSU asked for; 0 for those of the register
	known      bool // PSUs are those of the register
	households []float64
	commune    []int
	share      []float64   // of the households of the commune
	count      [][]float64 // by category: expected persons of the register
	between    [][]float64 // by category: variance of the PSU's expected persons around that
	spread     [][]float64 // by category: variance of the persons of a household within the PSU
	total      [][]float64 // by category and commune: persons
	expected   [][]float64 // by category: persons as the census is expected to see them, but for the ratio
}

func (f *Frame) layout(size int, m study.PlanModel) *layout {
	l := &layout{size: size, known: f.known}
	l.count, l.between, l.spread, l.total = f.columns(), f.columns(), f.columns(), f.columns()
	for c := range f.communes {
		for k := range l.total {
			l.total[k] = append(l.total[k], 0)
		}
		if f.known {
			l.addKnown(f, c)
		} else {
			l.addSplit(f, c, m)
		}
	}
	l.shrink(f, *m.Slope)
	return l
}

// shrink takes the persons per household of communes for what the slope says is real of their differences within a unit of
// the highest level; the totals of those units stay.
func (l *layout) shrink(f *Frame, slope float64) {
	l.expected = l.count
	if slope == 1 {
		return
	}
	l.expected = f.columns()
	for k := range l.count {
		mean := f.perHousehold(k)
		for i, c := range l.commune {
			l.expected[k] = append(l.expected[k], slope*l.count[k][i]+(1-slope)*mean[f.top.of[c]]*l.households[i])
		}
	}
}

func (f *Frame) columns() [][]float64 { return make([][]float64, len(f.count)) }

// addKnown adds the PSUs the register names.
func (l *layout) addKnown(f *Frame, c int) {
	homes := 0.0
	for i := f.first[c]; i < f.first[c+1]; i++ {
		homes += f.households[i]
	}
	for i := f.first[c]; i < f.first[c+1]; i++ {
		h := f.households[i]
		l.psu(c, h, h/homes)
		for k := range l.count {
			l.category(k, f.count[k][i], 0, spread(h, f.count[k][i], f.square[k][i]))
			l.total[k][c] += f.count[k][i]
		}
	}
}

// addSplit divides a commune. A share δ of the variance of household counts lies between its PSUs.
func (l *layout) addSplit(f *Frame, c int, m study.PlanModel) {
	i := f.first[c]
	homes := f.households[i]
	parts := int(max(1, math.Round(homes/float64(l.size))))
	sizes := slices.DeleteFunc(plan.Split(int(homes), parts, *m.SizeCV), func(h float64) bool { return h == 0 })
	for _, h := range sizes {
		l.psu(c, h, h/homes)
	}
	delta := *m.Intraclass
	if len(sizes) == 1 {
		delta = 0
	}
	for k := range l.count {
		all := spread(homes, f.count[k][i], f.square[k][i])
		l.total[k][c] = f.count[k][i]
		for _, h := range sizes {
			l.category(k, f.count[k][i]*h/homes, h*h*delta*all, (1-delta)*all)
		}
	}
}

func (l *layout) psu(commune int, households, share float64) {
	l.commune = append(l.commune, commune)
	l.households = append(l.households, households)
	l.share = append(l.share, share)
}

func (l *layout) category(k int, count, between, spread float64) {
	l.count[k] = append(l.count[k], count)
	l.between[k] = append(l.between[k], between)
	l.spread[k] = append(l.spread[k], spread)
}

// spread is the variance, with n-1, of the persons of n households from their sum and sum of squares.
func spread(n, sum, squares float64) float64 {
	if n < 2 {
		return 0
	}
	return max(0, (squares-sum*sum/n)/(n-1))
}

// register is what the model asks for of a category.
func (l *layout) register(k int) plan.RegisterPSUs {
	return plan.RegisterPSUs{
		Households: l.households, Count: l.count[k], Expected: l.expected[k], Between: l.between[k], Spread: l.spread[k],
		Cluster: l.commune, Known: l.known,
	}
}

// auxiliary is the register total of a PSU at the level at which it can be brought together with the sample: its own, or
// its share of the commune's by households.
func (l *layout) auxiliary(k int, match string) []float64 {
	if match != MatchCommune {
		return l.count[k]
	}
	a := make([]float64, len(l.commune))
	for i, c := range l.commune {
		a[i] = l.share[i] * l.total[k][c]
	}
	return a
}
