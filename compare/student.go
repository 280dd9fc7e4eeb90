package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// student is Student's distribution for many cells: quantiles that the plan asks for are found once.
type student struct {
	analysis.Student
	df       float64
	critical float64 // quantile that leaves half of what the level of the plan does
	oneSided float64 // quantile that leaves the size of a one-sided test; NaN until it is asked for
}

func newStudent(df, level float64) student {
	s := student{Student: analysis.NewStudent(df), df: df, oneSided: math.NaN()}
	s.critical = s.Quantile((1 - level) / 2)
	return s
}

// sized is the quantile that leaves the size of a one-sided test, always the same one.
func (s *student) sized(alpha float64) float64 {
	if math.IsNaN(s.oneSided) {
		s.oneSided = s.Quantile(alpha)
	}
	return s.oneSided
}

// students keeps the distributions of the degrees of freedom last met, by a hash of these.
type students struct {
	level float64
	kept  [256]student
}

func newStudents(level float64) *students {
	s := &students{level: level}
	for i := range s.kept {
		s.kept[i].df = math.NaN()
	}
	return s
}

func (s *students) of(df float64) *student {
	hash := math.Float64bits(df) * 0x9e3779b97f4a7c15 >> 56
	at := &s.kept[hash]
	if at.df != df {
		*at = newStudent(df, s.level)
	}
	return at
}
