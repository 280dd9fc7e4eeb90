package stage

import (
	"context"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/register"
)

// register opens the register once for all stages of a run, so that they see a database at the same moment. Whoever
// begins a run closes it.
func (r *Runner) register(ctx context.Context) (*register.Register, error) {
	if r.opened != nil {
		return r.opened, nil
	}
	var err error
	r.opened, err = register.Open(ctx, r.Study)
	return r.opened, err
}

func (r *Runner) closeRegister() error {
	if r.opened == nil {
		return nil
	}
	err := r.opened.Close()
	r.opened = nil
	return err
}

// registerInput is the register as an input: a file with its digest, or a table of a database, of which the manifest
// tells the moment it was read at instead.
func (r *Runner) registerInput() (artefact.Input, error) {
	reg := r.Study.Register
	if reg.Postgres != nil {
		return artefact.Input{Name: reg.Name()}, nil
	}
	return r.digests.input(reg.File, r.Study.Path(reg.File))
}

// registerName is the register as evidence names it: the path of a file, or a table.
func (r *Runner) registerName() string {
	reg := r.Study.Register
	if reg.Postgres != nil {
		return reg.Name()
	}
	return r.Study.Path(reg.File)
}
