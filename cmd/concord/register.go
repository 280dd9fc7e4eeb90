package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/register"
	"github.com/concord-stat/concord/internal/store"
)

func newRegisterCmd(env *environ) *cobra.Command {
	cmd := &cobra.Command{Use: "register", Short: "Look at the population register", Example: "  concord register check", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(&cobra.Command{
		Use: "check", Short: "Profile the register before anything is trusted", Args: cobra.NoArgs,
		Long: "Counts rows, areas and codes that are not listed, impossible dates, missing values, duplicate person keys, and\n" +
			"12-digit personal numbers that contradict the birth year or the sex. Nothing of a record is shown.",
		Example: "  concord register check\n  concord register check --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := env.checkRegister(cmd.Context())
			if err != nil {
				return err
			}
			return env.print(cmd.OutOrStdout(), p, func(w io.Writer) { printProfile(w, p) })
		},
	})
	return cmd
}

func (env *environ) checkRegister(ctx context.Context) (register.Profile, error) {
	s, err := env.study()
	if err != nil {
		return register.Profile{}, err
	}
	list, err := areas.Read(s)
	if err != nil {
		return register.Profile{}, err
	}
	r, err := register.Open(ctx, s)
	if err != nil {
		return register.Profile{}, err
	}
	defer r.Close()
	return r.Check(ctx, list.Lowest(), time.Now())
}

func printProfile(w io.Writer, p register.Profile) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "rows\t%d\t\t\t\n", p.Rows)
	for _, c := range p.Counts {
		share := ""
		if c.Of > 0 {
			share = fmt.Sprintf("%.4f %%", 100*float64(c.Rows)/float64(c.Of))
		}
		fmt.Fprintf(t, "%s %s\t%d\t%s\tof %d\t%s\n", c.Field, c.Check, c.Rows, share, c.Of, effectOf(c))
	}
	t.Flush()
}

// effectOf is what becomes of the rows, where there are any.
func effectOf(c store.Count) string {
	if c.Rows == 0 || c.Effect == "" {
		return ""
	}
	return "  " + c.Effect
}
