package chart

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

const (
	dimension = "sex*age5"
	missing   = "missing" // the category of persons whose sex or age is not stated
)

// ErrNoPyramid says that the comparison has no cells by sex and five-year age group for an area and a definition.
var ErrNoPyramid = errors.New("no cells by sex and age group")

// PyramidOf gathers the cells by sex and five-year age group of one area and definition, with words in the language
// ("vi" or "en"; any other is English). Persons without sex or age have no bar: the subtitle counts them, as it
// counts cells without a full figure. The error is ErrNoPyramid where the comparison has no such cells.
func PyramidOf(c *results.Comparison, area, definition, language string) (Pyramid, error) {
	rows := cells(c.Area(area), definition)
	if len(rows) == 0 {
		return Pyramid{}, fmt.Errorf("chart: area %q, definition %q: %w", area, definition, ErrNoPyramid)
	}
	g := gathering{Pyramid: newPyramid(c.Summary.AgeGroups)}
	for _, row := range rows {
		if err := g.add(row); err != nil {
			return Pyramid{}, fmt.Errorf("chart: area %q, definition %q: %w", area, definition, err)
		}
	}
	w := wordsIn(language).ofPair(language, c.Summary.Pair(definition))
	g.Title = title(rows[0])
	g.Subtitle = strings.Join(g.remarks(w, definition, c.Unit(area)), "\n")
	g.Labels = w.labels(c.Summary.Level)
	return g.Pyramid, nil
}

func cells(rows []compare.Discrepancy, definition string) []compare.Discrepancy {
	var found []compare.Discrepancy
	for _, row := range rows {
		if row.Dimension == dimension && row.Definition == definition {
			found = append(found, row)
		}
	}
	return found
}

func title(row compare.Discrepancy) string {
	if row.AreaName == "" {
		return row.Area
	}
	return row.AreaName
}

// gathering is a pyramid in the making, and what it cannot draw.
type gathering struct {
	Pyramid
	missingRegister, missingCensus float64
	unstated, incomplete           int // cells: of persons without sex or age, and without a full figure
}

func (g *gathering) add(row compare.Discrepancy) error {
	sex, age, ok := strings.Cut(row.Cell, "*")
	if !ok {
		return fmt.Errorf("cell %q is not of the form sex*age", row.Cell)
	}
	if sex == missing || age == missing {
		g.addMissing(row)
		return nil
	}
	i := slices.Index(g.Groups, age)
	if i < 0 {
		return fmt.Errorf("cell %q: %q is not an age group of the comparison", row.Cell, age)
	}
	if !speaks(row) {
		g.incomplete++
	}
	switch sex {
	case "male":
		g.male().set(i, row)
	case "female":
		g.female().set(i, row)
	default:
		return fmt.Errorf("cell %q: %q is not a sex", row.Cell, sex)
	}
	return nil
}

func (g *gathering) addMissing(row compare.Discrepancy) {
	g.unstated++
	g.missingRegister += row.Register
	g.missingCensus += row.Census
}

// set turns the interval of the difference into that of the census: the register is exact, so census = register -
// difference.
func (s side) set(i int, row compare.Discrepancy) {
	s.register[i], s.census[i] = row.Register, row.Census
	s.lower[i], s.upper[i] = row.Register-row.CIUpper, row.Register-row.CILower
}

// speaks is false where a side had no figure, or only part of one: then nothing could be tested.
func speaks(row compare.Discrepancy) bool {
	if math.IsNaN(row.Register) || math.IsNaN(row.Census) {
		return false
	}
	return row.Verdict != compare.CannotTell || !math.IsNaN(row.PValue)
}

// remarks are the lines of the subtitle.
func (g *gathering) remarks(w words, definition string, unit results.Area) []string {
	lines := []string{w.definition + ": " + w.definitionName(definition)}
	if unit.Drawn < unit.Of {
		lines[0] += "; " + fmt.Sprintf(w.drawn, unit.Drawn, unit.Of)
	}
	if g.unstated > 0 {
		lines = append(lines, fmt.Sprintf(w.missing, w.persons(g.missingRegister), w.persons(g.missingCensus)))
	}
	if g.incomplete > 0 {
		lines = append(lines, fmt.Sprintf(w.incomplete, g.incomplete))
	}
	return lines
}

func nans(n int) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = math.NaN()
	}
	return s
}
