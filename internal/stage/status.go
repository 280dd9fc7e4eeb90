package stage

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/concord-stat/concord/internal/artefact"
)

// A Status is where a stage stands.
type Status struct {
	Stage string `json:"stage"`
	State string `json:"state"` // in words
	Path  string `json:"path,omitempty"`
}

// Status tells where every stage stands. It reads manifests, not what they were made from: whether an input changed
// since is for the next run to find out.
func (r *Runner) Status() []Status {
	var all []Status
	for _, name := range Names {
		all = append(all, r.status(name))
	}
	return all
}

func (r *Runner) status(name string) Status {
	s := Status{Stage: name}
	path, err := r.Current(name)
	if err == nil {
		var m artefact.Manifest
		if m, _, err = artefact.Open(path); err == nil {
			s.Path, s.State = path, "done: "+path
			if !r.received(name) && r.stale(name, m.Text) {
				s.State = "due: the study has changed since " + path
			}
			return s
		}
	}
	switch {
	case r.Study.Extract != "" && name == Draw:
		s.State = "not due: the study works on an extract received from elsewhere"
	case r.Embargo() != "" && (name == Compare || name == Report):
		s.State = "not due: " + r.Embargo()
	case name != Draw && name != Extract && r.noFieldResults():
		s.State = "not due: no field results yet"
	default:
		s.State = "due"
	}
	return s
}

func (r *Runner) noFieldResults() bool {
	return slices.ContainsFunc(fieldFiles(r.Study), func(name string) bool {
		_, err := os.Stat(r.Study.Path(name))
		return errors.Is(err, fs.ErrNotExist)
	})
}
