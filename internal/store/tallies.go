package store

import (
	"database/sql"

	"github.com/concord-stat/concord/analysis"
)

// tallies gathers the rows of the tally statement into one tally a grouping set.
type tallies struct {
	definitions []string
	hasSex      bool
	hasAge      bool
	hasNoise    bool
	area, sex   *analysis.Coder
	sets        []*tallySet
	dest        []any
	row         struct {
		set, definition int
		area            string
		sex             string
		age             int
		x               sql.NullString
		n, v            int64
	}
}

type tallySet struct {
	name                          string // of the further dimension; empty for the first set
	x                             *analysis.Coder
	definition, area, sex, age, c []int32
	n                             []int64
	noise                         []float64
}

func newTallies(r Request) *tallies {
	b := &tallies{area: analysis.NewCoder(), sex: analysis.NewCoder(), hasSex: r.Persons.Sex.Expr != ""}
	b.hasAge = r.Persons.BirthDate != "" || r.Persons.BirthYearMonth != "" || r.Persons.Age != ""
	for _, d := range r.Definitions {
		b.definitions = append(b.definitions, d.Name)
	}
	b.sets = append(b.sets, &tallySet{x: analysis.NewCoder()})
	for _, d := range r.Persons.Dimensions {
		b.sets = append(b.sets, &tallySet{name: d.Name, x: analysis.NewCoder()})
	}
	b.dest = []any{&b.row.set, &b.row.definition, &b.row.area}
	if b.hasSex {
		b.dest = append(b.dest, &b.row.sex)
	}
	if b.hasAge {
		b.dest = append(b.dest, &b.row.age)
	}
	b.dest = append(b.dest, &b.row.x, &b.row.n)
	if b.hasNoise = r.Persons.NoiseSD != ""; b.hasNoise {
		b.dest = append(b.dest, &b.row.v)
	}
	return b
}

func (b *tallies) scan(rows rows) error {
	if err := rows.Scan(b.dest...); err != nil {
		return err
	}
	s := b.sets[b.row.set]
	s.definition = append(s.definition, int32(b.row.definition))
	s.area = append(s.area, b.area.Code(b.row.area))
	if b.hasSex {
		s.sex = append(s.sex, b.sex.Code(b.row.sex))
	}
	if b.hasAge {
		s.age = append(s.age, analysis.AgeCode(b.row.age))
	}
	if s.name != "" {
		s.c = append(s.c, s.x.Code(b.row.x.String))
	}
	s.n = append(s.n, b.row.n)
	if b.hasNoise {
		s.noise = append(s.noise, float64(b.row.v)*noiseUnit)
	}
	return nil
}

func (b *tallies) tallies() []*analysis.Tally {
	all := make([]*analysis.Tally, len(b.sets))
	for i, s := range b.sets {
		t := &analysis.Tally{N: s.n, Noise: s.noise}
		t.Dims = append(t.Dims, analysis.Dim{Name: "definition", Levels: b.definitions, Code: s.definition}, b.area.Dim("area", s.area))
		if b.hasSex {
			t.Dims = append(t.Dims, b.sex.Dim("sex", s.sex))
		}
		if b.hasAge {
			t.Dims = append(t.Dims, analysis.Dim{Name: "age", Levels: analysis.AgeLevels(), Code: s.age})
		}
		if s.name != "" {
			t.Dims = append(t.Dims, s.x.Dim(s.name, s.c))
		}
		all[i] = t
	}
	return all
}
