package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

// pyramidOptions ask for one picture.
type pyramidOptions struct{ area, definition, format, out string }

func newReportCmd(env *environ) *cobra.Command {
	var o pyramidOptions
	cmd := newStageCmd(env, stage.Report, "Write the report, or one population pyramid", nil)
	cmd.Example += "\n  concord report --pyramid 00001 --format pdf --out 00001.pdf"
	whole := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if o.area == "" {
			for _, name := range []string{"definition", "format", "out"} {
				if cmd.Flags().Changed(name) {
					return usageError{fmt.Errorf("--%s goes with --pyramid", name)}
				}
			}
			return whole(cmd, args)
		}
		if extension := strings.TrimPrefix(filepath.Ext(o.out), "."); extension != "" && !cmd.Flags().Changed("format") {
			o.format = extension
		}
		return env.pyramid(cmd.OutOrStdout(), o)
	}
	cmd.Flags().StringVar(&o.area, "pyramid", "", "draw the population pyramid of this `area` instead")
	cmd.Flags().StringVar(&o.definition, "definition", "", "population definition of the pyramid (default: the first compared)")
	cmd.Flags().StringVar(&o.format, "format", "svg", "format of the pyramid: svg, png or pdf (default: that of the file's name)")
	cmd.Flags().StringVarP(&o.out, "out", "o", "", "file of the pyramid (default: standard output)")
	return cmd
}

// comparison is the study with its finished comparison, whose seal must hold.
func (env *environ) comparison() (*study.Study, *results.Comparison, error) {
	s, err := env.study()
	if err != nil {
		return nil, nil, err
	}
	path, err := stage.New(s, program()).Current(stage.Compare)
	if err != nil {
		return nil, nil, err
	}
	if _, _, err := artefact.Verify(path); err != nil {
		return nil, nil, err
	}
	c, err := results.Open(path)
	return s, c, err
}

func (env *environ) pyramid(stdout io.Writer, o pyramidOptions) error {
	_, c, err := env.comparison()
	if err != nil {
		return err
	}
	if err := checkPyramid(c, o); err != nil {
		return err
	}
	out, closeOut := stdout, func() error { return nil }
	if o.out != "" {
		f, err := os.Create(o.out)
		if err != nil {
			return err
		}
		out, closeOut = f, f.Close
	}
	return errors.Join(writePyramid(out, c, o.area, o.definition, c.Summary.Languages[0], o.format), closeOut())
}

// checkPyramid names what there is when something else is asked for.
func checkPyramid(c *results.Comparison, o pyramidOptions) error {
	switch {
	case len(c.Area(o.area)) == 0:
		return usageError{fmt.Errorf("--pyramid %s: the comparison has no such area", o.area)}
	case o.definition != "" && !slices.Contains(c.Summary.Definitions, o.definition):
		return usageError{fmt.Errorf("--definition %s: want one of %s", o.definition, strings.Join(c.Summary.Definitions, ", "))}
	case !slices.Contains([]string{"svg", "png", "pdf"}, o.format):
		return usageError{fmt.Errorf("--format %s: want svg, png or pdf", o.format)}
	}
	return nil
}

// writePyramid draws the pyramid of an area; without a definition, of the first that was compared.
func writePyramid(w io.Writer, c *results.Comparison, area, definition, language, format string) error {
	if definition == "" {
		definition = c.Summary.Definitions[0]
	}
	p, err := chart.PyramidOf(c, area, definition, language)
	if err != nil {
		return fmt.Errorf("pyramid: %w", err)
	}
	return p.Write(w, chart.Format(format))
}
