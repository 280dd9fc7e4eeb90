package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/estimation"
)

//go:embed estimation.R
var estimationR string

// A piece of work on the sample of persons: once columns are in memory and the design is made, as in R, and as it is
// asked for of a file.
type piece struct {
	key, work string // key: as the R script names it
	inMemory  func(*persons, *analysis.Sample)
	ofFile    func(*estimation.Options)
}

// pieces are the work that goals are set for.
var pieces = []piece{
	{
		"mean", "share under 15, country",
		func(p *persons, s *analysis.Sample) { s.Ratios(p.child, nil, p.country, 1) },
		func(o *estimation.Options) { o.Means = []string{"age < 15"} },
	},
	{
		"province_sex", "total and share under 15, 63 provinces × 2 sexes",
		func(p *persons, s *analysis.Sample) {
			cell, k := p.provinceSex()
			s.Totals(nil, cell, k)
			s.Ratios(p.child, nil, cell, k)
		},
		func(o *estimation.Options) {
			o.Totals, o.Means, o.By = []string{"1"}, []string{"age < 15"}, []string{"province", "sex"}
		},
	},
	{
		"age_by_province", "shares of 17 age groups, 63 provinces",
		func(p *persons, s *analysis.Sample) { p.ageShares(s) },
		func(o *estimation.Options) {
			o.Proportions, o.By = []string{"age"}, []string{"province"}
			o.Cut = []string{"age:5,10,15,20,25,30,35,40,45,50,55,60,65,70,75,80"}
		},
	},
	{
		"district_totals", "totals, 600 districts",
		func(p *persons, s *analysis.Sample) { s.Totals(nil, p.district, districts) },
		func(o *estimation.Options) { o.Totals, o.By = []string{"1"}, []string{"district"} },
	},
	{
		"median_age", "median age, 63 provinces",
		func(p *persons, s *analysis.Sample) { p.medianAges(s) },
		func(o *estimation.Options) { o.Quantiles, o.By = []string{"age:0.5"}, []string{"province"} },
	},
	{
		"bootstrap", "200 bootstrap replicates, totals of 63 provinces",
		func(p *persons, s *analysis.Sample) { p.bootstrap(s).Totals(nil, p.province, provinces) },
		func(o *estimation.Options) {
			o.Totals, o.By, o.Replicates = []string{"1"}, []string{"province"}, "bootstrap:200:1"
		},
	},
}

// estimationTable times the pieces in memory, from Parquet and from CSV, beside R survey on the same file.
func estimationTable(ctx context.Context, dir string) error {
	p := makePersons(20240401)
	text, parquet := filepath.Join(dir, "persons.csv"), filepath.Join(dir, "persons.parquet")
	if err := errors.Join(p.writeCSV(text), p.writeParquet(parquet)); err != nil {
		return err
	}
	peer, theirs, err := surveyTimes(ctx, dir, text)
	if err != nil {
		return err
	}
	sample := p.sample()
	print("\nThe design of 1.4 million persons, from columns in memory", []row{
		{work: "126 strata, 40,000 PSUs", ours: median(11, func() { p.sample() }), peer: peer, theirs: theirs["design"]},
	})
	reading := theirs["read"] + theirs["design"]
	for _, source := range []struct {
		name   string
		before time.Duration // what R does before it has a design in memory
		time   func(piece) (time.Duration, error)
	}{
		{"columns in memory, the design made", 0, func(w piece) (time.Duration, error) { return median(11, func() { w.inMemory(p, sample) }), nil }},
		{"Parquet, with reading and design", reading, func(w piece) (time.Duration, error) { return fromFile(ctx, w, parquet) }},
		{"CSV, with reading and design", reading, func(w piece) (time.Duration, error) { return fromFile(ctx, w, text) }},
	} {
		var rows []row
		for _, w := range pieces {
			ours, err := source.time(w)
			if err != nil {
				return err
			}
			rows = append(rows, row{work: w.work, ours: ours, peer: peer, theirs: theirs[w.key] + source.before})
			if w.key == "district_totals" && source.before == 0 && theirs["district_one_pass"] > 0 {
				rows = append(rows, row{work: "the same, beside one pass in plain R", ours: ours, peer: peer, theirs: theirs["district_one_pass"]})
			}
		}
		print("\nEstimation of 1.4 million persons, from "+source.name, append(rows, together(rows, peer)))
	}
	if err := peakOf(ctx, parquet); err != nil {
		return err
	}
	scaling(p)
	return nil
}

// together is provinces by sexes, age groups and districts in a row.
func together(rows []row, peer string) row {
	sum := row{work: "provinces × sexes, age groups and districts together", peer: peer}
	for i, w := range pieces {
		if w.key != "province_sex" && w.key != "age_by_province" && w.key != "district_totals" {
			continue
		}
		for _, r := range rows {
			if r.work == pieces[i].work {
				sum.ours, sum.theirs = sum.ours+r.ours, sum.theirs+r.theirs
			}
		}
	}
	return sum
}

