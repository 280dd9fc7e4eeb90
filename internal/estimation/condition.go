package estimation

import (
	"math"
	"slices"

	"github.com/concord-stat/concord/internal/microdata"
)

// A truth is what a condition is on a row.
type truth int8

const (
	no truth = iota
	yes
	unknown // a value that it needs is missing
)

// A condition is true, not true or unknown on every row. Only is missing is never unknown.
type condition interface {
	wants() []microdata.Want
	on(t *microdata.Table) []truth
}

// compared is a column compared with a number.
type compared struct {
	column, op string
	value      float64
}

func (c compared) wants() []microdata.Want { return number(c.column) }

func (c compared) on(t *microdata.Table) []truth {
	v := t.Numbers(c.column)
	out := make([]truth, len(v))
	for i, x := range v {
		out[i] = c.holds(x)
	}
	return out
}

func (c compared) holds(x float64) truth {
	switch {
	case math.IsNaN(x):
		return unknown
	case c.op == "=":
		return truthOf(x == c.value)
	case c.op == "!=":
		return truthOf(x != c.value)
	case c.op == "<":
		return truthOf(x < c.value)
	case c.op == "<=":
		return truthOf(x <= c.value)
	case c.op == ">":
		return truthOf(x > c.value)
	}
	return truthOf(x >= c.value)
}

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// among is a column that is one of some texts, by level or label.
type among struct {
	column string
	texts  []string
}

func (a among) wants() []microdata.Want { return code(a.column) }

func (a among) on(t *microdata.Table) []truth {
	c := t.Codes(a.column)
	missing := c.MissingLevel()
	of := make([]truth, len(c.Levels))
	for i, level := range c.Levels {
		of[i] = truthOf(slices.Contains(a.texts, level) || slices.Contains(a.texts, c.Labels[i]))
		if int32(i) == missing {
			of[i] = unknown
		}
	}
	out := make([]truth, len(c.Code))
	for i, l := range c.Code {
		out[i] = of[l]
	}
	return out
}

// missing is a column without a value.
type missing struct{ column string }

func (m missing) wants() []microdata.Want { return code(m.column) }

func (m missing) on(t *microdata.Table) []truth {
	c := t.Codes(m.column)
	level := c.MissingLevel()
	out := make([]truth, len(c.Code))
	for i, l := range c.Code {
		out[i] = truthOf(l == level)
	}
	return out
}

// negated is a condition that does not hold; what is not known stays so.
type negated struct{ of condition }

func (n negated) wants() []microdata.Want { return n.of.wants() }

func (n negated) on(t *microdata.Table) []truth {
	out := n.of.on(t)
	for i, v := range out {
		switch v {
		case yes:
			out[i] = no
		case no:
			out[i] = yes
		}
	}
	return out
}

// both is two conditions that hold.
type both struct{ a, b condition }

func (c both) wants() []microdata.Want { return append(c.a.wants(), c.b.wants()...) }

func (c both) on(t *microdata.Table) []truth {
	return joined(c.a.on(t), c.b.on(t), no)
}

// either is two conditions of which one holds.
type either struct{ a, b condition }

func (c either) wants() []microdata.Want { return append(c.a.wants(), c.b.wants()...) }

func (c either) on(t *microdata.Table) []truth {
	return joined(c.a.on(t), c.b.on(t), yes)
}

// joined is what two conditions say together: what decides if one of them does, else unknown if one of them is.
func joined(a, b []truth, decides truth) []truth {
	for i := range a {
		switch {
		case a[i] == decides || b[i] == decides:
			a[i] = decides
		case b[i] == unknown:
			a[i] = unknown
		}
	}
	return a
}

func number(column string) []microdata.Want {
	return []microdata.Want{{Name: column, Kind: microdata.Number}}
}

func code(column string) []microdata.Want {
	return []microdata.Want{{Name: column, Kind: microdata.Code}}
}
