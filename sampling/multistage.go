package sampling

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// A Stage is one stage of a multi-stage design: it draws within every unit drawn before, and within its strata.
type Stage struct {
	// Name says what the units are ("commune"). It names the random numbers, and is required to differ between stages.
	Name string

	// Take gives the inclusion probabilities within a cell. Required, unless SelfWeighting is set.
	Take Take

	// Draw selects with those probabilities, without replacement: Systematic, EqualProbability(SRS) or any other.
	// Defaults to Systematic, which for equal probabilities is the fractional interval.
	Draw func(rng *rand.Rand, pi []float64) []int

	// SelfWeighting is the overall inclusion probability that every unit drawn at this stage shall have, in (0, 1]: the
	// units in one drawn with Π π so far are drawn at the rate SelfWeighting/Π π. It takes the place of Take. Draw must
	// then allow Σπ that is not whole, as Systematic, Poisson and the default do. 0 means not self-weighting.
	SelfWeighting float64
}

// Sample draws the stage within each of the units drawn at the stage above (nil for the first stage):
//
//	Π π of a unit = Π π of the unit it lies in · π within it
//
// Given the units above, draws in different cells are independent. Each cell has its own random numbers, from a stream
// named by the stage, the codes above and the stratum (at the first stage "stratum " and its code, or the name of the
// stage where it has no strata), so that the sample within a unit does not depend on which others were drawn.
//
// A drawn unit in which nothing lies, or from which nothing is drawn, has no units in the sample below. An error names
// the cell that cannot be drawn as asked, or the unit whose size is not a finite number, 0 or more. Sample panics where
// columns of the frame differ in length.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 4.4.
func (s Stage) Sample(seed uint64, frame StageFrame, above *StageSample) (*StageSample, error) {
	if err := frame.check(s.Name, above); err != nil {
		return nil, err
	}
	sample := &StageSample{Stage: s.Name, Above: above}
	if err := s.drawCells(seed, frame, frame.cells(s.Name, above), sample); err != nil {
		return nil, err
	}
	return sample, nil
}

// Multistage draws the stages one after the other. Parent in a frame is a position in the frame before it. It is the
// loop to write where frames are only fetched once the units above are drawn:
//
//	communes, err := byCommune.Sample(seed, communeFrame, nil)
//	areas, err := byArea.Sample(seed, areasIn(communes), communes)
//	households, err := byHousehold.Sample(seed, householdsIn(areas), areas)
//
// It gives the same sample, since units outside the drawn ones have no part in it. It panics unless there is a
// frame for every stage.
func Multistage(seed uint64, stages []Stage, frames []StageFrame) (*StageSample, error) {
	if len(stages) != len(frames) || len(stages) == 0 {
		panic(fmt.Sprintf("sampling: %d stages with %d frames", len(stages), len(frames)))
	}
	var sample *StageSample
	for i, s := range stages {
		var err error
		if sample, err = s.Sample(seed, frames[i], sample); err != nil {
			return nil, err
		}
	}
	return sample, nil
}

// drawCells draws from every cell and puts the units drawn in the order of the frame.
func (s Stage) drawCells(seed uint64, frame StageFrame, cells []Cell, sample *StageSample) error {
	for _, c := range cells {
		pi, err := s.probabilities(c)
		if err != nil {
			return err
		}
		drawn := s.draw(Source(seed, c.stream), pi)
		for _, i := range drawn {
			sample.Units = append(sample.Units, StageUnit{
				Unit: c.Units[i], Parent: c.parent, Code: frame.Code[c.Units[i]], Stratum: c.Stratum,
				Population: len(c.Units), Sampled: len(drawn), Pi: pi[i], Overall: s.overall(c, pi[i]),
			})
		}
	}
	slices.SortFunc(sample.Units, func(a, b StageUnit) int { return cmp.Compare(a.Unit, b.Unit) })
	return nil
}

func (s Stage) probabilities(c Cell) ([]float64, error) {
	if s.SelfWeighting > 0 {
		return selfWeighting(c, s.SelfWeighting)
	}
	return s.Take(c)
}

func (s Stage) draw(rng *rand.Rand, pi []float64) []int {
	if s.Draw == nil {
		return Systematic(rng, pi)
	}
	return s.Draw(rng, pi)
}

// overall is the product, and exactly the constant of a self-weighting sample: f/p·p may differ from f in the last bit.
func (s Stage) overall(c Cell, pi float64) float64 {
	if s.SelfWeighting > 0 {
		return s.SelfWeighting
	}
	return c.Overall * pi
}
