package draw

import (
	"context"
	"iter"
	"slices"

	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// A File is a frame that lies in a file: a row a unit.
type File struct {
	At     store.Location
	Code   string                                 // column or expression with the code of the unit
	Label  string                                 // with its name, "" for none
	Above  []string                               // with the units above, outermost first, of a frame within units drawn before
	Where  string                                 // rows that count; "" for all
	Counts func(above []string, code string) bool // units that count besides; nil for all
}

// sortMemory is what the store may take to put a frame into order: a frame of any length is drawn from on a small machine.
const sortMemory = "512MB"

// Name is the path of the file.
func (f File) Name() string { return f.At.File }

// Units yields the units of the file in order of code.
func (f File) Units(ctx context.Context, s *study.Selection) iter.Seq2[Unit, error] {
	return func(yield func(Unit, error) bool) {
		at := f.At
		at.Memory = sortMemory
		source, err := store.Open(ctx, at)
		if err != nil {
			yield(Unit{}, err)
			return
		}
		defer source.Close()
		l := layoutOf(s)
		for row, err := range source.Units(ctx, f.request(l)) {
			if err != nil {
				yield(Unit{}, err)
				return
			}
			if f.Counts != nil && !f.Counts(row.Above, row.Code) {
				continue
			}
			if !yield(l.unit(row, f.Label != ""), nil) {
				return
			}
		}
	}
}

func (f File) request(l layout) store.UnitsRequest {
	r := store.UnitsRequest{Code: store.Expression(f.Code), Where: store.Expression(f.Where)}
	for _, a := range f.Above {
		r.Above = append(r.Above, store.Expression(a))
	}
	texts := l.texts
	if f.Label != "" {
		texts = append([]string{f.Label}, texts...)
	}
	for _, t := range texts {
		r.Texts = append(r.Texts, store.Expression(t))
	}
	for _, n := range l.numbers {
		r.Numbers = append(r.Numbers, store.Expression(n))
	}
	return r
}

// A layout is which columns a selection reads, and where in a row they stand.
type layout struct {
	texts, numbers                           []string
	stratum, size, spread, number, longitude int    // index, -1 for none
	order, balance                           [2]int // first index and the one past the last
}

func layoutOf(s *study.Selection) layout {
	l := layout{}
	add := func(to *[]string, name string) int {
		if name == "" {
			return -1
		}
		*to = append(*to, name)
		return len(*to) - 1
	}
	l.stratum = add(&l.texts, s.Stratum)
	l.order = [2]int{len(l.texts), len(l.texts) + len(s.Order)}
	l.texts = append(l.texts, s.Order...)
	l.size, l.spread = add(&l.numbers, s.Size), add(&l.numbers, s.Spread)
	l.number = -1
	if s.Coordination != nil {
		l.number = add(&l.numbers, s.Coordination.Column)
	}
	l.longitude = add(&l.numbers, s.Longitude)
	add(&l.numbers, s.Latitude)
	l.balance = [2]int{len(l.numbers), len(l.numbers) + len(s.Balance)}
	l.numbers = append(l.numbers, s.Balance...)
	return l
}

// unit makes a unit of a row, whose first text is its name where it has one.
func (l layout) unit(row store.UnitRow, named bool) Unit {
	u := Unit{Code: row.Code, Above: slices.Clone(row.Above)}
	texts := row.Texts
	if named {
		u.Name, texts = texts[0], texts[1:]
	}
	if l.stratum >= 0 {
		u.Stratum = texts[l.stratum]
	}
	u.Order = slices.Clone(texts[l.order[0]:l.order[1]])
	for _, set := range []struct {
		to *float64
		at int
	}{{&u.Size, l.size}, {&u.Spread, l.spread}, {&u.Number, l.number}, {&u.Centre[0], l.longitude}} {
		if set.at >= 0 {
			*set.to = row.Numbers[set.at]
		}
	}
	if l.longitude >= 0 {
		u.Centre[1] = row.Numbers[l.longitude+1]
	}
	u.Balance = slices.Clone(row.Numbers[l.balance[0]:l.balance[1]])
	return u
}
