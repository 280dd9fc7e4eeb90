package api

import "github.com/concord-stat/concord/internal/findings"

// A Why tells why the total of an area differs. Its lists are empty where the comparison says nothing of the area.
type Why struct {
	Definition string      `json:"definition"`
	Difference Number      `json:"difference" doc:"register minus census, in persons; the parts that are known add up to it"`
	CILower    Number      `json:"ci_lower"`
	CIUpper    Number      `json:"ci_upper"`
	Parts      []WhyPart   `json:"parts" nullable:"false" doc:"the unexplained rest is last"`
	Cause      Cause       `json:"cause"`
	Fits       []Fit       `json:"fits" nullable:"false" doc:"of the definitions of the register; the best one first"`
	Links      FigureLinks `json:"links"`
}

// A WhyPart is a named part of a difference. One that is not known has null for persons, and a note.
type WhyPart struct {
	Part    string    `json:"part" doc:"identifier"`
	Title   string    `json:"title" doc:"what it is called"`
	Persons Number    `json:"persons"`
	CILower Number    `json:"ci_lower"`
	CIUpper Number    `json:"ci_upper"`
	Gross   Number    `json:"gross" doc:"persons to be added, taken away or moved"`
	Share   Number    `json:"share" doc:"of the difference"`
	Basis   string    `json:"basis" doc:"what the interval allows for"`
	Notes   string    `json:"notes"`
	Ages    []WhyAges `json:"ages" nullable:"false" doc:"by age group; empty where the comparison has none"`
}

// WhyAges are what a part is of an age group.
type WhyAges struct {
	Group   string `json:"age_group"`
	Persons Number `json:"persons"`
	CILower Number `json:"ci_lower"`
	CIUpper Number `json:"ci_upper"`
}

// A Cause is what most likely made a difference.
type Cause struct {
	Cause     string `json:"cause" doc:"identifier"`
	Direction string `json:"direction" doc:"more, fewer or moved; empty where no cause was found"`
	Text      string `json:"text" doc:"the cause in words"`
	Persons   Number `json:"persons"`
	QValue    Number `json:"q_value"`
	Notes     string `json:"notes"`
}

// A Fit is how well a population definition of the register fits the census.
type Fit struct {
	Definition string `json:"definition"`
	Title      string `json:"title"`
	Best       bool   `json:"best"`
	ChosenBy   string `json:"chosen_by" doc:"of the best one: what it was chosen by"`
	Distance   Number `json:"distance"`
	Weight     Number `json:"weight" doc:"of the evidence, 0 to 1, among the definitions"`
	Gap        Number `json:"gap" doc:"register minus census, in persons"`
	Explained  Number `json:"explained_pct" doc:"percent of the gap that the best definition takes away"`
	CILower    Number `json:"ci_lower"`
	CIUpper    Number `json:"ci_upper"`
}

// FigureLinks are the addresses of a figure, empty where there is nothing to draw.
type FigureLinks struct {
	SVG string `json:"svg,omitempty"`
	PNG string `json:"png,omitempty"`
	PDF string `json:"pdf,omitempty"`
}

func figuresAt(there bool, path string) FigureLinks {
	if !there {
		return FigureLinks{}
	}
	return FigureLinks{path + ".svg", path + ".png", path + ".pdf"}
}

func newWhy(definition string, w *findings.Why, links FigureLinks) Why {
	out := Why{Definition: definition, Difference: Number(w.Difference), CILower: Number(w.Lower), CIUpper: Number(w.Upper),
		Parts: []WhyPart{}, Fits: []Fit{}, Links: links}
	c := w.Cause
	out.Cause = Cause{c.Name, c.Direction, c.Text, Number(c.Persons), Number(c.Q), c.Note}
	for _, p := range w.Parts {
		part := WhyPart{p.Name, p.Title, Number(p.Persons), Number(p.Lower), Number(p.Upper), Number(p.Gross), Number(p.Share), p.Basis, p.Note, []WhyAges{}}
		for _, a := range p.Ages {
			part.Ages = append(part.Ages, WhyAges{a.Group, Number(a.Persons), Number(a.Lower), Number(a.Upper)})
		}
		out.Parts = append(out.Parts, part)
	}
	for _, f := range w.Fits {
		out.Fits = append(out.Fits, Fit{f.Definition, f.Title, f.Best, f.ChosenBy, Number(f.Distance), Number(f.Weight), Number(f.Gap),
			Number(f.Explained), Number(f.Lower), Number(f.Upper)})
	}
	return out
}
