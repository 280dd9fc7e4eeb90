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
	"strconv"
	"strings"
	"time"

	"github.com/concord-stat/concord/analysis/demography"
)

//go:embed heaping.R
var heapingR string

// The work: communes by single age, and the time that R DemoTools took for four indices of as many communes when it
// was measured (1.6 ms a commune; R 4.2.2 on two cores). It is not installed where this program runs.
const (
	heapingCommunes = 10_600
	heapingAges     = 100
	demoTools       = 16500 * time.Millisecond
)

// fourIndices are those that DemoTools was timed with.
func fourIndices() []demography.Index {
	return []demography.Index{
		demography.Whipple(25, 60, 0, 5), demography.Myers(10, 89, demography.EqualSpan),
		demography.Bachi(23, 77, demography.MeanOfRatios), demography.Spoorenberg(20, 64),
	}
}

// communeAges are persons by single age, in communes of about 9,000, where one in ten states an age that ends in 0 or
// 5.
func communeAges() []float64 {
	rng := rand.New(rand.NewPCG(5, 1))
	var counts []float64
	for range heapingCommunes {
		size := 90 * math.Exp(0.7*rng.NormFloat64())
		for a := range heapingAges {
			mean := size * (1.98 - 0.02*float64(a))
			if a%5 == 0 {
				mean *= 1.4
			}
			counts = append(counts, math.Max(1, math.Floor(mean*0.9+math.Sqrt(mean)*rng.NormFloat64())))
		}
	}
	return counts
}

// heapingTable prints the indices of all communes beside the same formulas in plain R, which is run here, and beside
// what DemoTools took.
func heapingTable(ctx context.Context, dir string) error {
	counts, indices := communeAges(), fourIndices()
	values := median(11, func() {
		for _, x := range indices {
			x.Values(counts, heapingAges)
		}
	})
	assessed := median(5, func() {
		for _, x := range indices {
			x.AssessAll(counts, heapingAges, demography.Counted(0.95))
		}
	})
	peer, theirs, sums, err := plainR(ctx, dir, counts)
	if err != nil {
		return err
	}
	if err := agreeWith(sums, counts, indices); err != nil {
		return err
	}
	const work = "Whipple, Myers, Bachi, Spoorenberg"
	print(fmt.Sprintf("\nAge heaping, %d communes, one core", heapingCommunes), []row{
		{work: work, ours: values, peer: peer, theirs: theirs["each"], note: "our own plain R, commune by commune"},
		{work: work, ours: values, peer: peer, theirs: theirs["together"], note: "our own plain R, all communes at once by matrices"},
		{work: work, ours: values, peer: "DemoTools 2026-01", theirs: demoTools, note: "not run here: 16.5 s as recorded"},
		{work: "with errors, correction for chance, intervals, tests", ours: assessed, peer: "none known"},
	})
	return nil
}

// plainR times the formulas in R; peer is empty where R is not there.
func plainR(ctx context.Context, dir string, counts []float64) (
	peer string, times map[string]time.Duration, sums []float64, err error,
) {
	rscript, err := exec.LookPath("Rscript")
	if err != nil {
		return "", nil, nil, nil
	}
	script, data := filepath.Join(dir, "heaping.R"), filepath.Join(dir, "ages.bin")
	var b bytes.Buffer
	binary.Write(&b, binary.NativeEndian, counts) // a buffer takes everything
	for path, text := range map[string][]byte{script: []byte(heapingR), data: b.Bytes()} {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return "", nil, nil, err
		}
	}
	out, err := exec.CommandContext(ctx, rscript, script, data, strconv.Itoa(len(counts)/heapingAges)).Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: R does not run here: no ratios")
		return "", nil, nil, ctx.Err()
	}
	lines, last, _ := strings.Cut(string(out), "sums ")
	for _, field := range strings.Fields(last) {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return "", nil, nil, err
		}
		sums = append(sums, v)
	}
	peer, times, err = readTimes("plain R", []byte(lines))
	return peer, times, sums, err
}

// agreeWith holds our indices, added up over the communes, against those of R.
func agreeWith(sums, counts []float64, indices []demography.Index) error {
	for i, want := range sums {
		got := 0.0
		for _, v := range indices[i].Values(counts, heapingAges) {
			got += v
		}
		if math.Abs(got-want) > 1e-9*want {
			return fmt.Errorf("bench: %s adds up to %v, and to %v in R", indices[i].Name, got, want)
		}
	}
	return nil
}
