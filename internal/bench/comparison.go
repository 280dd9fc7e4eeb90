package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/compare/screen"
)

//go:embed comparison.R
var comparisonR string

// The work: all communes under three definitions, with cells of total, sex, age5 and sex × age5.
const comparedCommunes, comparedDefinitions = 10_598, 3

var comparedCells = []int{1, 2, 18, 36}

// A compared family is one definition and dimension of all communes.
type compared struct {
	cells            int
	register, census compare.Figures
}

// comparedFamilies are communes of some 9,000 people of whom a sample is seen: errors of 2 to 20 % and 2 to 40 degrees of
// freedom.
func comparedFamilies() []compared {
	rng := rand.New(rand.NewPCG(8, 5))
	var all []compared
	for range comparedDefinitions {
		for _, cells := range comparedCells {
			k := comparedCommunes * cells
			f := compared{cells, compare.NewFigures(k), compare.NewFigures(k)}
			for i := range k {
				if i%cells == 0 {
					f.census.DF[i] = float64(2 + rng.IntN(39))
				}
				persons := math.Max(20, 9000/float64(cells)*math.Exp(0.7*rng.NormFloat64()))
				se := persons * (0.02 + 0.18*rng.Float64())
				f.census.Value[i], f.census.SE[i], f.census.DF[i] = persons+se*rng.NormFloat64(), se, f.census.DF[i-i%cells]
				f.register.Value[i], f.register.DF[i] = math.Round(persons*math.Exp(0.1*rng.NormFloat64())), math.Inf(1)
			}
			all = append(all, f)
		}
	}
	return all
}

// work is what a comparison computes of a family: tests, measures and verdicts, distances by commune, and where the family is
// of totals shrinkage, limits, ranks and the worklist.
func (f *compared) work() error {
	compare.Judge(f.register, f.census, compare.Plan{Level: 0.95, FDR: 0.05, Alpha: 0.05, MarginPct: 5})
	if f.cells == 1 {
		return f.screen()
	}
	compare.StandardisedDifferences(f.register, f.census, f.cells, false)
	e := compare.NewDistanceEstimator(0.95)
	for first := 0; first < len(f.register.Value); first += f.cells {
		last := first + f.cells
		se := f.census.SE[first:last]
		p := compare.CompleteCount(f.register.Value[first:last])
		e.Between(p, compare.Estimated(f.census.Value[first:last], se, compare.IndependentSE(se), f.census.DF[first]), f.cells == 18)
	}
	return nil
}

func (f *compared) screen() error {
	n := len(f.register.Value)
	y, v, se := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, c := range f.census.Value {
		y[i], v[i] = screen.LogRatio(f.register.Value[i], 0, c, f.census.SE[i]*f.census.SE[i])
		se[i] = math.Sqrt(v[i])
	}
	fit, err := screen.Shrink(screen.Areas{Value: y, Variance: v}, screen.Options{})
	if err != nil {
		return err
	}
	funnel := screen.Overdispersion(y, se, 0, 0.1)
	value, error, persons, cost := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i, s := range fit.Areas {
		funnel.Score(y[i], se[i], screen.Additive)
		value[i], error[i], cost[i] = s.Value, s.SE, 1
		persons[i] = screen.ErrorExpected(f.register.Value[i], s.Value, s.SE, 0.05).Persons
	}
	screen.Ranks(value, error, 0.95)
	screen.Worklist(persons, cost)
	return nil
}

// comparisonTable prints how long all families take on all cores, and the part of it that plain R can do vector by vector
// beside R.
func comparisonTable(ctx context.Context, dir string) error {
	families := comparedFamilies()
	var failed error
	whole := median(3, func() {
		work := errgroup.Group{}
		work.SetLimit(runtime.GOMAXPROCS(0))
		for i := range families {
			work.Go(families[i].work)
		}
		failed = work.Wait()
	})
	if failed != nil {
		return failed
	}
	judged := median(3, func() {
		for _, f := range families {
			compare.Judge(f.register, f.census, compare.Plan{Level: 0.95, FDR: 0.05, Alpha: 0.05, MarginPct: 5})
		}
	})
	peer, times, err := comparedInR(ctx, dir, families)
	if err != nil {
		return err
	}
	cells := 0
	for _, f := range families {
		cells += len(f.register.Value)
	}
	print(fmt.Sprintf("\nComparison of %d communes × %d definitions × %d dimensions, %d cells", comparedCommunes, comparedDefinitions, len(comparedCells), cells), []row{
		{work: "difference and equivalence tests, intervals, adjustment; one core", ours: judged, peer: peer, theirs: times["tests"], note: "R: t tests, two one-sided tests, p.adjust by whole vectors; no ratio, no verdicts, no notes"},
		{work: "all measures, tests, verdicts, distances, shrinkage, ranks, worklist", ours: whole, peer: "none known"},
	})
	return nil
}

// comparedInR times the tests of the same figures in plain R; peer is empty where R is not there.
func comparedInR(ctx context.Context, dir string, families []compared) (peer string, times map[string]time.Duration, err error) {
	rscript, err := exec.LookPath("Rscript")
	if err != nil {
		return "", nil, nil
	}
	var b bytes.Buffer
	args := []string{filepath.Join(dir, "comparison.R"), filepath.Join(dir, "comparison.bin")}
	for _, f := range families {
		args = append(args, strconv.Itoa(len(f.register.Value)))
		for _, v := range [][]float64{f.register.Value, f.census.Value, f.census.SE, f.census.DF} {
			binary.Write(&b, binary.NativeEndian, v) // a buffer takes everything
		}
	}
	for path, text := range map[string][]byte{args[0]: []byte(comparisonR), args[1]: b.Bytes()} {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return "", nil, err
		}
	}
	out, err := exec.CommandContext(ctx, rscript, args...).Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: R does not run here: no ratios")
		return "", nil, ctx.Err()
	}
	return readTimes("plain R", out)
}
