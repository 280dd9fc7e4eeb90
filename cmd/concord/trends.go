package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/internal/trends"
)

// trendsOptions ask for the trends of several comparisons.
type trendsOptions struct {
	trends.Options
	out string
}

func newTrendsCmd(env *environ) *cobra.Command {
	var o trendsOptions
	cmd := &cobra.Command{
		Use: "trends ROUND ROUND...", Short: "Hold the comparisons of several rounds side by side: which discrepancies persist",
		Long: "A round is the study.yaml of a finished comparison, or the folder of one; rounds are named in order of reference\n" +
			"time. Every cell gets its slope a year, tests of slope and of constancy, and a class: persistent, growing, shrinking,\n" +
			"new, resolved, reversed, unsteady, agreeing, told_once or never_told. docs/methods.md says how. No study is needed\n" +
			"beside the rounds.",
		Example: "  concord trends 2019/study.yaml 2024/study.yaml --level province\n" +
			"  concord trends round1/compare round2/compare round3/compare --dimension total,sex --out trends.csv",
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return env.trends(cmd.OutOrStdout(), o, args) },
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.Levels, "level", nil, "levels of areas (default: all)")
	f.StringSliceVar(&o.Definitions, "definition", nil, "definitions, or pairs of sources (default: all)")
	f.StringSliceVar(&o.Dimensions, "dimension", []string{"total"}, "dimensions")
	f.Float64Var(&o.FDR, "fdr", 0, "false-discovery rate at which change is called one (default: that of the last round)")
	f.StringVarP(&o.out, "out", "o", "", "`file` for the whole table, .csv or .parquet")
	return cmd
}

func (env *environ) trends(w io.Writer, o trendsOptions, args []string) error {
	extension := filepath.Ext(o.out)
	switch {
	case o.out != "" && extension != ".csv" && extension != ".parquet":
		return usageError{fmt.Errorf("--out %s: want a name that ends in .csv or .parquet", o.out)}
	case o.FDR < 0 || o.FDR >= 1:
		return usageError{fmt.Errorf("--fdr %v is not between 0 and 1", o.FDR)}
	}
	var rounds []trends.Round
	for _, name := range args {
		c, err := openRound(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		rounds = append(rounds, trends.Round{Name: name, Comparison: c})
	}
	t, err := trends.Of(rounds, o.Options)
	if err != nil {
		return usageError{err}
	}
	if o.out != "" {
		if err := writeTable(o.out, t.Table()); err != nil {
			return err
		}
	}
	if env.json {
		return printTrends(w, t)
	}
	t.WriteSummary(w)
	return nil
}

// openRound opens the comparison of a study, or in a folder. Its seal must hold.
func openRound(name string) (*results.Comparison, error) {
	path := name
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		s, err := study.Load(name)
		if err != nil {
			return nil, err
		}
		if path, err = stage.New(s, program()).Current(stage.Compare); err != nil {
			return nil, err
		}
	}
	m, _, err := artefact.Verify(path)
	if err != nil {
		return nil, err
	}
	if m.Stage != stage.Compare {
		return nil, usageError{errors.New("it is no comparison but the artefact of another stage: " + m.Stage)}
	}
	return results.Open(path)
}

func writeTable(file string, t columns.Table) error {
	var text bytes.Buffer
	write := t.WriteCSV
	if filepath.Ext(file) == ".parquet" {
		write = t.WriteParquet
	}
	if err := write(&text); err != nil {
		return err
	}
	return writeWhole(file, text.Bytes())
}

// printTrends prints everything as JSON.
func printTrends(w io.Writer, t *trends.Trends) error {
	var rows bytes.Buffer
	if err := t.Table().WriteJSON(&rows); err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Rounds []string         `json:"rounds"`
		FDR    float64          `json:"fdr"`
		Counts []trends.Count   `json:"counts"`
		Absent []trends.Absence `json:"absent"`
		Rows   json.RawMessage  `json:"rows"`
	}{t.Dates, t.FDR, t.Counts(), append([]trends.Absence{}, t.Absent...), rows.Bytes()})
}
