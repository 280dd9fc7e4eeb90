package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/concord-stat/concord/internal/estimation"
	"github.com/concord-stat/concord/internal/stage"
)

// estimateOptions are the flags of concord estimate.
type estimateOptions struct {
	estimation.Options
	kind   string
	of     []string
	df     string
	format string
	out    string
}

func newEstimateCmd(env *environ) *cobra.Command {
	var o estimateOptions
	cmd := &cobra.Command{
		Use:   "estimate [FILE]",
		Short: "Estimate every area and cell of the study with its error, or what is asked for of a file",
		Long: "Without an argument: the field results of the study are checked and estimated. With FILE, a CSV, Parquet or Stata\n" +
			"file with a row an observation: totals, means, ratios, proportions and quantiles under the design that the flags describe, each\n" +
			"with standard error, interval and degrees of freedom. A variable is a column of numbers, 1 for every row, or a\n" +
			"condition such as 'age < 15', which counts 1 where it is true. Columns are parted by commas; flags can be given again.\n" +
			"docs/estimation.md has the flags, one by one.",
		Example: "  concord estimate\n" +
			"  concord estimate sample.csv --strata region --psu ea --weight w --fpc n_ea --total persons --mean age --by province,sex\n" +
			"  concord estimate sample.dta --psu ea,household --fpc n_ea,n_hh --proportion marital --method logit --where 'age >= 15'\n" +
			"  concord estimate sample.parquet --strata region --psu ea --weight w --ratio income/persons --deff --format csv --out income.csv\n" +
			"  concord estimate sample.csv --strata region --psu ea --weight w --total 1 --by commune --assist register.csv --assist-group province",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return env.estimate(cmd, &o, args) },
	}
	o.addTo(cmd.Flags())
	return cmd
}

// addTo adds the flags to a set.
func (o *estimateOptions) addTo(f *pflag.FlagSet) {
	f.StringArrayVar(&o.Strata, "strata", nil, "`columns` whose cross makes the strata; given again, those of the next stage")
	f.StringSliceVar(&o.PSU, "psu", nil, "`columns` of the sampling units, those of the first stage first")
	f.StringVar(&o.Weight, "weight", "", "`column` of the sampling weight, or 1; without it, weights come from the counts of --fpc")
	f.StringSliceVar(&o.FPC, "fpc", nil, "`columns` of the units in the frame, stage by stage: of the stratum, then of the unit above")
	f.BoolVar(&o.Nest, "nest", false, "names of PSUs begin anew in every stratum")
	f.StringVar(&o.Lonely, "lonely-psu", "fail", "what is done about a stratum with a single PSU: fail, adjust, average, remove or certainty")
	f.BoolVar(&o.LonelyInDomain, "lonely-in-domain", false, "with adjust and average: also about a stratum of whose PSUs a single one is in the domain")
	f.StringVar(&o.Replicates, "replicates", "", "errors from replicate weights: a `method` (jk1, jkn, brr, fay:RHO, bootstrap:R:SEED, raowu:R:SEED, preston:R:SEED, sdr:R), or columns and what they are, as in 'rw*:brr'")
	f.BoolVar(&o.AboutEstimate, "about-estimate", false, "with --replicates: deviations are from the estimate, not from the mean of the replicates")
	f.StringVar(&o.Calibrate, "calibrate", "", "fit the weights to the totals of a `file` with columns variable, level and total")
	f.StringVar(&o.CalibrateMethod, "calibrate-method", estimation.DefaultCalibrateMethod, "how: "+strings.Join(estimation.CalibrationMethods(), ", "))
	f.Float64SliceVar(&o.Bounds, "bounds", nil, "`lower,upper` bounds of new weights over old ones, for logit and truncated")
	f.StringVar(&o.Assist, "assist", "", "let the totals of a register help those of --total: a `file` with the columns of --by and totals")
	f.StringArrayVar(&o.AssistX, "assist-x", nil, "what the totals are of, as in 1:persons: `variables` of FILE and columns of the totals (default: columns of both)")
	f.StringVar(&o.AssistMethod, "assist-method", "", "how: "+strings.Join(estimation.AssistMethods(), ", ")+" (default ratio for one variable, regression for several)")
	f.StringVar(&o.AssistGroup, "assist-group", "", "`column` of --by or of the register's file whose groups of cells share coefficients")
	f.StringVar(&o.AssistWhere, "assist-where", "", "`condition` that is true of the lines of the register's file that count")
	f.StringArrayVar(&o.Totals, "total", nil, "totals of `variables`; of 1: the size of the population")
	f.StringArrayVar(&o.Means, "mean", nil, "means of `variables`; of a condition: a share")
	f.StringArrayVar(&o.Ratios, "ratio", nil, "ratios of totals, `y/x`")
	f.StringArrayVar(&o.Proportions, "proportion", nil, "shares of all levels of `columns`")
	f.StringArrayVar(&o.Quantiles, "quantile", nil, "quantiles of a variable, `variable:p,p`; without p the median; given again for another variable")
	f.StringVar(&o.kind, "type", "", "another way to say it, with --of: "+strings.Join(estimation.Types, ", "))
	f.StringArrayVar(&o.of, "of", nil, "`variables` that --type is about")
	f.StringSliceVar(&o.By, "by", nil, "`columns` whose cross makes the domains")
	f.StringVar(&o.Where, "where", "", "`condition` that is true in the domain, such as 'age >= 15'; rows outside count for the error")
	f.StringArrayVar(&o.Cut, "cut", nil, "for --by and --proportion, the groups of a column of numbers, as in `age:15,60`")
	f.StringSliceVar(&o.Missing, "missing", nil, "`texts` of a CSV that stand for a missing value, as an empty field does")
	f.StringVar(&o.Method, "method", estimation.DefaultMethod, "interval of proportions: "+strings.Join(estimation.Methods(), ", "))
	f.StringVar(&o.Interval, "interval", estimation.DefaultInterval, "interval of totals and ratios: "+strings.Join(estimation.Intervals(), ", "))
	f.StringVar(&o.QuantileInterval, "quantile-interval", estimation.DefaultQuantileInterval, "interval of quantiles: "+strings.Join(estimation.QuantileIntervals(), ", "))
	f.StringVar(&o.QuantileRule, "quantile-rule", estimation.DefaultQuantileRule, "which value is the quantile: math, school, hf1 to hf9, or shahvaish")
	f.Float64Var(&o.Level, "level", estimation.DefaultLevel, "level of the intervals")
	f.StringVar(&o.df, "df", "", "degrees of freedom in the place of those of the design: a `number`, or inf for the normal distribution")
	f.StringVar(&o.Deff, "deff", "", "design effects, over simple random sampling without replacement; with --deff=replace over one with it")
	f.Lookup("deff").NoOptDefVal = estimation.Deffs[0]
	f.StringVar(&o.format, "format", "", "table, csv or json (default table)")
	f.StringVar(&o.out, "out", "", "`file` to write to")
}

