package plan

import "math"

// A sharing is a sample that grows unit by unit over fixed strata, each time where the variance falls most. The falls
// of a stratum get smaller with every unit, so that at every size it is the whole-number optimum (Wright 2012, The
// American Statistician 66:217-224).
type sharing struct {
	table  *sizeTable
	cuts   []int
	units  []int
	spread []float64 // (Nh·Sh)²
	take   []int
	drawn  int
	fell   float64 // by how much the last unit lowered the variance; +Inf before there is one
}

func newSharing(t *sizeTable, cuts []int, rules StrataRules) *sharing {
	strata := len(cuts) + 1
	s := &sharing{table: t, cuts: cuts, units: make([]int, strata), take: make([]int, strata),
		spread: make([]float64, strata), fell: math.Inf(1)}
	for h := range strata {
		from, to := s.span(h)
		_, sd := t.moments(from, to)
		s.units[h] = t.count(from, to)
		s.spread[h] = float64(float64(s.units[h])*sd) * float64(float64(s.units[h])*sd)
		s.take[h] = min(rules.Least, s.units[h])
		if rules.TakeAllTop && h == strata-1 {
			s.take[h] = s.units[h]
		}
		s.drawn += s.take[h]
	}
	return s
}

func (s *sharing) span(h int) (from, to int) {
	to = s.table.distinct()
	if h > 0 {
		from = s.cuts[h-1]
	}
	if h < len(s.cuts) {
		to = s.cuts[h]
	}
	return from, to
}

func (s *sharing) variance() float64 {
	sum := 0.0
	for h, a := range s.spread {
		if s.take[h] < s.units[h] {
			sum += float64(a * (1/float64(s.take[h]) - 1/float64(s.units[h])))
		}
	}
	return sum
}

// next is the stratum where one more unit lowers the variance most, and by how much; -1 where none does.
func (s *sharing) next() (stratum int, fall float64) {
	stratum = -1
	for h, a := range s.spread {
		n := float64(s.take[h])
		if f := a / (n * (n + 1)); s.take[h] < s.units[h] && f > fall {
			stratum, fall = h, f
		}
	}
	return stratum, fall
}

// grow adds a unit and says whether that lowered the variance.
func (s *sharing) grow() bool {
	h, fall := s.next()
	if h < 0 {
		return false
	}
	s.take[h]++
	s.drawn++
	s.fell = fall
	return true
}

func (s *sharing) stratification(boundaries []float64) Stratification {
	r := Stratification{Boundaries: boundaries, Take: s.drawn, Variance: s.variance(), CV: math.NaN()}
	for h := range s.units {
		mean, sd := s.table.moments(s.span(h))
		r.Strata = append(r.Strata, Stratum{Units: s.units[h], Mean: mean, SD: sd, Take: s.take[h]})
	}
	if total := s.table.total(); total > 0 {
		r.CV = math.Sqrt(r.Variance) / total
	}
	return r
}
