package planning

import (
	"context"
	"math"
)

// A Point is the cheapest design of one estimator when every target is scaled. Those of expansion use no count of the
// register at all: they are not balanced on them either.
type Point struct {
	Estimator  string    `json:"estimator"`
	Scale      float64   `json:"scale"`     // of every limit
	Limit      float64   `json:"limit_pct"` // of the first target, so scaled
	Cost       float64   `json:"cost"`
	PSUs       int       `json:"psus"`
	Interviews float64   `json:"interviews"`
	Candidate  Candidate `json:"design"`
}

// scales of the curve, loose to tight.
var scales = []float64{2, 1.6, 1.3, 1, 0.8, 0.65, 0.5}

// curve finds the points of every estimator. Which design is cheapest at a scale is told by the fits of the candidates;
// that design is then worked out in full.
func (p *problem) curve(ctx context.Context, solved []*Solution, step func()) ([]Point, error) {
	points := make([]*Point, len(Estimators)*len(scales))
	err := each(ctx, len(points), func(ctx context.Context, i int) (err error) {
		points[i], err = p.point(ctx, solved, Estimators[i/len(scales)], scales[i%len(scales)])
		step()
		return err
	})
	var all []Point
	for _, pt := range points {
		if pt != nil {
			all = append(all, *pt)
		}
	}
	return all, err
}

// point is nil where no candidate of the estimator can meet the targets.
func (p *problem) point(ctx context.Context, solved []*Solution, estimator string, scale float64) (*Point, error) {
	var best *Solution
	cheapest := math.Inf(1)
	for _, s := range solved {
		if s.Estimator != estimator || estimator == Expansion && s.Assisted() {
			continue
		}
		if cost := s.fit.cost(scale); cost < cheapest {
			best, cheapest = s, cost
		}
	}
	if best == nil {
		return nil, nil
	}
	s := best
	if scale != 1 {
		var err error
		if s, err = p.solve(ctx, best.Candidate, scale); err != nil {
			return nil, err
		}
	}
	if !s.Feasible {
		return nil, nil
	}
	first := p.targets[0]
	limit := first.CV
	if limit == 0 {
		limit = first.Discrepancy
	}
	return &Point{
		Estimator: estimator, Scale: scale, Limit: limit * scale,
		Cost: s.Cost, PSUs: s.PSUs, Interviews: s.Interviews, Candidate: s.Candidate,
	}, nil
}

// cost is about what targets scaled would cost; infinite where they cannot be met.
func (l *linear) cost(scale float64) float64 {
	m, err := l.allocate(scale)
	if err != nil {
		return math.Inf(1)
	}
	total := l.costs.Fixed
	for h, n := range m {
		total += l.price[h] * float64(n)
	}
	return total
}
