package report

import (
	"fmt"
	"slices"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/findings"
	"github.com/concord-stat/concord/internal/results"
)

// edition is a comparison being told in a language. Many goroutines read it; nobody changes it once it is made.
type edition struct {
	*results.Comparison
	words
	areas  []results.Area // in the order of the list
	byCode map[string]results.Area
	single map[string]bool // levels that have one area
	counts map[string]int  // areas of a level
	found  *findings.Findings
}

func newEdition(c *results.Comparison) (*edition, error) {
	e := &edition{Comparison: c, words: wordsFor(c.Summary.Languages), byCode: make(map[string]results.Area), counts: make(map[string]int)}
	var err error
	if e.found, err = findings.Of(c); err != nil {
		return nil, err
	}
	if !c.Summary.Usual() {
		e.words = e.words.ofPairs()
	}
	for _, a := range c.Areas {
		e.byCode[a.Code] = a
	}
	e.areas = collated(append(slices.Clone(c.Areas), e.unlisted()...))
	for _, a := range e.areas {
		e.counts[a.Level]++
	}
	e.single = make(map[string]bool)
	for _, level := range e.levels() {
		e.single[level] = e.count(level) == 1
	}
	return e, nil
}

// definition is what rows of a definition are of: a population, or a pair of sources.
func (e *edition) definition(name string) string {
	if e.Summary.Usual() {
		return e.words.definition(name)
	}
	p := e.Summary.Pair(name)
	return fmt.Sprintf(e.word("pairOf"), name, chart.SourceName(e.language, p.First), chart.SourceName(e.language, p.Second))
}

// unlisted are areas that have rows but are not in the list of areas. They are shown like the others: a report that
// leaves out what was compared would be wrong.
func (e *edition) unlisted() []results.Area {
	var found []results.Area
	for _, row := range e.Rows {
		if _, ok := e.byCode[row.Area]; !ok {
			a := results.Area{Code: row.Area, Name: row.AreaName}
			e.byCode[a.Code] = a
			found = append(found, a)
		}
	}
	return found
}

// levels are those that have areas, highest first, and areas of no level last.
func (e *edition) levels() []string {
	levels := slices.Clone(e.Summary.Levels)
	slices.Reverse(levels)
	for _, a := range e.areas {
		if !slices.Contains(levels, a.Level) {
			levels = append(levels, a.Level)
		}
	}
	return slices.DeleteFunc(levels, func(l string) bool { return e.count(l) == 0 })
}

func (e *edition) count(level string) int { return e.counts[level] }

// definitions are those of the summary, then any others that rows have.
func (e *edition) definitions() []string {
	return completed(e.Summary.Definitions, e.Rows, func(r *compare.Discrepancy) string { return r.Definition })
}

// leading is the first definition, of which areas are shown where there is room for one; empty where nothing is compared.
func (e *edition) leading() string {
	if all := e.definitions(); len(all) > 0 {
		return all[0]
	}
	return ""
}

func (e *edition) dimensions() []string {
	return completed(e.Summary.Dimensions, e.Rows, func(r *compare.Discrepancy) string { return r.Dimension })
}

func completed(known []string, rows []compare.Discrepancy, of func(*compare.Discrepancy) string) []string {
	all := slices.Clone(known)
	for i := range rows {
		if s := of(&rows[i]); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
