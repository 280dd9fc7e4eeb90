package artefact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Store is the directory a study keeps its artefacts in: stage-key for each, and a link named after the stage to the
// one in force.
type Store struct{ Root string }

// Key is a short digest of what an artefact depends on: its manifest before it is made, and the build of the program. The
// same key means nothing needs to be redone.
func Key(m Manifest, build string) string {
	text, _ := json.Marshal(m)
	sum := sha256.Sum256(append(text, build...))
	return hex.EncodeToString(sum[:])[:16]
}

// Path is where the artefact of a stage and key lies once it is made.
func (s Store) Path(stage, key string) string { return filepath.Join(s.Root, stage+"-"+key) }

// Has tells whether that artefact is there. What is there is whole, since it came by a rename.
func (s Store) Has(stage, key string) bool {
	_, err := os.Stat(s.Path(stage, key))
	return err == nil
}

// Whole tells whether that artefact still is what it was. One that is not is removed, to be made again.
func (s Store) Whole(stage, key string) bool {
	if _, _, err := Verify(s.Path(stage, key)); err != nil {
		os.RemoveAll(s.Path(stage, key))
		return false
	}
	return true
}

// Current is the artefact of a stage in force; it does not exist (fs.ErrNotExist) before the first one is made.
func (s Store) Current(stage string) (string, error) {
	target, err := os.Readlink(filepath.Join(s.Root, stage))
	if err != nil {
		return "", err
	}
	path := filepath.Join(s.Root, target)
	_, err = os.Stat(path)
	return path, err
}

// Make fills a new artefact: write fills an empty directory and completes the manifest, which is sealed, flushed to disk
// and renamed to its key; then the link of its stage points to it. If anything fails or the program is killed, no
// artefact appears.
func (s Store) Make(ctx context.Context, key string, m *Manifest, write func(dir string) error) (string, error) {
	if err := os.MkdirAll(s.Root, 0o755); err != nil {
		return "", err
	}
	aside, err := os.MkdirTemp(s.Root, ".new-"+m.Stage+"-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(aside)
	if err := write(aside); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if err := finish(aside, *m); err != nil {
		return "", err
	}
	path := s.Path(m.Stage, key)
	if err := os.Rename(aside, path); err != nil && !s.Has(m.Stage, key) {
		return "", err
	}
	return path, s.Point(m.Stage, key)
}

func finish(dir string, m Manifest) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	if err := Seal(dir, m); err != nil {
		return err
	}
	return flush(dir)
}

// flush brings every file and directory of the artefact to disk, so that the rename cannot outrun the content.
func flush(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}

// Point makes the artefact of that key the one in force.
func (s Store) Point(stage, key string) error {
	link, next := filepath.Join(s.Root, stage), filepath.Join(s.Root, ".link-"+stage+"-"+key)
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink(stage+"-"+key, next); err != nil {
		return err
	}
	return os.Rename(next, link)
}

// Sweep removes what a killed run left aside. The caller sees to it that no other run is writing.
func (s Store) Sweep() error {
	entries, err := os.ReadDir(s.Root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".new-") || strings.HasPrefix(e.Name(), ".link-") {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.Root, e.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("artefact: cannot clean up after an earlier run: %w", err)
	}
	return nil
}
