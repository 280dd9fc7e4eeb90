package stage

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"sort"
	"strconv"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// An areaFrame is the units of a level of the code list, or the areas the register holds.
type areaFrame struct {
	runner *Runner
	list   *areas.List
	codes  []string                    // ascending
	parts  map[string][]string         // areas of the lowest level that units consist of
	counts map[string]map[string]int64 // persons of an area by definition, counted when first asked for
}

// frame is the units that can be drawn, in order of code.
func (r *Runner) frame(ctx context.Context, list *areas.List) (*areaFrame, error) {
	f := &areaFrame{runner: r, list: list, parts: make(map[string][]string), counts: make(map[string]map[string]int64)}
	if len(list.Lowest()) == 0 {
		return f, f.fromRegister(ctx)
	}
	level := r.Study.Draw.Level
	among, err := named(list, level, r.Study.Draw.Areas)
	if err != nil {
		return nil, err
	}
	for _, code := range list.Codes(level) {
		if among == nil || among[code] {
			f.codes = append(f.codes, code)
		}
	}
	for _, area := range list.Lowest() {
		up, _ := list.Ancestor(area, level)
		f.parts[up] = append(f.parts[up], area)
	}
	return f, nil
}

// named are the units of a level that codes of this or a higher level name; nil when no code is given.
func named(list *areas.List, level string, codes []string) (map[string]bool, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	among := make(map[string]bool)
	for _, code := range codes {
		above, ok := list.Unit(code)
		if !ok {
			return nil, problems.Input(fmt.Errorf("draw.areas: the code list has no unit %s", code))
		}
		if slices.Index(list.Levels, above.Level) < slices.Index(list.Levels, level) {
			return nil, problems.Input(fmt.Errorf("draw.areas: unit %s is a %s, below the %s that is drawn", code, above.Level, level))
		}
		for _, unit := range list.Codes(level) {
			if up, _ := list.Ancestor(unit, above.Level); up == code {
				among[unit] = true
			}
		}
	}
	return among, nil
}

// fromRegister makes every code the register holds a unit.
func (f *areaFrame) fromRegister(ctx context.Context) error {
	codes := make(map[string]bool)
	for _, d := range f.runner.Study.Definitions {
		sizes, err := f.sizes(ctx, d.Name)
		if err != nil {
			return err
		}
		for code := range sizes {
			codes[code] = true
		}
	}
	delete(codes, analysis.Missing)
	for code := range codes {
		f.codes, f.parts[code] = append(f.codes, code), []string{code}
	}
	sort.Strings(f.codes)
	return nil
}

// among is the frame with the units that count alone.
func (f *areaFrame) among(counts func(code string) bool) *areaFrame {
	part := *f
	part.codes = slices.DeleteFunc(slices.Clone(f.codes), func(code string) bool { return !counts(code) })
	return &part
}

// Name is the code list, or the register where there is none.
func (f *areaFrame) Name() string {
	if file := f.runner.Study.Areas.File; file != "" {
		return f.runner.Study.Path(file)
	}
	return f.runner.registerName()
}

// Units yields the units in order of code.
func (f *areaFrame) Units(ctx context.Context, s *study.Selection) iter.Seq2[draw.Unit, error] {
	return func(yield func(draw.Unit, error) bool) {
		for _, code := range f.codes {
			u, err := f.unit(ctx, s, code)
			if err != nil {
				u = draw.Unit{}
			}
			if !yield(u, err) || err != nil {
				return
			}
		}
	}
}

// unit is a unit with what the selection asks of it.
func (f *areaFrame) unit(ctx context.Context, s *study.Selection, code string) (draw.Unit, error) {
	u := draw.Unit{Code: code, Name: code}
	if known, ok := f.list.Unit(code); ok {
		u.Name = known.Name
	}
	var err error
	if s.Stratum != "" {
		if u.Stratum, err = f.text(code, s.Stratum, "stratum"); err != nil {
			return u, err
		}
	}
	for _, name := range s.Order {
		text, err := f.orderBy(ctx, code, name)
		if err != nil {
			return u, err
		}
		u.Order = append(u.Order, text)
	}
	return u, f.numbers(ctx, s, &u)
}

