package stage

import (
	"context"
	"math"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/compare"
)

// test compares all cells, level by level and pairs and dimensions side by side, up to what needs other cells.
func (c *comparison) test(ctx context.Context) ([]*leveled, error) {
	plan := c.details.Plan
	progress := c.counter(len(plan.Levels) * len(c.pairs) * len(plan.Dimensions))
	var levels []*leveled
	for _, level := range plan.Levels {
		l := &leveled{level: level, areas: c.areasOf(level), families: make([]family, len(c.pairs)*len(plan.Dimensions))}
		levels = append(levels, l)
		work, ctx := errgroup.WithContext(ctx)
		work.SetLimit(runtime.GOMAXPROCS(0))
		for i, p := range c.pairs {
			sizes := c.sizesOf(p, l)
			for j, dimension := range plan.Dimensions {
				work.Go(func() error {
					l.families[i*len(plan.Dimensions)+j] = c.compared(p, l, dimension, sizes)
					progress()
					return ctx.Err()
				})
			}
		}
		if err := work.Wait(); err != nil {
			return nil, err
		}
	}
	return levels, nil
}

// counter reports one more step done, by whoever calls it.
func (c *comparison) counter(steps int) func() {
	var lock sync.Mutex
	done := int64(0)
	return func() {
		lock.Lock()
		defer lock.Unlock()
		done++
		c.runner.progress(Compare, done, int64(steps))
	}
}

// compared compares the cells of a pair and dimension.
func (c *comparison) compared(p pair, l *leveled, dimension string, sizes []float64) family {
	f := family{definition: p.name, dimension: dimension}
	rg, cg := p.first.grid(l.level, dimension), p.second.grid(l.level, dimension)
	f.cells = unite(cellsOf(rg), cellsOf(cg))
	if len(f.cells) == 0 {
		f.cells = []string{"total"} // neither side carries the dimension, and a row has to say so
	}
	k := len(l.areas) * len(f.cells)
	f.register, f.census = compare.NewFigures(k), compare.NewFigures(k)
	for i, area := range l.areas {
		for j, cell := range f.cells {
			at := f.at(i, j)
			f.register.Set(at, p.first.figure(rg, area, cell))
			f.census.Set(at, p.second.figure(cg, area, cell))
		}
	}
	if !p.told.Usual() {
		f.register.Name, f.census.Name = p.told.First.Label(), p.told.Second.Label()
	}
	f.judge(c.details.Plan, sizes)
	return f
}

// judge tests the cells. sizes are the persons of the areas, nil where margins do not depend on them.
func (f *family) judge(p Plan, sizes []float64) {
	plan := p.judging(f.dimension)
	f.margin = plan.MarginPct
	if sizes != nil {
		f.margins = p.marginsOf(sizes, f.dimension)
		plan.Margins = make([]float64, len(f.register.Value))
		for at := range plan.Margins {
			plan.Margins[at] = f.margins[at/len(f.cells)]
		}
	}
	f.judged = compare.Test(f.register, f.census, plan)
	if len(f.cells) > 1 {
		f.std, f.stdSE = compare.StandardisedDifferences(f.register, f.census, len(f.cells), p.Superpopulation)
	}
}

// marginOf is the margin of an area, in percent of the census.
func (f *family) marginOf(area int) float64 {
	if f.margins == nil {
		return f.margin
	}
	return f.margins[area]
}

// sizesOf are the persons that the first of a pair, sealed before the other was known, has in the areas of a level; NaN
// where it has no figure, nil where margins do not depend on them.
func (c *comparison) sizesOf(p pair, l *leveled) []float64 {
	if c.details.Plan.MarginsBySize == nil {
		return nil
	}
	g := p.first.grid(l.level, "total")
	sizes := make([]float64, len(l.areas))
	for i, area := range l.areas {
		if x := p.first.figure(g, area, "total"); x.Silent == "" {
			sizes[i] = x.Value
		} else {
			sizes[i] = math.NaN()
		}
	}
	return sizes
}

// marginsOf are the margins of areas by their size.
func (p Plan) marginsOf(sizes []float64, dimension string) []float64 {
	margins := make([]float64, len(sizes))
	for i, size := range sizes {
		margins[i] = p.marginOf(size, dimension)
	}
	return margins
}

func (p Plan) marginOf(size float64, dimension string) float64 {
	for _, class := range p.MarginsBySize {
		if size < float64(class.Below) {
			if margin, own := class.Margins[dimension]; own {
				return margin
			}
			return class.MarginPct
		}
	}
	return p.judging(dimension).MarginPct
}
