package extract

import (
	"strings"

	"github.com/concord-stat/concord/internal/columns"
)

// dictionary says of every column of every file what it holds.
func (e *Extract) dictionary() columns.Table {
	var d dictionary
	for _, t := range e.Tallies {
		file := tallyName(further(t))
		for _, dim := range t.Dims {
			d.add(file, dim.Name, "text", meaning(dim.Name), categories(dim.Name, dim.Levels))
		}
		d.add(file, "persons", "whole number", "persons registered in the cell; a cell without a row has none", "")
		if t.Noise != nil {
			d.add(file, noiseColumn, "number", "variance of the noise that a disclosure rule added to persons, in persons squared", "")
		}
	}
	if t := e.Events; t != nil {
		for _, dim := range t.Dims {
			d.add(eventsName, dim.Name, "text", meaning(dim.Name), categories(dim.Name, dim.Levels))
		}
		d.add(eventsName, "persons", "whole number", "persons of the event in the cell; a cell without a row has none", "")
	}
	d.add(areasName, "area", "text", "code of a drawn area", "")
	d.add(areasName, "name", "text", "its name", "")
	d.add(areasName, "probability", "number", "inclusion probability of the draw", "")
	d.add(areasName, "weight", "number", "1/probability", "")
	d.add(areasName, "known", "whole number", "1 where the register has a figure, 0 where it has none", "0 1")
	return columns.Table{{Name: "file", Text: d.file}, {Name: "column", Text: d.column}, {Name: "type", Text: d.kind},
		{Name: "meaning", Text: d.meaning}, {Name: "categories", Text: d.categories}}
}

type dictionary struct{ file, column, kind, meaning, categories []string }

func (d *dictionary) add(file, column, kind, meaning, categories string) {
	d.file = append(d.file, file+".parquet, "+file+".csv")
	d.column = append(d.column, column)
	d.kind = append(d.kind, kind)
	d.meaning = append(d.meaning, meaning)
	d.categories = append(d.categories, categories)
}

func meaning(dimension string) string {
	switch dimension {
	case "definition":
		return "population definition under which the persons are counted"
	case "area":
		return "code of the area; missing: no area known, or a code that is not in the code list"
	case "sex":
		return "sex"
	case "age":
		return "completed years at the reference time; 100+ is open"
	case "age_group":
		return "group of completed years at the reference time, for both days; who was born since is in the first"
	case "event":
		return "of the earlier and the later of reference time and time.register: registered before + births - deaths + arrivals - departures " +
			"= registered after, in every cell. births: born between the two days; arrivals: registered between, born before; " +
			"deaths: died while registered; departures: no longer registered, alive"
	}
	return "category of " + dimension
}

// categories lists the categories of a dimension, where they are not a code list of their own.
func categories(dimension string, levels []string) string {
	if dimension == "area" || dimension == "age" {
		return ""
	}
	return strings.Join(levels, "; ")
}
