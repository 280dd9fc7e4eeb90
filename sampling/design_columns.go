package sampling

// DesignColumns are the columns of a design by which a survey package estimates: one row a unit drawn at the last
// stage.
//
// With the columns of stage i named id_i, stratum_i, population_i and pi_i, the design is in R survey
//
//	svydesign(ids = ~id1 + id2, strata = ~stratum1 + stratum2, fpc = ~population1 + population2, weights = ~weight)
//
// where every stage has equal probabilities within its strata. Where the first stage has unequal ones, population
// counts say nothing of them; probabilities then take their place at all stages, and joint probabilities are
// approximated as Brewer does:
//
//	svydesign(ids = ~id1 + id2, strata = ~stratum1 + stratum2, fpc = ~pi1 + pi2, pps = "brewer")
//
// Without fpc, the first form gives the variance of primary units drawn with replacement; ids = ~id1 is then enough.
// nest = TRUE is not needed: R takes codes to be those of units within the unit above.
//
// A unit of an earlier stage in which nothing was drawn has no row, so that a package that counts rows counts too few
// of them; Sampled has the right number, and Nesting keeps such units.
type DesignColumns struct {
	Stages []StageColumns // the first stage first
	Weight []float64      // 1/Π π
}

// StageColumns are the columns of one stage.
type StageColumns struct {
	Name       string
	ID         []string  // code of the unit of this stage
	Stratum    []string  // its stratum, "all" where the stage has none
	Population []int     // units in the frame of its stratum within its parent
	Sampled    []int     // those of them drawn
	Pi         []float64 // its inclusion probability within its parent
}

// Columns carries the columns of all stages down to the units of the last one, in the order of the sample.
func (s *StageSample) Columns() DesignColumns {
	d := DesignColumns{Weight: s.Weights()}
	for _, stage := range s.Stages() {
		d.Stages = append(d.Stages, StageColumns{Name: stage.Stage})
	}
	for row := range s.Units {
		i := 0
		s.ancestors(row, func(u StageUnit) {
			d.Stages[i].add(u)
			i++
		})
	}
	return d
}

func (c *StageColumns) add(u StageUnit) {
	c.ID = append(c.ID, u.Code)
	c.Stratum = append(c.Stratum, nameStratum(u.Stratum))
	c.Population = append(c.Population, u.Population)
	c.Sampled = append(c.Sampled, u.Sampled)
	c.Pi = append(c.Pi, u.Pi)
}

// nameStratum keeps a column of strata from being empty, which a program that reads it could take for missing.
func nameStratum(code string) string {
	if code == "" {
		return "all"
	}
	return code
}
