package stage

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// covariates of the areas of a level, by area; the size of the register is put in cell by cell.
type covariates struct {
	names []string
	x     [][]float64 // by area
}

// rows are the covariates with the size beside, nil without any. Each is centred and in its standard deviations.
func (v *covariates) rows(size []float64) [][]float64 {
	if len(v.names) == 0 && size == nil {
		return nil
	}
	rows := make([][]float64, len(v.x))
	for i, row := range v.x {
		rows[i] = slices.Clone(row)
		if size != nil {
			rows[i] = append(rows[i], size[i])
		}
	}
	for j := range rows[0] {
		standardise(rows, j)
	}
	return rows
}

// standardise centres a column; what is not known is at its mean.
func standardise(rows [][]float64, j int) {
	n, sum, squares := 0.0, 0.0, 0.0
	for _, r := range rows {
		if !math.IsNaN(r[j]) {
			n, sum = n+1, sum+r[j]
		}
	}
	for _, r := range rows {
		if r[j] -= sum / n; math.IsNaN(r[j]) {
			r[j] = 0
		}
		squares += r[j] * r[j]
	}
	for _, r := range rows {
		if squares > 0 {
			r[j] /= math.Sqrt(squares / n)
		}
	}
}

// all are the names of the columns of rows.
func (v *covariates) all(size bool) []string {
	if size {
		return append(slices.Clone(v.names), study.SizeCovariate)
	}
	return v.names
}

// covariatesOf reads the columns of the code list that are covariates. A unit above has the mean of the areas it is
// compared over. A column that is the same in all areas of a level is left out of it.
func (s *screening) covariatesOf(x *screenedLevel) (*covariates, error) {
	v := &covariates{x: make([][]float64, len(x.areas))}
	var found problems.List
	for k, name := range s.asked.Covariates {
		if name == study.SizeCovariate {
			continue
		}
		parts, err := s.column(name)
		if err != nil {
			line, column := s.c.runner.Study.Position("screening", "covariates", fmt.Sprint(k))
			found.Add(s.c.runner.Study.File, line, fmt.Sprint(column), "%v", err)
			continue
		}
		for _, column := range parts {
			v.add(column.name, s.means(x, column.of))
		}
	}
	return v, found.Err()
}

// add adds a column that differs between areas.
func (v *covariates) add(name string, values []float64) {
	if slices.Min(values) == slices.Max(values) {
		return
	}
	v.names = append(v.names, name)
	for i, value := range values {
		v.x[i] = append(v.x[i], value)
	}
}

// means are those of the areas that the units of a level are compared over.
func (s *screening) means(x *screenedLevel, of map[string]float64) []float64 {
	at, sum, n := positions(x.areas), make([]float64, len(x.areas)), make([]float64, len(x.areas))
	for _, code := range s.c.list.Lowest() {
		if up, ok := s.c.list.Ancestor(code, x.level); ok {
			if i, here := at[up]; here {
				sum[i], n[i] = sum[i]+of[code], n[i]+1
			}
		}
	}
	for i := range sum {
		sum[i] /= n[i]
	}
	return sum
}

func positions(codes []string) map[string]int {
	at := make(map[string]int, len(codes))
	for i, c := range codes {
		at[c] = i
	}
	return at
}

// A covariate is a column of numbers by area of the lowest level, or the indicator of a category.
type covariate struct {
	name string
	of   map[string]float64
}

// mostCategories of a column; more are a reason to shrink within the units they stand for.
const mostCategories = 20

