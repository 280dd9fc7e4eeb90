package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/stage"
)

func newRunCmd(env *environ) *cobra.Command {
	var serve bool
	var addr string
	cmd := &cobra.Command{
		Use: "run", Short: "Run every stage that is due", Args: cobra.NoArgs,
		Long: "Runs draw, extract, estimate, compare and report. A stage whose inputs did not change is not done again, and one\n" +
			"that is not due says why; that is no failure, and the exit code is 0.",
		Example: "  concord run\n  concord run -s demo/study.yaml --serve",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := env.runDue(cmd); err != nil || !serve {
				return err
			}
			return env.serve(cmd.Context(), cmd.OutOrStdout(), addr)
		},
	}
	cmd.Flags().BoolVar(&serve, "serve", false, "serve the result afterwards")
	addressFlag(cmd, &addr)
	return cmd
}

// runDue runs the stages that are due: up to the estimates while collection lasts, all of them afterwards.
func (env *environ) runDue(cmd *cobra.Command) error {
	s, err := env.study()
	if err != nil {
		return err
	}
	names, embargo := stage.Names, stage.New(s, program()).Embargo()
	if embargo != "" {
		names = []string{stage.Draw, stage.Extract, stage.Estimate}
	}
	if err := env.runStages(cmd, names, nil); err != nil {
		return err
	}
	if embargo != "" && !env.json {
		fmt.Fprintf(cmd.OutOrStdout(), "%-9s not due: %s\n", stage.Compare, embargo)
	}
	return nil
}
