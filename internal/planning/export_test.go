package planning

// Try evaluates another allocation of a solution and gives the largest share of the variance allowed that it comes to.
func (o *Outcome) Try(s *Solution, drawn map[string]int) float64 {
	m := make([]int, len(s.allocation))
	for h, code := range s.strata.codes {
		m[h] = drawn[code]
	}
	return s.tightest(o.problem.evaluator(s.Candidate).at(m), 1).Share
}
