package analysis

import "math"

// SuccessiveDifference is successive difference replication, for systematic samples: PSUs count in the order of their
// codes, which is to be that in which they were drawn. With two rows i and j of a Hadamard matrix of order R for every
// PSU, those of neighbours having one in common, and the last PSU of a stratum being the neighbour of the first,
//
//	1 + √(1-fh) 2^(-3/2) (Hir - Hjr),  v = 4/R Σr (θr - θ)²
//
// are the factors and the variance. R is the least order from atLeast on that there is. Where R is above the number of
// PSUs, the variance of a total is half the sum of the squared differences of neighbours, times 1-fh; where it is not,
// rows are taken again, in another sequence each time, and products of distant PSUs enter. It panics where atLeast is
// below 2.
//
// Fay and Train (1995), Proceedings of the Section on Government Statistics, American Statistical Association,
// 154-159; Ash (2014), Survey Methodology 40:47-59.
func SuccessiveDifference(atLeast int) ReplicateMethod {
	mustReplicates(atLeast)
	return func(t *tree) (*replication, *stratumProblem) {
		level := &t.stages[0]
		signs := Hadamard(max(atLeast, 4))
		c := newCodedFactors(level.units(), len(signs), stratumRank{t, len(signs)})
		rows := &rowSequence{of: len(signs) - 1, step: 1}
		for h := range int32(level.strata()) {
			varies, problem := t.replicated(h)
			if problem != nil {
				return nil, problem
			}
			from, to := level.firstUnit[h], level.firstUnit[h+1]
			if !varies {
				c.setClass(from, to, 1)
				continue
			}
			by := math.Sqrt((1 - level.fraction(h)) / 2)
			c.setClass(from, to, 1-by, 1, 1+by)
			c.setDifferences(from, to, signs, rows)
		}
		v := equalReplicates(len(signs), 4/float64(len(signs)))
		v.aboutEstimate = true
		return &replication{factors: c, variance: v}, nil
	}
}

// setDifferences gives every PSU of a stratum its own row and that of the next PSU.
func (c *codedFactors) setDifferences(from, to int32, signs [][]int8, rows *rowSequence) {
	ring := make([]int, 1, to-from+1)
	ring[0] = rows.next()
	for len(ring) < int(to-from) {
		row := rows.next()
		// Where rows are taken again the last one may be the first, and a difference would vanish.
		for row == ring[len(ring)-1] || len(ring) == int(to-from)-1 && row == ring[0] {
			row = rows.next()
		}
		ring = append(ring, row)
	}
	ring = append(ring, ring[0])
	for i := range ring[1:] {
		codes := c.codes(from + int32(i))
		for r := range codes {
			codes[r] = uint8(1 + (signs[ring[i]][r]-signs[ring[i+1]][r])/2)
		}
	}
}

// A rowSequence goes through the rows 1 to of again and again, each time with another step, so that rows which follow
// each other do not do so again soon.
type rowSequence struct{ of, step, at, taken int }

func (s *rowSequence) next() int {
	if s.taken == s.of {
		s.taken, s.at = 0, 0
		s.step++
		for greatestCommonDivisor(s.step, s.of) > 1 {
			s.step++
		}
		s.step %= s.of
	}
	s.taken++
	s.at = (s.at + s.step) % s.of
	return 1 + s.at
}

func greatestCommonDivisor(a, b int) int {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}
