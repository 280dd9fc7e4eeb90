package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/register"
)

func newRegisterCopyCmd(env *environ) *cobra.Command {
	var o register.CopyOptions
	cmd := &cobra.Command{
		Use: "copy --to FILE.duckdb", Short: "Copy the mapped columns of a PostgreSQL register into a DuckDB file", Args: cobra.NoArgs,
		Long: "Copies the columns that the study maps, of the rows that register.where lets count, at one moment. The file takes the\n" +
			"database's place: write register.file instead of register.postgres, and leave the rest of the section as it is.\n\n" +
			"THE FILE HOLDS PERSONAL DATA, one row a person. Only its owner may read it (mode 0600); keep it where the register\n" +
			"itself may be kept, and remove it when it is no longer needed. Person and household keys stay out without --keys.",
		Example: "  concord register copy --to register.duckdb",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := env.study()
			if err != nil {
				return err
			}
			r, err := register.Open(cmd.Context(), s)
			if err != nil {
				return err
			}
			defer r.Close()
			made, err := r.Copy(cmd.Context(), o)
			if err != nil {
				return err
			}
			return env.print(cmd.OutOrStdout(), made, func(w io.Writer) { printCopied(w, made) })
		},
	}
	cmd.Flags().StringVar(&o.To, "to", "", "file to make; it must not exist")
	cmd.Flags().BoolVar(&o.Keys, "keys", false, "copy the person and household keys too, where the study maps them")
	if err := cmd.MarkFlagRequired("to"); err != nil {
		panic(err)
	}
	return cmd
}

func printCopied(w io.Writer, c register.Copied) {
	fmt.Fprintf(w, "%s: %d rows, %d columns, %d bytes\n", c.File, c.Rows, len(c.Columns), c.Bytes)
	fmt.Fprintf(w, "of %s at %s, as at %s (WAL %s)\n", c.Snapshot.Table, c.Snapshot.Server, c.Snapshot.Time.Format(time.RFC3339), c.Snapshot.WAL)
	fmt.Fprintf(w, "sha256 %s\n", c.SHA256)
	fmt.Fprintf(w, "WARNING: this file holds personal data, one row a person. Only you may read it (mode 0600): keep it as the register is\n"+
		"         kept, and remove it when it is no longer needed.\n")
}
