package stage

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/concord-stat/concord/internal/artefact"
)

// A Verified is an artefact whose digests were all recomputed.
type Verified struct {
	Path   string   `json:"path"`
	Stage  string   `json:"stage"`
	Seal   string   `json:"seal"`
	Files  int      `json:"files"`
	Inputs int      `json:"inputs"`           // recomputed
	Absent []string `json:"absent,omitempty"` // inputs that are not here, so that only their digest is known
}

// Current is the artefact of a stage in force.
func (r *Runner) Current(stage string) (string, error) {
	if stage == Extract && r.Study.Extract != "" {
		return r.Study.Path(r.Study.Extract), nil
	}
	path, err := r.store().Current(stage)
	if errors.Is(err, fs.ErrNotExist) {
		return "", notYet(stage)
	}
	return path, err
}

// Verify recomputes the digests of every artefact in force, of the files they were made from where those are here, and
// of the chain between them. The error names the first file that differs.
func (r *Runner) Verify() ([]Verified, error) {
	var all []Verified
	seals := r.sourceSeals()
	for _, stage := range Names {
		path, err := r.Current(stage)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return all, err
		}
		m, seal, err := artefact.Verify(path)
		if err != nil {
			return all, err
		}
		seals[stage] = seal
		v := Verified{Path: path, Stage: stage, Seal: seal, Files: len(m.Files)}
		if err := r.verifyInputs(&v, m.Inputs, seals); err != nil {
			return all, err
		}
		all = append(all, v)
	}
	if len(all) == 0 {
		return nil, errors.New("there is nothing to verify yet: run concord run first")
	}
	return all, nil
}

// sourceSeals are the seals of further extracts that are here and whole. Of the others only their digest is known.
func (r *Runner) sourceSeals() map[string]string {
	seals := make(map[string]string)
	for _, source := range r.Study.Sources {
		if source.Extract == "" {
			continue
		}
		if _, seal, err := artefact.Verify(r.Study.Path(source.Extract)); err == nil {
			seals[sourceInput(source.Name)] = seal
		}
	}
	return seals
}

// verifyInputs recomputes the inputs of an artefact: an earlier artefact by its seal, a file of the study by its bytes.
func (r *Runner) verifyInputs(v *Verified, inputs []artefact.Input, seals map[string]string) error {
	for _, in := range inputs {
		sum, isArtefact := seals[in.Name]
		if !isArtefact {
			var err error
			sum, _, err = artefact.Digest(r.Study.Path(in.Name))
			if err != nil {
				v.Absent = append(v.Absent, in.Name)
				continue
			}
		}
		if sum != in.SHA256 {
			return fmt.Errorf("%w: %s is whole, but its %s is not the one here: run concord run", artefact.ErrOtherInput, v.Path, in.Name)
		}
		v.Inputs++
	}
	return nil
}

// A notYet is a stage that has made nothing so far. It is an fs.ErrNotExist.
type notYet string

func (n notYet) Error() string {
	return fmt.Sprintf("there is no %s yet: run concord %s first", nouns[string(n)], string(n))
}

func (n notYet) Is(target error) bool { return target == fs.ErrNotExist }
