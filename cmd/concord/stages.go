package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/stage"
)

// newStageCmds makes a command for every stage.
func newStageCmds(env *environ) []*cobra.Command {
	extract := newStageCmd(env, stage.Extract, "Tally the drawn areas of the register and seal the extract", nil)
	return []*cobra.Command{newDrawCmd(env), extract, newEstimateCmd(env), newCompareCmd(env), newReportCmd(env)}
}

// newStageCmd makes the command of one stage; prepare, when given, sets up the runner.
func newStageCmd(env *environ, name, short string, prepare func(*stage.Runner)) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: short, Args: cobra.NoArgs,
		Example: fmt.Sprintf("  concord %s\n  concord %s -s studies/hanoi/study.yaml --json", name, name),
		RunE:    func(cmd *cobra.Command, _ []string) error { return env.runStages(cmd, []string{name}, prepare) },
	}
}

func newCompareCmd(env *environ) *cobra.Command {
	var reason string
	cmd := newStageCmd(env, stage.Compare, "Compare register and census, once collection has ended", func(r *stage.Runner) { r.Override = strings.TrimSpace(reason) })
	compare := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("override-embargo") && strings.TrimSpace(reason) == "" {
			return usageError{errors.New("--override-embargo: the reason is empty")}
		}
		return compare(cmd, args)
	}
	cmd.Flags().StringVar(&reason, "override-embargo", "", "compare before collection has ended, for this `reason`, which is recorded")
	return cmd
}

// runner is the runner of the study, and the bars that show how far it is.
func (env *environ) runner(cmd *cobra.Command) (*stage.Runner, *progress, error) {
	s, err := env.study()
	if err != nil {
		return nil, nil, err
	}
	r := stage.New(s, program())
	if r.Build, err = build(); err != nil {
		return nil, nil, err
	}
	bars := newProgress(cmd.ErrOrStderr())
	r.Progress = bars.show
	r.Notice = func(text string) {
		bars.end()
		fmt.Fprintln(cmd.ErrOrStderr(), text)
	}
	return r, bars, nil
}

// runStages runs stages and prints what became of them.
func (env *environ) runStages(cmd *cobra.Command, names []string, prepare func(*stage.Runner)) error {
	r, bars, err := env.runner(cmd)
	if err != nil {
		return err
	}
	if prepare != nil {
		prepare(r)
	}
	all := []stage.Result{}
	err = r.Run(cmd.Context(), names, func(done stage.Result) {
		bars.end()
		all = append(all, done)
		if !env.json {
			printStage(cmd.OutOrStdout(), done)
		}
	})
	bars.end()
	if err != nil || !env.json {
		return err
	}
	return env.print(cmd.OutOrStdout(), all, nil)
}

func printStage(w io.Writer, r stage.Result) {
	switch {
	case r.NotDue != "":
		fmt.Fprintf(w, "%-9s not due: %s\n", r.Stage, r.NotDue)
		return
	case r.Made:
		fmt.Fprintf(w, "%-9s %s (%.1f s)\n", r.Stage, r.Path, r.Seconds)
	default:
		fmt.Fprintf(w, "%-9s %s (unchanged)\n", r.Stage, r.Path)
	}
	if r.Summary != "" {
		fmt.Fprintf(w, "          %s\n", r.Summary)
	}
}
