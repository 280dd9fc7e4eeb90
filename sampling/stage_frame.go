package sampling

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A StageFrame lists the units of one stage, in columns of equal length. Only the units that lie in drawn units of the
// stage above need be in it; others are passed over. Within a unit above the order is that of drawing.
type StageFrame struct {
	Code    []string  // required: code of the unit, its own within its parent; without "/"
	Parent  []int     // position of the unit it lies in, in the frame of the stage above; nil at the first stage
	Stratum []string  // stratum within the parent; nil means none
	Size    []float64 // measure of size, for probabilities proportional to it; nil where none is needed
}

// A Cell is what a stage draws from at a time: the units of one stratum within one drawn unit of the stage above.
type Cell struct {
	Name    string    // for messages: "household in 261/0007, stratum urban"
	Parent  string    // codes of the unit above, as Path gives them; "" at the first stage
	Stratum string    // "" where the stage has no strata
	Units   []int     // positions in the frame of the stage, ascending
	Size    []float64 // sizes of the units, nil where the frame has none
	Overall float64   // probability with which the unit above was drawn, over all stages; 1 at the first

	parent int    // position in the sample above; 0 at the first stage
	stream string // name of its random numbers
}

// check panics where columns differ in length, and gives an error for a size that is none.
func (f StageFrame) check(name string, above *StageSample) error {
	if (f.Parent == nil) != (above == nil) {
		panic("sampling: a stage frame has parents unless it is the first")
	}
	mustBeColumn("parent", f.Parent, len(f.Code))
	mustBeColumn("stratum", f.Stratum, len(f.Code))
	mustBeColumn("size", f.Size, len(f.Code))
	for i, s := range f.Size {
		if !(s >= 0) || math.IsInf(s, 1) {
			return fmt.Errorf("sampling: size of %s %q is %v, want a finite number, 0 or more", name, f.Code[i], s)
		}
	}
	return nil
}

// mustBeColumn panics unless a column is nil or has a value for every unit.
func mustBeColumn[T any](name string, column []T, units int) {
	if column != nil && len(column) != units {
		panic(fmt.Sprintf("sampling: %d values of %s for %d units", len(column), name, units))
	}
}

// cells parts the units that lie in drawn units into cells, in order of the sample above and then of stratum code.
func (f StageFrame) cells(name string, above *StageSample) []Cell {
	parent := f.drawnParents(above)
	var units []int
	for i, p := range parent {
		if p >= 0 {
			units = append(units, i)
		}
	}
	compare := func(a, b int) int {
		return cmp.Or(cmp.Compare(parent[a], parent[b]), cmp.Compare(f.stratum(a), f.stratum(b)))
	}
	slices.SortStableFunc(units, compare)
	var cells []Cell
	for first, i := 0, 1; i <= len(units); i++ {
		if i == len(units) || compare(units[first], units[i]) != 0 {
			cells = append(cells, f.cell(name, above, parent[units[first]], units[first:i:i]))
			first = i
		}
	}
	return cells
}

// drawnParents gives for every unit the position of its parent in the sample above, -1 where it was not drawn.
func (f StageFrame) drawnParents(above *StageSample) []int {
	parent := make([]int, len(f.Code))
	if above == nil {
		return parent
	}
	drawn := make(map[int]int, len(above.Units))
	for i, u := range above.Units {
		drawn[u.Unit] = i
	}
	for i, p := range f.Parent {
		at, ok := drawn[p]
		if !ok {
			at = -1
		}
		parent[i] = at
	}
	return parent
}

func (f StageFrame) stratum(unit int) string {
	if f.Stratum == nil {
		return ""
	}
	return f.Stratum[unit]
}

func (f StageFrame) cell(name string, above *StageSample, parent int, units []int) Cell {
	c := Cell{Name: name, Stratum: f.stratum(units[0]), Units: units, Overall: 1, parent: parent, stream: name}
	if f.Size != nil {
		c.Size = make([]float64, len(units))
		for i, u := range units {
			c.Size[i] = f.Size[u]
		}
	}
	if above != nil {
		c.Overall = above.Units[parent].Overall
		c.Parent = above.Path(parent)
		c.Name += " in " + c.Parent
		c.stream = c.Name
	}
	if f.Stratum != nil {
		c.Name += ", stratum " + c.Stratum
		c.stream = c.Name
		if above == nil {
			c.stream = stratumStream(c.Stratum)
		}
	}
	return c
}
