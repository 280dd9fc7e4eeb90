package api

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"

	"github.com/danielgtaylor/huma/v2"
)

// getReport sends the report as it was written. It carries its own styles, pictures and script.
func (s *server) getReport(_ context.Context, in *InStudy) (*streamOutput, error) {
	path, err := s.report(in.ID)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoReport
	}
	if err != nil {
		return nil, err
	}
	return &streamOutput{func(c huma.Context) {
		defer file.Close()
		c.SetHeader("Content-Type", "text/html; charset=utf-8")
		c.SetHeader("Content-Security-Policy", reportPolicy)
		c.SetStatus(http.StatusOK)
		if _, err := io.Copy(c.BodyWriter(), file); err != nil {
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

func (s *server) report(study string) (string, error) {
	if s.Report == nil {
		return "", ErrNoReport
	}
	return s.Report(study)
}
