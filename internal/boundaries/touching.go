package boundaries

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// DefaultTolerance is how far apart borders may lie and still touch, in metres. Borders that were simplified, each on
// its own, have gaps of this size.
const DefaultTolerance = 50

// metresPerDegree of latitude, on average.
const metresPerDegree = 111_195

// Touching lists the neighbours of every unit, in order: those with which it has a point of its border in common
// (queen contiguity), as near as tolerance metres. Gaps between borders and overlaps of them up to that size do not
// matter, for every corner of a border is held against the whole border of the others; but units across water
// narrower than it touch, too.
//
// Distances are those of a plane with the scale of the map's middle latitude, which is right to some percent over a
// country. A border across longitude 180 is two.
func (m *Map) Touching(tolerance float64) [][]int32 {
	p := m.plane()
	t := &touching{lists: make([][]int32, len(m.Codes)), reach: max(tolerance, 0.01)}
	for i, shape := range m.shapes {
		for _, polygon := range shape {
			for _, ring := range polygon {
				t.ring(int32(i), ring, p)
			}
		}
	}
	t.search()
	for i := range t.lists {
		slices.Sort(t.lists[i])
	}
	return t.lists
}

// A plane turns degrees into metres.
type plane struct{ x, y float64 }

func (m *Map) plane() plane {
	low, high := math.Inf(1), math.Inf(-1)
	for _, shape := range m.shapes {
		for _, polygon := range shape {
			for _, ring := range polygon {
				for _, p := range ring {
					low, high = min(low, p[1]), max(high, p[1])
				}
			}
		}
	}
	if low > high {
		return plane{metresPerDegree, metresPerDegree}
	}
	return plane{metresPerDegree * math.Cos((low+high)/2*math.Pi/180), metresPerDegree}
}

func (p plane) of(at orb.Point) orb.Point { return orb.Point{at[0] * p.x, at[1] * p.y} }

// touching finds which borders come near each other, by the cells of a grid that they go through.
type touching struct {
	lists    [][]int32
	reach    float64 // metres
	segments []segment
	cells    []inCell
	size     float64 // of a cell
}

// A segment of the border of a unit. Its first end is the corner that is looked at.
type segment struct {
	unit int32
	a, b orb.Point
}

// inCell says that a segment comes near a cell.
type inCell struct {
	cell    [2]int32
	segment int32
}

func (t *touching) ring(unit int32, ring orb.Ring, p plane) {
	for k := range ring {
		if k == 0 {
			continue
		}
		t.segments = append(t.segments, segment{unit, p.of(ring[k-1]), p.of(ring[k])})
	}
}

// search puts every segment into the cells it comes near, and looks around every corner in its cell.
func (t *touching) search() {
	length := 0.0
	for _, s := range t.segments {
		length += math.Hypot(s.b[0]-s.a[0], s.b[1]-s.a[1]) / float64(len(t.segments))
	}
	t.size = max(4*t.reach, length)
	for i, s := range t.segments {
		t.place(int32(i), s)
	}
	slices.SortFunc(t.cells, func(a, b inCell) int {
		switch {
		case a.cell[0] != b.cell[0]:
			return int(a.cell[0]) - int(b.cell[0])
		case a.cell[1] != b.cell[1]:
			return int(a.cell[1]) - int(b.cell[1])
		}
		return int(a.segment - b.segment)
	})
	for first := 0; first < len(t.cells); {
		last := first
		for last < len(t.cells) && t.cells[last].cell == t.cells[first].cell {
			last++
		}
		t.within(t.cells[first:last])
		first = last
	}
}

func (t *touching) cellOf(x float64) int32 { return int32(math.Floor(x / t.size)) }

// place lists the cells that a segment comes near, row by row of the grid.
func (t *touching) place(i int32, s segment) {
	left, right := min(s.a[0], s.b[0])-t.reach, max(s.a[0], s.b[0])+t.reach
	bottom, top := min(s.a[1], s.b[1])-t.reach, max(s.a[1], s.b[1])+t.reach
	for x := t.cellOf(left); x <= t.cellOf(right); x++ {
		for y := t.cellOf(bottom); y <= t.cellOf(top); y++ {
			t.cells = append(t.cells, inCell{[2]int32{x, y}, i})
		}
	}
}

// within holds the corners that lie in a cell against the segments that come near it.
func (t *touching) within(cell []inCell) {
	for _, c := range cell {
		corner := t.segments[c.segment]
		if t.cellOf(corner.a[0]) != c.cell[0] || t.cellOf(corner.a[1]) != c.cell[1] {
			continue
		}
		for _, other := range cell {
			s := t.segments[other.segment]
			if s.unit != corner.unit && !slices.Contains(t.lists[s.unit], corner.unit) && distanceTo(s,
				corner.a) <= t.reach {
				t.lists[s.unit] = append(t.lists[s.unit], corner.unit)
				t.lists[corner.unit] = append(t.lists[corner.unit], s.unit)
			}
		}
	}
}

// distanceTo is that of a point to a segment.
func distanceTo(s segment, p orb.Point) float64 {
	dx, dy := s.b[0]-s.a[0], s.b[1]-s.a[1]
	share := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		share = max(0, min(1, ((p[0]-s.a[0])*dx+(p[1]-s.a[1])*dy)/square))
	}
	return math.Hypot(p[0]-s.a[0]-share*dx, p[1]-s.a[1]-share*dy)
}
