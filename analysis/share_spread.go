package analysis

// ShareSpread is what the design states of the variance of shares within a domain, in the mean, over what the variance
// is where m units are known to be sampled there. area[i] is the domain of row i of the tally, below k, or -1.
//
// The linearised variable of a share, wᵢ(yᵢ - q̂xᵢ)/T of unit i, adds up to 0 over the m units of the domain, whose own
// share q̂ it is centred at: its squares have (m-1)/m of the mean that they have about the true share. Units of the
// stratum outside the domain are 0 and do not make that good, as n/(n-1) does where the domain is the whole stratum. With
// mh of the n sampled units of stratum h in the domain, f its sampling fraction, and squares alike in all strata,
//
//	Σh mh [(1-f) n/(n-1) ((m-1)/m - (m-mh)/(m n)) + b] / Σh mh [(1-f) + b]
//
// which is 1 of whole strata, and n/(n-1)·(m-1)/m of a part of a single one. b = f(1-f₂), with f₂ the share of units of
// the second stage that are sampled, is what these add: it is taken about the mean of their own unit, and nothing of it
// is missing. b is of that size where units of the first stage are no more alike within than units of the second stage
// drawn anywhere. Where they are, and where weights differ much within a domain, what is missing is somewhat more.
//
// It is 0 of one unit in part of a stratum, whose error says nothing of shares; of a domain without units, and of one
// without any error, as where all units are sampled, it is NaN.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 10.3, for the variance that a domain
// has given the number of its units.
func (d *Design) ShareSpread(t *Tally, area []int32, k int) []float64 {
	units, all, tree := d.domainUnits(t, area, k), make([]float64, k), d.tree()
	for _, u := range units {
		all[u.domain] += u.psus
	}
	stated, whole := make([]float64, k), make([]float64, k)
	for _, u := range units {
		first, second := tree.missing(u.stratum)
		spread := u.psus * second
		if n := float64(tree.stages[0].sampled(u.stratum)); n > 1 {
			m := all[u.domain]
			spread += u.psus * first * n / (n - 1) * ((m-1)/m - (m-u.psus)/(m*n))
		}
		stated[u.domain], whole[u.domain] = stated[u.domain]+spread, whole[u.domain]+u.psus*(first+second)
	}
	for i := range stated {
		stated[i] /= whole[i]
	}
	return stated
}

// missing is what the stages of a stratum add to the variance by the units that they leave out: 1-f, and f by the mean
// of 1-f₂ over the primary units of which f₂ is known.
func (t *tree) missing(h int32) (first, second float64) {
	f := t.stages[0].fraction(h)
	if t.last() == 0 {
		return 1 - f, 0
	}
	from, to := t.stages[0].firstUnit[h], t.stages[0].firstUnit[h+1]
	for p := from; p < to; p++ {
		if t.stages[1].population[p] > 0 {
			second += 1 - t.stages[1].fraction(p)
		}
	}
	return 1 - f, f * second / float64(to-from)
}

// A domainUnits is how many sampled primary units of a stratum have somebody in a domain.
type domainUnits struct {
	domain, stratum int32
	psus            float64
}

// domainUnits counts them, in order of stratum, and of first unit within.
func (d *Design) domainUnits(t *Tally, area []int32, k int) (units []domainUnits) {
	at, last := make([]int, k), make([]int32, k) // position in units, and PSU, by domain
	for i := range at {
		at[i], last[i] = -1, -1
	}
	for _, r := range d.rowsByPSU(t) {
		a := area[r.row]
		if a < 0 || last[a] == r.psu {
			continue
		}
		h := d.PSUs[r.psu].Stratum
		if last[a] = r.psu; at[a] < 0 || units[at[a]].stratum != h {
			at[a] = len(units)
			units = append(units, domainUnits{domain: a, stratum: h})
		}
		units[at[a]].psus++
	}
	return units
}

// A psuRow is a row of a tally with the primary unit it is of.
type psuRow struct{ row, psu int32 }

// rowsByPSU are the rows in order of primary unit.
func (d *Design) rowsByPSU(t *Tally) []psuRow {
	from := make([]int, len(d.PSUs)+1)
	for _, u := range t.Unit {
		from[d.psuOf(u)+1]++
	}
	for p := range d.PSUs {
		from[p+1] += from[p]
	}
	rows := make([]psuRow, len(t.Unit))
	for i, u := range t.Unit {
		p := d.psuOf(u)
		rows[from[p]] = psuRow{int32(i), p}
		from[p]++
	}
	return rows
}

// psuOf is the primary unit of a unit of the tally.
func (d *Design) psuOf(unit int32) int32 {
	if d.SSUs != nil {
		return d.SSUs[unit]
	}
	return unit
}
