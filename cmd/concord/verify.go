package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/stage"
)

func newVerifyCmd(env *environ) *cobra.Command {
	return &cobra.Command{
		Use:   "verify [ARTEFACT...]",
		Short: "Recompute every digest of artefacts and name the first file that differs",
		Long: "Without arguments: every artefact of the study in force, and the inputs they were made from. With arguments: the\n" +
			"artefacts named, such as an extract received from elsewhere; no study is needed.",
		Example: "  concord verify\n  concord verify received/extract-3f2a9c0d11aa7e55",
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := env.verify(args)
			if err != nil {
				return err
			}
			return env.print(cmd.OutOrStdout(), all, func(w io.Writer) {
				for _, v := range all {
					fmt.Fprintf(w, "%-9s %s\n          verified: every file (%d); seal %s\n", v.Stage, v.Path, v.Files, v.Seal)
					if v.Inputs > 0 {
						fmt.Fprintf(w, "          verified: what it was made from (%d)\n", v.Inputs)
					}
					for _, name := range v.Absent {
						fmt.Fprintf(w, "          input %s is not here: its digest is recorded, not recomputed\n", name)
					}
				}
			})
		},
	}
}

func (env *environ) verify(paths []string) ([]stage.Verified, error) {
	if len(paths) > 0 {
		return verifyPaths(paths)
	}
	s, err := env.study()
	if err != nil {
		return nil, err
	}
	return stage.New(s, program()).Verify()
}

func verifyPaths(paths []string) ([]stage.Verified, error) {
	all := []stage.Verified{}
	for _, path := range paths {
		m, seal, err := artefact.Verify(path)
		if err != nil {
			return nil, err
		}
		v := stage.Verified{Path: path, Stage: m.Stage, Seal: seal, Files: len(m.Files)}
		for _, in := range m.Inputs {
			v.Absent = append(v.Absent, in.Name)
		}
		all = append(all, v)
	}
	return all, nil
}
