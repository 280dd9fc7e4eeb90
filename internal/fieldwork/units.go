package fieldwork

import (
	"cmp"
	"slices"

	"github.com/concord-stat/concord/analysis"
)

// units are the sampling units of the records, numbered as they come.
type units struct {
	strata []stratum
	psus   []psu
	ssus   []ssu
	areas  []string // of every SSU
	index  struct {
		strata, psus map[string]int32
		ssus         map[ssu]int32
	}
	of []int32 // unit of every record: SSU where households are mapped, else PSU
}

type stratum struct {
	name       string
	population float64
	line       int // where it first stands
}

type psu struct {
	name       string
	stratum    int32
	population float64
	line       int
}

type ssu struct {
	psu  int32
	name string
}

func newUnits() units {
	var u units
	u.index.strata, u.index.psus, u.index.ssus = make(map[string]int32), make(map[string]int32), make(map[ssu]int32)
	return u
}

// unit puts a record of a sample under its units and gives the lowest one. A count has no units; nor has a record whose
// units are not all named.
func (w *row) unit() int32 {
	if w.study.Field.Kind != Sample {
		return 0
	}
	named := w.named("stratum", "psu")
	var psus, households float64
	if w.has("psus") {
		psus = w.positive("psus")
	}
	if w.has("households") {
		households = w.positive("households")
		named = w.named("household") && named
	}
	if !named {
		return 0
	}
	h := w.stratum(w.get("stratum"), psus)
	i := w.psu(w.get("psu"), h, households)
	if w.has("households") {
		i = w.ssu(ssu{i, w.get("household")})
	}
	return i
}

// named tells whether every one of the columns has a value.
func (w *row) named(names ...string) bool {
	ok := true
	for _, name := range names {
		if w.get(name) == "" {
			w.fault(name, empty)
			ok = false
		}
	}
	return ok
}

func (w *row) stratum(name string, population float64) int32 {
	u := &w.units
	h, seen := u.index.strata[name]
	if !seen {
		h = int32(len(u.strata))
		u.index.strata[name] = h
		u.strata = append(u.strata, stratum{name, population, w.line})
	}
	if u.strata[h].population != population {
		w.contradicts(otherPSUs, name)
	}
	return h
}

func (w *row) psu(name string, h int32, population float64) int32 {
	u := &w.units
	i, seen := u.index.psus[name]
	if !seen {
		i = int32(len(u.psus))
		u.index.psus[name] = i
		u.psus = append(u.psus, psu{name, h, population, w.line})
	}
	if u.psus[i].stratum != h {
		w.contradicts(otherStratum, name)
	}
	if u.psus[i].population != population {
		w.contradicts(otherHouseholds, name)
	}
	return i
}

func (w *row) ssu(key ssu) int32 {
	u := &w.units
	j, seen := u.index.ssus[key]
	if !seen {
		j = int32(len(u.ssus))
		u.index.ssus[key] = j
		u.ssus, u.areas = append(u.ssus, key), append(u.areas, w.get("area"))
	}
	if !w.bad && u.areas[j] != w.get("area") {
		w.contradicts(otherArea, w.get("psu"))
	}
	return j
}

// checkFrame finds the units of which more were sampled than the frame has.
func (r *reader) checkFrame() {
	u := &r.units
	psus, households := make([]int, len(u.strata)), make([]int, len(u.psus))
	for _, p := range u.psus {
		psus[p.stratum]++
	}
	for _, s := range u.ssus {
		households[s.psu]++
	}
	for h, s := range u.strata {
		if s.population != 0 && s.population < float64(psus[h]) {
			r.lacking(s.line, "psus", s.name, "fewer than the %d PSUs the file has of the stratum", psus[h])
		}
	}
	for i, p := range u.psus {
		if p.population != 0 && p.population < float64(households[i]) {
			r.lacking(p.line, "households", p.name, "fewer than the %d households the file has of the PSU", households[i])
		}
	}
}

// design puts strata, PSUs and households in order of their names, so that the order of the file does not matter, and
// gives the unit of every record in that order.
func (u *units) design() (*analysis.Design, []int32, error) {
	strata, toStratum := ordered(u.strata, func(a, b stratum) int { return cmp.Compare(a.name, b.name) })
	for i := range u.psus {
		u.psus[i].stratum = toStratum[u.psus[i].stratum]
	}
	psus, toPSU := ordered(u.psus, func(a, b psu) int {
		return cmp.Or(cmp.Compare(a.stratum, b.stratum), cmp.Compare(a.name, b.name))
	})
	for i := range u.ssus {
		u.ssus[i].psu = toPSU[u.ssus[i].psu]
	}
	ssus, toSSU := ordered(u.ssus, func(a, b ssu) int { return cmp.Or(cmp.Compare(a.psu, b.psu), cmp.Compare(a.name, b.name)) })
	to, second := toPSU, []int32(nil)
	if len(ssus) > 0 {
		to = toSSU
		for _, s := range ssus {
			second = append(second, s.psu)
		}
	}
	unit := make([]int32, len(u.of))
	for i, of := range u.of {
		unit[i] = to[of]
	}
	d, err := analysis.NewDesign(strataOf(strata), psusOf(psus), second)
	return d, unit, err
}

// ordered sorts a copy and tells where each element went.
func ordered[T any](list []T, less func(a, b T) int) (sorted []T, to []int32) {
	at := make([]int32, len(list))
	for i := range at {
		at[i] = int32(i)
	}
	slices.SortFunc(at, func(i, j int32) int { return less(list[i], list[j]) })
	sorted, to = make([]T, len(list)), make([]int32, len(list))
	for i, from := range at {
		sorted[i], to[from] = list[from], int32(i)
	}
	return sorted, to
}

func strataOf(list []stratum) []analysis.Stratum {
	out := make([]analysis.Stratum, len(list))
	for i, s := range list {
		out[i] = analysis.Stratum{Name: s.name, Population: s.population}
	}
	return out
}

func psusOf(list []psu) []analysis.PSU {
	out := make([]analysis.PSU, len(list))
	for i, p := range list {
		out[i] = analysis.PSU{Name: p.name, Stratum: p.stratum, Population: p.population}
	}
	return out
}