// numbers fills in the numbers that the selection asks of a unit.
func (f *areaFrame) numbers(ctx context.Context, s *study.Selection, u *draw.Unit) error {
	asked := []struct {
		to        *float64
		name, key string
		of        func(context.Context, []string, string, string) (float64, error)
	}{
		{&u.Size, s.Size, "size", f.total}, {&u.Spread, s.Spread, "spread", f.total},
		{&u.Centre[0], s.Longitude, "longitude", f.mean}, {&u.Centre[1], s.Latitude, "latitude", f.mean},
	}
	if s.Coordination != nil {
		asked = append(asked, asked[3])
		asked[4].to, asked[4].name, asked[4].key, asked[4].of = &u.Number, s.Coordination.Column, "coordination.column", f.common
	}
	for _, a := range asked {
		if a.name == "" {
			continue
		}
		v, err := a.of(ctx, f.parts[u.Code], a.name, a.key)
		if err != nil {
			return err
		}
		*a.to = v
	}
	for _, name := range s.Balance {
		v, err := f.total(ctx, f.parts[u.Code], name, "balance")
		if err != nil {
			return err
		}
		u.Balance = append(u.Balance, v)
	}
	return nil
}

// orderBy is the value a unit is ordered by: its count under a definition, the unit above or the value of a column.
func (f *areaFrame) orderBy(ctx context.Context, code, name string) (string, error) {
	if !f.runner.isDefinition(name) {
		return f.text(code, name, "order")
	}
	v, err := f.total(ctx, f.parts[code], name, "order")
	return columns.Format(v), err
}

// text is the unit above, or the value of the column of the code list.
func (f *areaFrame) text(code, name, key string) (string, error) {
	if slices.Contains(f.list.Levels, name) {
		s, _ := f.list.Ancestor(code, name)
		return s, nil
	}
	u, _ := f.list.Unit(code)
	s, ok := u.Columns[name]
	if !ok {
		return "", problems.Input(fmt.Errorf("draw.%s: %q is neither a level nor a column of the code list", key, name))
	}
	return s, nil
}

// total is the sum over areas of a definition's count in the register or of a column of the code list.
func (f *areaFrame) total(ctx context.Context, parts []string, name, key string) (float64, error) {
	if f.runner.isDefinition(name) {
		counts, err := f.sizes(ctx, name)
		total := int64(0)
		for _, area := range parts {
			total += counts[area]
		}
		return float64(total), err
	}
	total := 0.0
	for _, area := range parts {
		v, err := f.number(area, name, key)
		if err != nil {
			return 0, err
		}
		total += v
	}
	return total, nil
}

// mean is the mean over areas of a column of the code list.
func (f *areaFrame) mean(ctx context.Context, parts []string, name, key string) (float64, error) {
	total, err := f.total(ctx, parts, name, key)
	return total / float64(len(parts)), err
}

// common is the number all areas have in a column of the code list. A mean of permanent random numbers would not be one:
// it is near a half the more areas a unit has.
func (f *areaFrame) common(_ context.Context, parts []string, name, key string) (float64, error) {
	common := math.NaN()
	for i, area := range parts {
		v, err := f.number(area, name, key)
		if err != nil {
			return 0, err
		}
		if i > 0 && v != common {
			return 0, problems.Input(fmt.Errorf("draw.%s: unit %s and unit %s, which are drawn together, differ in column %q: "+
				"give all areas of a unit of draw.level its number", key, parts[0], area, name))
		}
		common = v
	}
	return common, nil
}

func (f *areaFrame) number(area, name, key string) (float64, error) {
	u, _ := f.list.Unit(area)
	text, ok := u.Columns[name]
	if !ok {
		return 0, problems.Input(fmt.Errorf("draw.%s: %q is neither a population definition nor a column of the code list", key, name))
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, problems.Input(fmt.Errorf("draw.%s: unit %s: column %q of the code list is no number", key, area, name))
	}
	return v, nil
}

// sizes counts the persons of every area under a definition, once.
func (f *areaFrame) sizes(ctx context.Context, definition string) (map[string]int64, error) {
	if counts, ok := f.counts[definition]; ok {
		return counts, nil
	}
	reg, err := f.runner.register(ctx)
	if err != nil {
		return nil, err
	}
	f.counts[definition], err = reg.Sizes(ctx, f.list.Lowest(), definition)
	return f.counts[definition], err
}
