// Package results opens a finished comparison read-only, for whoever shows it: the report, the API.
package results

import (
	"sort"

	"github.com/concord-stat/concord/compare"
)

// An Area is one unit of the comparison. Level is its name in the code list ("commune", "district", …), Parent the
// code of the unit above it, empty at the top. Type is the type of unit (phường, xã), where the code list tells it.
//
// Of is how many areas of the lowest level a unit above consists of, and Drawn over how many of them it is compared; both
// are 0 at the lowest level.
type Area struct {
	Code, Name, Level, Parent, Type string
	Drawn, Of                       int
}

// A Summary describes the comparison as a whole; it is the file summary.json of the artefact.
type Summary struct {
	Study         string         `json:"study" doc:"identifier of the study"`
	Title         string         `json:"title"`
	Languages     []string       `json:"languages" doc:"languages of the report, the first one leading"`
	ReferenceTime string         `json:"reference_time" doc:"a day, whose 0:00 is meant, or RFC 3339"`
	Census        string         `json:"census" doc:"sample, counts or aggregates"`
	Level         float64        `json:"level" doc:"confidence level of the intervals"`
	FDR           float64        `json:"fdr" doc:"false-discovery rate of the verdicts, or rate of any false one, as adjust keeps"`
	Adjust        string         `json:"adjust" doc:"how p-values are adjusted for being many, where no named family does otherwise"`
	Definitions   []string       `json:"definitions" doc:"what the rows call the pairs of sources: population definitions, where each is held against the census"`
	Pairs         []Pair         `json:"pairs,omitempty" doc:"what is held against what, in the order of definitions"`
	Dimensions    []string       `json:"dimensions"`
	Levels        []string       `json:"levels" doc:"levels of areas, lowest first"`
	AgeGroups     []string       `json:"age_groups" doc:"labels of the age5 groups in order"`
	Rows          int            `json:"rows"`
	Verdicts      map[string]int `json:"verdicts" doc:"rows by verdict"`
	Inputs        []Input        `json:"inputs" doc:"what was compared, with SHA-256"`
	Override      string         `json:"override,omitempty" doc:"reason given for comparing before collection ended"`
	Caveats       []string       `json:"caveats,omitempty" doc:"what a reader of every row must know"`
	Tables        []string       `json:"tables,omitempty" doc:"names of the tables beside the discrepancies"`
}

// An Input is a file or artefact the comparison was made from.
type Input struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// A Comparison is a finished comparison in memory. Rows are ordered by level, area, definition, dimension and cell;
// nobody changes them.
type Comparison struct {
	Summary Summary
	Areas   []Area
	Rows    []compare.Discrepancy

	tables *further
	byArea map[string][2]int // first row and one past the last
	byCode map[string]int    // position in Areas
}

// New indexes rows that are grouped by area.
func New(s Summary, areas []Area, rows []compare.Discrepancy) *Comparison {
	c := &Comparison{
		Summary: s, Areas: areas, Rows: rows, tables: newFurther(nil), byArea: make(map[string][2]int), byCode: make(map[string]int),
	}
	for i, a := range areas {
		c.byCode[a.Code] = i
	}
	for first := 0; first < len(rows); {
		area := rows[first].Area
		n := sort.Search(len(rows)-first, func(i int) bool { return rows[first+i].Area != area })
		c.byArea[area] = [2]int{first, first + n}
		first += n
	}
	return c
}

// Area returns the rows of one area, nil when there are none.
func (c *Comparison) Area(code string) []compare.Discrepancy {
	at := c.byArea[code]
	return c.Rows[at[0]:at[1]]
}

// Unit returns the area of a code, the zero Area when there is none.
func (c *Comparison) Unit(code string) Area {
	if i, ok := c.byCode[code]; ok {
		return c.Areas[i]
	}
	return Area{}
}
