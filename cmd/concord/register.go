package main

import (
	"context"
	"fmt"
	"io"
	"strings"
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
	explain := false
	check := &cobra.Command{
		Use: "check", Short: "Profile the register before anything is trusted", Args: cobra.NoArgs,
		Long: "Counts rows, areas and codes that are not listed, impossible dates, missing values, duplicate person keys, and\n" +
			"12-digit personal numbers that contradict the birth year or the sex. Nothing of a record is shown.\n" +
			"Of a database it also tells what the role may do there beside reading, and warns where that is anything.\n" +
			"With --explain it reads nothing, and tells how the tally would be read: in pieces or by an index, and on several\n" +
			"servers whether each of them counts its own persons, what stops that, and how to mend it.",
		Example: "  concord register check\n  concord register check --json\n  concord register check --explain",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if explain {
				plan, err := env.explainRegister(cmd.Context())
				if err != nil {
					return err
				}
				return env.print(cmd.OutOrStdout(), plan, func(w io.Writer) { printReading(w, plan) })
			}
			p, err := env.checkRegister(cmd.Context())
			if err != nil {
				return err
			}
			return env.print(cmd.OutOrStdout(), p, func(w io.Writer) { printProfile(w, p) })
		},
	}
	check.Flags().BoolVar(&explain, "explain", false, "tell how the register would be tallied, and read nothing")
	cmd.AddCommand(check, newRegisterCopyCmd(env))
	return cmd
}

func (env *environ) checkRegister(ctx context.Context) (register.Profile, error) {
	r, listed, err := env.openRegister(ctx)
	if err != nil {
		return register.Profile{}, err
	}
	defer r.Close()
	return r.Check(ctx, listed, time.Now())
}

// openRegister opens the register of the study, with the list of its areas.
func (env *environ) openRegister(ctx context.Context) (r *register.Register, listed []string, err error) {
	s, err := env.study()
	if err != nil {
		return nil, nil, err
	}
	list, err := areas.Read(s)
	if err != nil {
		return nil, nil, err
	}
	r, err = register.Open(ctx, s)
	return r, list.Lowest(), err
}

func printProfile(w io.Writer, p register.Profile) {
	printGuest(w, p)
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

// printGuest says as whom a database was read, and what that role could do beside.
func printGuest(w io.Writer, p register.Profile) {
	if p.Guest == nil {
		return
	}
	fmt.Fprintf(w, "%s at %s, as at %s (WAL %s)\n", p.Snapshot.Table, p.Snapshot.Server, p.Snapshot.Time.Format(time.RFC3339), p.Snapshot.WAL)
	if len(p.Guest.CanWrite) == 0 {
		fmt.Fprintf(w, "role %s can read and cannot write\n", p.Guest.Role)
	} else {
		fmt.Fprintf(w, "warning: role %s can do more than read: %s\n", p.Guest.Role, strings.Join(p.Guest.CanWrite, "; "))
		fmt.Fprintf(w, "         Concord reads in read-only transactions all the same; ask for a role with nothing but SELECT on the table\n")
	}
	if !p.Guest.TLS && !p.Guest.Local {
		fmt.Fprintf(w, "warning: the connection is not encrypted: take sslmode=verify-full\n")
	}
}

// effectOf is what becomes of the rows, where there are any.
func effectOf(c store.Count) string {
	if c.Rows == 0 || c.Effect == "" {
		return ""
	}
	return "  " + c.Effect
}
