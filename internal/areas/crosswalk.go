package areas

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// A Target is where part of an old unit goes.
type Target struct {
	Code  string
	Share float64 // of the persons, 0 to 1; NaN when it is not known
	// Primary marks the target that stands in for shares that are not known.
	Primary bool
}

// A Crosswalk tells where the persons of each old unit go.
type Crosswalk map[string][]Target

// ReadCrosswalk reads a crosswalk of a study.
func ReadCrosswalk(s *study.Study, c study.Crosswalk) (Crosswalk, error) {
	var found problems.List
	t, err := readTable(s.Path(c.File), &found)
	if err != nil {
		return nil, err
	}
	if !t.Need(&found, c.From, c.To, c.Share, c.Primary) {
		return nil, &found
	}
	w := make(Crosswalk)
	for _, row := range t.rows {
		w.add(t, row, c, &found)
	}
	w.settle(t.Path, &found)
	if err := found.Err(); err != nil {
		return nil, err
	}
	return w, nil
}

func (w Crosswalk) add(t *table, row record, c study.Crosswalk, found *problems.List) {
	from, to := row.get(t, c.From), row.get(t, c.To)
	if from == "" || to == "" {
		return // a unit without a code on one side, which no figure can be under
	}
	target := Target{Code: to, Share: math.NaN(), Primary: row.get(t, c.Primary) == "1"}
	if text := row.get(t, c.Share); text != "" {
		share, err := strconv.ParseFloat(text, 64)
		if err != nil || !(share >= 0 && share <= 1) {
			found.Add(t.Path, row.line, c.Share, "not a share from 0 to 1")
			return
		}
		target.Share = share
	}
	if at := slices.IndexFunc(w[from], func(o Target) bool { return o.Code == to }); at >= 0 {
		w.merge(from, at, target)
		return
	}
	w[from] = append(w[from], target)
}

// merge joins two rows of the same pair, which a crosswalk of several steps may have: the shares add up.
func (w Crosswalk) merge(from string, at int, t Target) {
	w[from][at].Share += t.Share
	w[from][at].Primary = w[from][at].Primary || t.Primary
}

// settle completes what a single row leaves unsaid, and refuses shares that do not add up.
func (w Crosswalk) settle(file string, found *problems.List) {
	for _, from := range sortedCodes(w) {
		targets := w[from]
		if len(targets) == 1 && math.IsNaN(targets[0].Share) {
			targets[0].Share = 1
		}
		total, known := 0.0, true
		for _, t := range targets {
			if math.IsNaN(t.Share) {
				known = false
				continue
			}
			total += t.Share
		}
		if total > 1+1e-9 || known && total < 1-1e-9 {
			found.Add(file, 0, from, "the shares of unit %s add up to %v", from, total)
		}
		if known || total > 1 {
			scale(targets, total)
		}
	}
}

// scale takes out what rounded shares are off one, which is persons in a large unit.
func scale(targets []Target, total float64) {
	for i := range targets {
		targets[i].Share /= total
	}
}

func sortedCodes(w Crosswalk) []string {
	codes := make([]string, 0, len(w))
	for c := range w {
		codes = append(codes, c)
	}
	sort.Strings(codes)
	return codes
}

// A Part is a number of persons that goes to a new unit.
type Part struct {
	Code    string
	Persons int64
	// Partial says that the split of the old unit is not known, so that this number is a stand-in.
	Partial bool
}

// Carry splits the persons of an old unit over the new ones. The parts always add up to persons: known shares are
// rounded by largest remainder, and what unknown shares leave goes to the primary target among them (to the one with
// the code of the old unit, or else the first, where none is marked). Every target of such a split is marked Partial.
// A unit the crosswalk does not know is an error.
func (w Crosswalk) Carry(code string, persons int64) ([]Part, error) {
	targets, ok := w[code]
	if !ok {
		return nil, fmt.Errorf("the crosswalk has no unit %s", code)
	}
	parts := make([]Part, len(targets))
	rest, remainders, stand := persons, make([]float64, len(targets)), -1
	for i, t := range targets {
		parts[i].Code = t.Code
		if math.IsNaN(t.Share) {
			parts[i].Partial = true
			if stand < 0 || t.Primary || t.Code == code && !targets[stand].Primary {
				stand = i
			}
			continue
		}
		exact := t.Share * float64(persons)
		parts[i].Persons = int64(math.Floor(exact))
		remainders[i] = exact - math.Floor(exact)
		rest -= parts[i].Persons
	}
	if stand >= 0 {
		parts[stand].Persons = rest
		return parts, nil
	}
	for ; rest > 0; rest-- {
		i := largest(remainders)
		parts[i].Persons++
		remainders[i] = -1
	}
	return parts, nil
}

// largest is the position of the largest value, the first of equals.
func largest(v []float64) int {
	at := 0
	for i := range v {
		if v[i] > v[at] {
			at = i
		}
	}
	return at
}
