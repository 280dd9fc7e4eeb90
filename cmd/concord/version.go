package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/artefact"
)

// version is the release; the build sets it for others.
var version = "0.1.0"

// build is the digest of the running program.
func build() (string, error) {
	file, err := os.Executable()
	if err != nil {
		return "", err
	}
	sum, _, err := artefact.Digest(file)
	return sum, err
}

// program is what manifests call the maker of an artefact: its version, and those of what it computes with.
func program() string {
	parts := []string{runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if strings.HasPrefix(d.Path, "github.com/duckdb/duckdb-go/") || d.Path == "gonum.org/v1/gonum" {
				parts = append(parts, path.Base(strings.TrimSuffix(d.Path, "/v2"))+" "+d.Version)
			}
		}
	}
	return "concord " + version + " (" + strings.Join(parts, ", ") + ")"
}

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
