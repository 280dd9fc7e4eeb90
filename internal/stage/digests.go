package stage

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/concord-stat/concord/internal/artefact"
)

// digests remembers the digest of input files by size and time of change, so that a register of many gigabytes is not
// read again to learn that nothing changed. verify does not use it.
type digests struct {
	file  string
	Files map[string]remembered `json:"files"`
}

type remembered struct {
	Size   int64  `json:"size"`
	Time   int64  `json:"time"` // nanoseconds
	SHA256 string `json:"sha256"`
}

func openDigests(root string) *digests {
	d := &digests{file: filepath.Join(root, ".digests.json"), Files: make(map[string]remembered)}
	if text, err := os.ReadFile(d.file); err == nil {
		// A memory that cannot be read is no memory: everything is digested anew.
		if json.Unmarshal(text, d) != nil || d.Files == nil {
			d.Files = make(map[string]remembered)
		}
	}
	return d
}

// input is an input file with its digest. Its name in manifests is the one the study uses, without the machine's path.
func (d *digests) input(name, path string) (artefact.Input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return artefact.Input{}, err
	}
	now := remembered{Size: info.Size(), Time: info.ModTime().UnixNano()}
	if known := d.Files[path]; known.Size == now.Size && known.Time == now.Time {
		return artefact.Input{Name: name, SHA256: known.SHA256}, nil
	}
	now.SHA256, _, err = artefact.Digest(path)
	d.Files[path] = now
	return artefact.Input{Name: name, SHA256: now.SHA256}, err
}

func (d *digests) save() error {
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	next := d.file + ".new"
	if err := os.WriteFile(next, text, 0o644); err != nil {
		return err
	}
	return os.Rename(next, d.file)
}
