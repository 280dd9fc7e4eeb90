// Package extract writes and reads what leaves the keeper of the register: tallies of the drawn areas, as Parquet and
// CSV, with a data dictionary. There is no person in it.
package extract

import (
	"path/filepath"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/columns"
)

// An Extract is the content of an extract.
type Extract struct {
	// Tallies are by definition, area, sex and age, and one more by each further dimension.
	Tallies []*analysis.Tally
	Areas   []Area
	// Events is by definition, area, sex, age group and event: who is registered at two days, and what happened between. Nil
	// where the study does not ask for it.
	Events *analysis.Tally
}

// An Area is an area of the extract.
type Area struct {
	Code, Name          string
	Probability, Weight float64 // of the draw
	// Known tells whether the register has a figure here. A register of persons does everywhere: no row is nobody. One of
	// counts does where it has a row.
	Known bool
}

const (
	areasName  = "areas"
	eventsName = "events"
)

// noiseColumn is the column of a tally with the variance of the noise in its counts.
const noiseColumn = "noise_variance"

// tallyName is the file of the tally with that further dimension, "" for the first.
func tallyName(dimension string) string {
	if dimension == "" {
		return "tally"
	}
	return "tally_" + dimension
}

// further is the further dimension of a tally, "" for the first.
func further(t *analysis.Tally) string {
	for _, d := range t.Dims {
		switch d.Name {
		case "definition", "area", "sex", "age":
		default:
			return d.Name
		}
	}
	return ""
}

// Write writes the extract into a directory.
func (e *Extract) Write(dir string) error {
	for _, t := range e.Tallies {
		if err := tallyTable(t).Save(dir, tallyName(further(t))); err != nil {
			return err
		}
	}
	if e.Events != nil {
		if err := tallyTable(e.Events).Save(dir, eventsName); err != nil {
			return err
		}
	}
	if err := e.areasTable().Save(dir, areasName); err != nil {
		return err
	}
	return columns.Create(filepath.Join(dir, "dictionary.csv"), e.dictionary().WriteCSV)
}

func tallyTable(t *analysis.Tally) columns.Table {
	var table columns.Table
	for _, d := range t.Dims {
		texts := make([]string, len(d.Code))
		for i, c := range d.Code {
			texts[i] = d.Levels[c]
		}
		table = append(table, columns.Column{Name: d.Name, Text: texts})
	}
	table = append(table, columns.Column{Name: "persons", Int: notNil(t.N)})
	if t.Noise != nil {
		table = append(table, columns.Column{Name: noiseColumn, Float: t.Noise})
	}
	return table
}

func notNil(n []int64) []int64 {
	if n == nil {
		return []int64{}
	}
	return n
}

func (e *Extract) areasTable() columns.Table {
	n := len(e.Areas)
	code, name := make([]string, n), make([]string, n)
	probability, weight, known := make([]float64, n), make([]float64, n), make([]int64, n)
	for i, a := range e.Areas {
		code[i], name[i], probability[i], weight[i] = a.Code, a.Name, a.Probability, a.Weight
		if a.Known {
			known[i] = 1
		}
	}
	return columns.Table{{Name: "area", Text: code}, {Name: "name", Text: name}, {Name: "probability", Float: probability},
		{Name: "weight", Float: weight}, {Name: "known", Int: known}}
}
