package areas

import (
	"fmt"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/study"
)

// A Chain is crosswalks that are gone over one after the other.
type Chain []Crosswalk

// ReadChain reads crosswalks of a study.
func ReadChain(s *study.Study, crosswalks []study.Crosswalk) (Chain, error) {
	var c Chain
	for _, each := range crosswalks {
		w, err := ReadCrosswalk(s, each)
		if err != nil {
			return nil, err
		}
		c = append(c, w)
	}
	return c, nil
}

// Carry takes a tally of counts over to the units at the end of the chain. Nobody is lost or made, in any category:
// persons of units that a crosswalk does not know are counted as missing, and the caveats say how many.
func (c Chain) Carry(t *analysis.Tally) (carried *analysis.Tally, caveats []string) {
	old, next := t.Dim("area"), &analysis.Tally{}
	for _, d := range t.Dims {
		next.Dims = append(next.Dims, analysis.Dim{Name: d.Name, Levels: d.Levels})
	}
	area, codes, lost := analysis.NewCoder(), []int32(nil), make([]loss, len(c))
	for row, n := range t.N {
		first := len(next.N)
		c.each(old.Levels[old.Code[row]], n, lost, func(code string, persons int64) {
			codes = append(codes, area.Code(code))
			next.N = append(next.N, persons)
			for i := range next.Dims {
				next.Dims[i].Code = append(next.Dims[i].Code, t.Dims[i].Code[row])
			}
		})
		if t.Noise != nil {
			next.Noise = append(next.Noise, noiseOf(t.Noise[row], next.N[first:])...)
		}
	}
	*next.Dim("area") = area.Dim("area", codes)
	next.Sort()
	for _, l := range lost {
		caveats = append(caveats, l.caveat()...)
	}
	return next, caveats
}

// noiseOf shares the variance of the noise of a unit over its parts: by the square of their share of persons, or equally
// where there is nobody. The parts of a unit that is split have noise in common, which is lost when they are put together
// again elsewhere.
func noiseOf(variance float64, parts []int64) []float64 {
	var all int64
	for _, n := range parts {
		all += n
	}
	noise := make([]float64, len(parts))
	for i, n := range parts {
		share := 1 / float64(len(parts))
		if all > 0 {
			share = float64(n) / float64(all)
		}
		noise[i] = variance * share * share
	}
	return noise
}

// each goes through the parts that the persons of a unit are placed in.
func (c Chain) each(code string, persons int64, lost []loss, do func(code string, persons int64)) {
	if len(c) == 0 || code == analysis.Missing {
		do(code, persons)
		return
	}
	parts, err := c[0].Carry(code, persons)
	if err != nil {
		lost[0].add(code, persons)
		do(analysis.Missing, persons)
		return
	}
	for _, p := range parts {
		c[1:].each(p.Code, p.Persons, lost[1:], do)
	}
}

// loss keeps count of persons a crosswalk does not know where to take.
type loss struct {
	units   []string
	persons int64
}

func (l *loss) add(code string, n int64) {
	if at, seen := slices.BinarySearch(l.units, code); !seen {
		l.units = slices.Insert(l.units, at, code)
	}
	l.persons += n
}

func (l *loss) caveat() []string {
	if len(l.units) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d persons of %d units the crosswalk does not know are counted under missing", l.persons, len(l.units))}
}

// Known tells of the units at the end of the chain whether they are made of known units alone. Units that the chain does
// not know are left out; without crosswalks everything stays as it is.
func (c Chain) Known(known map[string]bool) map[string]bool {
	if len(c) == 0 {
		return known
	}
	carried := make(map[string]bool)
	for _, code := range sortedCodes(c[0]) {
		for _, to := range c.units(code, func(code string) (string, bool) { return code, code != analysis.Missing }) {
			before, seen := carried[to]
			carried[to] = known[code] && (before || !seen)
		}
	}
	return carried
}