// column reads a column of the code list: numbers, or categories, of which the first in order is the one that the
// others are held against. A missing category is one of its own; a missing number is a problem.
func (s *screening) column(name string) ([]covariate, error) {
	text, err := s.texts(name)
	if err != nil {
		return nil, err
	}
	numbers, empty, all := covariate{name, make(map[string]float64)}, 0, true
	var categories []string
	for code, t := range text {
		v, err := strconv.ParseFloat(t, 64)
		numbers.of[code] = v
		if t == "" {
			empty++
		} else if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			all = false
		}
		categories = append(categories, t)
	}
	switch {
	case all && empty > 0 && empty < len(text):
		return nil, fmt.Errorf("covariate %q is empty for %d of %d areas of the code list: give the number, or leave it out",
			name, empty, len(text))
	case all:
		return []covariate{numbers}, nil
	}
	slices.Sort(categories)
	categories = slices.Compact(categories)
	if len(categories) > mostCategories {
		return nil, fmt.Errorf("covariate %q has %d categories, want %d or fewer: units of areas belong in screening.within",
			name, len(categories), mostCategories)
	}
	return indicators(name, text, categories[1:]), nil
}

func indicators(name string, text map[string]string, categories []string) (parts []covariate) {
	for _, c := range categories {
		p := covariate{name + " = " + c, make(map[string]float64, len(text))}
		for code, t := range text {
			p.of[code] = 0
			if t == c {
				p.of[code] = 1
			}
		}
		parts = append(parts, p)
	}
	return parts
}

// texts are a column of the code list by code of the lowest level.
func (s *screening) texts(name string) (map[string]string, error) {
	text := make(map[string]string)
	for _, code := range s.c.list.Lowest() {
		u, _ := s.c.list.Unit(code)
		t, has := u.Columns[name]
		if !has {
			return nil, fmt.Errorf("the code list has no column %q", name)
		}
		text[code] = t
	}
	return text, nil
}

// costs of visits; a unit above costs what its areas do.
func (s *screening) costs(x *screenedLevel) ([]float64, error) {
	cost := make([]float64, len(x.areas))
	if s.asked.Cost == "" {
		for i := range cost {
			cost[i] = 1
		}
		return cost, nil
	}
	line, column := s.c.runner.Study.Position("screening", "cost")
	var found problems.List
	wrong := func(format string, args ...any) {
		found.Add(s.c.runner.Study.File, line, fmt.Sprint(column), format, args...)
	}
	text, err := s.texts(s.asked.Cost)
	if err != nil {
		wrong("%v", err)
		return nil, found.Err()
	}
	at := positions(x.areas)
	var without []string
	for _, code := range s.c.list.Lowest() {
		up, ok := s.c.list.Ancestor(code, x.level)
		i, here := at[up]
		if !ok || !here {
			continue
		}
		v, err := strconv.ParseFloat(text[code], 64)
		if err != nil || !(v > 0) || math.IsInf(v, 1) {
			without = append(without, code)
		}
		cost[i] += v
	}
	for i, area := range x.areas {
		if !(cost[i] > 0) && len(without) == 0 {
			without = append(without, area)
		}
	}
	if len(without) > 0 {
		wrong("column %q has no cost above 0 for %d areas: %s", s.asked.Cost, len(without), firstFew(without))
	}
	return cost, found.Err()
}

func firstFew(codes []string) string {
	if len(codes) > 5 {
		return strings.Join(codes[:5], ", ") + ", …"
	}
	return strings.Join(codes, ", ")
}

// group numbers the units above that areas are shrunken within, from below. A level that has one unit, or none with
// two areas, tells nothing.
func (x *screenedLevel) group(list *areas.List, within []string) {
	at := slices.Index(list.Levels, x.level)
	for _, level := range list.Levels[at+1:] {
		if !slices.Contains(within, level) {
			continue
		}
		number, group := make(map[string]int32), make([]int32, len(x.areas))
		for i, area := range x.areas {
			up, ok := list.Ancestor(area, level)
			if !ok {
				up = "" // an area that the code list does not know
			}
			g, seen := number[up]
			if !seen {
				g = int32(len(number))
				number[up] = g
			}
			group[i] = g
		}
		if below := len(x.areas); len(number) > 1 && len(number) < below {
			x.groups, x.groupNames = append(x.groups, group), append(x.groupNames, level)
		}
	}
}