func personOptions(path string, w piece) estimation.Options {
	o := estimation.Options{
		File: path, Strata: []string{"stratum"}, PSU: []string{"psu"}, Weight: "weight", Lonely: "fail",
		Level: estimation.DefaultLevel, Method: estimation.DefaultMethod, Interval: estimation.DefaultInterval,
		CalibrateMethod: estimation.DefaultCalibrateMethod, QuantileInterval: estimation.DefaultQuantileInterval,
		QuantileRule: estimation.DefaultQuantileRule,
	}
	w.ofFile(&o)
	return o
}

// fromFile is what concord estimate does between its start and its printing.
func fromFile(ctx context.Context, w piece, path string) (time.Duration, error) {
	var err error
	t := median(5, func() {
		_, failed := estimation.Run(ctx, personOptions(path, w), "bench", nil)
		err = errors.Join(err, failed)
	})
	return t, err
}

// peakOf prints the largest resident memory of the program on the heaviest pieces, as a process of its own.
func peakOf(ctx context.Context, path string) error {
	const program = "bin/concord"
	if _, err := os.Stat(program); err != nil {
		return nil
	}
	for _, w := range pieces {
		o := personOptions(path, w)
		args := []string{"estimate", path, "--strata", "stratum", "--psu", "psu", "--weight", "weight", "--format", "csv", "--out", os.DevNull}
		for flag, values := range map[string][]string{
			"--total": o.Totals, "--mean": o.Means, "--proportion": o.Proportions, "--quantile": o.Quantiles, "--by": o.By, "--cut": o.Cut,
		} {
			for _, v := range values {
				args = append(args, flag, v)
			}
		}
		if o.Replicates != "" {
			args = append(args, "--replicates", o.Replicates)
		}
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Stdout, cmd.Stderr = io.Discard, os.Stderr
		started := time.Now()
		if err := cmd.Start(); err != nil {
			return err
		}
		peak := watch(cmd.Process.Pid)
		if err := cmd.Wait(); err != nil {
			return err
		}
		fmt.Printf("concord estimate, from Parquet, %s: %s, peak %.0f MiB\n", w.work, seconds(time.Since(started)), <-peak)
	}
	return nil
}

// watch gives, when a process has ended, the largest resident memory it had. What the system says of an ended process
// begins with that of the one which started it, and so is of no use.
func watch(pid int) <-chan float64 {
	peak := make(chan float64, 1)
	go func() {
		last := 0.0
		for at := peakOfProcess(strconv.Itoa(pid)); at > 0; at = peakOfProcess(strconv.Itoa(pid)) {
			last = at
			time.Sleep(2 * time.Millisecond)
		}
		peak <- last
	}()
	return peak
}

// writeParquet writes the columns that the work needs, with codes from 1 as writeCSV does.
func (p *persons) writeParquet(path string) error {
	from1 := func(name string, v []int32, by int64) columns.Column {
		out := make([]int64, len(v))
		for i, x := range v {
			out[i] = int64(x) + by
		}
		return columns.Column{Name: name, Int: out}
	}
	t := columns.Table{
		from1("province", p.province, 1), from1("stratum", p.stratum, 1), from1("district", p.district, 1), from1("psu", p.psu, 1),
		{Name: "weight", Float: p.weight}, from1("sex", p.sex, 1), from1("age", p.age, 0),
	}
	return columns.Create(path, t.WriteParquet)
}

// surveyTimes times R's package survey; peer is empty where R or the package is not there. It takes some minutes.
func surveyTimes(ctx context.Context, dir, path string) (peer string, times map[string]time.Duration, err error) {
	rscript, err := exec.LookPath("Rscript")
	if err != nil {
		return "", nil, nil
	}
	script := filepath.Join(dir, "estimation.R")
	if err := os.WriteFile(script, []byte(estimationR), 0o644); err != nil {
		return "", nil, err
	}
	out, err := exec.CommandContext(ctx, rscript, script, path).Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: R with package survey does not run here: no ratios")
		return "", nil, ctx.Err()
	}
	return readTimes("survey", out)
}

// readTimes reads what a script of R printed: a line of versions, then a piece of work and its seconds on every line.
func readTimes(name string, out []byte) (peer string, times map[string]time.Duration, err error) {
	times = make(map[string]time.Duration)
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if fields[0] == "version" {
			peer = fmt.Sprintf("%s %s, R %s", name, fields[1], fields[2])
			continue
		}
		s, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return "", nil, err
		}
		times[fields[0]] = time.Duration(s * float64(time.Second))
	}
	return peer, times, nil
}
