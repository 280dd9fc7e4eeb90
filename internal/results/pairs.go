package results

// Kinds of sources.
const (
	Register = "register"
	Census   = "census"
)

// A Pair is two sources that were held against each other. Differences are first minus second, percentages of the second;
// the columns that are named after register and census hold the first and the second.
type Pair struct {
	Name   string `json:"name" doc:"stands in the column definition"`
	First  Source `json:"first"`
	Second Source `json:"second"`
	Note   string `json:"note,omitempty" doc:"what a reader of every row of the pair must know"`
}

// A Source is one side of a pair.
type Source struct {
	Name          string `json:"name"`
	Title         string `json:"title,omitempty"`
	Kind          string `json:"kind" enum:"register,census"`
	Census        string `json:"census,omitempty" doc:"sample, counts or aggregates, of further field results"`
	Definition    string `json:"definition,omitempty" doc:"population definition of another extract"`
	ReferenceTime string `json:"reference_time,omitempty" doc:"that of another extract"`
}

// Main tells whether a source is the register or the field results of the study itself, rather than a further one.
func (s Source) Main() bool {
	return s.Kind == Register && s.Definition == "" || s.Kind == Census && s.Census == ""
}

// Label is what readers know the source by.
func (s Source) Label() string {
	if s.Title != "" {
		return s.Title
	}
	return s.Name
}

// Usual tells whether the pair is the register of the study against its census.
func (p Pair) Usual() bool {
	return p.First.Main() && p.First.Kind == Register && p.Second.Main() && p.Second.Kind == Census
}

// Pair is the pair that rows of a definition are of; one of the register against the census where the summary, of an
// earlier program, does not tell.
func (s Summary) Pair(definition string) Pair {
	for _, p := range s.Pairs {
		if p.Name == definition {
			return p
		}
	}
	return Pair{Name: definition, First: Source{Name: definition, Kind: Register}, Second: Source{Name: Census, Kind: Census}}
}

// Usual tells whether every pair is the register against the census.
func (s Summary) Usual() bool {
	for _, p := range s.Pairs {
		if !p.Usual() {
			return false
		}
	}
	return true
}
