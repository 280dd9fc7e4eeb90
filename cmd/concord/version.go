package main

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/artefact"
)

// version is the release; the build sets it for others.
var version = "0.1.0"

// build is the digest of the running program.
func build() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	sum, _, err := artefact.Digest(path)
	return sum, err
}

// program is what manifests call the maker of an artefact.
func program() string { return "concord " + version }

func newVersionCmd(env *environ) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Example: "  concord version --json", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := struct {
				Concord string `json:"concord"`
				Go      string `json:"go"`
			}{version, runtime.Version()}
			return env.print(cmd.OutOrStdout(), v, func(w io.Writer) { fmt.Fprintf(w, "concord %s, %s\n", v.Concord, v.Go) })
		},
	}
}
