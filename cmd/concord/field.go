package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/fieldwork"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

func newFieldCmd(env *environ) *cobra.Command {
	cmd := &cobra.Command{Use: "field", Short: "Look at the field results, or load them into a database", Example: "  concord field check", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newFieldCheckCmd(env), newFieldLoadCmd(env))
	return cmd
}

// fieldCheck is what there is to say of field results that are in order.
type fieldCheck struct {
	Field   string   `json:"field_results"`
	Kind    string   `json:"kind"`
	Records int      `json:"records"`
	Caveats []string `json:"caveats"`
	Table   string   `json:"table,omitempty"` // they were loaded into
}

func newFieldCheckCmd(env *environ) *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "Read the field results of the study, and tell everything that is wrong with them", Args: cobra.NoArgs,
		Long: "Field results in a CSV file are told by line; those in Parquet or a database by kind, with how many records have the\n" +
			"problem and where the first are. Nothing of a record is shown.",
		Example: "  concord field check\n  concord field check --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := env.study()
			if err != nil {
				return err
			}
			checked, err := env.checkField(cmd, s)
			if err != nil {
				return err
			}
			return env.print(cmd.OutOrStdout(), checked, func(w io.Writer) { printFieldCheck(w, checked) })
		},
	}
}

func (env *environ) checkField(cmd *cobra.Command, s *study.Study) (fieldCheck, error) {
	list, err := areas.Read(s)
	if err != nil {
		return fieldCheck{}, err
	}
	bars := newProgress(cmd.ErrOrStderr())
	results, err := fieldwork.Read(cmd.Context(), s, list, func(done, total int64) { bars.show("check", done, total) })
	bars.end()
	if err != nil {
		return fieldCheck{}, err
	}
	return fieldCheck{Field: s.Field.Name(), Kind: results.Kind, Records: results.Records, Caveats: append([]string{}, results.Caveats...)}, nil
}

func printFieldCheck(w io.Writer, c fieldCheck) {
	fmt.Fprintf(w, "%s: %d records in order\n", c.Field, c.Records)
	for _, caveat := range c.Caveats {
		fmt.Fprintf(w, "  %s\n", caveat)
	}
	if c.Table != "" {
		fmt.Fprintf(w, "loaded into %s\n", c.Table)
	}
}

func newFieldLoadCmd(env *environ) *cobra.Command {
	var into store.Copy
	cmd := &cobra.Command{
		Use: "load", Short: "Check the field results of the study, and load them into a table of PostgreSQL", Args: cobra.NoArgs,
		Long: "Checks the CSV or Parquet file of the field results as field check does, and copies its columns into a new table, in one\n" +
			"transaction: the table is there whole, or everything is as it was. A study then names the table under field_results.\n" +
			"A password is for PGPASSFILE or a service file. Off this machine, TLS with a check of the certificate is the default.",
		Example: "  concord field load --to postgres://statistics@db.example/census --table census.persons\n" +
			"  concord field load --to service=census --table persons --replace",
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case into.Table == "":
				return usageError{errors.New("--table is missing: name the table to make")}
			case study.HasPassword(into.To.Connection):
				return usageError{errors.New("--to holds a password, which others see among the processes: put it into PGPASSFILE or a service file")}
			}
			return env.loadField(cmd, into)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&into.To.Connection, "to", "", "the database, as a `URL` or keyword=value pairs; what it does not say comes from the variables of libpq")
	flags.StringVar(&into.Table, "table", "", "`table` to make, schema.table if in a schema")
	flags.BoolVar(&into.Replace, "replace", false, "drop a table of that name first, with the rights granted on it, in the same transaction")
	return cmd
}

func (env *environ) loadField(cmd *cobra.Command, into store.Copy) error {
	s, err := env.study()
	if err != nil {
		return err
	}
	checked, err := env.checkField(cmd, s)
	if err != nil {
		return err
	}
	bars := newProgress(cmd.ErrOrStderr())
	err = fieldwork.Load(cmd.Context(), s, into, checked.Records, func(done, total int64) { bars.show("load", done, total) })
	bars.end()
	if err != nil {
		return err
	}
	checked.Table = into.Table
	return env.print(cmd.OutOrStdout(), checked, func(w io.Writer) { printFieldCheck(w, checked) })
}
