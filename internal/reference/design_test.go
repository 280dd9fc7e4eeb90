package reference

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/concord-stat/concord/analysis"
)

// design is the design of an entry, of those kinds that analysis.Design can hold.
type design struct {
	Kind       string
	IDs        []string
	Strata     []string
	Weights    string
	FPC        []string
	LonelyPSU  string      `json:"lonely_psu"`
	FromFPC    bool        `json:"weights_from_fpc"`
	AllOne     bool        `json:"weights_all_one"`
	LonelyPart bool        `json:"adjust_domain_lonely"`
	Domain     []condition `json:"domain"`
}

// A condition is one that the rows of a domain meet.
type condition struct {
	Var, Op string
	Value   json.RawMessage
}

// readDesign gives the design of an entry, or what in it cannot be done.
func readDesign(e *entry) (d design, cannot string) {
	var object map[string]json.RawMessage
	if !e.fits("design", &object) {
		return d, "no design"
	}
	var kind string
	if json.Unmarshal(object["kind"], &kind); kind != "linearized" {
		return d, "design " + kind
	}
	odd := strangers(object, "name", "kind", "ids", "strata", "weights", "fpc", "nest", "lonely_psu", "r_call",
		"weights_from_fpc", "weights_all_one", "adjust_domain_lonely", "domain")
	if odd != nil {
		return d, fmt.Sprintf("design with %v", odd)
	}
	e.into("design", &d)
	switch {
	case len(d.Strata) > 1:
		return d, "strata of the second stage"
	case len(d.IDs) > 2 || len(d.FPC) > 2:
		return d, "more than two stages"
	}
	return d, ""
}

// A sample is a data set under a design: the unit and the weight of every row.
type sample struct {
	*analysis.Design
	unit, psu []int32
	weight    []float64
}

// sample builds the design over the rows of t. Rows may come in any order.
func (d *design) sample(t *table) *sample {
	stratum := keys(t, d.Strata, nil)
	psu := keys(t, d.ids(1), stratum)
	twoStages := len(d.IDs) == 2 && len(d.FPC) == 2
	ssu := psu
	if twoStages {
		ssu = keys(t, d.ids(2), psu)
	}
	order := make([]int, t.rows)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return slices.Compare([]int32{stratum[a], psu[a], ssu[a]}, []int32{stratum[b], psu[b], ssu[b]})
	})
	s := &sample{unit: make([]int32, t.rows), psu: make([]int32, t.rows)}
	inStratum, inPSU := d.population(t, 0), d.population(t, 1)
	var strata []analysis.Stratum
	var psus []analysis.PSU
	var ssus []int32
	for n, i := range order {
		first := n == 0
		if first || stratum[i] != stratum[order[n-1]] {
			strata = append(strata, analysis.Stratum{Name: strconv.Itoa(len(strata)), Population: inStratum[i]})
		}
		if first || psu[i] != psu[order[n-1]] {
			psus = append(psus, analysis.PSU{Name: strconv.Itoa(len(psus)), Stratum: int32(len(strata) - 1), Population: inPSU[i]})
		}
		if first || ssu[i] != ssu[order[n-1]] {
			ssus = append(ssus, int32(len(psus)-1))
		}
		s.psu[i] = int32(len(psus) - 1)
		s.unit[i] = int32(len(ssus) - 1)
		mustBe(strata[len(strata)-1].Population, inStratum[i])
		mustBe(psus[len(psus)-1].Population, inPSU[i])
	}
	if !twoStages {
		ssus = nil
	}
	var err error
	if s.Design, err = analysis.NewDesign(strata, psus, ssus); err != nil {
		panic(err)
	}
	s.weight = d.weights(t, s)
	return s
}

func mustBe(a, b float64) {
	if a != b {
		panic(fmt.Sprintf("population counts %v and %v in one unit", a, b))
	}
}

// ids is the column of a stage, none where every row is a unit.
func (d *design) ids(stage int) []string {
	if len(d.IDs) < stage {
		return nil
	}
	return d.IDs[stage-1 : stage]
}

// population is the population count of a stage on every row, 0 where there is none.
func (d *design) population(t *table, stage int) []float64 {
	if stage < len(d.FPC) {
		return t.numbers(d.FPC[stage])
	}
	return make([]float64, t.rows)
}

// keys numbers the units of a column within those above, in order of first row: without a column, all rows are one unit
// where nothing is above, and every row is a unit of its own otherwise.
func keys(t *table, column []string, above []int32) []int32 {
	type key struct {
		above int32
		text  string
	}
	index := map[key]int32{}
	out := make([]int32, t.rows)
	for i := range out {
		k := key{}
		if above != nil {
			k = key{above[i], strconv.Itoa(i)}
		}
		if len(column) == 1 {
			k.text = t.text(column[0])[i]
		}
		code, seen := index[k]
		if !seen {
			code = int32(len(index))
			index[k] = code
		}
		out[i] = code
	}
	return out
}

// weights are the sampling weights 1/π of the rows: given, all one, or from the counts, the product over stages of
// units in the population by units in the sample.
func (d *design) weights(t *table, s *sample) []float64 {
	if d.Weights != "" {
		return t.numbers(d.Weights)
	}
	w := make([]float64, t.rows)
	psus, ssus := make([]float64, len(s.Strata)), make([]float64, len(s.PSUs))
	for _, p := range s.PSUs {
		psus[p.Stratum]++
	}
	for _, p := range s.SSUs {
		ssus[p]++
	}
	for i := range w {
		w[i] = 1
		if p := s.psu[i]; d.FromFPC {
			h := s.PSUs[p].Stratum
			w[i] = s.Strata[h].Population / psus[h]
			if s.SSUs != nil {
				w[i] *= s.PSUs[p].Population / ssus[p]
			}
		}
	}
	return w
}

// domain marks the rows of the domain.
func (d *design) domain(t *table) []bool { return meeting(t, d.Domain) }

// meeting marks the rows that meet all conditions.
func meeting(t *table, conditions []condition) []bool {
	in := make([]bool, t.rows)
	for i := range in {
		in[i] = true
	}
	for _, c := range conditions {
		text := t.text(c.Var)
		for i := range in {
			in[i] = in[i] && text[i] != "" && c.holds(text[i])
		}
	}
	return in
}

// holds compares a value with that of the condition: as numbers where both are, else as text.
func (c condition) holds(value string) bool {
	var list []json.RawMessage
	if c.Op == "in" {
		if err := json.Unmarshal(c.Value, &list); err != nil {
			panic(err)
		}
		return slices.ContainsFunc(list, func(v json.RawMessage) bool { return order(value, v) == 0 })
	}
	switch at := order(value, c.Value); c.Op {
	case "==":
		return at == 0
	case "!=":
		return at != 0
	case "<":
		return at < 0
	case "<=":
		return at <= 0
	case ">":
		return at > 0
	case ">=":
		return at >= 0
	}
	panic("condition with operator " + c.Op)
}

// order compares a value with that of a condition; a text is above every number.
func order(value string, with json.RawMessage) int {
	var n float64
	if json.Unmarshal(with, &n) == nil {
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 1
		}
		return cmp.Compare(v, n)
	}
	var text string
	if err := json.Unmarshal(with, &text); err != nil {
		panic(err)
	}
	return cmp.Compare(value, text)
}
