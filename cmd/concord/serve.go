package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/api"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
)

func newServeCmd(env *environ) *cobra.Command {
	var addr, from, schema string
	var migrate bool
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve the comparison as a page and an API", Args: cobra.NoArgs,
		Long: "Serves the comparison in force, read-only; a newer one is picked up as soon as it is finished. Only this machine\n" +
			"can reach the address. With --results it serves what concord export has written into a database, of every study\n" +
			"there; several servers may serve one database, and a role that can only read is enough.",
		Example: "  concord serve\n  concord serve --addr 127.0.0.1:9000\n  concord serve --results service=results",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from != "" {
				return env.serveResults(cmd, from, schema, migrate, addr)
			}
			return env.serve(cmd.Context(), cmd.OutOrStdout(), addr)
		},
	}
	addressFlag(cmd, &addr)
	cmd.Flags().StringVar(&from, "results", "", "serve the comparisons of this database instead: a `connection` without a password")
	schemaFlag(cmd, &schema)
	cmd.Flags().BoolVar(&migrate, "migrate", false, "bring the schema of --results up to this program first")
	return cmd
}

// addressFlag is the address of commands that serve.
func addressFlag(cmd *cobra.Command, addr *string) {
	cmd.Flags().StringVar(addr, "addr", "127.0.0.1:8080", "loopback address to listen on")
}

func (env *environ) serve(ctx context.Context, out io.Writer, addr string) error {
	s, err := env.study()
	if err != nil {
		return err
	}
	source := &current{runner: stage.New(s, program()), study: s.ID}
	if _, err := source.Comparison(s.ID); err != nil {
		return err // now, rather than at the first request
	}
	return env.listen(ctx, out, addr, api.Options{Version: version, Source: source, Pyramid: figure, Report: source.report})
}

// serveResults serves the comparisons of a database.
func (env *environ) serveResults(cmd *cobra.Command, from, schema string, migrate bool, addr string) error {
	ctx := cmd.Context()
	db, err := database(cmd, from, schema)
	if err != nil {
		return err
	}
	defer db.Close()
	if migrate {
		err = db.Migrate(ctx)
	} else {
		err = db.Check(ctx)
	}
	if err != nil {
		return err
	}
	source, err := newKept(ctx, db)
	if err != nil {
		return err
	}
	return env.listen(ctx, cmd.OutOrStdout(), addr, api.Options{Version: version, Source: source, Pyramid: figure, Report: noReport})
}

// listen serves until it is stopped.
func (env *environ) listen(ctx context.Context, out io.Writer, addr string, o api.Options) error {
	h, err := api.New(o)
	if err != nil {
		return err
	}
	l, err := api.OpenListener(addr)
	if errors.Is(err, api.ErrNotLoopback) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	if env.json {
		out = env.stderr // standard output is one JSON document
	}
	fmt.Fprintf(out, "serving   http://%s (Ctrl-C stops)\n", l.Addr())
	return api.Serve(ctx, l, h)
}

// current gives the API the comparison in force, opened once for each artefact.
type current struct {
	runner *stage.Runner
	study  string

	mu     sync.Mutex
	path   string
	opened *results.Comparison
}

func (c *current) Studies() []string { return []string{c.study} }

// Comparison returns the comparison in force. A newer artefact is verified before it is shown.
func (c *current) Comparison(id string) (*results.Comparison, error) {
	if id != c.study {
		return nil, api.ErrNoStudy
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	path, err := c.runner.Current(stage.Compare)
	if err != nil {
		return nil, errors.Join(api.ErrNoComparison, err)
	}
	if path == c.path {
		return c.opened, nil
	}
	if _, _, err := artefact.Verify(path); err != nil {
		return nil, err
	}
	opened, err := results.Open(path)
	if err != nil {
		return nil, err
	}
	c.path, c.opened = path, opened
	return opened, nil
}

// report is the path of the report of the study.
func (c *current) report(id string) (string, error) {
	path, err := c.runner.Current(stage.Report)
	if id != c.study || err != nil {
		return "", errors.Join(api.ErrNoReport, err)
	}
	return filepath.Join(path, stage.ReportName), nil
}

// figure draws a pyramid for the API.
func figure(w io.Writer, c *results.Comparison, r api.PyramidRequest) error {
	p, err := pyramidOf(c, pictureOptions{area: r.Area, definition: r.Definition, smooth: r.Smooth}, r.Language)
	if err != nil {
		return errors.Join(api.ErrNoFigure, err)
	}
	return p.Write(w, chart.Format(r.Format))
}
