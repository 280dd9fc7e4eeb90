package analysis

// Sample is a tally of a sample as columns: every row with the sum of its weights, under the same design. Totals, means
// and ratios are those of the tally. Statistics that count rows (variances, design effects, quantile intervals by
// KornGraubard) are right where every row is one person.
func (d *Design) Sample(t *Tally) *Sample {
	s := &Sample{weights: t.W, tree: d.tree(), unit: t.Unit, psu: t.Unit}
	if d.SSUs != nil {
		s.psu = make([]int32, len(t.Unit))
		for i, u := range t.Unit {
			s.psu[i] = d.SSUs[u]
		}
	}
	s.rows.order, s.rows.first = byUnit(s.unit, d.Units())
	for _, p := range d.PSUs {
		s.stratum = append(s.stratum, p.Stratum)
	}
	return s
}
