package api

import (
	"slices"
	"strings"
	"sync"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/findings"
	"github.com/concord-stat/concord/internal/results"
)

// The dimensions that are shown in a particular way.
const (
	totalDimension   = "total"
	pyramidDimension = "sex*age5"
)

// An index is a comparison with what filters need: areas with their span of rows, and the values that occur.
type index struct {
	*results.Comparison
	study       string
	areas       []area
	byCode      map[string]int32
	spans       []int32 // areas in the order of their rows
	levels      []string
	definitions []string
	dimensions  []string
	findings    func() (*findings.Findings, error) // read when somebody asks for them
}

// An area is a unit with its rows Rows[first:end]. Rows of one area lie together.
type area struct {
	results.Area
	folded     string // name as searched
	first, end int32
	totals     []int32 // rows of the dimension total, one a definition
	children   int
}

func newIndex(study string, c *results.Comparison) *index {
	x := &index{Comparison: c, study: study, byCode: make(map[string]int32)}
	x.findings = sync.OnceValues(func() (*findings.Findings, error) { return findings.Of(c) })
	for _, a := range c.Areas {
		x.addArea(a)
	}
	for first := 0; first < len(c.Rows); {
		first = x.addSpan(first)
	}
	for _, a := range x.areas {
		if parent, ok := x.byCode[a.Parent]; ok {
			x.areas[parent].children++
		}
		x.levels = appendNew(x.levels, a.Level)
	}
	x.levels = arrange(x.levels, c.Summary.Levels)
	x.definitions = arrange(x.definitions, c.Summary.Definitions)
	x.dimensions = arrange(x.dimensions, c.Summary.Dimensions)
	return x
}

func (x *index) addArea(a results.Area) int32 {
	i := int32(len(x.areas))
	x.areas = append(x.areas, area{Area: a, folded: fold(a.Name)})
	x.byCode[a.Code] = i
	return i
}

// addSpan gives the rows from first on to their area and returns one past them. An area that the code list lacks is
// made from its rows, so that none is lost.
func (x *index) addSpan(first int) int {
	end, code := first, x.Rows[first].Area
	at, ok := x.byCode[code]
	if !ok {
		at = x.addArea(results.Area{Code: code, Name: x.Rows[first].AreaName})
	}
	a := &x.areas[at]
	for ; end < len(x.Rows) && x.Rows[end].Area == code; end++ {
		d := &x.Rows[end]
		if d.Dimension == totalDimension {
			a.totals = append(a.totals, int32(end))
		}
		x.definitions = appendNew(x.definitions, d.Definition)
		x.dimensions = appendNew(x.dimensions, d.Dimension)
	}
	a.first, a.end = int32(first), int32(end)
	x.spans = append(x.spans, at)
	return end
}

// area finds an area by its code.
func (x *index) area(code string) (*area, error) {
	i, ok := x.byCode[code]
	if !ok {
		return nil, notFound{"no such area in this study", "search the areas by name with ?q="}
	}
	return &x.areas[i], nil
}

// total returns the total row of an area in a definition, nil when there is none.
func (x *index) total(a *area, definition string) *compare.Discrepancy {
	for _, row := range a.totals {
		if x.Rows[row].Definition == definition {
			return &x.Rows[row]
		}
	}
	return nil
}

// definition checks a definition, and chooses the first when none is given.
func (x *index) definition(asked string) (string, error) {
	if asked == "" && len(x.definitions) > 0 {
		return x.definitions[0], nil
	}
	return asked, known("definition", []string{asked}, x.definitions)
}

// language is the one asked for, or the leading one of the study.
func (x *index) language(asked string) string {
	if asked == "" && len(x.Summary.Languages) > 0 {
		return x.Summary.Languages[0]
	}
	return asked
}

// known refuses values that do not occur: a misspelt filter must not look like an empty result.
func known(parameter string, values, among []string) error {
	for _, v := range values {
		if !slices.Contains(among, v) {
			return badValue{parameter, v, among}
		}
	}
	return nil
}

func appendNew(list []string, s string) []string {
	if n := len(list); s == "" || n > 0 && list[n-1] == s || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// arrange puts what occurs into the order of the summary, the rest after it.
func arrange(occurring, order []string) []string {
	slices.SortStableFunc(occurring, func(a, b string) int { return place(order, a) - place(order, b) })
	return occurring
}

func place(order []string, s string) int {
	if i := slices.Index(order, s); i >= 0 {
		return i
	}
	return len(order)
}

// matches tells whether an area's name or code contains the folded text q.
func (a *area) matches(q string) bool {
	return q == "" || strings.Contains(a.folded, q) || strings.Contains(strings.ToLower(a.Code), q)
}

// An indexCache keeps one index a study, for as long as the source gives the same comparison.
type indexCache struct {
	mu    sync.Mutex
	index map[string]*index
}

func (k *indexCache) of(study string, c *results.Comparison) *index {
	k.mu.Lock()
	defer k.mu.Unlock()
	if x := k.index[study]; x != nil && x.Comparison == c {
		return x
	}
	if k.index == nil {
		k.index = make(map[string]*index)
	}
	k.index[study] = newIndex(study, c)
	return k.index[study]
}

// open gives the index of the newest comparison of a study.
func (s *server) open(study string) (*index, error) {
	c, err := s.Source.Comparison(study)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, ErrNoComparison
	}
	return s.indexes.of(study, c), nil
}
