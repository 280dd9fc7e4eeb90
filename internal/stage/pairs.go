package stage

import (
	"fmt"
	"path/filepath"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/fieldwork"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/study"
)

// A side is what one source says, cell by cell. A grid is nil where the source does not carry the dimension. Both are
// asked by several goroutines at once.
type side interface {
	grid(level, dimension string) *grid
	figure(g *grid, area, cell string) compare.Figure
}

// A pair is two sources held against each other; differences are first minus second. Its name stands in the column
// definition of the rows.
type pair struct {
	name          string
	first, second side
	told          results.Pair
}

// A furtherSide is a source beside register and census; what it says of a cell goes under its name.
type furtherSide struct {
	side
	name string
}

func (s furtherSide) figure(g *grid, area, cell string) compare.Figure {
	f := s.side.figure(g, area, cell)
	for _, text := range []*string{&f.Silent, &f.Note} {
		if *text != "" {
			*text = s.name + ": " + *text
		}
	}
	return f
}

// pairsOf makes the pairs of the plan: the register under each definition compared, held against the census, unless the
// study names others.
func (c *comparison) pairsOf(others []otherExtract, list *areas.List, estimated string) ([]pair, error) {
	sides := make(map[string]sourceSide)
	for _, p := range c.runner.Study.Pairs() {
		for _, name := range []string{p.First, p.Second} {
			if _, made := sides[name]; made {
				continue
			}
			s, err := c.sourceSide(name, others, list, estimated)
			if err != nil {
				return nil, fmt.Errorf("source %s: %w", name, err)
			}
			sides[name] = s
		}
	}
	var pairs []pair
	for _, p := range c.runner.Study.Pairs() {
		first, second := sides[p.First], sides[p.Second]
		told := results.Pair{Name: p.Name, First: first.told, Second: second.told}
		if first.kind == fieldwork.Sample && second.kind == fieldwork.Sample {
			told.Note = "two samples: their errors are taken to be independent; where one is a subsample of the other, the variance is not right"
			c.caveats = append(c.caveats, p.Name+": "+told.Note)
		}
		pairs = append(pairs, pair{p.Name, first.side, second.side, told})
	}
	return pairs, nil
}

// A sourceSide is a source with what is told of it.
type sourceSide struct {
	side
	kind string // of field results; empty for a register
	told results.Source
}

func (c *comparison) sourceSide(name string, others []otherExtract, list *areas.List, estimated string) (sourceSide, error) {
	source, further := c.runner.Study.Source(name)
	switch {
	case name == study.CensusName:
		return sourceSide{c.census, c.census.details.Kind, results.Source{Name: name, Kind: results.Census}}, nil
	case !further:
		side := newRegisterSide(c.extract, c.details, c.list, c.cover, c.lowest(), name)
		return sourceSide{side, "", results.Source{Name: name, Kind: results.Register}}, nil
	case source.Field != nil:
		return c.furtherField(source, estimated)
	}
	for _, o := range others {
		if o.source.Name == name {
			at := o.details.Plan.ReferenceTime
			side, caveats, err := c.otherSide(o, list)
			for _, text := range caveats {
				c.caveats = append(c.caveats, name+": "+text)
			}
			told := results.Source{Name: name, Title: source.Title, Kind: results.Register, Definition: source.Definition, ReferenceTime: at}
			return sourceSide{furtherSide{side, name}, "", told}, err
		}
	}
	panic("stage: source " + name + " was not opened")
}

func (c *comparison) furtherField(source study.Source, estimated string) (sourceSide, error) {
	details, ok := c.census.details.Further[source.Name]
	if !ok {
		return sourceSide{}, fmt.Errorf("it was not estimated: run concord %s again", Estimate)
	}
	side, err := loadCensus(filepath.Join(estimated, furtherEstimates(source.Name)+".parquet"), details, c.cover)
	for _, text := range details.Caveats {
		c.caveats = append(c.caveats, source.Name+": "+text)
	}
	told := results.Source{Name: source.Name, Title: source.Title, Kind: results.Census, Census: details.Kind}
	return sourceSide{furtherSide{side, source.Name}, details.Kind, told}, err
}
