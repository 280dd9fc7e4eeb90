package analysis

import (
	"fmt"
	"slices"
)

// A phaseBuilder turns columns of rows into units of the second phase.
type phaseBuilder struct {
	first *Sample
	c     SecondPhase
	row   []int32 // first row of every unit
}

// units finds the first row of every unit, and checks that the others are like it.
func (b *phaseBuilder) units() error {
	for u := range b.row {
		b.row[u] = -1
	}
	for i, u := range b.first.unit {
		at := b.row[u]
		switch {
		case at < 0:
			b.row[u] = int32(i)
		case b.c.Taken[at] != b.c.Taken[i]:
			return fmt.Errorf("analysis: row %d: the unit was taken into the second phase on one of rows %d and %d only", i, at, i)
		case b.c.Stratum != nil && b.c.Stratum[at] != b.c.Stratum[i]:
			return fmt.Errorf("analysis: row %d: the unit is in another stratum of the second phase on row %d", i, at)
		case b.c.Pi != nil && b.c.Taken[i] && b.c.Pi[at] != b.c.Pi[i]:
			return fmt.Errorf("analysis: row %d: the unit has another π of the second phase on row %d", i, at)
		}
	}
	return nil
}

func (b *phaseBuilder) build() (*TwoPhase, error) {
	t := &TwoPhase{first: b.first, simple: b.c.Pi == nil && b.c.Joint == nil, joint: b.c.Joint}
	var of []int32
	of, t.size = b.strata()
	t.drawn = make([]int, len(t.size))
	for u, row := range b.row {
		if b.c.Taken[row] {
			t.taken, t.stratum = append(t.taken, int32(u)), append(t.stratum, of[u])
			t.drawn[of[u]]++
		}
	}
	if err := b.checkStrata(t, of); err != nil {
		return nil, err
	}
	if err := b.probabilities(t); err != nil {
		return nil, err
	}
	b.weights(t)
	return t, nil
}

// strata numbers those of every unit in order of their codes, and counts their units.
func (b *phaseBuilder) strata() (of []int32, size []int) {
	of = make([]int32, len(b.row))
	if b.c.Stratum == nil {
		return of, []int{len(of)}
	}
	codes := slices.Clone(b.c.Stratum)
	slices.Sort(codes)
	codes = slices.Compact(codes)
	size = make([]int, len(codes))
	for u, row := range b.row {
		h, _ := slices.BinarySearch(codes, b.c.Stratum[row])
		of[u] = int32(h)
		size[h]++
	}
	return of, size
}

// checkStrata names the first row of a stratum from which nothing can be known.
func (b *phaseBuilder) checkStrata(t *TwoPhase, of []int32) error {
	for u, row := range b.row {
		switch h := of[u]; {
		case t.drawn[h] == 0 && (t.simple || b.c.Joint != nil):
			return fmt.Errorf("analysis: row %d: nobody was taken of its stratum of the second phase", row)
		case t.simple && t.drawn[h] == 1 && t.size[h] > 1:
			return fmt.Errorf("analysis: row %d: a single unit was taken of %d in its stratum of the second phase: join it to another", row, t.size[h])
		}
	}
	return nil
}

// probabilities are π2 of the taken units.
func (b *phaseBuilder) probabilities(t *TwoPhase) error {
	if b.c.Joint != nil && b.c.Joint.SymmetricDim() != len(t.taken) {
		panic(fmt.Sprintf("analysis: joint π of %d units for a second phase of %d",
			b.c.Joint.SymmetricDim(), len(t.taken)))
	}
	at := b.byFirstRow(t)
	for i, u := range t.taken {
		var p float64
		switch {
		case b.c.Joint != nil:
			p = b.c.Joint.At(at[i], at[i])
		case b.c.Pi != nil:
			p = b.c.Pi[b.row[u]]
		default:
			p = float64(t.drawn[t.stratum[i]]) / float64(t.size[t.stratum[i]])
		}
		if !(p > 0 && p <= 1) {
			return fmt.Errorf("analysis: row %d: π of the second phase is %v, want above 0 and at most 1", b.row[u], p)
		}
		t.pi = append(t.pi, p)
	}
	if b.c.Joint == nil {
		return nil
	}
	ordered := symmetric(len(at), func(k, l int) float64 { return b.c.Joint.At(at[k], at[l]) })
	t.joint = ordered
	_, err := relativeCovariances(ordered)
	return err
}

// byFirstRow is the place of every taken unit among them in order of first rows.
func (b *phaseBuilder) byFirstRow(t *TwoPhase) []int {
	order := identity[int32](len(t.taken))
	slices.SortFunc(order, func(i, j int32) int { return int(b.row[t.taken[i]]) - int(b.row[t.taken[j]]) })
	at := make([]int, len(order))
	for n, i := range order {
		at[i] = n
	}
	return at
}

func (b *phaseBuilder) weights(t *TwoPhase) {
	pi := make([]float64, len(b.row))
	for i, u := range t.taken {
		pi[u] = t.pi[i]
	}
	t.weights = make([]float64, b.first.Rows())
	for i, u := range b.first.unit {
		if pi[u] > 0 {
			t.weights[i] = b.first.weights[i] / pi[u]
		}
	}
}
