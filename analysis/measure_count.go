package analysis

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Count is what a person counts: the product of the factors; without any it is 1. A factor that is 0 settles it,
// whatever else is missing.
type Count []Factor

// A Factor is what a person counts by his level of one dimension. Of is not asked about Missing.
type Factor struct {
	Dim     string
	Of      func(level string) (float64, error)
	Assumed func(level string) bool // levels whose value is a convention; nil: none
}

// Is counts persons of the given levels.
func Is(dim string, levels ...string) Factor {
	return Factor{Dim: dim, Of: func(level string) (float64, error) {
		if slices.Contains(levels, level) {
			return 1, nil
		}
		return 0, nil
	}}
}

// Aged counts persons from the age from to below the age before, in completed years; before 0 is without end. Levels of
// the dimension age are ages and age groups, as AgeLabels names them. A group that lies on both sides of a limit is an
// error.
func Aged(from, before int) Factor {
	return Factor{Dim: "age", Of: func(level string) (float64, error) {
		first, end, err := ageSpan(level)
		switch {
		case err != nil:
			return 0, err
		case first >= from && (before == 0 || end <= float64(before)):
			return 1, nil
		case end <= float64(from) || before != 0 && first >= before:
			return 0, nil
		}
		return 0, fmt.Errorf("analysis: ages %s are on both sides of a limit of %d to %d: "+
			"tally by single years, or by groups that end there", level, from, before)
	}}
}

// openYears is the width that an open age group is taken to have.
const openYears = 5

// AgeInYears counts exact age: the middle of the year, or of the age group, that a person is in. The open group is
// taken for one of five years, and its persons are counted as Assumed.
func AgeInYears() Factor {
	return Factor{
		Dim: "age",
		Of: func(level string) (float64, error) {
			first, end, err := ageSpan(level)
			if math.IsInf(end, 1) {
				end = float64(first + openYears)
			}
			return (float64(first) + end) / 2, err
		},
		Assumed: func(level string) bool { return strings.HasSuffix(level, "+") },
	}
}

// ageSpan reads an age or an age group: 7, 5-9 or 85+. The end is not in it.
func ageSpan(level string) (first int, end float64, err error) {
	from, to, isGroup := strings.Cut(level, "-")
	before, open := strings.CutSuffix(from, "+")
	first, err = strconv.Atoi(before)
	last := first
	if isGroup && err == nil {
		last, err = strconv.Atoi(to)
	}
	switch {
	case err != nil || first < 0 || last < first || isGroup && open:
		return 0, 0, fmt.Errorf("analysis: %q is no age: want completed years such as 7, 5-9 or 85+", level)
	case open:
		return first, math.Inf(1), nil
	}
	return first, float64(last + 1), nil
}

// values are what every row counts, NaN where that is not known.
func (c Count) values(dims []Dim, rows int) ([]float64, error) {
	out := ones(rows)
	for _, f := range c {
		d, err := dimension(dims, f.Dim, rows)
		if err != nil {
			return nil, err
		}
		of, err := f.byLevel(d)
		if err != nil {
			return nil, err
		}
		for i, code := range d.Code {
			switch v := of[code]; {
			case v == 0 || out[i] == 0:
				out[i] = 0
			default:
				out[i] *= v
			}
		}
	}
	return out, nil
}

func (f Factor) byLevel(d *Dim) ([]float64, error) {
	of := make([]float64, len(d.Levels))
	for l, level := range d.Levels {
		if level == Missing {
			of[l] = math.NaN()
			continue
		}
		var err error
		if of[l], err = f.Of(level); err != nil {
			return nil, err
		}
	}
	return of, nil
}

// assumed marks rows of which a factor is a convention.
func (c Count) assumed(dims []Dim, rows int) []bool {
	out := make([]bool, rows)
	for _, f := range c {
		if f.Assumed == nil {
			continue
		}
		d, _ := dimension(dims, f.Dim, rows)
		for i, code := range d.Code {
			out[i] = out[i] || f.Assumed(d.Levels[code])
		}
	}
	return out
}

// dimension is that of the name. It panics where the dimension has not one code a row.
func dimension(dims []Dim, name string, rows int) (*Dim, error) {
	for i := range dims {
		if dims[i].Name != name {
			continue
		}
		if len(dims[i].Code) != rows {
			panic(fmt.Sprintf("analysis: %d codes of %s for %d rows", len(dims[i].Code), name, rows))
		}
		return &dims[i], nil
	}
	return nil, fmt.Errorf("analysis: there is no dimension %q", name)
}
