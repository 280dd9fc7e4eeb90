package reference

import (
	"fmt"
	"math"
	"strings"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats"
)

// Entries on balanced sampling are held against as many samples as fewestDraws, and more where what they say holds
// in the long run only.
const fewestDraws, mostDraws = 1000, 8000

// A balanced is a population to draw balanced samples from.
type balanced struct {
	e     *entry
	pi    []float64
	names []string
	x     [][]float64 // balancing columns
	total []float64   // of each
	draws []cubeDraw  // by seed
}

// A cubeDraw is a sample and the flight that led to it.
type cubeDraw struct {
	flight []float64
	sample []int
}

// cubeInvariants are what an entry says of every balanced sample, by a part of its text.
var cubeInvariants = []struct {
	text  string
	holds func(*balanced) error
}{
	{"sum_k x_kj s_k/pi_k equals sum_k x_kj", (*balanced).flightBalances},
	{"at most p = number of balancing columns of s_k are strictly between 0 and 1", (*balanced).fewUndecided},
	{"sum s_k equals sum pik exactly", (*balanced).wholeAndFixed},
	{"|mean - pik| < 4 sqrt(pi(1-pi)/R)", (*balanced).keepsPi},
	{"bounded by p * max_k(|x_kj|/pi_k) / |T_j|", (*balanced).boundedImbalance},
}

// balancedSamples holds our samples by the cube method against what the entry says every one satisfies.
func balancedSamples(e *entry) outcome {
	b := &balanced{e: e}
	var in struct {
		Dataset    string
		Filter     []condition
		Pik        []float64
		Balancing  []string
		Invariants []string
	}
	e.inputs(&in)
	b.pi, b.names = in.Pik, in.Balancing
	t := readTable(e.path(in.Dataset))
	for _, name := range in.Balancing {
		b.add(name, t, meeting(t, in.Filter))
	}
	f := newFigures(e, "filter", "pik", "pik_from", "balancing", "invariants")
	if f.vector("population_totals", b.total); f.err != nil {
		return f.outcome()
	}
	b.draw(fewestDraws)
	for _, text := range in.Invariants {
		holds := invariant(text)
		if holds == nil {
			return unsupported("balanced samples of which %q", text)
		}
		if err := holds(b); err != nil {
			f.hold(fmt.Errorf("%w, but %s", err, text))
		}
	}
	return f.outcome()
}

func invariant(text string) func(*balanced) error {
	for _, i := range cubeInvariants {
		if strings.Contains(text, i.text) {
			return i.holds
		}
	}
	return nil
}

// add adds a balancing column: of the data set, in the rows of the population, or π itself.
func (b *balanced) add(name string, t *table, in []bool) {
	column := b.pi
	if _, ok := t.columns[name]; ok {
		column = nil
		for i, v := range t.numbers(name) {
			if in[i] {
				column = append(column, v)
			}
		}
	}
	b.x, b.total = append(b.x, column), append(b.total, floats.Sum(column))
}

// draw draws with the seeds 0, 1, 2, … up to the number of draws.
func (b *balanced) draw(draws int) {
	for seed := len(b.draws); seed < draws; seed++ {
		rng := sampling.Source(uint64(seed), "balanced")
		flight := sampling.CubeFlight(rng, b.pi, b.x)
		b.draws = append(b.draws, cubeDraw{flight, sampling.CubeLand(rng, flight, b.pi, b.x)})
	}
}

func (b *balanced) flightBalances() error {
	for seed, d := range b.draws {
		for j, x := range b.x {
			sum := 0.0
			for k, v := range x {
				if b.pi[k] > 0 {
					sum += v * d.flight[k] / b.pi[k]
				}
			}
			if !b.e.tolerance.near(sum, b.total[j]) {
				return fmt.Errorf("seed %d: the flight gives %v for %s", seed, sum, b.names[j])
			}
		}
	}
	return nil
}

func (b *balanced) fewUndecided() error {
	for seed, d := range b.draws {
		undecided := 0
		for _, p := range d.flight {
			if p < 0 || p > 1 {
				return fmt.Errorf("seed %d: the flight gives %v", seed, p)
			}
			if p != 0 && p != 1 {
				undecided++
			}
		}
		if undecided > len(b.x) {
			return fmt.Errorf("seed %d: %d undecided", seed, undecided)
		}
	}
	return nil
}

func (b *balanced) wholeAndFixed() error {
	want := int(math.Round(floats.Sum(b.pi)))
	for seed, d := range b.draws {
		if len(d.sample) != want {
			return fmt.Errorf("seed %d: %d units", seed, len(d.sample))
		}
		for i, k := range d.sample {
			if i > 0 && k <= d.sample[i-1] {
				return fmt.Errorf("seed %d: unit %d comes twice or out of order", seed, k)
			}
		}
	}
	return nil
}

// keepsPi holds the share of draws of every unit against π. Of thousands of units a few are four standard errors off by
// chance; with ever more draws none may stay so.
func (b *balanced) keepsPi() (err error) {
	for draws := fewestDraws; draws <= mostDraws; draws *= 2 {
		b.draw(draws)
		if err = b.near(4); err == nil {
			return nil
		}
	}
	return err
}

// near holds the shares against π within so many standard errors.
func (b *balanced) near(errors float64) error {
	draws := float64(len(b.draws))
	count := make([]float64, len(b.pi))
	for _, d := range b.draws {
		for _, k := range d.sample {
			count[k]++
		}
	}
	for k, p := range b.pi {
		if math.Abs(count[k]/draws-p) > errors*math.Sqrt(p*(1-p)/draws) {
			return fmt.Errorf("unit %d with π = %v is in %v of %v samples", k, p, count[k], draws)
		}
	}
	return nil
}

func (b *balanced) boundedImbalance() error {
	for seed, draw := range b.draws {
		for j, d := range sampling.Balance(b.pi, b.x, draw.sample) {
			most := 0.0
			for k, v := range b.x[j] {
				most = max(most, math.Abs(v)/b.pi[k])
			}
			if bound := float64(len(b.x)) * most / math.Abs(b.total[j]); !(math.Abs(d) <= bound) {
				return fmt.Errorf("seed %d: %s is off by %v of its total, more than %v", seed, b.names[j], d, bound)
			}
		}
	}
	return nil
}
