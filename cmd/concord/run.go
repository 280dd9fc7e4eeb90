package main

import (
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
			err := env.runStages(cmd, stage.Names, func(r *stage.Runner) { r.WaitForIt = true })
			if err != nil || !serve {
				return err
			}
			return env.serve(cmd.Context(), cmd.OutOrStdout(), addr)
		},
	}
	cmd.Flags().BoolVar(&serve, "serve", false, "serve the result afterwards")
	addressFlag(cmd, &addr)
	return cmd
}
