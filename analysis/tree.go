package analysis

// A tree holds the sampling units of a sample, stage by stage. Units of a stage stand in order of their stratum, and
// strata in order of the unit above that they lie in.
type tree struct {
	stages []stage

	lonely         LonelyPSU
	lonelyInDomain bool

	// anonymous says that units of the last stage have no names, and so no order of their own.
	anonymous bool
	// elements says that units of the last stage are what is observed, so that nothing varies within them.
	elements bool
}

// A stage is one level of a tree.
type stage struct {
	population   []float64 // of every stratum: units in the frame, 0 where not known
	firstUnit    []int32   // units firstUnit[h]:firstUnit[h+1] are those of stratum h
	firstStratum []int32   // strata firstStratum[p]:firstStratum[p+1] are those of unit p of the stage above; nil at the first
}

func (s *stage) strata() int         { return len(s.population) }
func (s *stage) units() int          { return int(s.firstUnit[len(s.firstUnit)-1]) }
func (s *stage) sampled(h int32) int { return int(s.firstUnit[h+1] - s.firstUnit[h]) }
func (t *tree) last() int            { return len(t.stages) - 1 }
func (t *tree) units() int           { return t.stages[t.last()].units() }
func (t *tree) strata(s int, of int32) (from, to int32) {
	if s == 0 {
		return 0, int32(t.stages[0].strata())
	}
	first := t.stages[s].firstStratum
	return first[of], first[of+1]
}

// fraction is n/N of a stratum, 0 where N is not known.
func (s *stage) fraction(h int32) float64 {
	if s.population[h] == 0 {
		return 0
	}
	return float64(s.sampled(h)) / s.population[h]
}

// tree is the design as a tree of units.
func (d *Design) tree() *tree {
	first := stage{population: make([]float64, len(d.Strata)), firstUnit: make([]int32, len(d.Strata)+1)}
	for h, s := range d.Strata {
		first.population[h] = s.Population
	}
	for _, p := range d.PSUs {
		first.firstUnit[p.Stratum+1]++
	}
	accumulate(first.firstUnit)
	t := &tree{stages: []stage{first}, lonely: d.Lonely, lonelyInDomain: d.LonelyInDomain}
	if d.SSUs == nil {
		return t
	}
	n := len(d.PSUs)
	second := stage{population: make([]float64, n), firstUnit: make([]int32, n+1), firstStratum: make([]int32, n+1)}
	for i, p := range d.PSUs {
		second.population[i] = p.Population
		second.firstStratum[i+1] = int32(i + 1)
	}
	for _, p := range d.SSUs {
		second.firstUnit[p+1]++
	}
	accumulate(second.firstUnit)
	t.stages = append(t.stages, second)
	return t
}

// accumulate turns counts that begin at 1 into positions.
func accumulate(first []int32) {
	for i := 1; i < len(first); i++ {
		first[i] += first[i-1]
	}
}
