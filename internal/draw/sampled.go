package draw

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/problems"
)

// isColumn matches names that can stand as the name of a column of the sample.
var isColumn = regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)

// isStageColumn matches the columns that come for every stage.
var isStageColumn = regexp.MustCompile(`(?i)^(pi|population|drawn|unit)_[0-9]+$`)

// designColumns are the columns of a sample that are not named after a stage.
var designColumns = []string{"stratum", "weight", "name", "size", "hits", "rotation_group", "first_phase_stratum", "first_phase_pi", "first_phase_population", "first_phase_drawn"}

// Table is the sample: the chain with the columns of its design, and what is known of the units of the last stage.
func (r *Drawing) Table(d *Design) columns.Table {
	t, units := r.Chain.Table(r.names), r.Sample.Drawn
	if d.Name != "" {
		t = append(t, columns.Texts("name", len(units), func(i int) string { return units[i].Name }))
	}
	if d.Size != "" {
		t = append(t, columns.Floats("size", len(units), func(i int) float64 { return units[i].Size }))
	}
	t = append(t, columns.Ints("hits", len(units), func(i int) int { return units[i].Hits }))
	if d.Rotation > 0 {
		t = append(t, columns.Ints("rotation_group", len(units), func(i int) int { return units[i].Rotation }))
	}
	return t
}

// SaveSample writes a sample into a folder, where nobody else can read it: it names households, or persons.
func SaveSample(t columns.Table, dir string) error {
	if err := t.Save(dir, "sample"); err != nil {
		return err
	}
	for _, name := range []string{"sample.csv", "sample.parquet"} {
		if err := os.Chmod(filepath.Join(dir, name), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// A sampled is an earlier draw from a file.
type sampled struct {
	chain  Chain
	names  []string
	phases int // of the first stage
}

// readSampled reads the sample of an earlier draw, whose seal must hold.
func readSampled(dir string) (*sampled, error) {
	if _, _, err := artefact.Verify(dir); err != nil {
		return nil, err
	}
	t, err := columns.Load(filepath.Join(dir, "sample.parquet"))
	if err != nil {
		return nil, problems.Input(fmt.Errorf("%s holds no sample: %w", dir, err))
	}
	s := &sampled{phases: 1}
	first := slices.IndexFunc(t, func(c columns.Column) bool { return c.Name == "pi_1" })
	if first < 2 || t[0].Name != "stratum" {
		return nil, problems.Input(fmt.Errorf("%s: the sample has not the columns of a draw", dir))
	}
	for _, c := range t[1:first] {
		s.names = append(s.names, c.Name)
	}
	return s, s.readChain(t)
}

func (s *sampled) readChain(t columns.Table) error {
	if _, err := t.Column("first_phase_pi"); err == nil {
		s.phases = 2
	}
	weight, err := t.Column("weight")
	if err != nil {
		return err
	}
	hits, err := t.Column("hits")
	if err != nil {
		return err
	}
	for i := range t.Rows() {
		u := Chained{Stratum: t[0].Text[i], Weight: weight.Float[i]}
		if hits.Int[i] > 1 {
			return problems.Input(fmt.Errorf("unit %s was drawn %d times: nothing can be drawn within units drawn with replacement", t[1].Text[i], hits.Int[i]))
		}
		for k := range s.names {
			u.Codes = append(u.Codes, t[1+k].Text[i])
			l, err := linkAt(t, k+1, i)
			if err != nil {
				return err
			}
			u.Links = append(u.Links, l)
		}
		if s.phases == 2 {
			if u.Links[0], err = bothPhases(t, u.Links[0], i); err != nil {
				return err
			}
		}
		s.chain.Units = append(s.chain.Units, u)
	}
	return nil
}

// bothPhases makes one stage of two phases, as link does: what is drawn within its units goes on from both.
func bothPhases(t columns.Table, second Link, row int) (Link, error) {
	pi, err := t.Column("first_phase_pi")
	if err != nil {
		return Link{}, err
	}
	population, err := t.Column("first_phase_population")
	if err != nil {
		return Link{}, err
	}
	return Link{second.Probability * pi.Float[row], int(population.Int[row]), second.Drawn}, nil
}

func linkAt(t columns.Table, stage, row int) (Link, error) {
	pi, err := t.Column(fmt.Sprintf("pi_%d", stage))
	if err != nil {
		return Link{}, err
	}
	population, err := t.Column(fmt.Sprintf("population_%d", stage))
	if err != nil {
		return Link{}, err
	}
	drawn, err := t.Column(fmt.Sprintf("drawn_%d", stage))
	if err != nil {
		return Link{}, err
	}
	return Link{pi.Float[row], int(population.Int[row]), int(drawn.Int[row])}, nil
}

// secondPhase is the chain of a sample drawn from the units of the chain.
func (c Chain) secondPhase(s *Sample) Chain {
	before := make(map[string]Chained, len(c.Units))
	for _, u := range c.Units {
		before[u.Codes[0]] = u
	}
	var second Chain
	for _, d := range s.Drawn {
		first := before[d.Code]
		second.Units = append(second.Units, Chained{
			Codes: first.Codes, Stratum: d.Stratum, Links: []Link{link(d)}, First: &Phase{first.Links[0], first.Stratum}, Weight: first.Weight * d.Weight,
		})
	}
	return second
}
