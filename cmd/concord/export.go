package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/store/published"
	"github.com/concord-stat/concord/internal/study"
)

// An exportOutcome is what became of an export.
type exportOutcome struct {
	Study  string `json:"study"`
	Seal   string `json:"seal"` // of the comparison
	Schema string `json:"schema"`
	Rows   int    `json:"rows"` // discrepancies
	Tables int    `json:"tables"`
	Added  bool   `json:"added"` // by this export; else it was there
}

func newExportCmd(env *environ) *cobra.Command {
	var to, schema string
	cmd := &cobra.Command{
		Use: "export", Short: "Write the comparison into a PostgreSQL database", Args: cobra.NoArgs,
		Long: "Writes the comparison in force, with all its tables, into a PostgreSQL database, in one transaction, where others can\n" +
			"query it and concord serve --results can show it. The same comparison again changes nothing; a later one of the\n" +
			"study is added and is then in force. What is written is what the report shows: figures of areas, without disclosure\n" +
			"control of small cells.",
		Example: "  concord export --to service=results\n  concord export --to postgres://writer@db.example/results --schema doi_soat",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to == "" {
				return usageError{errors.New("--to is missing: name the database")}
			}
			return env.export(cmd, to, schema)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "database: a URL or keyword=value pairs, without a `connection` password (PGPASSFILE or a service file has it)")
	schemaFlag(cmd, &schema)
	return cmd
}

// schemaFlag is the schema of a database of comparisons.
func schemaFlag(cmd *cobra.Command, schema *string) {
	cmd.Flags().StringVar(schema, "schema", published.DefaultSchema, "schema of the database that comparisons are kept in")
}

// database reaches a database of comparisons. A password on the command line is seen by everybody on the machine.
func database(cmd *cobra.Command, connection, schema string) (*published.Database, error) {
	if study.HasPassword(connection) {
		return nil, usageError{errors.New("the connection holds a password, which the list of processes shows: put it into PGPASSFILE or a service file")}
	}
	return published.Connect(cmd.Context(), store.Postgres{Connection: connection}, schema)
}

func (env *environ) export(cmd *cobra.Command, to, schema string) error {
	s, c, err := env.comparison()
	if err != nil {
		return err
	}
	path, err := stage.New(s, program()).Current(stage.Compare)
	if err != nil {
		return err
	}
	_, seal, err := artefact.Open(path)
	if err != nil {
		return err
	}
	db, err := database(cmd, to, schema)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(cmd.Context()); err != nil {
		return err
	}
	bars := newProgress(cmd.ErrOrStderr())
	added, err := db.Export(cmd.Context(), c, seal, func(done, total int64) { bars.show("export", done, total) })
	bars.end()
	if err != nil {
		return err
	}
	out := exportOutcome{s.ID, seal, schema, len(c.Rows), len(c.Summary.Tables), added}
	return env.print(cmd.OutOrStdout(), out, func(w io.Writer) {
		if !added {
			fmt.Fprintf(w, "export    %s is there already (seal %.16s)\n", s.ID, seal)
			return
		}
		fmt.Fprintf(w, "export    %s: %d discrepancies and %d further tables into schema %s (seal %.16s)\n", s.ID, out.Rows, out.Tables, schema, seal)
	})
}
