package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

// drawOptions are the flags of concord draw.
type drawOptions struct {
	design       draw.Design
	coordination study.Coordination
	out          string
	check        bool
	explain      string
}

func newDrawCmd(env *environ) *cobra.Command {
	var o drawOptions
	cmd := &cobra.Command{
		Use:   "draw [FRAME | DRAW]",
		Short: "Draw a sample: the areas of the study, or units of a file",
		Long: "Without an argument: the draw of the study, areas and further stages. With FRAME, a CSV, Parquet or DuckDB file with a\n" +
			"row a unit: a sample of its units by the design of the flags, kept as a sealed folder below --out. Where a flag names a\n" +
			"column, an SQL expression will do; a CSV has commas, a header and UTF-8.\n" +
			"--check draws again and compares, byte for byte; --explain says why a unit was drawn or was not. Both are about the\n" +
			"draw of the study, or about DRAW, the folder of a draw from a file.\n" +
			"docs/sampling.md has the methods, one by one.",
		Example: "  concord draw\n" +
			"  concord draw communes.csv --code code --method pps_systematic --size households -n 200 --stratum province --seed 7 --out draws\n" +
			"  concord draw eas.parquet --code ea --above commune --within draws/draw --method systematic -n 4 --seed 7 --out draws/ea\n" +
			"  concord draw --check draws/draw\n" +
			"  concord draw --explain 00004",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return env.draw(cmd, &o, args) },
	}
	o.addTo(cmd.Flags())
	return cmd
}

// addTo adds the flags to a set.
func (o *drawOptions) addTo(f *pflag.FlagSet) {
	d := &o.design
	f.BoolVar(&o.check, "check", false, "draw again and compare with what was drawn")
	f.StringVar(&o.explain, "explain", "", "say why the unit of this `code` was drawn or was not (codes of the units above before it, parted by /)")
	f.StringVar(&o.out, "out", "draws", "`folder` the draws from files are kept in")
	f.StringVar(&d.Code, "code", "", "column with the code of the unit")
	f.StringVar(&d.Name, "name", "", "column with its name")
	f.StringVar(&d.Table, "table", "", "table of a DuckDB file")
	f.StringVar(&d.Where, "where", "", "SQL expression that is true for the rows that count")
	f.StringSliceVar(&d.Above, "above", nil, "columns of the units above, drawn before, outermost first, parted by commas; with --within")
	f.StringVar(&d.Within, "within", "", "`folder` of the draw to go on from: within its units with --above, among them as a second phase without")
	f.Float64Var(&d.Rate, "self-weighting", 0, "overall `probability` of every unit, over all stages; in the place of -n, with --within, --above and method systematic or bernoulli")
	f.StringVar(&d.Method, "method", "srs", "one of "+strings.Join(study.Methods(), ", "))
	f.IntVarP(&d.N, "number", "n", 0, "units to draw; within each unit above, or of all strata together")
	f.Uint64Var(&d.Seed, "seed", 0, "seed of the draw, stored with the sample")
	f.StringVar(&d.Stratum, "stratum", "", "column of the stratum")
	f.StringVar(&d.Allocation, "allocation", "", "how -n is shared over the strata: proportional, equal, square_root, neyman or power (default proportional)")
	f.StringVar(&d.Spread, "spread", "", "column neyman and power go by (default: --size)")
	f.IntVar(&d.Least, "least", 0, "units of every stratum at least (default 1)")
	f.IntVar(&d.Most, "most", 0, "units of every stratum at most")
	f.StringVar(&d.Size, "size", "", "column of the size, for methods of unequal probabilities, or for the allocation")
	f.StringSliceVar(&d.Order, "order", nil, "columns to order the units by before a systematic method, parted by commas")
	f.StringSliceVar(&d.Balance, "balance", nil, "columns that method balanced balances on, parted by commas")
	f.StringVar(&d.Longitude, "longitude", "", "local_pivotal: column of the longitude of the centre, in degrees")
	f.StringVar(&d.Latitude, "latitude", "", "local_pivotal: column of its latitude")
	f.IntVar(&d.Rotation, "rotation-groups", 0, "share the drawn units over this many rotation groups")
	f.Uint64Var(&o.coordination.Seed, "permanent-seed", 0, "coordinate: seed of the permanent random numbers, in the place of --seed")
	f.StringVar(&o.coordination.Column, "permanent-column", "", "coordinate: column of the permanent random numbers")
	f.Float64Var(&o.coordination.Start, "start", 0, "coordinate: where on the circle of permanent random numbers to begin, from 0 to below 1; with --permanent-seed or --permanent-column")
}

func (env *environ) draw(cmd *cobra.Command, o *drawOptions, args []string) error {
	explain := cmd.Flags().Changed("explain")
	switch {
	case o.check && explain:
		return usageError{errors.New("--check and --explain are two questions: ask one")}
	case (o.check || explain || len(args) == 0) && o.designed(cmd):
		return usageError{errors.New("the flags of a design are for a FRAME to draw from; the draw of the study is in its draw section")}
	case o.check:
		return env.redraw(cmd, args)
	case explain:
		return env.explainDraw(cmd, o.explain, args)
	case len(args) == 0:
		return env.runStages(cmd, []string{stage.Draw}, nil)
	}
	o.design.Frame = args[0]
	return env.drawFrame(cmd, o)
}

