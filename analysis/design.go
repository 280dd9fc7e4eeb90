package analysis

import "fmt"

// A Stratum is a stratum of the first stage.
type Stratum struct {
	Name       string
	Population float64 // PSUs in the frame; 0 when not known, which means sampling as if with replacement
}

// A PSU is a sampled primary unit (an enumeration area).
type PSU struct {
	Name       string
	Stratum    int32   // position in Design.Strata
	Population float64 // second-stage units (households) in it; 0 when not known
}

// A Design says how the units of a sample tally were drawn: PSUs by stratum, and second-stage units (households)
// within PSUs where SSUs is set. PSUs stand in order of their stratum, SSUs in order of their PSU.
type Design struct {
	Strata []Stratum
	PSUs   []PSU
	SSUs   []int32 // PSU of every second-stage unit; nil when the units of the tally are the PSUs

	Lonely         LonelyPSU // what is done about a stratum with a single sampled PSU
	LonelyInDomain bool      // the same for a stratum of whose PSUs a single one has anybody in the domain
}

// NewDesign checks the order and the counts of a design: every stratum and PSU that exists must have been drawn from
// at least as many units as were sampled.
func NewDesign(strata []Stratum, psus []PSU, ssus []int32) (*Design, error) {
	d := &Design{Strata: strata, PSUs: psus, SSUs: ssus}
	sampled := make([]int, len(strata))
	for i, p := range psus {
		if p.Stratum < 0 || int(p.Stratum) >= len(strata) || i > 0 && p.Stratum < psus[i-1].Stratum {
			return nil, fmt.Errorf("analysis: PSU %q is out of the order of strata", p.Name)
		}
		sampled[p.Stratum]++
	}
	for h, s := range strata {
		if s.Population != 0 && s.Population < float64(sampled[h]) {
			return nil, fmt.Errorf("analysis: stratum %q: %d PSUs sampled of %v", s.Name, sampled[h], s.Population)
		}
	}
	return d, d.checkSecondStage()
}

func (d *Design) checkSecondStage() error {
	sampled := make([]int, len(d.PSUs))
	for i, p := range d.SSUs {
		if p < 0 || int(p) >= len(d.PSUs) || i > 0 && p < d.SSUs[i-1] {
			return fmt.Errorf("analysis: second-stage unit %d is out of the order of PSUs", i)
		}
		sampled[p]++
	}
	for i, p := range d.PSUs {
		if d.SSUs != nil && p.Population != 0 && p.Population < float64(sampled[i]) {
			return fmt.Errorf("analysis: PSU %q: %d second-stage units sampled of %v", p.Name, sampled[i], p.Population)
		}
	}
	return nil
}

// Units is the number of units the rows of a tally may belong to.
func (d *Design) Units() int {
	if d.SSUs != nil {
		return len(d.SSUs)
	}
	return len(d.PSUs)
}
