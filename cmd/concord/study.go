package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

func newStudyCmd(env *environ) *cobra.Command {
	cmd := &cobra.Command{Use: "study", Short: "Write and check studies", Example: "  concord study init", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newStudyInitCmd(env), newStudySchemaCmd(), newStudyCheckCmd(env), newStudyStatusCmd(env))
	return cmd
}

func newStudyInitCmd(env *environ) *cobra.Command {
	return &cobra.Command{
		Use: "init", Short: "Write a commented study to start from", Args: cobra.NoArgs,
		Example: "  concord study init\n  concord study init -s studies/hanoi/study.yaml",
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := os.OpenFile(env.studyFile, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
			if errors.Is(err, os.ErrExist) {
				return usageError{fmt.Errorf("%s is there already: name another file with --study", env.studyFile)}
			}
			if err != nil {
				return err
			}
			if _, err := f.Write(study.Template); err != nil {
				return errors.Join(err, f.Close())
			}
			written := struct {
				Written string `json:"written"`
			}{env.studyFile}
			err = env.print(cmd.OutOrStdout(), written, func(w io.Writer) { fmt.Fprintf(w, "wrote %s\n", env.studyFile) })
			return errors.Join(err, f.Close())
		},
	}
}

func newStudySchemaCmd() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of study.yaml", Args: cobra.NoArgs,
		Example: "  concord study schema > study.schema.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(study.Schema())
			return err
		},
	}
}

func newStudyCheckCmd(env *environ) *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "Check the study against its schema and the files it names", Args: cobra.NoArgs,
		Example: "  concord study check\n  concord study check -s studies/hanoi/study.yaml --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := env.study()
			if err != nil {
				return err
			}
			list, err := stage.New(s, program()).Check(cmd.Context())
			if err != nil {
				return err
			}
			checked := struct {
				Study string         `json:"study"`
				Areas map[string]int `json:"areas"`
			}{s.ID, map[string]int{}}
			for _, level := range list.Levels {
				checked.Areas[level] = len(list.Codes(level))
			}
			return env.print(cmd.OutOrStdout(), checked, func(w io.Writer) {
				fmt.Fprintf(w, "%s: in order\n", env.studyFile)
				for _, level := range list.Levels {
					fmt.Fprintf(w, "  %-10s %d\n", level, len(list.Codes(level)))
				}
			})
		},
	}
}

func newStudyStatusCmd(env *environ) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Say which stages are done and what is due", Args: cobra.NoArgs,
		Example: "  concord study status",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := env.study()
			if err != nil {
				return err
			}
			status := stage.New(s, program()).Status()
			return env.print(cmd.OutOrStdout(), status, func(w io.Writer) {
				for _, st := range status {
					fmt.Fprintf(w, "%-9s %s\n", st.Stage, st.State)
				}
			})
		},
	}
}