func (env *environ) estimate(cmd *cobra.Command, o *estimateOptions, args []string) error {
	if len(args) == 0 {
		if own := changedFlags(cmd, new(estimateOptions)); own != "" {
			return usageError{fmt.Errorf("--%s is for a FILE to estimate from; what is estimated of a study is in its study.yaml", own)}
		}
		return env.runStages(cmd, []string{stage.Estimate}, nil)
	}
	o.File = args[0]
	if err := o.complete(env.json); err != nil {
		return usageError{err}
	}
	if err := o.Check(); err != nil {
		return usageError{err}
	}
	bars := newProgress(cmd.ErrOrStderr())
	result, err := estimation.Run(cmd.Context(), o.Options, program(), func(done, total int64) { bars.show("read", done, total) })
	bars.end()
	var usage *estimation.UsageError
	if errors.As(err, &usage) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	return o.write(cmd.OutOrStdout(), result)
}

// changedFlags is the name of a flag of the command itself that was given, empty where none was.
func changedFlags(cmd *cobra.Command, o interface{ addTo(*pflag.FlagSet) }) (name string) {
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	o.addTo(own)
	own.VisitAll(func(f *pflag.Flag) {
		if name == "" && cmd.Flags().Changed(f.Name) {
			name = f.Name
		}
	})
	return name
}

// complete turns flags that are not options of an estimate into such.
func (o *estimateOptions) complete(json bool) error {
	switch {
	case json && o.format == "":
		o.format = "json"
	case json && o.format != "json":
		return fmt.Errorf("--json and --format %s are two formats: choose one", o.format)
	case o.format == "":
		o.format = "table"
	}
	if o.format != "table" && o.format != "csv" && o.format != "json" {
		return fmt.Errorf("--format %q is not one of table, csv, json", o.format)
	}
	if (o.kind == "") != (len(o.of) == 0) {
		return errors.New("--type and --of go together")
	}
	if o.kind != "" {
		if err := o.Add(o.kind, o.of...); err != nil {
			return err
		}
	}
	return o.setDF()
}

func (o *estimateOptions) setDF() error {
	if o.df == "" {
		return nil
	}
	df, err := strconv.ParseFloat(o.df, 64)
	if err != nil || math.IsNaN(df) {
		return fmt.Errorf("--df %q is not a number", o.df)
	}
	o.DF = (*estimation.Number)(&df)
	return nil
}

// write prints the result, or puts it into a file that is there whole or not at all.
func (o *estimateOptions) write(w io.Writer, r *estimation.Result) error {
	var text bytes.Buffer
	into := map[string]func(io.Writer) error{"table": r.WriteTable, "csv": r.WriteCSV, "json": r.WriteJSON}[o.format]
	if err := into(&text); err != nil {
		return err
	}
	if o.out == "" {
		_, err := w.Write(text.Bytes())
		return err
	}
	return writeWhole(o.out, text.Bytes())
}