// designed tells whether a flag of a design was given, or of where its draw is kept.
func (o *drawOptions) designed(cmd *cobra.Command) (any bool) {
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(drawOptions).addTo(own)
	own.VisitAll(func(f *pflag.Flag) {
		any = any || f.Name != "check" && f.Name != "explain" && cmd.Flags().Changed(f.Name)
	})
	return any
}

// drawFrame draws from a file.
func (env *environ) drawFrame(cmd *cobra.Command, o *drawOptions) error {
	flags := cmd.Flags()
	if flags.Changed("start") && !flags.Changed("permanent-seed") && !flags.Changed("permanent-column") {
		return usageError{errors.New("--start goes with --permanent-seed or --permanent-column")}
	}
	if flags.Changed("permanent-seed") || flags.Changed("permanent-column") || flags.Changed("start") {
		o.design.Coordination = &o.coordination
	}
	o.design.SetDefaults()
	if !flags.Changed("seed") && o.design.Random() {
		return usageError{errors.New("--seed is missing: choose one; who knows it can draw the sample again")}
	}
	if err := o.design.Check(); err != nil {
		return usageError{err}
	}
	bars := newProgress(cmd.ErrOrStderr())
	o.design.Seen = bars.draw
	path, details, err := o.design.Make(cmd.Context(), o.out, program())
	bars.end()
	if err != nil {
		return err
	}
	result := struct {
		Path string `json:"path"`
		draw.Details
	}{path, details}
	return env.print(cmd.OutOrStdout(), result, func(w io.Writer) {
		seed := ""
		if o.design.Random() {
			seed = fmt.Sprintf(", seed %d", details.Seed)
		}
		fmt.Fprintf(w, "%d of %d units, %s%s: %s\n", details.Drawn, details.Frame, details.Method, seed, path)
		for _, unit := range details.Empty {
			fmt.Fprintf(w, "unit %s was drawn before, and the frame has nothing within it\n", unit)
		}
	})
}

// redraw checks the draw of the study, or that of a folder.
func (env *environ) redraw(cmd *cobra.Command, args []string) error {
	bars := newProgress(cmd.ErrOrStderr())
	again, err := env.drawAgain(cmd.Context(), args, bars)
	bars.end()
	if err != nil {
		return err
	}
	return env.print(cmd.OutOrStdout(), again, func(w io.Writer) {
		fmt.Fprintf(w, "%s\nredrawn: the same %d units by %s, byte for byte; frame %s\n", again.Path, again.Drawn, again.Algorithm, again.FrameSum)
	})
}

func (env *environ) drawAgain(ctx context.Context, args []string, bars *progress) (draw.Redrawn, error) {
	if len(args) == 1 {
		return draw.Redraw(ctx, args[0], bars.draw)
	}
	s, err := env.study()
	if err != nil {
		return draw.Redrawn{}, err
	}
	r := stage.New(s, program())
	r.Progress = bars.show
	return r.Redraw(ctx)
}

func (env *environ) explainDraw(cmd *cobra.Command, unit string, args []string) error {
	accounts, err := env.accounts(cmd.Context(), unit, args)
	if err != nil {
		return err
	}
	return env.print(cmd.OutOrStdout(), accounts, func(w io.Writer) {
		for _, a := range accounts {
			printAccount(w, a)
		}
	})
}

func (env *environ) accounts(ctx context.Context, unit string, args []string) ([]draw.Account, error) {
	if len(args) == 1 {
		account, err := draw.ExplainDesign(ctx, args[0], unit)
		return []draw.Account{account}, err
	}
	s, err := env.study()
	if err != nil {
		return nil, err
	}
	return stage.New(s, program()).ExplainDraw(ctx, unit)
}

func printAccount(w io.Writer, a draw.Account) {
	fate := "was not drawn"
	switch {
	case a.Hits > 1:
		fate = fmt.Sprintf("was drawn %d times", a.Hits)
	case a.Drawn:
		fate = "was drawn"
	}
	label := a.Unit
	if a.Name != "" && a.Name != a.Unit {
		label += " (" + a.Name + ")"
	}
	if a.Asked != "" {
		label = a.Asked + " lies in " + label + ", which"
	}
	fmt.Fprintf(w, "%s %s\n", label, fate)
	of := ""
	if a.Stratum != "" {
		of = " of " + a.Stratum
	}
	fmt.Fprintf(w, "  %d of the %d units%s were drawn\n", a.Taken, a.Units, of)
	if a.Sized {
		fmt.Fprintf(w, "  its size is %.10g\n", a.Size)
	}
	fmt.Fprintf(w, "  its probability was %.6g", a.Probability)
	if a.Drawn {
		fmt.Fprintf(w, ", its weight is %.6g", a.Weight)
	}
	if a.Overall > 0 {
		fmt.Fprintf(w, ", with those before %.6g", a.Overall)
	}
	fmt.Fprintf(w, "\n  %s\n", a.Rule)
}
