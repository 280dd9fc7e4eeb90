package sampling

import "fmt"

// A Nesting says how the first two stages of a sample lie in one another, in the form in which analysis.NewDesign
// takes a design: primary units (PSUs) in order of their stratum, second-stage units (SSUs) in order of their PSU.
// Units without units below are kept.
type Nesting struct {
	Strata []NestedStratum // in ascending order of name
	PSUs   []NestedPSU
	SSUs   []int32 // PSU of every second-stage unit; nil in a design of one stage
	Unit   []int32 // for every unit drawn at the last stage, its SSU, or its PSU in a design of one stage
}

// A NestedStratum is a stratum of the first stage.
type NestedStratum struct {
	Name string

	// Population is the number of PSUs in the frame. It is 0, for not known, where their probabilities differ: the
	// variance is then taken as if they were drawn with replacement, which as a rule is too large.
	Population float64
}

// A NestedPSU is a primary unit drawn.
type NestedPSU struct {
	Name    string
	Stratum int32 // position in Strata

	// Population is the number of second-stage units in the frame, 0 where their probabilities differ, none were drawn,
	// or there is no second stage.
	Population float64
}

// Nesting gives the first two stages of the sample. An error says that the second stage has strata, which the form has
// no place for.
func (s *StageSample) Nesting() (Nesting, error) {
	stages := s.Stages()
	var n Nesting
	number := n.addPSUs(stages[0])
	if len(stages) > 1 {
		var err error
		if number, err = n.addSSUs(stages[1], number); err != nil {
			return Nesting{}, err
		}
	}
	units := stages[min(1, len(stages)-1)]
	n.Unit = make([]int32, len(s.Units))
	for row := range s.Units {
		at := row
		for stage := s; stage != units; stage = stage.Above {
			at = stage.Units[at].Parent
		}
		n.Unit[row] = number[at]
	}
	return n, nil
}

// addPSUs gives the number of every PSU, by its position in the sample.
func (n *Nesting) addPSUs(first *StageSample) []int32 {
	number := make([]int32, len(first.Units))
	order := sortedBy(len(first.Units), func(i int) string { return first.Units[i].Stratum })
	for at, i := range order {
		u := first.Units[i]
		if at == 0 || u.Stratum != first.Units[order[at-1]].Stratum {
			n.Strata = append(n.Strata, NestedStratum{nameStratum(u.Stratum), float64(u.Population)})
		}
		h := len(n.Strata) - 1
		if at > 0 && n.PSUs[at-1].Stratum == int32(h) && u.Pi != first.Units[order[at-1]].Pi {
			n.Strata[h].Population = 0
		}
		n.PSUs = append(n.PSUs, NestedPSU{Name: u.Code, Stratum: int32(h)})
		number[i] = int32(at)
	}
	return number
}

// addSSUs gives the number of every SSU, by its position in the sample; psu has those of the PSUs.
func (n *Nesting) addSSUs(second *StageSample, psu []int32) ([]int32, error) {
	number := make([]int32, len(second.Units))
	order := sortedBy(len(second.Units), func(i int) int32 { return psu[second.Units[i].Parent] })
	n.SSUs = make([]int32, 0, len(order))
	for at, i := range order {
		u := second.Units[i]
		if u.Stratum != "" {
			return nil, fmt.Errorf("sampling: %s %q lies in stratum %q of the second stage, want none",
				second.Stage, u.Code, u.Stratum)
		}
		p := psu[u.Parent]
		switch {
		case at == 0 || n.SSUs[at-1] != p:
			n.PSUs[p].Population = float64(u.Population)
		case u.Pi != second.Units[order[at-1]].Pi:
			n.PSUs[p].Population = 0
		}
		n.SSUs = append(n.SSUs, p)
		number[i] = int32(at)
	}
	return number, nil
}
