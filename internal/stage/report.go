package stage

import (
	"context"
	"io"
	"path/filepath"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/report"
	"github.com/concord-stat/concord/internal/results"
)

// ReportName is the file of the report.
const ReportName = "report.html"

func (r *Runner) report(ctx context.Context) (Result, error) {
	compared, _, in, err := r.current(Compare)
	if err != nil {
		return Result{}, err
	}
	none := func() (any, error) { return struct{}{}, nil }
	return r.make(ctx, Report, []artefact.Input{in}, none, func(dir string) error {
		c, err := results.Open(compared)
		if err != nil {
			return err
		}
		return columns.Create(filepath.Join(dir, ReportName), func(w io.Writer) error {
			return report.Write(stopping{ctx, w}, c, func(done, total int) { r.progress(Report, int64(done), int64(total)) })
		})
	})
}

// stopping ends a long write when the context does.
type stopping struct {
	ctx context.Context
	w   io.Writer
}

func (s stopping) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}
