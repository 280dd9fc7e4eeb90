package draw

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/problems"
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
	at map[string]earlierUnit
}

type earlierUnit struct {
	stratum     string
	probability float64
	drawn       bool
}

// EarlierFile is the file of an earlier draw that ReadEarlier reads.
func EarlierFile(dir string) string { return filepath.Join(dir, FrameTable+".parquet") }

// ReadEarlier reads the frame of an earlier draw, whose seal must hold.
func ReadEarlier(dir string) (*Earlier, error) {
	if _, _, err := artefact.Verify(dir); err != nil {
		return nil, fmt.Errorf("keep: %w", err)
	}
	t, err := columns.Load(EarlierFile(dir))
	if err != nil {
		return nil, problems.Input(fmt.Errorf("keep: %s is not the draw of a study: %w", dir, err))
	}
	e := &Earlier{at: make(map[string]earlierUnit, t.Rows())}
	for i, code := range t[0].Text {
		e.at[code] = earlierUnit{t[1].Text[i], t[3].Float[i], t[4].Int[i] > 0}
	}
	return e, nil
}

// keep draws so that the probabilities are the new ones and as many units of the earlier draw stay as can be.
func (w *whole) keep(rng *rand.Rand) ([]int, error) {
	old, from, drawn := w.before()
	switch {
	case w.plan.Size == "":
		return sampling.KishScott(rng, from, drawn, w.stratum.take), nil
	case w.stratum.take == 1 && oneEach(from, drawn):
		return []int{sampling.KeyfitzAcrossStrata(rng, old, w.pi, from, drawn)}, nil
	}
	return sampling.Retain(rng, old, w.pi, drawn), nil
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

// oneEach tells whether no stratum of the earlier draw has two units drawn here.
func oneEach(from, drawn []int) bool {
	var seen []int
	for _, i := range drawn {
		if slices.Contains(seen, from[i]) {
			return false
		}
		seen = append(seen, from[i])
	}
	return true
}
