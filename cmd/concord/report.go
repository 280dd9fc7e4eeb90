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

	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

// pictureOptions ask for one picture: the pyramid of an area, or the funnel or gain curve of a level.
type pictureOptions struct{ area, funnel, gain, definition, smooth, format, out string }

func newReportCmd(env *environ) *cobra.Command {
	var o pictureOptions
	cmd := newStageCmd(env, stage.Report, "Write the report, or one picture", nil)
	cmd.Example += "\n  concord report --pyramid 00001 --format pdf --out 00001.pdf\n  concord report --pyramid 01 --smooth arriaga --out 01.svg\n  concord report --funnel commune --out funnel.svg"
	whole := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if o.area+o.funnel+o.gain == "" {
			for _, name := range []string{"definition", "smooth", "format", "out"} {
				if cmd.Flags().Changed(name) {
					return usageError{fmt.Errorf("--%s goes with --pyramid, --funnel or --gain", name)}
				}
			}
			return whole(cmd, args)
		}
		if err := onePicture(cmd); err != nil {
			return err
		}
		if extension := strings.TrimPrefix(filepath.Ext(o.out), "."); extension != "" && !cmd.Flags().Changed("format") {
			o.format = extension
		}
		return env.picture(cmd.OutOrStdout(), o)
	}
	cmd.Flags().StringVar(&o.area, "pyramid", "", "draw the population pyramid of this `area` instead")
	cmd.Flags().StringVar(&o.funnel, "funnel", "", "draw the funnel of the areas of this `level` instead; the study must ask for screening")
	cmd.Flags().StringVar(&o.gain, "gain", "", "draw what the first visits of the worklist of this `level` find instead; as --funnel")
	cmd.Flags().StringVar(&o.definition, "definition", "", "population definition of the pyramid (default: the first compared)")
	cmd.Flags().StringVar(&o.smooth, "smooth", "", "smooth the ages of the pyramid by this `method`, for display: "+smootherNames()+"; the picture says so")
	cmd.Flags().StringVar(&o.format, "format", "svg", "format of the picture: svg, png or pdf (default: that of the file's name)")
	cmd.Flags().StringVarP(&o.out, "out", "o", "", "file of the picture (default: standard output)")
	return cmd
}

// onePicture refuses two pictures at a time, and the definition of one that has none.
func onePicture(cmd *cobra.Command) error {
	var asked []string
	for _, name := range []string{"pyramid", "funnel", "gain"} {
		if cmd.Flags().Changed(name) {
			asked = append(asked, "--"+name)
		}
	}
	switch {
	case len(asked) > 1:
		return usageError{fmt.Errorf("%s: one picture at a time", strings.Join(asked, ", "))}
	case asked[0] != "--pyramid" && cmd.Flags().Changed("smooth"):
		return usageError{errors.New("--smooth goes with --pyramid")}
	case asked[0] != "--pyramid" && cmd.Flags().Changed("definition"):
		return usageError{fmt.Errorf("--definition goes with --pyramid; %s is of the definition that was screened", asked[0])}
	}
	return nil
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

func (env *environ) picture(stdout io.Writer, o pictureOptions) error {
	_, c, err := env.comparison()
	if err != nil {
		return err
	}
	if err := checkPicture(c, o); err != nil {
		return err
	}
	p, err := pictureOf(c, o)
	if err != nil {
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
	return errors.Join(p.Write(out, chart.Format(o.format)), closeOut())
}

// checkPicture names what there is when something else is asked for.
func checkPicture(c *results.Comparison, o pictureOptions) error {
	level := o.funnel + o.gain
	switch {
	case o.area != "" && len(c.Area(o.area)) == 0:
		return usageError{fmt.Errorf("--pyramid %s: the comparison has no such area", o.area)}
	case level != "" && !slices.Contains(c.Summary.Levels, level):
		return usageError{fmt.Errorf("no level %s is compared: want one of %s", level, strings.Join(c.Summary.Levels, ", "))}
	case o.definition != "" && !slices.Contains(c.Summary.Definitions, o.definition):
		return usageError{fmt.Errorf("--definition %s: want one of %s", o.definition, strings.Join(c.Summary.Definitions, ", "))}
	case o.smooth != "" && !slices.Contains(demography.Smoothers(), demography.Smoother(o.smooth)):
		return usageError{fmt.Errorf("--smooth %s: want one of %s", o.smooth, smootherNames())}
	case !slices.Contains([]string{"svg", "png", "pdf"}, o.format):
		return usageError{fmt.Errorf("--format %s: want svg, png or pdf", o.format)}
	}
	return nil
}

// A picture can be written in a format.
type picture interface {
	Write(w io.Writer, format chart.Format) error
}

// errNotScreened says what to do where a level has nothing to draw.
var errNotScreened = errors.New("the areas of this level were not screened: the study needs a section screening, and a level ten areas or more")

func pictureOf(c *results.Comparison, o pictureOptions) (picture, error) {
	language := c.Summary.Languages[0]
	switch {
	case o.funnel != "":
		f, err := chart.FunnelOf(c, o.funnel, "total", language)
		if f == nil || err != nil {
			return nil, errors.Join(errNotScreened, err)
		}
		return f, nil
	case o.gain != "":
		g, err := chart.GainCurveOf(c, o.gain, "total", language)
		if g == nil || err != nil {
			return nil, errors.Join(errNotScreened, err)
		}
		return g, nil
	}
	return pyramidOf(c, o, language)
}

// pyramidOf is the pyramid of an area; without a definition, of the first that was compared.
func pyramidOf(c *results.Comparison, o pictureOptions, language string) (picture, error) {
	if o.definition == "" {
		o.definition = c.Summary.Definitions[0]
	}
	p, err := chart.PyramidOf(c, o.area, o.definition, language)
	if err == nil && o.smooth != "" {
		p, err = p.Smoothed(demography.Smoother(o.smooth), language)
	}
	if err != nil {
		return nil, fmt.Errorf("pyramid: %w", err)
	}
	return p, nil
}

// smootherNames lists the methods of smoothing.
func smootherNames() string {
	var names []string
	for _, s := range demography.Smoothers() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}
