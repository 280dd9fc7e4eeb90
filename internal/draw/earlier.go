package draw

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/sampling"
)

// FrameTable is the name of the table of a draw that holds the whole frame with its probabilities.
const FrameTable = "frame"

// FrameTable is every unit of a frame with its probability, as a table.
func (s *Sample) FrameTable() columns.Table {
	hits := make(map[string]int, len(s.Drawn))
	for _, d := range s.Drawn {
		hits[d.Code] = d.Hits
	}
	n := len(s.Offered)
	return columns.Table{
		columns.Texts("unit", n, func(i int) string { return s.Offered[i].Code }),
		columns.Texts("stratum", n, func(i int) string { return s.Offered[i].Stratum }),
		columns.Floats("size", n, func(i int) float64 { return s.Offered[i].Size }),
		columns.Floats("probability", n, func(i int) float64 { return s.Offered[i].Probability }),
		columns.Ints("hits", n, func(i int) int { return hits[s.Offered[i].Code] }),
	}
}

// An Earlier draw is one whose units are to be kept.
type Earlier struct {
	at     map[string]earlierUnit
	seal   string // of its folder, which names the random numbers that go on from it
	simple bool   // simple random, independently in every stratum
	single bool   // one unit in every stratum, with unequal probabilities
}

type earlierUnit struct {
	stratum     string
	probability float64
	drawn       bool
}

// EarlierFile is the file of an earlier draw that ReadEarlier reads.
func EarlierFile(dir string) string { return filepath.Join(dir, FrameTable+".parquet") }

// ReadEarlier reads the frame of an earlier draw of a study, whose seal must hold. A draw whose probabilities are not known
// exactly cannot be kept.
func ReadEarlier(dir string) (*Earlier, error) {
	m, seal, err := artefact.Verify(dir)
	if err != nil {
		return nil, fmt.Errorf("keep: %w", err)
	}
	was, err := study.Parse(dir, []byte(m.Text))
	if err != nil {
		return nil, problems.Input(fmt.Errorf("keep: %s is not the draw of a study: %w", dir, err))
	}
	method := was.Draw.Method
	if was.Draw.Repeats() || method == "rao_hartley_cochran" {
		return nil, problems.Input(fmt.Errorf("keep: %s was drawn by %s, after which the probability of a unit to be drawn is not known", dir, method))
	}
	t, err := columns.Load(EarlierFile(dir))
	if err != nil {
		return nil, problems.Input(fmt.Errorf("keep: %s has no frame: %w", dir, err))
	}
	units := make(map[string]earlierUnit, t.Rows())
	for i, code := range t[0].Text {
		units[code] = earlierUnit{t[1].Text[i], t[3].Float[i], t[4].Int[i] > 0}
	}
	e := newEarlier(&was.Draw.Selection, units)
	e.seal = seal
	return e, nil
}

// newEarlier settles what the design of an earlier draw allows. A sample that itself kept an earlier one is not independent
// between strata, and a random size is not made one by chance.
func newEarlier(s *study.Selection, units map[string]earlierUnit) *Earlier {
	drawn := make(map[string]int) // by stratum, 0 where nothing was
	for _, u := range units {
		n := drawn[u.stratum]
		if u.drawn {
			n++
		}
		drawn[u.stratum] = n
	}
	independent := s.Keep == "" && s.Coordination == nil && s.Method != "balanced"
	e := &Earlier{
		at:     units,
		simple: independent && (s.Method == "srs" || s.Method == "stratified"),
		single: independent && s.Method != "bernoulli" && s.Method != "poisson",
	}
	for _, n := range drawn {
		e.single = e.single && n == 1
	}
	return e
}

// keep draws so that the probabilities are the new ones and as many units of the earlier draw stay as can be. Which way is
// right follows from the two designs, never from what happened to be drawn.
func (w *whole) keep(rng *rand.Rand) []int {
	old, from, drawn := w.before()
	switch {
	case !w.plan.Sized() && w.plan.Before.simple:
		return sampling.KishScott(rng, from, drawn, w.stratum.take)
	case w.stratum.take == 1 && w.plan.Before.single:
		return []int{sampling.KeyfitzAcrossStrata(rng, old, w.pi, from, drawn)}
	}
	return sampling.Retain(rng, old, w.pi, drawn)
}

// before is the earlier probability and stratum of the units, 0 and a stratum of their own for new ones, and the positions
// of those drawn before.
func (w *whole) before() (old []float64, from, drawn []int) {
	labels := map[string]int{}
	for i, u := range w.units {
		e, known := w.plan.Before.at[u.Code]
		key := "old " + e.stratum
		if !known {
			key = "new"
		}
		if _, seen := labels[key]; !seen {
			labels[key] = len(labels)
		}
		old, from = append(old, e.probability), append(from, labels[key])
		if e.drawn {
			drawn = append(drawn, i)
		}
	}
	return old, from, drawn
}
