package findings

import (
	"cmp"
	"math"
	"slices"

	"github.com/concord-stat/concord/internal/chart"
)

// A Why is what a comparison says of why the total of an area differs under a definition.
type Why struct {
	Difference   float64 // register minus census; the parts that are known add up to it
	Lower, Upper float64 // interval of the difference
	Parts        []Part  // the unexplained rest is last
	Cause        Cause
	Fits         []Fit // of the definitions of the register; the best first
}

// A Part is a named part of a difference, in persons.
type Part struct {
	Name, Title  string // identifier, and words for it
	Persons, SE  float64
	Lower, Upper float64
	Gross        float64 // persons to be added, taken away or moved
	Share        float64 // of the difference
	Basis, Note  string  // of the interval; why there is no figure, or what it rests on
	Known        bool
	Ages         []AgePart // by age group, where the comparison has them
}

// An AgePart is what a part is of an age group.
type AgePart struct {
	Group                 string
	Persons, Lower, Upper float64
}

// A Cause is what most likely made the difference.
type Cause struct {
	Name, Direction, Text string // identifiers, and a sentence
	Persons, Q            float64
	Note                  string
}

// A Fit is how well a definition of the register fits the census in an area.
type Fit struct {
	Definition, Title string
	Best              bool
	ChosenBy          string  // of the best one, in words
	Distance, Weight  float64 // from the census; weight of the evidence among the definitions
	Gap               float64 // register minus census
	Explained         float64 // percent of the gap that the best definition takes away
	Lower, Upper      float64
}

// Why tells why an area differs under a definition, in words of the language. It is nil where the comparison says nothing of
// the area under that definition, not even that nothing can be said.
func (f *Findings) Why(area, definition, language string) *Why {
	u := unit{area, definition}
	_, explained := f.partsAt[u]
	_, tested := f.causeAt[u]
	if !explained && !tested {
		return nil
	}
	w := &Why{Difference: math.NaN(), Lower: math.NaN(), Upper: math.NaN(), Parts: f.partsOf(u, language),
		Cause: f.causeOf(u, language), Fits: f.fitsOf(area, language)}
	for _, row := range f.comparison.Area(area) {
		if row.Definition == definition && row.Dimension == "total" {
			w.Difference, w.Lower, w.Upper = row.Difference, row.CILower, row.CIUpper
		}
	}
	return w
}

// everyAge stands for all ages together in the table of parts.
const everyAge = "all"

func (f *Findings) partsOf(u unit, language string) []Part {
	parts, t, at := []Part{}, &f.parts, f.partsAt[u]
	for i := at.first; i < at.end; i++ {
		if t.Text("age_group", i) != everyAge {
			last := &parts[len(parts)-1]
			last.Ages = append(last.Ages, AgePart{t.Text("age_group", i), t.Number("persons", i), t.Number("ci_lower", i), t.Number("ci_upper", i)})
			continue
		}
		p := Part{
			Name: t.Text("part", i), Persons: t.Number("persons", i), SE: t.Number("se", i), Lower: t.Number("ci_lower", i),
			Upper: t.Number("ci_upper", i), Gross: t.Number("gross", i), Share: t.Number("share_of_difference", i),
			Basis: chart.NoteText(language, t.Text("basis", i)), Note: chart.NoteText(language, t.Text("notes", i)),
		}
		p.Title, p.Known = chart.PartName(language, p.Name), !math.IsNaN(p.Persons)
		parts = append(parts, p)
	}
	return parts
}

func (f *Findings) causeOf(u unit, language string) Cause {
	i, ok := f.causeAt[u]
	if !ok {
		return Cause{Persons: math.NaN(), Q: math.NaN()}
	}
	t := &f.causes
	c := Cause{Name: t.Text("cause", i), Direction: t.Text("direction", i), Persons: t.Number("persons", i), Q: t.Number("q_value", i),
		Note: chart.NoteText(language, t.Text("notes", i))}
	c.Text = chart.CauseText(language, c.Name, c.Direction)
	return c
}

// Found tells whether a cause was found.
func (c Cause) Found() bool { return c.Direction != "" }

func (f *Findings) fitsOf(area, language string) []Fit {
	fits, t, at := []Fit{}, &f.fits, f.fitsAt[area]
	for i := at.first; i < at.end; i++ {
		x := Fit{
			Definition: t.Text("definition", i), Distance: t.Number("distance", i), Weight: t.Number("weight", i), Gap: t.Number("gap", i),
			Explained: t.Number("explained_pct", i), Lower: t.Number("ci_lower", i), Upper: t.Number("ci_upper", i),
		}
		if x.Best = t.Text("best", i) == x.Definition; x.Best {
			x.ChosenBy = chart.NoteText(language, t.Text("chosen_by", i))
		}
		x.Title = f.title(x.Definition, language)
		fits = append(fits, x)
	}
	slices.SortStableFunc(fits, func(a, b Fit) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Distance, b.Distance))
	})
	return fits
}

// place has the best one before the others.
func place(f Fit) int {
	if f.Best {
		return 0
	}
	return 1
}

// title is what a definition or pair is called.
func (f *Findings) title(definition, language string) string {
	if p := f.comparison.Summary.Pair(definition); !p.Usual() {
		return chart.SourceName(language, p.First)
	}
	return chart.DefinitionName(language, definition)
}

// Waterfall draws the parts of an area, nil where there are none.
func (f *Findings) Waterfall(area, definition, language string) *chart.Waterfall {
	w := f.Why(area, definition, language)
	if w == nil || len(w.Parts) == 0 || math.IsNaN(w.Difference) {
		return nil
	}
	drawn := chart.NewWaterfall(language, f.name(area), f.title(definition, language), f.comparison.Summary.Level)
	drawn.Total.Persons, drawn.Total.Lower, drawn.Total.Upper = w.Difference, w.Lower, w.Upper
	for _, p := range w.Parts {
		if p.Known {
			drawn.Parts = append(drawn.Parts, chart.WaterfallPart{Name: p.Title, Persons: p.Persons, Lower: p.Lower, Upper: p.Upper})
		}
	}
	return drawn
}

func (f *Findings) name(area string) string {
	if a := f.comparison.Unit(area); a.Name != "" {
		return a.Name
	}
	return area
}
