package sampling

import "strings"

// A StageSample holds the units drawn at one stage, and through Above those of the stages before. One that was drawn in
// another way, such as a balanced sample of communes, may be filled in and drawn from in the same way.
type StageSample struct {
	Stage string       // name of the stage
	Units []StageUnit  // in order of the frame
	Above *StageSample // nil at the first stage
}

// A StageUnit is a unit drawn, with what it takes to estimate from it.
type StageUnit struct {
	Unit       int     // position in the frame of the stage
	Parent     int     // position in the sample above of the unit it lies in; 0 at the first stage
	Code       string  // as in the frame
	Stratum    string  // "" where the stage has no strata
	Population int     // units in the frame of its stratum within its parent
	Sampled    int     // those of them drawn
	Pi         float64 // inclusion probability at this stage, its parent being drawn
	Overall    float64 // inclusion probability over all stages so far: the product of Pi
}

// Path is the codes of the unit at the position and of those it lies in, the first stage first, parted by "/".
func (s *StageSample) Path(unit int) string {
	var codes []string
	s.ancestors(unit, func(u StageUnit) { codes = append(codes, u.Code) })
	return strings.Join(codes, "/")
}

// Weights are the design weights 1/Π π of the units, the product being over the stages so far.
func (s *StageSample) Weights() []float64 {
	weights := make([]float64, len(s.Units))
	for i, u := range s.Units {
		weights[i] = 1 / u.Overall
	}
	return weights
}

// Stages are the samples of all stages, the first one first.
func (s *StageSample) Stages() []*StageSample {
	if s == nil {
		return nil
	}
	return append(s.Above.Stages(), s)
}

// ancestors visits the unit at the position and those it lies in, the first stage first.
func (s *StageSample) ancestors(unit int, visit func(StageUnit)) {
	u := s.Units[unit]
	if s.Above != nil {
		s.Above.ancestors(u.Parent, visit)
	}
	visit(u)
}
