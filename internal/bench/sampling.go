package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/sampling"
)

//go:embed sampling.R
var samplingR string

// Sizes of the work: the communes of the mid-term census, a sample of them, and the households of the country.
const (
	communes   = 10_598
	drawn      = 100
	households = 28_000_000
	selected   = 400_000
)

// A frame of communes with sizes as skewed as those of Viet Nam, none of them certain in the sample.
type frame struct{ size, young, area []float64 }

func communeFrame() frame {
	rng := rand.New(rand.NewPCG(1, 2))
	var f frame
	for range communes {
		persons := math.Floor(math.Exp(8.9 + 0.7*rng.NormFloat64()))
		f.size = append(f.size, math.Min(persons, 150_000))
		f.young = append(f.young, math.Floor(persons*(0.2+0.1*rng.Float64())))
		f.area = append(f.area, math.Exp(3+rng.NormFloat64()))
	}
	return f
}

func (f frame) write(path string) error {
	var b bytes.Buffer
	fmt.Fprintln(&b, "size,young,area")
	for i := range f.size {
		fmt.Fprintf(&b, "%v,%v,%v\n", f.size[i], f.young[i], f.area[i])
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

func samplingRows(ctx context.Context, dir string) ([]row, error) {
	f := communeFrame()
	peer, theirs, err := runR(ctx, dir, f)
	if err != nil {
		return nil, err
	}
	pi, err := sampling.InclusionProbabilities(f.size, drawn)
	if err != nil {
		return nil, err
	}
	seed := uint64(0)
	rng := func() *rand.Rand { seed++; return sampling.Source(seed, "bench") }
	x := [][]float64{pi, f.size, f.young, f.area}
	rows := []row{
		{work: "PPS-systematic, 100 of 10,598 communes", ours: median(201, func() { sampling.Systematic(rng(), pi) }), theirs: theirs["pps_systematic"]},
		{work: "conditional Poisson, 100 of 10,598", ours: median(11, func() { sampling.ConditionalPoisson(rng(), pi) }), theirs: theirs["conditional_poisson"]},
		{work: "cube, 100 of 10,598, 4 variables", ours: median(11, func() { sampling.Cube(rng(), pi, x) }), theirs: theirs["cube"]},
		{work: "systematic, 400,000 of 28 M, in memory", ours: median(3, func() { sampling.FractionalSystematic(rng(), selected, households) }), theirs: theirs["systematic"]},
	}
	streamed, err := streamed(ctx, dir)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].peer = peer
	}
	return append(rows, streamed), nil
}

// runR times R's package sampling; peer is empty where R or the package is not there.
func runR(ctx context.Context, dir string, f frame) (peer string, times map[string]time.Duration, err error) {
	rscript, err := exec.LookPath("Rscript")
	if err != nil {
		return "", nil, nil
	}
	script, sizes := filepath.Join(dir, "sampling.R"), filepath.Join(dir, "communes.csv")
	if err := errors.Join(os.WriteFile(script, []byte(samplingR), 0o644), f.write(sizes)); err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, rscript, script, sizes, strconv.Itoa(drawn), strconv.Itoa(households))
	out, err := cmd.Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: R with package sampling does not run here: no ratios")
		return "", nil, ctx.Err()
	}
	return readTimes("sampling", out)
}

// streamed draws from a file that is never held in memory: 28 M households of a DuckDB table, with frame checks and digest.
func streamed(ctx context.Context, dir string) (row, error) {
	path := filepath.Join(dir, "households.duckdb")
	if err := writeHouseholds(ctx, path); err != nil {
		return row{}, err
	}
	s := &study.Selection{Method: "systematic", N: selected}
	s.SetDefaults()
	started := time.Now()
	sample, err := draw.Select(ctx, draw.File{At: store.Location{File: path, Table: "households"}, Code: "code"}, draw.Plan{Selection: s, Seed: 1})
	if err != nil {
		return row{}, err
	}
	if len(sample.Drawn) != selected {
		return row{}, fmt.Errorf("%d households drawn, want %d", len(sample.Drawn), selected)
	}
	return row{work: "the same from a file, checked and digested", peer: "none", ours: time.Since(started), note: fmt.Sprintf("peak %.0f MiB", peakMiB())}, nil
}

func writeHouseholds(ctx context.Context, path string) (err error) {
	c, err := store.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	table, err := c.Table(ctx, "households", []store.ColumnType{{Name: "code", Type: "VARCHAR"}})
	if err != nil {
		return err
	}
	for i := range households {
		if i%100_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		// Not in order of code, as registers are not.
		if err := table.Row(fmt.Sprintf("%09d", i*7_919%households)); err != nil {
			return err
		}
	}
	return nil
}

// peakMiB is the largest resident memory of the process so far, 0 where the system does not tell.
func peakMiB() float64 { return peakOfProcess("self") }

func peakOfProcess(pid string) float64 {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kib, _ := strconv.ParseFloat(f[1], 64)
			return kib / 1024
		}
	}
	return 0
}
